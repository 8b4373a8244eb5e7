#include "workspace/documents.h"

#include <gtest/gtest.h>
#include <random>

namespace countersign::workspace {
namespace {

TEST(Documents, apply_edits_one_after_another)
{
    Documents documents;
    documents.open("/ws/a.cpp", "cpp", 1, "one\ntwo\n");
    ASSERT_TRUE(documents.change("/ws/a.cpp", 2, { { { 0, 3 }, "first" }, { { 5, 6 }, "\n\n" } }));
    Document const* const document = documents.find("/ws/a.cpp");
    ASSERT_TRUE(document);
    EXPECT_EQ(*document->text, "first\n\ntwo\n");
    EXPECT_EQ(document->version, 2);
    EXPECT_EQ(document->language_id, "cpp");
    EXPECT_EQ(document->lines.line_count(), 4u);
    EXPECT_EQ(document->lines.line(*document->text, 2), "two");
}

TEST(Documents, refuse_what_does_not_fit_and_stay_as_they_were)
{
    Documents documents;
    EXPECT_EQ(documents.change("/ws/a", 2, {}).error().code, ErrorCode::not_found);
    documents.open("/ws/a", "", 5, "h\u00e9llo");
    EXPECT_EQ(documents.change("/ws/a", 5, {}).error().code, ErrorCode::stale);
    EXPECT_EQ(documents.change("/ws/a", 4, {}).error().code, ErrorCode::stale);
    EXPECT_EQ(documents.change("/ws/a", 6, { { { 0, 1 }, "x" }, { { 0, 99 }, "" } }).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(documents.change("/ws/a", 6, { { { 3, 1 }, "x" } }).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(documents.change("/ws/a", 6, { { { 2, 2 }, "x" } }).error().code, ErrorCode::invalid_params) << "inside a character";
    EXPECT_EQ(*documents.find("/ws/a")->text, "h\u00e9llo");
    EXPECT_EQ(documents.find("/ws/a")->version, 5);
    EXPECT_TRUE(documents.change("/ws/a", 6, { { { 6, 6 }, "!" } })) << "the end is inside";
}

TEST(Documents, are_out_of_step_from_a_refused_change_until_all_of_the_text_comes)
{
    Documents documents;
    auto const in_step = [&] { return documents.find("/ws/a")->in_step; };
    documents.open("/ws/a", "", 1, "text");
    ASSERT_TRUE(documents.change("/ws/a", 3, { { { 0, 0 }, "3" } }));
    EXPECT_TRUE(in_step()) << "versions may jump";
    auto const shared = documents.all();
    ASSERT_FALSE(documents.change("/ws/a", 2, { { { 0, 0 }, "2" } }));
    EXPECT_FALSE(in_step());
    EXPECT_TRUE(shared[0]->in_step) << "what was shared stays as it was";
    ASSERT_TRUE(documents.change("/ws/a", 4, { { { 0, 5 }, "" } }));
    EXPECT_FALSE(in_step()) << "what covers our text need not cover the editor's";
    ASSERT_TRUE(documents.change("/ws/a", 5, { { { 0, 0 }, "all" } }, Brings::all));
    EXPECT_TRUE(in_step());
    ASSERT_FALSE(documents.change("/ws/a", 4, {}));
    EXPECT_TRUE(in_step()) << "all of the text had that already";
    ASSERT_FALSE(documents.change("/ws/a", 5, {}));
    EXPECT_FALSE(in_step());
    documents.open("/ws/a", "", 4, "older");
    EXPECT_FALSE(in_step());
    documents.open("/ws/a", "", 5, "again");
    EXPECT_TRUE(in_step());
    ASSERT_FALSE(documents.change("/ws/a", 6, { { { 0, 99 }, "" } }));
    EXPECT_FALSE(in_step());
    EXPECT_EQ(check_in_step(*documents.find("/ws/a")).error().code, ErrorCode::stale);
    documents.close("/ws/a");
    documents.open("/ws/a", "", 0, "again");
    EXPECT_TRUE(in_step());
}

TEST(Documents, are_out_of_step_if_a_change_came_before_an_older_open)
{
    Documents documents;
    ASSERT_FALSE(documents.change("/ws/a", 5, {}));
    documents.open("/ws/a", "", 5, "it is in here");
    EXPECT_TRUE(documents.find("/ws/a")->in_step);
    documents.close("/ws/a");
    ASSERT_FALSE(documents.change("/ws/a", 5, {}));
    ASSERT_FALSE(documents.change("/ws/a", 4, {}));
    documents.open("/ws/a", "", 4, "it is not");
    EXPECT_FALSE(documents.find("/ws/a")->in_step);
}

TEST(Documents, leave_a_shared_document_alone)
{
    Documents documents;
    documents.open("/ws/a", "", 1, "old");
    auto const shared = documents.all();
    ASSERT_EQ(shared.size(), 1u);
    ASSERT_TRUE(documents.change("/ws/a", 2, { { { 0, 3 }, "new" } }));
    EXPECT_EQ(*shared[0]->text, "old");
    EXPECT_EQ(shared[0]->version, 1);
    EXPECT_EQ(*documents.find("/ws/a")->text, "new");
    documents.close("/ws/a");
    EXPECT_EQ(documents.find("/ws/a"), nullptr);
    EXPECT_EQ(*shared[0]->text, "old");
}

TEST(Documents, keep_the_higher_version_of_two_opens)
{
    Documents documents;
    documents.open("/ws/a", "", 3, "three");
    documents.open("/ws/a", "", 2, "two");
    EXPECT_EQ(*documents.find("/ws/a")->text, "three");
    documents.open("/ws/a", "", 4, "four");
    EXPECT_EQ(*documents.find("/ws/a")->text, "four");
}

TEST(Documents, keep_line_starts_right_over_random_edits)
{
    std::mt19937 random(3);
    constexpr std::string_view pieces[] = { "", "x", "\n", "\r\n", "\r", "abc\ndef", "\n\r", "\r\r\n" };
    Documents documents;
    documents.open("/ws/a", "", 0, "some\r\ntext\nwith\rlines");
    for (int version = 1; version < 3000; ++version) {
        std::size_t const size = documents.find("/ws/a")->text->size();
        std::size_t const begin = random() % (size + 1);
        std::size_t const end = std::min(size, begin + random() % 6);
        ASSERT_TRUE(documents.change("/ws/a", version, { { { begin, end }, std::string(pieces[random() % std::size(pieces)]) } }));
        Document const& document = *documents.find("/ws/a");
        support::LineIndex const fresh(*document.text);
        ASSERT_EQ(document.lines.line_count(), fresh.line_count());
        for (std::size_t line = 0; line <= fresh.line_count(); ++line)
            ASSERT_EQ(document.lines.start(line), fresh.start(line)) << "version " << version;
    }
}

}
}
