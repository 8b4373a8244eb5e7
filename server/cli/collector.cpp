#include "cli/collector.h"

#include "support/json.h"
#include "support/text.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::cli {

namespace {

constexpr std::size_t longest_answer = 64 * 1024;

/// Keeps the beginning of an answer; a longer one ends the request.
std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* kept)
{
    auto& answer = *static_cast<std::string*>(kept);
    if (answer.size() + size * count > longest_answer)
        return 0;
    answer.append(bytes, size * count);
    return size * count;
}

/// A collector may take a request and refuse some of its spans.
std::string refused_spans(std::string const& answer)
{
    auto const json = support::parse_json(answer);
    if (!json || !json->is_object() || !json->contains("partialSuccess") || !json->at("partialSuccess").is_object())
        return {};
    Json const& partial = json->at("partialSuccess");
    auto const rejected = partial.find("rejectedSpans");
    if (rejected == partial.end() || *rejected == Json(0) || *rejected == Json("0"))
        return {};
    return fmt::format("it refused {} of the spans: {}", support::dump_json(*rejected), support::string_or(partial, "errorMessage"));
}

struct FreeList {
    model::Libcurl const* curl;
    void operator()(curl_slist* list) const { curl->slist_free_all(list); }
};

}

void Collector::Cleanup::operator()(void* handle) const { curl->easy_cleanup(handle); }

Collector::Collector(model::Libcurl const& curl) : curl_(&curl), handle_(curl.easy_init(), { &curl }) { }

Result<Collector> Collector::open(std::string const& address)
{
    constexpr std::string_view path = "/v1/traces";
    if (!address.starts_with("http://") && !address.starts_with("https://"))
        return fail(ErrorCode::invalid_params, fmt::format("\"{}\" is no collector's address; write http://localhost:4318", address));
    Collector collector(*TRY(model::libcurl()));
    collector.url_ = address;
    while (collector.url_.ends_with('/'))
        collector.url_.pop_back();
    if (!collector.url_.ends_with(path))
        collector.url_ += path;
    if (!collector.handle_)
        return fail(ErrorCode::internal, "libcurl cannot be used on this machine");
    return collector;
}

Result<> Collector::send(std::string const& body)
{
    CURL* const curl = handle_.get();
    std::string answer;
    std::unique_ptr<curl_slist, FreeList> const headers(curl_->slist_append(nullptr, "Content-Type: application/json"), { curl_ });
    curl_->easy_reset(curl);
    curl_->easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_->easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_->easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_->easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_->easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_->easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_->easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_->easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_->easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    if (CURLcode const code = curl_->easy_perform(curl); code != CURLE_OK)
        return fail(ErrorCode::io, fmt::format("the collector {} cannot be reached: {}", url_, curl_->easy_strerror(code)));
    long status = 0;
    curl_->easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299)
        return fail(ErrorCode::io,
            fmt::format("the collector {} answered {}: {}", url_, status, support::escape_for_display(answer.substr(0, 200))));
    if (std::string const refused = refused_spans(answer); !refused.empty())
        return fail(ErrorCode::io, fmt::format("the collector {}: {}", url_, support::escape_for_display(refused)));
    return {};
}

}
