#include "review/checkpoints.h"

#include "sample.h"
#include "support/files.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace countersign::review {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class checkpoints : public testing::Test {
protected:
    checkpoints()
    {
        char pattern[] = "/tmp/countersign-checkpoints-XXXXXX";
        directory = fs::canonical(::mkdtemp(pattern));
    }
    ~checkpoints() override { fs::remove_all(directory); }

    Checkpoints open() const { return Checkpoints::open(directory / "state").value(); }

    static Checkpoint fresh()
    {
        Checkpoint checkpoint;
        checkpoint.proposal = "7";
        checkpoint.title = "Make it simpler";
        checkpoint.workspace = "/home/me/project";
        checkpoint.approval = 12;
        return checkpoint;
    }

    static std::vector<PlannedFile> planned()
    {
        static Files const files { { "a.c", "1\r\n2" }, { "old.c", "o\n" } };
        Proposal const proposal = propose({ modify("a.c", "1\r\n2", "1\r\n3"), create("b.c", "b\n"), remove("old.c", "o\n") });
        return plan(proposal, {}, reading(files)).value();
    }

    /// Each record that is listed can be undone: its texts are there and are what their names say.
    void expect_sound() const
    {
        Checkpoints const kept = open();
        auto const all = kept.of_workspace("/home/me/project");
        ASSERT_TRUE(all) << error_of(all);
        for (Checkpoint const& checkpoint : *all) {
            for (CheckpointFile const& file : checkpoint.files) {
                if (!file.before.empty()) {
                    EXPECT_TRUE(kept.text(file.before));
                }
                if (!file.after.empty()) {
                    EXPECT_TRUE(kept.text(file.after));
                }
            }
        }
        EXPECT_TRUE(kept.begin(fresh(), planned()));
    }

    fs::path directory;
};

TEST_F(checkpoints, keep_what_an_approval_changes)
{
    auto const begun = open().begin(fresh(), planned());
    ASSERT_TRUE(begun) << error_of(begun);
    EXPECT_EQ(begun->id, "1");
    auto const all = open().of_workspace("/home/me/project").value();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].state, Checkpoint::State::begun);
    ASSERT_EQ(all[0].files.size(), 3u);
    EXPECT_EQ(open().text(all[0].files[0].before).value(), "1\r\n2");
    EXPECT_EQ(open().text(all[0].files[0].after).value(), "1\r\n3");
    EXPECT_TRUE(all[0].files[1].before.empty());
    EXPECT_TRUE(open().of_workspace("/somewhere/else").value().empty());
}

TEST_F(checkpoints, end_with_the_files_that_were_changed)
{
    Checkpoints const kept = open();
    auto const first = kept.begin(fresh(), planned()).value();
    auto const second = kept.begin(fresh(), planned()).value();
    ASSERT_TRUE(kept.finish(first, { "b.c" }));
    ASSERT_TRUE(kept.finish(second, {}));
    auto const all = kept.of_workspace("/home/me/project").value();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].state, Checkpoint::State::done);
    ASSERT_EQ(all[0].files.size(), 1u);
    EXPECT_EQ(all[0].files[0].path, "b.c");
}

TEST_F(checkpoints, know_those_that_a_killed_process_left)
{
    Checkpoints const kept = open();
    auto left = kept.begin(fresh(), planned()).value();
    auto const done = kept.begin(fresh(), planned()).value();
    ASSERT_TRUE(kept.finish(done, { "a.c" }));
    EXPECT_TRUE(open().abandoned("/home/me/project").value().empty()) << "whoever began it still lives";
    left.hold.reset();
    auto const found = open().abandoned("/home/me/project").value();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].id, left.id);
    EXPECT_TRUE(open().abandoned("/home/me/project").value().empty()) << "somebody looks at it already";
    ASSERT_TRUE(kept.finish(found[0], { "a.c" }));
    EXPECT_TRUE(open().abandoned("/home/me/project").value().empty());
}

TEST_F(checkpoints, are_for_their_owner_alone)
{
    ASSERT_TRUE(open().begin(fresh(), planned()));
    for (fs::directory_entry const& entry : fs::recursive_directory_iterator(directory / "state")) {
        struct stat status { };
        ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0077u, 0u) << entry.path();
    }
}

TEST_F(checkpoints, list_the_newest_first_and_leave_damaged_ones)
{
    Checkpoints const kept = open();
    for (int i = 0; i < 11; ++i)
        ASSERT_TRUE(kept.begin(fresh(), planned()));
    ASSERT_TRUE(support::write_file_atomically(directory / "state/checkpoints/10.json", "{\"format\": 2}"));
    ASSERT_TRUE(support::write_file_atomically(directory / "state/checkpoints/9.json", ""));
    auto const all = kept.of_workspace("/home/me/project").value();
    ASSERT_EQ(all.size(), 9u);
    EXPECT_EQ(all.front().id, "11");
    EXPECT_EQ(all.back().id, "1");
}

