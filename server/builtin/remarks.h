// What the people who wrote a file left in it for people: doc comments, and notes of work still to do.
#pragma once

#include "builtin/source.h"
#include "builtin/vocabulary.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

struct Remark {
    std::size_t line = 0; ///< 1-based
    std::string text;     ///< from the marker on, on one line
};

/// TODO, FIXME, XXX and HACK in the lines that `range` touches.
std::vector<Remark> open_remarks(Source const& source, ByteRange range);

/// The comment that stands directly above `range`, or Python's docstring inside, without comment signs. May be empty.
std::string doc_comment(Source const& source, syntax::Symbol const& symbol, Vocabulary const& vocabulary);

}
