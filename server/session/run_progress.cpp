#include "session/run_progress.h"

#include "support/files.h"
#include "support/log.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::session {

namespace {

using Kind = agent::Progress::Kind;

/// More often than this nobody reads.
constexpr auto least_gap = std::chrono::milliseconds(100);
constexpr auto least_gap_of_files = std::chrono::milliseconds(300);
constexpr std::size_t shown_words = 80;
/// What is shorter is no document.
constexpr std::size_t least_document = 400;

/// The end of `text` on one line, from a word's begin.
std::string tail(std::string_view text)
{
    std::string line = support::escape_for_display(text.substr(text.size() - std::min(text.size(), shown_words * 2)));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    if (line.size() <= shown_words)
        return line;
    std::size_t const space = line.find(' ', line.size() - shown_words);
    return "…" + line.substr(space == std::string::npos ? line.size() - std::min(line.size(), shown_words) : space + 1);
}

}

std::string to_text(model::Usage const& usage)
{
    std::string const cost = usage.cost ? fmt::format("${:.4f}", *usage.cost) : std::string("unknown cost");
    return fmt::format("{} tokens, {}", usage.input_tokens + usage.output_tokens, cost);
}

void CostSoFar::add(model::Usage const& usage)
{
    // What asks no model has nothing to count.
    if (usage.input_tokens + usage.output_tokens == 0)
        return;
    known_ += usage.cost.value_or(0);
    (usage.cost ? has_known_ : has_unknown_) = true;
}

std::string CostSoFar::text() const
{
    if (!has_known_)
        return has_unknown_ ? "unknown cost" : "";
    return fmt::format("{}${:.4f}", has_unknown_ ? "at least " : "", known_);
}

std::string ProgressLine::with_usage(std::string_view doing) const
{
    return fmt::format("{}: {}{}{}", step_, doing, usage_.empty() ? "" : ", ", usage_);
}

bool ProgressLine::note(agent::Progress const& progress)
{
    switch (progress.kind) {
    case Kind::turn_started:
        step_ = progress.text;
        said_.clear();
        text_ = with_usage("thinking");
        return true;
    case Kind::turn_finished:
        // What asks no model has nothing to count.
        if (progress.usage.input_tokens + progress.usage.output_tokens > 0)
            usage_ = to_text(progress.usage);
        return false;
    case Kind::tool_started:
        text_ = with_usage(progress.text);
        return true;
    case Kind::notice:
        if (progress.restarts)
            said_.clear();
        text_ = progress.text;
        return true;
    case Kind::text: {
        said_ += progress.text;
        text_ = with_usage(tail(said_));
        auto const now = clock_.now();
        if (now - said_at_ < least_gap)
            return false;
        said_at_ = now;
        return true;
    }
    case Kind::tool_finished:
        break;
    }
    return false;
}

GrowingText::GrowingText(std::filesystem::path path, support::Clock const& clock, std::function<std::string(std::string_view)> finished,
    std::function<void()> written)
    : path_(std::move(path))
    , clock_(clock)
    , finished_(std::move(finished))
    , written_(std::move(written))
{
}

void GrowingText::note(agent::Progress const& progress)
{
    if (progress.kind == Kind::turn_finished || (progress.kind == Kind::notice && progress.restarts))
        is_over_ = true;
    if (progress.kind != Kind::text)
        return;
    if (std::exchange(is_over_, false))
        text_.clear();
    text_ += progress.text;
    if (text_.size() >= least_document && clock_.now() - written_at_ >= least_gap_of_files)
        write();
}

void GrowingText::write()
{
    written_at_ = clock_.now();
    auto written = support::make_private_directory(path_.parent_path());
    if (written)
        written = support::write_file_atomically(path_, finished_(text_));
    if (!written)
        return log::warn("the explanation cannot be shown while it grows: {}", written.error().message);
    if (!std::exchange(is_shown_, true))
        written_();
}

}