TEST_F(checkpoints, do_not_hand_out_a_text_that_was_changed)
{
    Checkpoints const kept = open();
    std::string const hash = kept.begin(fresh(), planned()).value().files[0].before;
    ASSERT_TRUE(support::write_file_atomically(directory / "state/checkpoints/texts" / hash, "evil"));
    EXPECT_THAT(error_of(kept.text(hash)), HasSubstr("is damaged"));
    EXPECT_THAT(error_of(kept.text("../../7.json")), HasSubstr("not_found"));
    // The next approval on that text puts it right.
    ASSERT_TRUE(kept.begin(fresh(), planned()));
    EXPECT_EQ(kept.text(hash).value(), "1\r\n2");
}

TEST_F(checkpoints, refuse_records_that_reach_outside)
{
    Json json = to_json(open().begin(fresh(), planned()).value());
    ASSERT_TRUE(checkpoint_from_json(json));
    for (char const* path : { "../x", "/etc/passwd", "a/../../x", "" }) {
        json["files"][0]["path"] = path;
        EXPECT_THAT(error_of(checkpoint_from_json(json)), HasSubstr("files[0].path")) << path;
    }
}

TEST_F(checkpoints, drop_the_oldest_and_the_texts_that_nobody_names)
{
    Checkpoints const kept = open();
    std::string const lost =
        kept.begin(fresh(), { { ChangeKind::create, "x", "", "", "only here\n", { "1.1" }, {}, {} } }).value().files[0].after;
    auto const second = kept.begin(fresh(), planned()).value();
    ASSERT_TRUE(kept.prune(1));
    EXPECT_TRUE(kept.text(lost)) << "an hour has not passed";
    for (fs::directory_entry const& entry : fs::directory_iterator(directory / "state/checkpoints/texts"))
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(2));
    ASSERT_TRUE(kept.prune(1));
    EXPECT_FALSE(kept.text(lost));
    EXPECT_EQ(kept.of_workspace("/home/me/project").value().size(), 1u);
    EXPECT_TRUE(kept.text(second.files[0].before));
}

TEST_F(checkpoints, say_that_a_full_disk_is_full_and_leave_no_record)
{
    pid_t const child = ::fork();
    if (child == 0) {
        // A file may not grow past this: what write() then says is what a full disk says, in other words.
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit const limit { 100, 100 };
        Checkpoints const kept = open();
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto const begun = kept.begin(fresh(), { { ChangeKind::create, "x", "", "", std::string(1000, 'x'), { "1.1" }, {}, {} } });
        ::_exit(!begun && begun.error().code == ErrorCode::io ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(open().of_workspace("/home/me/project").value().empty());
    expect_sound();
}

/// Runs `work` in a child and kills it when it is about to make its `step`th system call. False once it ended by itself, or if the
/// kernel does not let us trace.
template<typename Work>
bool killed_at(int step, bool& traced, Work const& work)
{
    pid_t const child = ::fork();
    if (child == 0) {
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
            ::_exit(99);
        ::raise(SIGSTOP);
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    traced = WIFSTOPPED(status);
    if (!traced)
        return false;
    for (int i = 0; i <= step; ++i) {
        ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
        ::waitpid(child, &status, 0);
        if (!WIFSTOPPED(status))
            return false;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return true;
}

TEST_F(checkpoints, are_sound_whenever_they_are_killed)
{
    bool traced = true;
    int step = 0;
    int listed = 0;
    while (true) {
        fs::remove_all(directory / "state");
        Checkpoints const kept = open();
        if (!killed_at(step, traced, [&] {
                auto const begun = kept.begin(fresh(), planned());
                if (begun)
                    (void)kept.finish(*begun, { "a.c", "b.c", "old.c" });
            }))
            break;
        auto const all = kept.of_workspace("/home/me/project").value();
        ASSERT_LE(all.size(), 1u);
        listed += static_cast<int>(all.size());
        ASSERT_NO_FATAL_FAILURE(expect_sound()) << "killed at system call " << step;
        ++step;
    }
    if (!traced) {
        ASSERT_EQ(::getenv("CI"), nullptr) << "this machine does not let a process trace its child";
        GTEST_SKIP() << "NOT TESTED: this machine does not let a process trace its child";
    }
    EXPECT_GT(step, 50);
    EXPECT_GT(listed, 10);
    EXPECT_LT(listed, step);
}

}
}
