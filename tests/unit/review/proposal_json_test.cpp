#include "sample.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace countersign::review {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Proposal everything()
{
    FileChange modified = modify("dir/\xC3\xA4.c", "a\r\nb\rc\n\xE2\x80\xAE\nend", "a\r\nB\nend\n");
    modified.base_version = -3;
    modified.format = { workspace::Encoding::utf16_le, workspace::LineEnd::crlf, true, false };
    Proposal proposal = propose({ modified, create("empty", ""), remove("gone", "x"), move("old", "new", "1\n", "2\n") });
    decide(proposal, { "2.1" }, Decision::discarded);
    proposal.files[3].hunks[0].edited = "3\r\n";
    decide(proposal, { "4.1" }, Decision::applied);
    proposal.evidence = { { "ctest", Evidence::Result::passed, "7 of 7 tests passed" },
        { "npm test", Evidence::Result::not_run, "nobody was asked" } };
    return proposal;
}

TEST(proposal_json, gives_every_field_back_exactly)
{
    Proposal const proposal = everything();
    Json const json = to_json(proposal);
    auto const back = proposal_from_json(support::parse_json(support::dump_json(json)).value());
    ASSERT_TRUE(back) << error_of(back);
    EXPECT_EQ(to_json(*back), json);
    EXPECT_EQ(back->files[0].change.base_text, proposal.files[0].change.base_text);
    EXPECT_EQ(back->files[0].change.new_text, proposal.files[0].change.new_text);
    EXPECT_EQ(back->files[0].change.base_version, -3);
    EXPECT_EQ(back->files[0].change.format, proposal.files[0].change.format);
    EXPECT_EQ(back->files[0].hunks, proposal.files[0].hunks);
    EXPECT_EQ(back->files[3].hunks[0].edited, "3\r\n");
    EXPECT_EQ(back->files[3].hunks[0].decision, Decision::applied);
    EXPECT_EQ(back->revision, 3u);
    EXPECT_EQ(back->evidence, proposal.evidence);
}

/// Every field, at every depth: without it, and with a value of another type, there is an error that names it.
void expect_strict(Json const& whole, Json::json_pointer const& at, std::string const& path)
{
    for (auto const& [key, value] : whole.at(at).items()) {
        std::string const name = whole.at(at).is_array() ? path + "[" + key + "]" : path.empty() ? key : path + "." + key;
        Json::json_pointer const here = at / (whole.at(at).is_array() ? Json::json_pointer("/" + key) : Json::json_pointer("/" + key));
        Json other = whole;
        other[here] = value.is_object() ? Json(1) : Json(Json::object());
        EXPECT_THAT(error_of(proposal_from_json(other)), StartsWith("invalid_params: " + name + ": ")) << name;
        if (whole.at(at).is_object() && key != "base_version" && key != "edited" && key != "evidence") {
            other = whole;
            other[at].erase(key);
            EXPECT_EQ(error_of(proposal_from_json(other)), "invalid_params: " + name + ": missing");
        }
        if (value.is_structured())
            expect_strict(whole, here, name);
    }
    if (whole.at(at).is_object()) {
        Json other = whole;
        other[at]["surplus"] = 1;
        EXPECT_THAT(error_of(proposal_from_json(other)), HasSubstr("surplus: unknown"));
    }
}

TEST(proposal_json, names_the_field_that_is_wrong)
{
    expect_strict(to_json(everything()), Json::json_pointer(""), "");
    EXPECT_THAT(error_of(proposal_from_json(Json::array())), HasSubstr("proposal: expected an object"));
}

struct Damage {
    char const* pointer;
    Json value;
    char const* message;
};

TEST(proposal_json, refuses_values_that_do_not_fit_together)
{
    std::vector<Damage> const damages {
        { "/format", 2, "format: written by another version" },
        { "/revision", 0, "revision: expected a number from 1" },
        { "/revision", -1, "revision: expected a whole number" },
        { "/revision", 1.5, "revision: expected a whole number" },
        { "/files/0/kind", "rename", "files[0].kind: expected one of modify, create, remove, move" },
        { "/files/0/path", "../x", "files[0].path: expected a relative path" },
        { "/files/0/path", "a/../../x", "files[0].path" },
        { "/files/0/path", "/etc/passwd", "files[0].path" },
        { "/files/0/path", "", "files[0].path" },
        { "/files/0/path", std::string("a\0b", 3), "files[0].path" },
        { "/files/1/path", "gone", "files[2].path: this file is there twice" },
        { "/files/0/from", "x", "files[0].from" },
        { "/files/3/from", "../x", "files[3].from" },
        { "/files/3/from", "", "files[3].from" },
        { "/files/0/base_text", "something else", "files[0].base_hash: does not belong to base_text" },
        { "/files/0/hunks/0/id", "1.2", "files[0].hunks[0].id: expected \"1.1\"" },
        { "/files/0/hunks/0/old_end", 1000, "files[0].hunks[0].old_end" },
        { "/files/0/hunks/0/old_begin", 1000, "files[0].hunks[0].old_end" },
        { "/files/0/hunks/0/new_end", 1000, "files[0].hunks[0].new_end" },
        { "/files/0/hunks/0/decision", "perhaps", "files[0].hunks[0].decision: expected one of pending, applied, discarded" },
        { "/files/1/hunks", Json::array(), "files[1].hunks: expected exactly one" },
        { "/files/1/base_text", "not nothing", "files[1].base_hash" },
        { "/evidence/0/result", "good", "evidence[0].result: expected one of passed, failed, not run" },
    };
    for (Damage const& damage : damages) {
        Json json = to_json(everything());
        json[Json::json_pointer(damage.pointer)] = damage.value;
        EXPECT_THAT(error_of(proposal_from_json(json)), HasSubstr(damage.message)) << damage.pointer;
    }
}

TEST(proposal_json, reads_what_was_stored_before_there_was_evidence)
{
    Json json = to_json(everything());
    json.erase("evidence");
    auto const back = proposal_from_json(json);
    ASSERT_TRUE(back) << error_of(back);
    EXPECT_TRUE(back->evidence.empty());
}

TEST(proposal_json, refuses_hunks_that_overlap)
{
    Json json = to_json(propose({ modify("a", "1\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n") }));
    ASSERT_EQ(json["files"][0]["hunks"].size(), 2u);
    json["files"][0]["hunks"][0]["old_end"] = 5;
    EXPECT_THAT(error_of(proposal_from_json(json)), HasSubstr("files[0].hunks[1].old_end: outside the base text, or overlapping"));
}

}
}
