#include "agent/transcript.h"

#include "agent/run_id.h"
#include "support/fd.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/log.h"

#include <algorithm>
#include <ctime>
#include <exception>
#include <fcntl.h>
#include <fmt/core.h>
#include <mutex>
#include <nlohmann/json.hpp>

namespace countersign::agent {

namespace {

class FileTranscript final : public Transcript {
public:
    FileTranscript(support::UniqueFd file, std::filesystem::path path, support::Clock const& clock)
        : file_(std::move(file))
        , path_(std::move(path))
        , clock_(clock)
    {
    }

    void append(std::string_view kind, Json fields) override
    {
        try {
            std::lock_guard const lock(mutex_);
            // After half a line nothing may follow: only a last line can be damaged and the rest still be read.
            if (failed_)
                return;
            fields["t"] = support::format_time(clock_.wall());
            fields["kind"] = kind;
            auto const written = support::write_all(file_.get(), support::dump_json(fields) + "\n");
            if (written)
                return;
            failed_ = true;
            log::warn("the transcript {} ends here: {}", path_.string(), written.error().message);
        } catch (std::exception const& exception) {
            log::warn("an entry of the transcript {} is lost: {}", path_.string(), exception.what());
        }
    }

private:
    std::mutex mutex_;
    support::UniqueFd file_;
    std::filesystem::path path_;
    support::Clock const& clock_;
    bool failed_ = false;
};

class NoTranscript final : public Transcript {
public:
    void append(std::string_view, Json) override { }
};

}

Result<std::filesystem::path> transcript_path(std::filesystem::path const& state_directory, std::string const& run_id)
{
    constexpr std::size_t longest = 64;
    bool const is_name = !run_id.empty() && run_id.size() <= longest && std::all_of(run_id.begin(), run_id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
    if (!is_name)
        return fail(ErrorCode::invalid_params, "a run's id is letters, digits and dashes, as in 20260301-093000-4f2a");
    return state_directory / "runs" / (run_id + ".jsonl");
}

Result<std::unique_ptr<Transcript>> Transcript::create(
    std::filesystem::path const& state_directory, std::string const& run_id, support::Clock const& clock)
{
    auto const path = TRY(transcript_path(state_directory, run_id));
    TRY(support::make_private_directory(path.parent_path()));
    support::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return fail(ErrorCode::io, fmt::format("cannot create the transcript {}: {}", path.string(), support::errno_message()));
    return std::unique_ptr<Transcript>(std::make_unique<FileTranscript>(std::move(file), path, clock));
}

std::unique_ptr<Transcript> Transcript::discard() { return std::make_unique<NoTranscript>(); }

std::string new_run_id(support::Clock const& clock)
{
    std::time_t const seconds = std::chrono::system_clock::to_time_t(clock.wall());
    std::tm parts {};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
        parts.tm_min, parts.tm_sec, support::random_hex(2));
}

}
