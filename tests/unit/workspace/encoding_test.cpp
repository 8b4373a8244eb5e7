#include "workspace/encoding.h"

#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

using namespace std::string_literals;

struct Sample {
    std::string bytes;
    std::string utf8;
    Encoding encoding;
};

TEST(Encoding, round_trips_what_it_reads)
{
    Sample const samples[] = {
        { "", "", Encoding::utf8 },
        { "h\u00e9\n", "h\u00e9\n", Encoding::utf8 },
        { "\xEF\xBB\xBFx", "x", Encoding::utf8_bom },
        { "\xEF\xBB\xBF", "", Encoding::utf8_bom },
        { "\xFF\xFE"s + "a\0\n\0"s, "a\n", Encoding::utf16_le },
        { "\xFE\xFF"s + "\0a\0\n"s, "a\n", Encoding::utf16_be },
        { "\xFF\xFE\x3D\xD8\x00\xDE"s, "\U0001F600", Encoding::utf16_le },
        { "\xFE\xFF\xD8\x3D\xDE\x00"s, "\U0001F600", Encoding::utf16_be },
        { "\xFF\xFE\xAC\x20\xE9\x00"s, "\u20AC\u00e9", Encoding::utf16_le },
        { "\xFF\xFE"s, "", Encoding::utf16_le },
    };
    for (Sample const& sample : samples) {
        auto const decoded = decode_text(sample.bytes);
        ASSERT_TRUE(decoded) << to_string(decoded.error());
        EXPECT_EQ(decoded->utf8, sample.utf8);
        EXPECT_EQ(decoded->format.encoding, sample.encoding);
        EXPECT_EQ(encode_text(decoded->utf8, decoded->format), sample.bytes);
    }
}

TEST(Encoding, refuses_what_it_could_not_write_back)
{
    for (std::string const& bytes :
        { "a\0b"s, "\x80"s, "caf\xE9"s, "\xC0\xAF"s, "\xED\xA0\x80"s, "\xFF\xFE\x00"s, "\xFF\xFE\x00\xD8"s, "\xFF\xFE\x00\xDC"s,
            "\xFF\xFE\x00\xD8\x61\x00"s, "\xFF\xFE\x00\x00"s, "\xFF\xFE\x00\x00\x61\x00\x00\x00"s, "\xFE\xFF\xDC\x00"s }) {
        auto const decoded = decode_text(bytes);
        ASSERT_FALSE(decoded);
        EXPECT_EQ(decoded.error().code, ErrorCode::invalid_params);
    }
    EXPECT_EQ(decode_text("ab\xE9"s).error().message, "not UTF-8: byte 2 is 0xE9; save it as UTF-8 to have it read");
}

TEST(Encoding, names_the_most_frequent_line_end)
{
    EXPECT_EQ(detect_format("a\r\nb\r\nc\n"), (TextFormat { Encoding::utf8, LineEnd::crlf, true, true }));
    EXPECT_EQ(detect_format("a\nb\nc\r\n"), (TextFormat { Encoding::utf8, LineEnd::lf, true, true }));
    EXPECT_EQ(detect_format("a\rb"), (TextFormat { Encoding::utf8, LineEnd::cr, false, false }));
    EXPECT_EQ(detect_format("a\r\nb"), (TextFormat { Encoding::utf8, LineEnd::crlf, false, false }));
    EXPECT_EQ(detect_format("a"), (TextFormat { Encoding::utf8, LineEnd::lf, false, false }));
    EXPECT_EQ(detect_format(""), TextFormat {});
}

TEST(Encoding, converts_line_ends)
{
    EXPECT_EQ(with_line_ends("a\nb\r\nc\rd", LineEnd::crlf), "a\r\nb\r\nc\r\nd");
    EXPECT_EQ(with_line_ends("a\nb\r\nc\rd", LineEnd::lf), "a\nb\nc\nd");
    EXPECT_EQ(with_line_ends("a\n\r\n\r", LineEnd::cr), "a\r\r\r");
    EXPECT_EQ(with_line_ends("", LineEnd::crlf), "");
}

}
}
