#include "agent/replay.h"

#include "support/files.h"
#include "support/hash.h"
#include "support/text.h"
#include "tests/unit/agent/run_fixture.h"
#include "workspace/jail.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace countersign::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A real workspace and a real state directory beside it.
class ReplayTest : public RunTest {
protected:
    ReplayTest()
        : folder_(std::filesystem::temp_directory_path() / ("countersign-replay-" + support::random_hex(6)))
        , model_at_root_((folder_ / "work").string())
    {
        write("src/a.cpp", "int answer() { return 42; }\nint twice() { return answer() * 2; }\n");
        write("src/b.cpp", "int other() { return 1; }\r\n");
        write("notes.txt", "the answer\n");
        write("moved.txt", "to be moved\n");
        write("gone.txt", "to be deleted\n");
        write("unrelated.txt", "nothing to see\n");
        write("image.png", std::string("\x89PNG\0", 5));
        write(".gitignore", "hidden.txt\n");
        write("hidden.txt", "exists, but is not listed\n");
        std::filesystem::create_symlink("notes.txt", root() / "link.txt");
        std::filesystem::create_symlink("nowhere", root() / "dangling.txt");
    }
    ~ReplayTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path root() const { return folder_ / "work"; }
    std::filesystem::path state() const { return folder_ / "state"; }
    std::filesystem::path transcript_file() const { return state() / "runs" / "run-1.jsonl"; }

    void write(std::string const& path, std::string const& content)
    {
        std::filesystem::create_directories((root() / path).parent_path());
        std::ofstream(root() / path, std::ios::binary) << content;
    }

    Outcome record(std::stop_token stop = {})
    {
        auto jail = workspace::Jail::open(root().string());
        EXPECT_TRUE(jail);
        std::vector<std::shared_ptr<workspace::Document const>> buffers;
        for (auto const& [path, text] : buffers_) {
            workspace::Document buffer { (root() / path).string(), "", 7, std::make_shared<std::string const>(text),
                support::LineIndex(text) };
            buffers.push_back(std::make_shared<workspace::Document const>(buffer));
        }
        auto const snapshot = std::make_shared<workspace::Snapshot const>(*jail, std::move(buffers));
        // Read before the run begins, as an action does to write its task.
        EXPECT_TRUE(snapshot->read("src/a.cpp"));
        auto transcript = Transcript::create(state(), "run-1", clock_);
        EXPECT_TRUE(transcript) << transcript.error().message;
        return agent::run(
            task_, model_at_root_, snapshot, limits_, clock_, **transcript, {}, std::move(stop), tools::registry(), commands_);
    }

    void wreck_workspace()
    {
        std::filesystem::remove_all(root());
        write("src/a.cpp", "something else\n");
        write("src/new.cpp", "int answer();\n");
    }

    Replayed replayed()
    {
        auto result = replay(state(), "run-1", clock_, {});
        EXPECT_TRUE(result) << result.error().message;
        return result ? std::move(*result) : Replayed {};
    }

    std::vector<std::string> lines()
    {
        std::vector<std::string> found;
        std::ifstream stream(transcript_file());
        for (std::string line; std::getline(stream, line);)
            found.push_back(line);
        return found;
    }
    void rewrite(std::vector<std::string> const& wanted, std::string const& end = {})
    {
        std::ofstream stream(transcript_file(), std::ios::trunc);
        for (std::string const& line : wanted)
            stream << line << '\n';
        stream << end;
    }
    std::string load_error()
    {
        auto const recording = load_recording(state(), "run-1");
        return recording ? "loaded" : to_string(recording.error());
    }

    std::filesystem::path folder_;
    tests::ScriptedModel model_at_root_;
    std::map<std::string, std::string> buffers_;
    tools::Commands* commands_ = nullptr;
};

