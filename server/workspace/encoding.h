// How a file is written: encoding, byte order mark, line ends and final newline, which an edit must keep.
#pragma once

#include "support/result.h"

#include <string>
#include <string_view>

namespace countersign::workspace {

enum class Encoding { utf8, utf8_bom, utf16_le, utf16_be };
enum class LineEnd { lf, crlf, cr };

struct TextFormat {
    Encoding encoding = Encoding::utf8;
    LineEnd line_end = LineEnd::lf; ///< the most frequent one; lf for a text without any
    bool mixed_line_ends = false;
    bool final_newline = true;
    bool operator==(TextFormat const&) const = default;
};

struct DecodedText {
    std::string utf8; ///< without a BOM; line ends as they were
    TextFormat format;
};

/// Errors: invalid_params naming the first offending byte: binary (a NUL byte outside UTF-16), or not UTF-8. Without a BOM
/// only UTF-8 is accepted: guessing an encoding would corrupt what is written back. UTF-16 needs its BOM.
Result<DecodedText> decode_text(std::string_view bytes);

/// The bytes that `utf8` has on disk in this format (encoding and BOM; line ends are left as they are in `utf8`).
std::string encode_text(std::string_view utf8, TextFormat const& format);

/// The format of a text that is already UTF-8 (an open buffer).
TextFormat detect_format(std::string_view utf8);

/// `text` with every line end replaced by `line_end`: what inserted text must go through.
std::string with_line_ends(std::string_view text, LineEnd line_end);

}
