// A run over files in memory with a scripted model, a clock that a test turns, and a record of its progress.
#pragma once

#include "agent/run.h"

#include "tests/support/scripted_model.h"
#include "workspace/memory_files.h"

#include <atomic>
#include <gmock/gmock.h>
#include <map>
#include <mutex>

namespace countersign::agent {

/// Stands still until it is moved.
class FakeClock final : public support::Clock {
public:
    std::chrono::steady_clock::time_point now() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(ms_.load()));
    }
    std::chrono::system_clock::time_point wall() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(1772357400));
    }
    void advance(std::chrono::milliseconds by) { ms_ += by.count(); }

private:
    std::atomic<std::int64_t> ms_ = 0;
};

/// Keeps what a run recorded.
class MemoryTranscript final : public Transcript {
public:
    void append(std::string_view kind, Json fields) override
    {
        std::lock_guard const lock(mutex_);
        fields["kind"] = kind;
        entries.push_back(std::move(fields));
    }
    std::size_t count(std::string_view kind) const
    {
        return static_cast<std::size_t>(
            std::count_if(entries.begin(), entries.end(), [&](Json const& entry) { return entry.at("kind") == kind; }));
    }

    std::vector<Json> entries;

private:
    std::mutex mutex_;
};

class RunTest : public ::testing::Test {
protected:
    RunTest() { set_files({ { "a.txt", "one\n" }, { "b.txt", "two\n" } }); }

    void set_files(std::map<std::string, std::string> files)
    {
        snapshot_ = std::make_shared<workspace::Snapshot const>(
            std::make_shared<workspace::MemoryFiles>(std::move(files)), std::vector<std::shared_ptr<workspace::Document const>> {});
    }

    Outcome run() { return run(tools::registry()); }
    Outcome run(std::span<tools::Tool const> tools)
    {
        return agent::run(
            task_, model_, snapshot_, limits_, clock_, transcript_,
            [this](Progress const& progress) {
                progress_.push_back(progress);
                if (on_progress_)
                    on_progress_(progress);
            },
            stop_.get_token(), tools);
    }

    static tests::ScriptedModel::Call read(std::string const& path) { return { "read_file", { { "path", path } } }; }
    static tests::ScriptedModel::Call edit(std::string const& path, std::string const& from, std::string const& to)
    {
        return { "edit_file", { { "path", path }, { "old_text", from }, { "new_text", to } } };
    }

    Task task_ { "ask", "Ask", "You are a test.", "{\"action\":\"ask\"}\nDo it.", {}, "", true };
    tests::ScriptedModel model_;
    std::shared_ptr<workspace::Snapshot const> snapshot_;
    Limits limits_;
    FakeClock clock_;
    MemoryTranscript transcript_;
    std::stop_source stop_;
    std::vector<Progress> progress_;
    std::function<void(Progress const&)> on_progress_;
};

}