TEST_F(ReplayTest, every_tool_gives_the_same_again_though_the_workspace_changed)
{
    buffers_ = { { "src/b.cpp", "int other() { return 2; }\r\n// unsaved\r\n" }, { "src/unsaved.cpp", "int answer(int);\n" } };
    task_.diagnostics = { { "src/a.cpp", 1, 1, 1, 4, "warning", "clangd", "unused", "unused function" } };
    auto const get = [](Json const& entry) { return entry; };
    model_at_root_
        .calls({ { "list_files", get({ { "glob", "**/*.cpp" } }) }, { "search", get({ { "pattern", "answer" } }) },
            { "search", get({ { "pattern", "nowhere" } }) }, { "outline", get({ { "path", "src/a.cpp" } }) },
            { "references", get({ { "name", "answer" } }) }, { "diagnostics", get({ { "path", "src/a.cpp" } }) }, read("src/b.cpp"),
            read("image.png"), read("none.txt"), read("../outside.txt"), read((root() / "notes.txt").string()) })
        .calls({ edit("src/a.cpp", "return 42", "return 43"), edit("src/b.cpp", "// unsaved\n", "// saved\n"),
            edit("link.txt", "the answer", "x"), { "create_file", { { "path", "src/new.cpp" }, { "content", "int x;\n" } } },
            { "create_file", { { "path", "hidden.txt" }, { "content", "x" } } },
            { "create_file", { { "path", "dangling.txt" }, { "content", "x" } } },
            { "create_file", { { "path", "src" }, { "content", "x" } } },
            { "create_file", { { "path", "image.png" }, { "content", "x" } } },
            { "create_file", { { "path", "notes.txt/x" }, { "content", "x" } } }, { "delete_file", { { "path", "gone.txt" } } },
            { "move_file", { { "from", "moved.txt" }, { "to", "sub/moved.txt" } } },
            { "search", { { "pattern", "int x|moved|deleted" } } } })
        .text("Changed the answer.");
    Outcome const outcome = record();
    ASSERT_EQ(outcome.ended, Ended::done) << outcome.error;
    ASSERT_EQ(outcome.changes.size(), 5u);
    std::vector<std::string> results;
    for (std::string const& line : lines()) {
        if (auto const entry = Json::parse(line); entry.at("kind") == "result")
            results.push_back(entry.at("text"));
    }
    wreck_workspace();

    Replayed const again = replayed();
    EXPECT_TRUE(again.same) << again.text;
    EXPECT_EQ(again.text, "run run-1 ends as it did: done, 5 files changed\n");
    ASSERT_EQ(again.outcome.changes.size(), outcome.changes.size());
    for (std::size_t i = 0; i < outcome.changes.size(); ++i) {
        EXPECT_EQ(again.outcome.changes[i].path, outcome.changes[i].path);
        EXPECT_EQ(again.outcome.changes[i].new_text, outcome.changes[i].new_text);
        EXPECT_EQ(again.outcome.changes[i].base_version, outcome.changes[i].base_version);
        EXPECT_EQ(again.outcome.changes[i].format, outcome.changes[i].format);
    }

    // Not only the outcome: every tool says the same, word for word.
    auto recording = load_recording(state(), "run-1");
    ASSERT_TRUE(recording);
    MemoryTranscript second;
    auto player = model::make_replay_provider(recording->replies);
    agent::run(recording->task, *player, recording->snapshot, limits_, clock_, second, {}, {});
    std::vector<std::string> second_results;
    for (Json const& entry : second.entries) {
        if (entry.at("kind") == "result")
            second_results.push_back(entry.at("text"));
    }
    EXPECT_EQ(second_results, results);
}

TEST_F(ReplayTest, keeps_a_text_once_and_no_file_that_did_not_matter)
{
    write("copy.txt", "the answer\n");
    model_at_root_.calls({ { "search", { { "pattern", "answer" } } }, read("notes.txt"), read("copy.txt") })
        .calls({ read("notes.txt") })
        .text("Done.");
    record();
    std::size_t captures = 0, texts = 0;
    for (std::string const& line : lines()) {
        EXPECT_THAT(line, ::testing::Not(HasSubstr("nothing to see")));
        Json const entry = Json::parse(line);
        captures += entry.at("kind") == "capture" ? 1 : 0;
        texts += entry.contains("text") && entry.at("kind") == "capture" ? 1 : 0;
    }
    EXPECT_EQ(captures, 3u) << "src/a.cpp, notes.txt, copy.txt";
    EXPECT_EQ(texts, 2u);
}

