#include "model/api_client.h"

#include "model/strike_out.h"
#include "model/wire_json.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

/// Bytes of an answer that is no stream which are read to see what it is.
constexpr std::size_t error_body_limit = 64 * 1024;

bool is_json(std::string_view content_type) { return support::to_lower_ascii(content_type).starts_with("application/json"); }

/// What the bytes of an answer are, as their first one tells; the content type is often wrong.
enum class Shape { unknown, stream, one_value, page };

Shape shape_of(char first, Framing framing, std::string_view content_type)
{
    if (first == '<')
        return Shape::page;
    if (framing == Framing::ndjson)
        return Shape::stream;
    // As data, event, id, retry and a comment begin.
    bool const is_field = std::string_view("deir:").find(first) != std::string_view::npos;
    bool const is_value = first == '{' || first == '[' || (is_json(content_type) && !is_field);
    return is_value ? Shape::one_value : Shape::stream;
}

std::unique_ptr<EventReader> make_reader(Framing framing)
{
    if (framing == Framing::ndjson)
        return std::make_unique<NdjsonReader>();
    return std::make_unique<SseReader>();
}

/// What came of the bytes of one answer.
class Answer {
public:
    Answer(Framing framing, std::size_t limit, StreamDecoder& decoder)
        : reader_(make_reader(framing))
        , framing_(framing)
        , limit_(limit)
        , decoder_(decoder)
    {
    }

    /// Whether some of a reply came.
    bool has_begun() const { return has_begun_; }

    /// False: nothing more is needed, or it is too much.
    bool take(HttpHead const& head, std::string_view bytes)
    {
        total_ += bytes.size();
        if (head.status != 200) {
            rest_ += bytes.substr(0, error_body_limit - std::min(error_body_limit, rest_.size()));
            return rest_.size() < error_body_limit;
        }
        if (total_ > limit_) {
            failure_ = Failure { Cause::too_much, fmt::format("more than {} MiB", limit_ / 1024 / 1024) };
            return false;
        }
        if (shape_ == Shape::unknown) {
            bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), bytes.size()));
            if (bytes.empty())
                return true;
            shape_ = shape_of(bytes.front(), framing_, head.header("content-type"));
        }
        if (first_.size() < shown_bytes)
            first_ += bytes.substr(0, shown_bytes);
        if (shape_ == Shape::page)
            return first_.size() < shown_bytes;
        if (shape_ == Shape::one_value) {
            rest_ += bytes;
            return rest_.size() <= event_limit || too_large();
        }
        return settle(reader_->push(bytes, [this](StreamEvent const& event) { return read(event); })) && !decoder_.is_over();
    }

    /// The failure that the answer is, if it is one, once no more bytes come. `failure` is the connection's.
    std::optional<Failure> end(HttpHead const& head, std::optional<HttpFailure> const& failure, std::chrono::system_clock::time_point now)
    {
        if (failure_)
            return failure_;
        if (shape_ == Shape::page)
            return no_api(head);
        bool const is_ours = failure && failure->problem == HttpProblem::stopped && rest_.size() >= error_body_limit;
        if (failure && !is_ours && !decoder_.is_complete())
            return failure_of_connection(*failure);
        if (head.status != 200)
            return failure_of_answer(head, rest_, now);
        if (shape_ == Shape::one_value)
            settle(read_last({ {}, rest_ }) ? Pushed::all : Pushed::stopped);
        else
            settle(reader_->finish([this](StreamEvent const& event) { return read_last(event); }));
        if (decoder_.is_complete())
            return std::nullopt;
        if (shape_ == Shape::one_value && failure_ && failure_->cause == Cause::malformed && !is_json(head.header("content-type")))
            return no_api(head);
        if (failure_)
            return failure_;
        if (!has_events_)
            return no_api(head);
        return Failure { Cause::cut, "the last event that the API promises did not come" };
    }

private:
    static constexpr std::size_t shown_bytes = 200;

    bool too_large()
    {
        failure_ = Failure { Cause::too_much, fmt::format("one event of more than {} MiB", event_limit / 1024 / 1024) };
        return false;
    }

    bool settle(Pushed pushed) { return pushed == Pushed::too_large ? too_large() : pushed == Pushed::all; }

    bool read(StreamEvent const& event)
    {
        has_events_ = true;
        failure_ = decoder_.read(event);
        has_begun_ = has_begun_ || !failure_;
        return !failure_;
    }

    /// What nothing marked as whole. If it cannot be read, the rest of it is missing.
    bool read_last(StreamEvent const& event)
    {
        bool const has_begun = has_events_;
        if (!read(event) && failure_->cause == Cause::malformed && (has_begun || support::is_begin_of_json(event.data)))
            failure_ = Failure { Cause::cut, "in the middle of an event" };
        return !failure_;
    }

    Failure no_api(HttpHead const& head) const
    {
        std::string_view const type = head.header("content-type");
        if (total_ == 0)
            return { Cause::cut, "the answer is empty" };
        bool const is_page = support::to_lower_ascii(first_).find("<html") != std::string::npos || type.starts_with("text/html");
        return { Cause::not_the_api, is_page ? "a web page" : first_ };
    }

    std::unique_ptr<EventReader> reader_;
    Framing framing_;
    std::size_t limit_;
    StreamDecoder& decoder_;
    std::size_t total_ = 0;
    std::string rest_;  ///< of what is no stream
    std::string first_; ///< the first bytes
    Shape shape_ = Shape::unknown;
    bool has_events_ = false;
    bool has_begun_ = false; ///< one of them was no failure
    std::optional<Failure> failure_;
};

}

