#include "model/http_recording.h"

#include "model/strike_out.h"
#include "support/files.h"
#include "support/log.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <optional>
#include <vector>

namespace countersign::model {

namespace {

constexpr std::string_view magic = "countersign recording 1";
constexpr std::string_view problem_header = "x-countersign-problem";
constexpr std::string_view model_header = "x-countersign-model";
constexpr std::string_view place_header = "x-countersign-place";

constexpr std::array<std::pair<HttpProblem, std::string_view>, 10> recorded_problems { {
    { HttpProblem::resolve, "resolve" },
    { HttpProblem::connect, "connect" },
    { HttpProblem::tls, "tls" },
    { HttpProblem::proxy, "proxy" },
    { HttpProblem::connect_timeout, "connect_timeout" },
    { HttpProblem::silent, "silent" },
    { HttpProblem::stalled, "stalled" },
    { HttpProblem::cut, "cut" },
    { HttpProblem::too_large, "too_large" },
    { HttpProblem::other, "other" },
} };

/// An answer may have 64 MiB.
constexpr std::size_t file_limit = 128 * 1024 * 1024;

std::filesystem::path file_of(std::filesystem::path const& folder, int number) { return folder / fmt::format("{:04}.http", number); }

/// The keys that a request holds, which a server may repeat.
std::vector<std::string_view> keys_of(HttpRequest const& request)
{
    std::vector<std::string_view> keys;
    for (auto const& [name, value] : request.headers) {
        std::string const known = support::to_lower_ascii(name);
        if (known == "authorization")
            keys.push_back(std::string_view(value).substr(value.rfind(' ') + 1));
        else if (known == "x-api-key" || known == "api-key" || known == "x-goog-api-key")
            keys.push_back(value);
    }
    return keys;
}

struct Recorded {
    RecordedStop stop;
    HttpHead head;
    std::string body;
    std::optional<HttpProblem> problem;
};

Result<Recorded> read_recorded(std::filesystem::path const& path)
{
    std::string const text = TRY(support::read_file(path, file_limit));
    std::string_view rest = text;
    auto const line = [&] {
        std::size_t const end = rest.find('\n');
        std::string_view const found = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return found;
    };
    if (line() != magic)
        return fail(ErrorCode::invalid_params, fmt::format("{} is no recording of this version", path.string()));
    Recorded recorded;
    recorded.stop.provider = line();
    std::string_view const status = line();
    std::from_chars(status.data(), status.data() + status.size(), recorded.head.status);
    for (std::string_view header = line(); !header.empty(); header = line()) {
        std::size_t const colon = std::min(header.find(": "), header.size());
        std::string_view const name = header.substr(0, colon);
        std::string_view const value = header.substr(std::min(colon + 2, header.size()));
        if (name == model_header)
            recorded.stop.model = value;
        else if (name == place_header)
            std::from_chars(value.data(), value.data() + value.size(), recorded.stop.place);
        else
            recorded.head.headers.emplace_back(name, value);
        for (auto const& [problem, word] : recorded_problems) {
            if (name == problem_header && value == word)
                recorded.problem = problem;
        }
    }
    recorded.body = rest;
    return recorded;
}

class PlayingHttp final : public Http {
public:
    PlayingHttp(std::filesystem::path run, int place) : run_(std::move(run)), place_(place) { }

    tl::expected<HttpHead, HttpFailure> send(HttpRequest const&, OnPiece const& on_piece, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return tl::unexpected(HttpFailure { HttpProblem::stopped, {} });
        auto recorded = read_recorded(file_of(run_, ++number_));
        while (recorded && recorded->stop.place != place_)
            recorded = read_recorded(file_of(run_, ++number_));
        if (!recorded) {
            return tl::unexpected(HttpFailure {
                HttpProblem::connect, fmt::format("the recording holds no answer {}: {}", number_, recorded.error().message) });
        }
        if (!recorded->body.empty() && !on_piece(recorded->head, recorded->body))
            return tl::unexpected(HttpFailure { HttpProblem::stopped, {} });
        if (recorded->problem)
            return tl::unexpected(HttpFailure { *recorded->problem, "as recorded" });
        return recorded->head;
    }

private:
    std::filesystem::path run_;
    int place_;
    int number_ = 0;
};

}

struct Recording::Folder {
    std::filesystem::path path;
    int answers = 0;