TEST_F(ReplayTest, ends_again_at_a_limit_and_at_a_providers_error)
{
    limits_.steps = 1;
    model_at_root_.calls({ edit("notes.txt", "answer", "question") });
    EXPECT_EQ(record().ended, Ended::limit);
    EXPECT_EQ(replayed().text, "run run-1 ends as it did: limit, 1 file changed\n");

    std::filesystem::remove(transcript_file());
    limits_.steps = 10;
    model_at_root_ = tests::ScriptedModel(root().string());
    model_at_root_.calls({ read("notes.txt") }).fails(ErrorCode::provider, "overloaded");
    EXPECT_EQ(record().ended, Ended::failed);
    EXPECT_EQ(replayed().text, "run run-1 ends as it did: failed, 0 files changed\n");
}

TEST_F(ReplayTest, a_run_that_was_stopped_is_replayed_up_to_there)
{
    std::stop_source stop;
    model_at_root_.calls({ edit("notes.txt", "answer", "question") })
        .turn([&](model::Request const&, tests::ScriptedModel::OnDelta const&, std::stop_token) -> Result<model::Reply> {
            stop.request_stop();
            return fail(ErrorCode::cancelled, "cancelled");
        });
    EXPECT_EQ(record(stop.get_token()).ended, Ended::stopped);
    Replayed const again = replayed();
    EXPECT_TRUE(again.same) << again.text;
    EXPECT_EQ(again.outcome.ended, Ended::stopped);
}

TEST_F(ReplayTest, shows_how_the_outcome_differs)
{
    model_at_root_.calls({ edit("notes.txt", "answer", "question") }).text("Done.");
    record();
    auto changed = lines();
    Json outcome = Json::parse(changed.back());
    outcome["outcome"]["changes"][0]["hash"] = "0000";
    changed.back() = outcome.dump();
    rewrite(changed);
    Replayed const again = replayed();
    EXPECT_FALSE(again.same);
    EXPECT_THAT(again.text, HasSubstr("run run-1 ends differently"));
    EXPECT_THAT(again.text, HasSubstr("-modify: notes.txt 0000\n+modify: notes.txt " + support::content_hash("the question\n")));
}

TEST_F(ReplayTest, leaves_out_a_last_line_that_was_cut_off)
{
    model_at_root_.calls({ read("notes.txt") }).text("Done.");
    record();
    auto whole = lines();
    std::string const last = whole.back();
    whole.pop_back();
    for (std::size_t const size : { std::size_t { 1 }, last.size() / 2, last.size() - 1 }) {
        rewrite(whole, last.substr(0, size));
        auto const recording = load_recording(state(), "run-1");
        ASSERT_TRUE(recording) << recording.error().message;
        EXPECT_EQ(recording->damage, "line " + std::to_string(whole.size() + 1) + " is cut off and was left out");
        EXPECT_EQ(recording->replies.size(), 2u);
        EXPECT_TRUE(recording->outcome.is_null());
        auto const again = replay(state(), "run-1", clock_, {});
        ASSERT_FALSE(again);
        EXPECT_THAT(again.error().message, HasSubstr("has no outcome in its transcript: it was cut off"));
    }
}

TEST_F(ReplayTest, names_the_line_that_is_damaged)
{
    model_at_root_.calls({ read("notes.txt") }).text("Done.");
    record();
    auto const whole = lines();
    auto const with = [&](std::size_t line, std::string const& text) {
        auto changed = whole;
        changed[line - 1] = text;
        rewrite(changed);
        return load_error();
    };
    EXPECT_THAT(with(3, "{\"kind\":"), HasSubstr("line 3 of "));
    EXPECT_THAT(with(1, "{}"), HasSubstr("a transcript begins with its task"));
    EXPECT_THAT(with(1, R"({"kind":"task","format":2})"), HasSubstr("newer Countersign"));
    EXPECT_THAT(with(1, R"({"kind":"task","root":"/x","task":{"action":1},"limits":{}})"), HasSubstr("action: expected a string"));
    EXPECT_THAT(with(2, whole[0]), HasSubstr("a second task"));
    EXPECT_THAT(with(2, R"({"kind":"reply","reply":{"message":3}})"), HasSubstr("reply.message"));
    EXPECT_THAT(
        with(3, R"({"kind":"capture","path":"notes.txt","hash":"00","text":"x"})"), HasSubstr("does not have the hash that was recorded"));
    EXPECT_THAT(with(3, R"({"kind":"capture","path":"notes.txt","hash":"00"})"), HasSubstr("without path, text or format"));
    EXPECT_THAT(with(3, R"({"kind":"listing","paths":[1]})"), HasSubstr("paths: expected strings"));
    EXPECT_THAT(with(3, std::string(300, '[')), HasSubstr("nested deeper"));
    EXPECT_EQ(with(3, R"({"kind":"something newer"})"), "loaded");
    rewrite({});
    EXPECT_THAT(load_error(), HasSubstr("it holds no task"));
}

