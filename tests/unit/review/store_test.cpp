#include "review/store.h"

#include "sample.h"
#include "support/files.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <latch>
#include <nlohmann/json.hpp>
#include <set>
#include <sys/stat.h>
#include <thread>

namespace countersign::review {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class store : public testing::Test {
protected:
    store()
    {
        char pattern[] = "/tmp/countersign-review-XXXXXX";
        directory = fs::canonical(::mkdtemp(pattern));
    }
    ~store() override { fs::remove_all(directory); }

    Store open()
    {
        auto opened = Store::open(directory / "state");
        EXPECT_TRUE(opened) << error_of(opened);
        return std::move(*opened);
    }

    static Proposal fresh()
    {
        Proposal proposal = propose({ modify("a.c", "1\r\n2\n", "1\r\n3"), create("b.c", "") });
        proposal.id.clear();
        proposal.created.clear();
        return proposal;
    }

    fs::path directory;
};

TEST_F(store, gives_ids_and_keeps_what_it_was_given)
{
    Store proposals = open();
    auto const first = proposals.create(fresh());
    ASSERT_TRUE(first) << error_of(first);
    EXPECT_EQ(first->id, "1");
    EXPECT_FALSE(first->created.empty());
    EXPECT_EQ(proposals.create(fresh())->id, "2");
    auto const loaded = open().load("1");
    ASSERT_TRUE(loaded) << error_of(loaded);
    EXPECT_EQ(to_json(*loaded), to_json(*first));
    EXPECT_EQ(support::read_file(proposals.document_path(*first)).value(), render_review_document(*first));
}

TEST_F(store, lets_nobody_else_read)
{
    Store proposals = open();
    auto const proposal = proposals.create(fresh()).value();
    struct stat status { };
    ASSERT_EQ(::stat((directory / "state/proposals").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    for (char const* name : { "1.json", "1.1.diff" }) {
        ASSERT_EQ(::stat((directory / "state/proposals" / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
    }
}

TEST_F(store, never_gives_an_id_twice)
{
    Store proposals = open();
    auto proposal = proposals.create(fresh()).value();
    decide(proposal, { "1.1", "2.1" }, Decision::applied);
    ASSERT_TRUE(proposals.save(proposal));
    EXPECT_EQ(open().create(fresh())->id, "2");
}

TEST_F(store, never_gives_an_id_to_two_at_once)
{
    for (int round = 0; round < 20; ++round) {
        constexpr int count = 8;
        fs::path const state = directory / std::to_string(round);
        std::vector<std::string> ids(count);
        std::latch ready(count);
        {
            std::vector<std::jthread> threads;
            for (std::string& id : ids) {
                threads.emplace_back([&] {
                    Store mine = Store::open(state).value();
                    ready.arrive_and_wait();
                    id = mine.create(fresh()).value().id;
                });
            }
        }
        EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
    }
}

TEST_F(store, keeps_the_documents_of_old_revisions_as_they_were)
{
    Store proposals = open();
    auto proposal = proposals.create(fresh()).value();
    fs::path const first = proposals.document_path(proposal);
    std::string const before = support::read_file(first).value();
    decide(proposal, { "2.1" }, Decision::discarded);
    ASSERT_TRUE(proposals.save(proposal));
    fs::path const second = proposals.document_path(proposal);
    EXPECT_EQ(second.filename(), "1.2.diff");
    EXPECT_EQ(support::read_file(first).value(), before);
    EXPECT_EQ(support::read_file(second).value(), render_review_document(proposal));
    ASSERT_TRUE(support::write_file_atomically(second, "edited and saved by a person"));
    ASSERT_TRUE(proposals.save(proposal));
    EXPECT_EQ(support::read_file(second).value(), "edited and saved by a person");
}

TEST_F(store, never_takes_back_what_another_process_decided)
{
    Store mine = open();
    Store other = open();
    auto ours = mine.create(fresh()).value();
    auto theirs = other.load("1").value();
    decide(theirs, { "1.1" }, Decision::applied);
    ASSERT_TRUE(other.save(theirs));
    decide(ours, { "2.1" }, Decision::discarded);
    auto const saved = mine.save(ours);
    ASSERT_TRUE(saved) << error_of(saved);
    EXPECT_EQ(saved->files[0].hunks[0].decision, Decision::applied);
    EXPECT_EQ(saved->files[1].hunks[0].decision, Decision::discarded);
    EXPECT_FALSE(mine.load("1")->is_open());
    EXPECT_TRUE(mine.open_proposals("/home/me/project").empty());
}

TEST_F(store, gives_two_processes_different_revisions_for_different_documents)
{
    Store mine = open();
    Store other = open();
    auto ours = mine.create(fresh()).value();
    auto theirs = ours;
    ours.summary = "one";
    theirs.summary = "two";
    ours.revision = theirs.revision = 2;
    ours = mine.save(ours).value();
    theirs = other.save(theirs).value();
    EXPECT_EQ(ours.revision, 2u);
    EXPECT_EQ(theirs.revision, 3u);
    EXPECT_EQ(support::read_file(mine.document_path(ours)).value(), render_review_document(ours));
    EXPECT_EQ(support::read_file(mine.document_path(theirs)).value(), render_review_document(theirs));
}

TEST_F(store, lets_one_at_a_time_apply_a_proposal)
{
    Store mine = open();
    Store other = open();
    auto claim = mine.claim("1").value();
    EXPECT_TRUE(claim);
    EXPECT_FALSE(other.claim("1").value());
    EXPECT_TRUE(other.claim("2").value());
    claim.reset();
    EXPECT_TRUE(other.claim("1").value());
    EXPECT_THAT(error_of(mine.claim("../x")), HasSubstr("there is no proposal"));
}

TEST_F(store, forgets_what_was_decided_long_ago_and_gives_no_id_again)
{
    Store proposals = open();
    for (int i = 0; i < 4; ++i)
        proposals.create(fresh()).value();
    for (char const* id : { "1", "2", "4" }) {
        Proposal decided = proposals.load(id).value();
        decide(decided, { "1.1", "2.1" }, Decision::discarded);
        ASSERT_TRUE(proposals.save(decided));
    }
    fs::path const folder = directory / "state/proposals";
    for (char const* id : { "1", "4" })
        fs::last_write_time(folder / "decided" / (std::string(id) + ".json"), fs::file_time_type::clock::now() - std::chrono::hours(50));
    ASSERT_TRUE(proposals.forget_decided(std::chrono::hours(48)));
    EXPECT_EQ(error_of(proposals.load("1")), "not_found: there is no proposal 1");
    EXPECT_FALSE(fs::exists(folder / "1.1.diff"));
    EXPECT_TRUE(proposals.load("2"));
    EXPECT_TRUE(proposals.load("3"));
    EXPECT_EQ(proposals.create(fresh())->id, "5");
}

TEST_F(store, loses_no_decision_of_many_at_once)
{
    std::vector<FileChange> changes;
    for (int i = 0; i < 16; ++i)
        changes.push_back(create("new" + std::to_string(i), "x\n"));
    Store proposals = open();
    Proposal proposal = fresh();
    proposal.files = propose(changes).files;
    proposal = proposals.create(std::move(proposal)).value();
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < proposal.files.size(); ++i) {
            threads.emplace_back([&, i] {
                Store mine = open();
                Proposal own = proposal;
                decide(own, { own.files[i].hunks[0].id }, i % 2 == 0 ? Decision::applied : Decision::discarded);
                ASSERT_TRUE(mine.save(own));
            });
        }
    }
    Proposal const stored = proposals.load("1").value();
    for (std::size_t i = 0; i < stored.files.size(); ++i)
        EXPECT_EQ(stored.files[i].hunks[0].decision, i % 2 == 0 ? Decision::applied : Decision::discarded) << i;
}

TEST_F(store, lists_open_proposals_of_one_folder_oldest_first)
{
    Store proposals = open();
    for (int i = 0; i < 12; ++i) {
        Proposal proposal = fresh();
        if (i == 3)
            proposal.workspace = "/elsewhere";
        proposals.create(std::move(proposal)).value();
    }
    Proposal decided = proposals.load("6").value();
    decide(decided, { "1.1", "2.1" }, Decision::discarded);
    ASSERT_TRUE(proposals.save(decided));
    std::vector<std::string> ids;
    for (Proposal const& proposal : proposals.open_proposals("/home/me/project"))
        ids.push_back(proposal.id);
    EXPECT_EQ(ids, (std::vector<std::string> { "1", "2", "3", "5", "7", "8", "9", "10", "11", "12" }));
    EXPECT_FALSE(proposals.load("6")->is_open());
}

TEST_F(store, leaves_damaged_files_and_shows_the_others)
{
    Store proposals = open();
    fs::path const folder = directory / "state/proposals";
    for (int i = 0; i < 6; ++i)
        proposals.create(fresh()).value();
    ASSERT_TRUE(support::write_file_atomically(folder / "1.json", ""));
    ASSERT_TRUE(support::write_file_atomically(folder / "2.json", "{\"format\":1}"));
    std::string const third = support::read_file(folder / "3.json").value();
    ASSERT_TRUE(support::write_file_atomically(folder / "3.json", third.substr(0, third.size() / 2)));
    ASSERT_TRUE(support::write_file_atomically(folder / "5.json", third));
    ASSERT_TRUE(support::write_file_atomically(folder / "x.json", "{}"));
    fs::remove(folder / "6.json");
    fs::create_directory(folder / "6.json");
    ASSERT_EQ(proposals.open_proposals("/home/me/project").size(), 1u);
    EXPECT_EQ(proposals.open_proposals("/home/me/project")[0].id, "4");
    EXPECT_THAT(error_of(proposals.load("1")), HasSubstr("1.json is damaged: not JSON at byte 0"));
    EXPECT_THAT(error_of(proposals.load("2")), HasSubstr("2.json is damaged: id: missing"));
    EXPECT_THAT(error_of(proposals.load("5")), HasSubstr("5.json is damaged: id: expected \"5\""));
    EXPECT_TRUE(fs::exists(folder / "3.json"));
    EXPECT_EQ(proposals.create(fresh())->id, "7");
}

TEST_F(store, loads_nothing_by_a_name_that_is_no_number)
{
    Store proposals = open();
    ASSERT_TRUE(support::write_file_atomically(directory / "state/1.json", "{}"));
    for (char const* id : { "", "0", "01", "-1", "../1", "1.1", "1/../1", "99999999999999999999999", "1\n", "x" })
        EXPECT_THAT(error_of(proposals.load(id)), HasSubstr("not_found: there is no proposal")) << id;
    EXPECT_EQ(error_of(proposals.load("9")), "not_found: there is no proposal 9");
}

TEST_F(store, refuses_texts_that_it_could_not_give_back)
{
    Store proposals = open();
    Proposal proposal = fresh();
    proposal.files[0].change.new_text = "\xFF";
    EXPECT_THAT(error_of(proposals.create(proposal)), HasSubstr("invalid_params: a.c is not valid UTF-8 (byte 0)"));
    proposal = fresh();
    proposal.workspace = "/caf\xE9";
    EXPECT_THAT(error_of(proposals.create(proposal)), HasSubstr("the workspace's path is not valid UTF-8"));
    proposal = fresh();
    proposal.id = "../7";
    EXPECT_THAT(error_of(proposals.save(proposal)), HasSubstr("is not the id of a stored proposal"));
}

TEST_F(store, says_why_it_cannot_be_opened)
{
    ASSERT_TRUE(support::write_file_atomically(directory / "file", ""));
    EXPECT_THAT(error_of(Store::open(directory / "file")), HasSubstr("io: cannot create the directory"));
}

TEST_F(store, knows_a_review_document_by_where_its_path_leads)
{
    Store proposals = open();
    proposals.create(fresh()).value();
    fs::path const folder = directory / "state/proposals";
    fs::create_directory_symlink(directory / "state", directory / "link");
    ASSERT_TRUE(support::write_file_atomically(directory / "other.diff", ""));
    fs::create_symlink(directory / "other.diff", folder / "9.1.diff");
    EXPECT_EQ(proposals.document_id(folder / "1.1.diff"), "1");
    EXPECT_EQ(proposals.document_id(folder / "12.345.diff"), "12");
    EXPECT_EQ(proposals.document_id(directory / "link/proposals/../proposals/./1.1.diff"), "1");
    for (fs::path const& path : { folder / "1.json", folder / "1.diff", folder / "a.1.diff", folder / "1.0.diff", folder / "01.1.diff",
             folder / "1.1.diff.txt", folder / "1.1.1.diff", folder / "decided/1.1.diff", directory / "1.1.diff", folder / "9.1.diff",
             fs::path("1.1.diff"), fs::path("") })
        EXPECT_EQ(proposals.document_id(path), std::nullopt) << path;
}

}
}