    Result<> write(std::string_view text)
    {
        TRY(support::make_private_directory(path));
        return support::write_file_atomically(file_of(path, ++answers), text);
    }
};

class Recording::RecordingHttp final : public Http {
public:
    RecordingHttp(Http& inner, std::shared_ptr<Folder> folder, RecordedStop stop)
        : inner_(inner)
        , folder_(std::move(folder))
        , stop_(std::move(stop))
    {
    }

    tl::expected<HttpHead, HttpFailure> send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token stop) override
    {
        HttpHead head;
        std::string body;
        bool is_enough = false;
        auto sent = inner_.send(
            request,
            [&](HttpHead const& given, std::string_view bytes) {
                head = given;
                body += bytes;
                is_enough = !on_piece(given, bytes);
                return !is_enough;
            },
            std::move(stop));
        if (sent)
            keep(request, *sent, body, std::nullopt);
        else if (is_enough || sent.error().problem != HttpProblem::stopped)
            keep(request, head, body, is_enough ? std::nullopt : std::optional(sent.error().problem));
        return sent;
    }

private:
    void keep(HttpRequest const& request, HttpHead const& head, std::string const& body, std::optional<HttpProblem> problem)
    {
        std::string text = fmt::format(
            "{}\n{}\n{}\n{}: {}\n{}: {}\n", magic, stop_.provider, head.status, model_header, stop_.model, place_header, stop_.place);
        for (auto const& [known, name] : recorded_problems) {
            if (problem == known)
                text += fmt::format("{}: {}\n", problem_header, name);
        }
        std::string said;
        for (auto const& [name, value] : head.headers) {
            if (name != "set-cookie")
                said += fmt::format("{}: {}\n", name, value);
        }
        said += '\n';
        said += body;
        for (std::string_view const key : keys_of(request))
            said = without_secret(said, key);
        if (auto const written = folder_->write(text + said); !written)
            log::warn("an answer was not recorded: {}", written.error().message);
    }

    Http& inner_;
    std::shared_ptr<Folder> folder_;
    RecordedStop stop_;
};

Recording::Recording(std::filesystem::path const& folder, std::string_view run) : folder_(std::make_shared<Folder>(Folder { folder / run }))
{
}

std::unique_ptr<Http> Recording::make_http(Http& inner, RecordedStop stop) const
{
    return std::make_unique<RecordingHttp>(inner, folder_, std::move(stop));
}

Result<std::filesystem::path> recorded_run(std::filesystem::path const& folder)
{
    if (folder.empty())
        return fail(ErrorCode::invalid_params, "the provider replay plays a recording: set recording to its folder");
    std::error_code error;
    if (std::filesystem::exists(file_of(folder, 1), error))
        return folder;
    std::vector<std::string> runs;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code missing;
        if (std::filesystem::exists(file_of(entry->path(), 1), missing))
            runs.push_back(entry->path().filename().string());
    }
    if (runs.size() == 1)
        return folder / runs.front();
    if (runs.empty())
        return fail(ErrorCode::invalid_params, fmt::format("there is no recorded run in \"{}\", which recording names", folder.string()));
    std::sort(runs.begin(), runs.end());
    return fail(ErrorCode::invalid_params,
        fmt::format("{} holds {} runs; set recording to the one to play, as {}. They are: {}", folder.string(), runs.size(),
            (folder / runs.back()).string(), fmt::join(runs, ", ")));
}

Result<std::vector<RecordedStop>> recorded_route(std::filesystem::path const& run)
{
    std::vector<RecordedStop> route { TRY(read_recorded(file_of(run, 1))).stop };
    std::error_code error;
    for (int number = 2; std::filesystem::exists(file_of(run, number), error); ++number) {
        RecordedStop stop = TRY(read_recorded(file_of(run, number))).stop;
        if (std::none_of(route.begin(), route.end(), [&](RecordedStop const& known) { return known.place == stop.place; }))
            route.push_back(std::move(stop));
    }
    return route;
}

std::unique_ptr<Http> make_playing_http(std::filesystem::path run, int place)
{
    return std::make_unique<PlayingHttp>(std::move(run), place);
}

}
