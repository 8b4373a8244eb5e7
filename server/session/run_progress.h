// What a person sees of a run while it works: one line of what it does now, and the explanation growing in a document where the editor
// follows a file that changes.
//
// Fed on the run's threads, one call at a time, as agent::run does. Posting to the main loop is the caller's business.
#pragma once

#include "agent/run.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace countersign::session {

/// "step 2: read_file src/a.cpp, 12345 tokens, $0.0213", or the end of what is being said.
class ProgressLine {
public:
    explicit ProgressLine(support::Clock const& clock) : clock_(clock) { }

    /// True if `text` is worth showing now: a new step, tool or notice, or some more words.
    bool note(agent::Progress const& progress);
    std::string const& text() const { return text_; }

private:
    std::string with_usage(std::string_view doing) const;

    support::Clock const& clock_;
    std::string step_;
    std::string said_; ///< in this step
    std::string usage_;
    std::string text_;
    std::chrono::steady_clock::time_point said_at_ {};
};

/// Tokens and cost in words: "12345 tokens, $0.0213", "12345 tokens, unknown cost".
std::string to_text(model::Usage const& usage);

/// What the runs of this process have cost together. Main thread.
class CostSoFar {
public:
    void add(model::Usage const& usage);
    /// "$0.0213", "at least $0.0213" if a part of it has no known price, "unknown cost" if none has; empty while no model was asked.
    std::string text() const;

private:
    double known_ = 0; ///< US dollars
    bool has_known_ = false;
    bool has_unknown_ = false;
};

/// The text of the current step, written to a file as it comes.
class GrowingText {
public:
    /// `written` is called after the first time. `finished` makes of the text what is written.
    GrowingText(std::filesystem::path path, support::Clock const& clock, std::function<std::string(std::string_view)> finished,
        std::function<void()> written);

    void note(agent::Progress const& progress);
    bool is_shown() const { return is_shown_; }

private:
    void write();

    std::filesystem::path path_;
    support::Clock const& clock_;
    std::function<std::string(std::string_view)> finished_;
    std::function<void()> written_;
    std::string text_;
    bool is_over_ = false; ///< the step; what comes next replaces its text
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point written_at_ {};
};

}