/// Changes a file and fails once.
class Formatter final : public tools::Commands {
public:
    Result<sandbox::Outcome> run(tools::CommandCall const& call, std::stop_token) override
    {
        if (call.request.command.argv.size() > 1)
            return fail(ErrorCode::denied, "you said no");
        sandbox::Outcome outcome;
        outcome.output = "formatted\n";
        outcome.changes = { { "notes.txt", sandbox::ChangeKind::modified, "THE ANSWER\n", 0644 } };
        outcome.not_offered = { { "pipe", "a fifo" } };
        outcome.duration = std::chrono::milliseconds(1234);
        return outcome;
    }
    void add(tools::Evidence evidence) override { evidence_.push_back(std::move(evidence)); }
    std::vector<tools::Evidence> take_evidence() override { return std::move(evidence_); }

private:
    std::vector<tools::Evidence> evidence_;
};

TEST_F(ReplayTest, gives_back_what_commands_came_to_without_running_them)
{
    Formatter formatter;
    commands_ = &formatter;
    model_at_root_
        .calls({ { "run_command", { { "argv", { "fmt" } }, { "keep_changes", true } } }, { "run_command", { { "argv", { "rm", "x" } } } } })
        .text("Formatted.");
    Outcome const outcome = record();
    ASSERT_EQ(outcome.changes.size(), 1u);
    EXPECT_EQ(outcome.changes[0].new_text, "THE ANSWER\n");
    wreck_workspace();
    Replayed const again = replayed();
    EXPECT_TRUE(again.same) << again.text;
    EXPECT_EQ(again.outcome.evidence.size(), 2u);
}

TEST_F(ReplayTest, takes_no_path_for_a_runs_id)
{
    for (std::string const id : { "", "../run-1", "a/b", "a.b", "a b", "run-1\n", "täglich" }) {
        EXPECT_THAT(to_string(load_recording(state(), id).error()), StartsWith("invalid_params: ")) << id;
        EXPECT_FALSE(Transcript::create(state(), id, clock_)) << id;
    }
    EXPECT_THAT(
        to_string(load_recording(state(), "20260301-093000-4f2a").error()), StartsWith("not_found: there is no run 20260301-093000-4f2a"));
}

TEST_F(ReplayTest, a_transcript_is_private_and_written_once)
{
    model_at_root_.text("Done.");
    record();
    struct stat status { };
    ASSERT_EQ(::stat(transcript_file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u);
    ASSERT_EQ(::stat(transcript_file().parent_path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0700u);
    EXPECT_THAT(to_string(Transcript::create(state(), "run-1", clock_).error()), StartsWith("io: cannot create the transcript"));
}

TEST_F(ReplayTest, entries_of_many_threads_stay_whole)
{
    auto transcript = Transcript::create(state(), "run-1", clock_);
    ASSERT_TRUE(transcript);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i)
                    (*transcript)->append("note", { { "text", std::string(10'000, 'x') } });
            });
        }
    }
    auto const all = lines();
    EXPECT_EQ(all.size(), 200u);
    for (std::string const& line : all)
        EXPECT_TRUE(support::parse_json(line));
}

TEST(RunId, sorts_by_time_and_is_a_file_name)
{
    FakeClock const clock;
    std::string const id = new_run_id(clock);
    EXPECT_THAT(id, ::testing::MatchesRegex("20260301-093000-[0-9a-f]{4}"));
}

}
}
