#include "model/http_recording.h"

#include "model/strike_out.h"
#include "support/files.h"
#include "support/log.h"
#include "support/text.h"

#include <array>
#include <charconv>
#include <fmt/core.h>
#include <optional>
#include <vector>

namespace countersign::model {

namespace {

constexpr std::string_view magic = "countersign recording 1";
constexpr std::string_view problem_header = "x-countersign-problem";

constexpr std::array<std::pair<HttpProblem, std::string_view>, 4> recorded_problems { {
    { HttpProblem::cut, "cut" },
    { HttpProblem::stalled, "stalled" },
    { HttpProblem::silent, "silent" },
    { HttpProblem::connect, "connect" },
} };

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

class RecordingHttp final : public Http {
public:
    RecordingHttp(Http& inner, std::filesystem::path folder, std::string provider)
        : inner_(inner)
        , folder_(std::move(folder))
        , provider_(std::move(provider))
    {
    }

    tl::expected<HttpHead, HttpFailure> send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token stop) override
    {
        HttpHead head;
        std::string body;
        auto sent = inner_.send(
            request,
            [&](HttpHead const& given, std::string_view bytes) {
                head = given;
                body += bytes;
                return on_piece(given, bytes);
            },
            std::move(stop));
        if (sent)
            head = *sent;
        if (sent || sent.error().problem != HttpProblem::stopped)
            keep(text_of(head, body, sent ? std::nullopt : std::optional(sent.error().problem)), request);
        return sent;
    }

private:
    std::string text_of(HttpHead const& head, std::string const& body, std::optional<HttpProblem> problem) const
    {
        std::string text = fmt::format("{}\n{}\n{}\n", magic, provider_, head.status);
        for (auto const& [name, value] : head.headers) {
            if (name != "set-cookie")
                text += fmt::format("{}: {}\n", name, value);
        }
        for (auto const& [known, name] : recorded_problems) {
            if (problem == known)
                text += fmt::format("{}: {}\n", problem_header, name);
        }
        return text + '\n' + body;
    }

    void keep(std::string text, HttpRequest const& request)
    {
        for (std::string_view const key : keys_of(request))
            text = without_secret(text, key);
        auto const written = [&]() -> Result<> {
            TRY(support::make_private_directory(folder_));
            return support::write_file_atomically(file_of(folder_, ++number_), text);
        }();
        if (!written)
            log::warn("an answer was not recorded: {}", written.error().message);
    }

    Http& inner_;
    std::filesystem::path folder_;
    std::string provider_;
    int number_ = 0;
};

struct Recorded {
    std::string provider;
    HttpHead head;
    std::string body;
    std::optional<HttpProblem> problem;
};

Result<Recorded> read_recorded(std::filesystem::path const& path)
{
    std::string const text = TRY(support::read_file(path));
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
    recorded.provider = line();
    std::string_view const status = line();
    std::from_chars(status.data(), status.data() + status.size(), recorded.head.status);
    for (std::string_view header = line(); !header.empty(); header = line()) {
        std::size_t const colon = std::min(header.find(": "), header.size());
        std::string_view const value = header.substr(std::min(colon + 2, header.size()));
        recorded.head.headers.emplace_back(header.substr(0, colon), value);
        for (auto const& [problem, name] : recorded_problems) {
            if (header.substr(0, colon) == problem_header && value == name)
                recorded.problem = problem;
        }
    }
    recorded.body = rest;
    return recorded;
}

class PlayingHttp final : public Http {
public:
    explicit PlayingHttp(std::filesystem::path folder) : folder_(std::move(folder)) { }

    tl::expected<HttpHead, HttpFailure> send(HttpRequest const&, OnPiece const& on_piece, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return tl::unexpected(HttpFailure { HttpProblem::stopped, {} });
        auto const recorded = read_recorded(file_of(folder_, ++number_));
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
    std::filesystem::path folder_;
    int number_ = 0;
};

}

std::unique_ptr<Http> make_recording_http(Http& inner, std::filesystem::path folder, std::string provider)
{
    return std::make_unique<RecordingHttp>(inner, std::move(folder), std::move(provider));
}

Result<std::string> recorded_provider(std::filesystem::path const& folder) { return TRY(read_recorded(file_of(folder, 1))).provider; }

std::unique_ptr<Http> make_playing_http(std::filesystem::path folder) { return std::make_unique<PlayingHttp>(std::move(folder)); }

}
