#include "agent/record_json.h"
#include "agent/recorded_files.h"
#include "agent/run_id.h"
#include "agent/transcript.h"

#include "support/hash.h"

#include <fmt/core.h>
#include <fstream>
#include <sys/stat.h>
#include <unordered_map>

namespace countersign::agent {

namespace {

/// What a newer program writes has a higher number.
constexpr std::uint64_t known_format = 1;

/// Takes the entries of a transcript one after another.
class Loader {
public:
    Result<> take(Json const& entry)
    {
        std::string const kind = support::string_or(entry, "kind");
        if (kind == "task")
            return take_task(entry);
        if (!files_)
            return fail(ErrorCode::invalid_params, "a transcript begins with its task");
        if (kind == "capture")
            return take_capture(entry);
        if (kind == "listing")
            return take_listing(entry);
        if (kind == "reply" && entry.contains("reply"))
            recording_.replies.push_back(TRY(model::reply_from_json(entry.at("reply"))));
        else if (kind == "provider_error" && entry.contains("error"))
            recording_.provider_error = TRY(error_from_json(entry.at("error")));
        else if (kind == "command")
            recording_.commands.push_back(entry);
        else if (kind == "outcome" && entry.contains("outcome"))
            recording_.outcome = entry.at("outcome");
        // Results are made again, and what a newer program notes besides does no harm.
        return {};
    }

    Result<Recording> finish()
    {
        if (!files_)
            return fail(ErrorCode::invalid_params, "it holds no task");
        std::vector<std::shared_ptr<workspace::Document const>> buffers;
        for (auto const& [path, entry] : files_->entries()) {
            if (!entry.file || !entry.version)
                continue;
            workspace::Document buffer { files_->root() + "/" + path, {}, *entry.version, entry.file->text,
                support::LineIndex(*entry.file->text) };
            buffers.push_back(std::make_shared<workspace::Document const>(std::move(buffer)));
        }
        recording_.snapshot = std::make_shared<workspace::Snapshot const>(files_, std::move(buffers));
        return std::move(recording_);
    }

    Recording& recording() { return recording_; }

private:
    Result<> take_task(Json const& entry)
    {
        if (files_)
            return fail(ErrorCode::invalid_params, "a second task");
        if (entry.contains("format") && entry.at("format").is_number_unsigned() && entry.at("format").get<std::uint64_t>() > known_format)
            return fail(ErrorCode::invalid_params, "it was written by a newer Countersign; upgrade to replay it");
        std::string const root = support::string_or(entry, "root");
        if (!entry.contains("task") || !entry.contains("limits") || !root.starts_with('/'))
            return fail(ErrorCode::invalid_params, "task, limits or root is missing");
        recording_.task = TRY(task_from_json(entry.at("task")));
        recording_.limits = entry.at("limits");
        files_ = std::make_shared<RecordedFiles>(root);
        return {};
    }

    Result<> take_capture(Json const& entry)
    {
        std::string const path = support::string_or(entry, "path");
        if (entry.contains("error")) {
            bool const exists = entry.contains("exists") && entry.at("exists") == true;
            files_->add(path, { tl::unexpected(TRY(error_from_json(entry.at("error")))), std::nullopt, exists, TRY(target_error(entry)) });
            return {};
        }
        std::string const hash = support::string_or(entry, "hash");
        if (auto const text = entry.find("text"); text != entry.end() && text->is_string()) {
            auto shared = std::make_shared<std::string const>(text->get<std::string>());
            if (support::content_hash(*shared) != hash)
                return fail(ErrorCode::invalid_params, fmt::format("the text of {} does not have the hash that was recorded", path));
            texts_.insert_or_assign(hash, std::move(shared));
        }
        auto const text = texts_.find(hash);
        if (path.empty() || text == texts_.end() || !entry.contains("format"))
            return fail(ErrorCode::invalid_params, "a captured file without path, text or format");
        std::optional<std::int64_t> version;
        if (entry.contains("version") && entry.at("version").is_number_integer())
            version = entry.at("version").get<std::int64_t>();
        files_->add(path,
            { workspace::FileText { text->second, hash, TRY(format_from_json(entry.at("format"))) }, version, true,
                TRY(target_error(entry)) });
        return {};
    }

    static Result<std::optional<Error>> target_error(Json const& entry)
    {
        if (!entry.contains("target_error"))
            return std::nullopt;
        return std::optional(TRY(error_from_json(entry.at("target_error"))));
    }

    Result<> take_listing(Json const& entry)
    {
        if (entry.contains("error")) {
            files_->set_listing(tl::unexpected(TRY(error_from_json(entry.at("error")))));
            return {};
        }
        workspace::FileSource::Listing listing;
        if (!entry.contains("paths") || !entry.at("paths").is_array())
            return fail(ErrorCode::invalid_params, "a listing without paths");
        for (Json const& path : entry.at("paths")) {
            if (!path.is_string())
                return fail(ErrorCode::invalid_params, "paths: expected strings");
            listing.paths.push_back(path.get<std::string>());
        }
        listing.complete = entry.contains("complete") && entry.at("complete") == true;
        files_->set_listing(std::move(listing));
        return {};
    }

    Recording recording_;
    std::shared_ptr<RecordedFiles> files_;
    std::unordered_map<std::string, std::shared_ptr<std::string const>> texts_;
};

}

Result<Recording> load_recording(std::filesystem::path const& state_directory, std::string const& run_id)
{
    auto const path = TRY(transcript_path(state_directory, run_id));
    struct stat status { };
    if (::lstat(path.c_str(), &status) != 0)
        return fail(ErrorCode::not_found, fmt::format("there is no run {} in {}", run_id, path.parent_path().string()));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::denied, fmt::format("{} is not a regular file", path.string()));
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return fail(ErrorCode::io, fmt::format("cannot open {}: {}", path.string(), support::errno_message()));
    auto const damaged = [&](std::size_t line, std::string const& why) {
        return fail(ErrorCode::invalid_params, fmt::format("line {} of {} is damaged: {}", line, path.string(), why));
    };

    Loader loader;
    std::string text;
    std::size_t line = 0;
    while (std::getline(stream, text)) {
        ++line;
        // getline says with eof that this line had no end: a run that was killed stops in the middle of one.
        bool const is_cut = stream.eof();
        auto const entry = support::parse_json(text);
        if (!entry && (is_cut || stream.peek() == std::ifstream::traits_type::eof())) {
            loader.recording().damage = fmt::format("line {} is cut off and was left out", line);
            break;
        }
        if (!entry)
            return damaged(line, entry.error().message);
        if (auto const taken = loader.take(*entry); !taken)
            return damaged(line, taken.error().message);
    }
    if (stream.bad())
        return fail(ErrorCode::io, fmt::format("cannot read {}: {}", path.string(), support::errno_message()));
    auto recording = loader.finish();
    if (!recording)
        return fail(ErrorCode::invalid_params, fmt::format("{} cannot be replayed: {}", path.string(), recording.error().message));
    return recording;
}

}