std::string endpoint_url(BaseUrl const& base, std::string_view path)
{
    // "/v1" of "/v1/messages".
    std::string_view const first = path.substr(0, path.find('/', 1));
    if (first != path && base.path.ends_with(first))
        path.remove_prefix(first.size());
    return base.text + std::string(path);
}

Asked ApiClient::asked() const
{
    return { std::string(setup_.api->name), setup_.base.text, setup_.model, std::string(setup_.api->key_variable) };
}

Dialect ApiClient::dialect(Request const& request) const
{
    Dialect dialect;
    dialect.model = request.model.empty() ? setup_.model : request.model;
    dialect.max_output_tokens = std::min(request.max_output_tokens, setup_.max_output_tokens);
    dialect.wants_new_token_limit = setup_.base.host == "api.openai.com" || setup_.base.host.ends_with(".openai.azure.com");
    dialect.context_tokens = setup_.context_tokens;
    return dialect;
}

ApiClient::Prepared ApiClient::prepare(Request const& request) const
{
    Prepared prepared { {}, dialect(request) };
    prepared.body = support::dump_json(setup_.api->request(request, prepared.dialect));
    prepared.dialect.request_bytes = prepared.body.size();
    return prepared;
}

HttpRequest ApiClient::write(std::string body, std::string url) const
{
    Api const& api = *setup_.api;
    HttpRequest http;
    http.url = std::move(url);
    http.timeouts = setup_.timeouts;
    http.headers = { { "Content-Type", "application/json" },
        { "Accept", api.framing == Framing::sse ? "text/event-stream" : "application/x-ndjson" }, { "Expect", "" } };
    if (std::size_t const colon = api.fixed_header.find(": "); colon != std::string_view::npos)
        http.headers.emplace_back(api.fixed_header.substr(0, colon), api.fixed_header.substr(colon + 2));
    if (!setup_.key.empty()) {
        if (api.key_header.empty())
            http.headers.emplace_back("Authorization", "Bearer " + setup_.key);
        else
            http.headers.emplace_back(api.key_header, setup_.key);
    }
    http.body = std::move(body);
    return http;
}

Attempted ApiClient::attempt(Prepared prepared, OnDelta const& on_delta, std::stop_token stop)
{
    HttpRequest const http = write(std::move(prepared.body), url());
    return read(http, prepared.dialect, on_delta, stop).map_error([this](Failure failure) { return without_key(std::move(failure)); });
}

tl::expected<std::uint64_t, Failure> ApiClient::count(Request const& request, std::stop_token stop)
{
    if (setup_.api->count_path.empty())
        return tl::unexpected(Failure { Cause::not_found, "this API counts no tokens" });
    Json body = setup_.api->request(request, dialect(request));
    for (char const* name : { "max_tokens", "stream" })
        body.erase(name);
    std::string answer;
    auto const sent = http_.send(
        write(support::dump_json(body), endpoint_url(setup_.base, setup_.api->count_path)),
        [&](HttpHead const&, std::string_view bytes) {
            answer += bytes;
            return answer.size() < error_body_limit;
        },
        stop);
    if (!sent)
        return tl::unexpected(without_key(failure_of_connection(sent.error())));
    if (sent->status != 200)
        return tl::unexpected(without_key(failure_of_answer(*sent, answer, clock_.wall())));
    auto const counted = support::parse_json(answer);
    std::uint64_t const tokens = counted ? count_field(*counted, "input_tokens") : 0;
    if (tokens == 0)
        return tl::unexpected(Failure { Cause::malformed, "a count without input_tokens" });
    return tokens;
}

Attempted ApiClient::read(HttpRequest const& request, Dialect const& dialect, OnDelta const& on_delta, std::stop_token const& stop)
{
    auto const decoder = setup_.api->decoder(on_delta, dialect);
    Answer answer(setup_.api->framing, setup_.answer_limit, *decoder);
    HttpHead head;
    auto const sent = http_.send(
        request,
        [&](HttpHead const& given, std::string_view bytes) {
            if (head.status == 0)
                head = given;
            return answer.take(head, bytes);
        },
        stop);
    if (stop.stop_requested())
        return tl::unexpected(Failure { Cause::stopped, {} });
    if (sent)
        head = *sent;
    auto failure = answer.end(head, sent ? std::nullopt : std::optional(sent.error()), clock_.wall());
    if (failure) {
        failure->was_answering = answer.has_begun();
        return tl::unexpected(std::move(*failure));
    }
    return decoder->finish().map_error([](Failure ended) {
        ended.was_answering = true;
        return ended;
    });
}

Failure ApiClient::without_key(Failure failure) const
{
    constexpr std::size_t detail_limit = 600;
    constexpr std::size_t request_id_limit = 100;
    failure.detail = shortened(without_secret(failure.detail, setup_.key), detail_limit);
    failure.request_id = shortened(without_secret(failure.request_id, setup_.key), request_id_limit);
    return failure;
}

}
