#include "protocol/positions.h"

#include <gtest/gtest.h>
#include <string>

namespace countersign::protocol {
namespace {

using support::LineIndex;
using enum PositionEncoding;

struct Document {
    explicit Document(std::string content) : text(std::move(content)), lines(text) { }
    std::size_t at(std::uint32_t line, std::uint32_t character, PositionEncoding encoding = utf16) const
    {
        return offset_at(text, lines, { line, character }, encoding);
    }
    Position of(std::size_t offset, PositionEncoding encoding = utf16) const { return position_at(text, lines, offset, encoding); }
    std::string text;
    LineIndex lines;
};

Position position(std::uint32_t line, std::uint32_t character) { return { line, character }; }

TEST(Positions, prefers_utf8_and_falls_back_to_utf16)
{
    EXPECT_EQ(negotiate_encoding({}), utf16);
    EXPECT_EQ(negotiate_encoding({ "utf-16" }), utf16);
    EXPECT_EQ(negotiate_encoding({ "utf-32", "utf-8", "utf-16" }), utf8);
    EXPECT_EQ(negotiate_encoding({ "utf-32" }), utf16);
    EXPECT_EQ(negotiate_encoding({ "UTF-8", "klingon" }), utf16);
    EXPECT_EQ(to_kind(utf8), "utf-8");
    EXPECT_EQ(to_kind(utf16), "utf-16");
    EXPECT_EQ(to_kind(utf32), "utf-32");
}

TEST(Positions, counts_columns_in_each_encoding)
{
    // a: 1 byte; ü: 2; €: 3; 😀: 4 bytes and 2 UTF-16 units
    Document const document("aü€😀z");
    EXPECT_EQ(document.at(0, 4, utf32), 10U);
    EXPECT_EQ(document.at(0, 5, utf16), 10U);
    EXPECT_EQ(document.at(0, 10, utf8), 10U);
    EXPECT_EQ(document.of(10, utf32), position(0, 4));
    EXPECT_EQ(document.of(10, utf16), position(0, 5));
    EXPECT_EQ(document.of(10, utf8), position(0, 10));
}

TEST(Positions, rounds_the_middle_of_a_character_down)
{
    Document const document("😀ü");
    EXPECT_EQ(document.at(0, 1, utf16), 0U);
    EXPECT_EQ(document.at(0, 2, utf16), 4U);
    for (std::uint32_t column = 0; column < 4; ++column)
        EXPECT_EQ(document.at(0, column, utf8), 0U) << column;
    EXPECT_EQ(document.at(0, 5, utf8), 4U);
    EXPECT_EQ(document.of(3), position(0, 0));
    EXPECT_EQ(document.of(5), position(0, 2));
}

TEST(Positions, counts_a_combining_mark_and_a_tab_as_characters_of_their_own)
{
    Document const document("\te\u0301x");
    EXPECT_EQ(document.at(0, 1), 1U);
    EXPECT_EQ(document.at(0, 2), 2U);
    EXPECT_EQ(document.at(0, 3), 4U);
    EXPECT_EQ(document.of(4), position(0, 3));
}

TEST(Positions, knows_all_three_line_ends)
{
    Document const document("a\nbb\r\ncc\rd\r\r\ne");
    EXPECT_EQ(document.at(1, 0), 2U);
    EXPECT_EQ(document.at(2, 0), 6U);
    EXPECT_EQ(document.at(3, 0), 9U);
    EXPECT_EQ(document.at(4, 0), 11U);
    EXPECT_EQ(document.at(5, 0), 13U);
    EXPECT_EQ(document.of(12), position(4, 0));
}

TEST(Positions, clamps_a_column_past_the_line_before_its_line_end)
{
    Document const document("ab\r\ncd\nef\r\n");
    EXPECT_EQ(document.at(0, 3), 2U);
    EXPECT_EQ(document.at(0, 0x7fffffff), 2U);
    EXPECT_EQ(document.at(1, 99), 6U);
    EXPECT_EQ(document.at(2, 0xffffffff), 9U);
    EXPECT_EQ(document.at(3, 5), 11U);
}

TEST(Positions, clamps_a_line_past_the_text_to_its_end)
{
    EXPECT_EQ(Document("ab\ncd").at(2, 0), 5U);
    EXPECT_EQ(Document("ab\n").at(1, 0), 3U);
    EXPECT_EQ(Document("ab\n").at(0xffffffff, 0xffffffff), 3U);
    EXPECT_EQ(Document("").at(0, 0), 0U);
    EXPECT_EQ(Document("").at(7, 7), 0U);
}

TEST(Positions, gives_the_end_of_the_line_for_an_offset_inside_of_a_line_end)
{
    Document const document("ab\r\ncd");
    EXPECT_EQ(document.of(2), position(0, 2));
    EXPECT_EQ(document.of(3), position(0, 2));
    EXPECT_EQ(document.of(4), position(1, 0));
    EXPECT_EQ(document.of(6), position(1, 2));
    EXPECT_EQ(document.of(1000), position(1, 2));
}

TEST(Positions, turns_an_inverted_range_round)
{
    Document const document("ab\ncd");
    Range const backward { { 1, 1 }, { 0, 1 } };
    EXPECT_EQ(byte_range(document.text, document.lines, backward, utf16), (ByteRange { 1, 4 }));
    EXPECT_EQ(range_at(document.text, document.lines, { 1, 4 }, utf16), (Range { { 0, 1 }, { 1, 1 } }));
}

TEST(Positions, counts_each_invalid_byte_as_one_character_and_stays_in_bounds)
{
    // truncated sequences, lone continuation, overlong, surrogate, past U+10FFFF
    for (std::string const& bytes :
        { std::string("\xF0\x9F\x98"), std::string("\x80"), std::string("\xC0\xAF"), std::string("\xED\xA0\x80"),
            std::string("\xF4\x90\x80\x80"), std::string("\xFF\xFE"), std::string("\xE2\x82"), std::string("\xE0\x80\x80") }) {
        Document const document(bytes + "z");
        for (auto const encoding : { utf8, utf16, utf32 }) {
            EXPECT_EQ(document.of(bytes.size(), encoding), position(0, static_cast<std::uint32_t>(bytes.size())));
            EXPECT_EQ(document.at(0, static_cast<std::uint32_t>(bytes.size()), encoding), bytes.size());
        }
        Document const at_end(bytes);
        EXPECT_EQ(at_end.at(0, 100), bytes.size());
    }
    Document const cut_by_line_end("\xE2\x82\n\xAC");
    EXPECT_EQ(cut_by_line_end.at(0, 9), 2U);
    EXPECT_EQ(cut_by_line_end.at(1, 1), 4U);
}

TEST(Positions, finds_its_way_back_from_every_character)
{
    Document const document("int x;\n\tgrün = \"😀€\";\r\n\rlast Ω\u0301 𝒳\n\n");
    for (auto const encoding : { utf8, utf16, utf32 }) {
        for (std::size_t offset = 0; offset <= document.text.size(); ++offset) {
            Position const there = document.of(offset, encoding);
            std::size_t const back = offset_at(document.text, document.lines, there, encoding);
            EXPECT_LE(back, offset);
            EXPECT_EQ(document.of(back, encoding), there) << offset;
        }
    }
}

TEST(Positions, counts_alike_with_and_without_the_fast_path)
{
    // The word-wise skip meets a non-ASCII character at every place in a word.
    for (std::size_t before = 0; before < 40; ++before) {
        Document const document(std::string(before, 'a') + "ü" + std::string(20, 'b'));
        auto const column = static_cast<std::uint32_t>(before);
        EXPECT_EQ(document.at(0, column), before);
        EXPECT_EQ(document.at(0, column + 1), before + 2);
        EXPECT_EQ(document.at(0, column + 9), before + 10);
        EXPECT_EQ(document.of(before + 10), position(0, column + 9));
    }
}

TEST(Positions, counts_a_line_of_fifty_megabytes)
{
    Document const document(std::string(50'000'000, 'x') + "ü\n");
    EXPECT_EQ(document.at(0, 50'000'001), 50'000'002U);
    EXPECT_EQ(document.of(50'000'002), position(0, 50'000'001));
}

}
}
