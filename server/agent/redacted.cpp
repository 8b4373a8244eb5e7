#include "agent/redacted.h"

#include "support/hash.h"
#include "workspace/hidden_text.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace countersign::agent {

Json redacted(Json value, workspace::Redactor const& redactor)
{
    if (value.is_string())
        return redactor.redact(value.get_ref<std::string const&>());
    if (value.is_structured()) {
        for (Json& element : value)
            element = redacted(std::move(element), redactor);
    }
    return value;
}

model::Request RedactedProvider::without_secrets(model::Request outgoing)
{
    std::vector<std::string*> texts { &outgoing.system };
    for (model::Material& material : outgoing.material)
        texts.push_back(&material.text);
    for (model::Message& message : outgoing.messages) {
        texts.push_back(&message.text);
        for (model::ToolResult& result : message.results)
            texts.push_back(&result.text);
    }
    for (std::string* const text : texts)
        *text = workspace::escape_hidden(*text);
    parts_.redact(texts);
    return outgoing;
}

Result<model::Reply> RedactedProvider::complete(
    model::Request const& request, std::function<void(model::Delta const&)> const& on_delta, std::stop_token stop)
{
    return inner_.complete(without_secrets(request), on_delta, std::move(stop));
}

Result<std::uint64_t> RedactedProvider::count_tokens(model::Request const& request, std::stop_token stop)
{
    return inner_.count_tokens(without_secrets(request), std::move(stop));
}

void RedactedTranscript::append(std::string_view kind, Json fields)
{
    Json kept = redacted(fields, redactor_);
    if (kind == "capture" && kept.contains("hash")) {
        std::lock_guard const lock(mutex_);
        std::string const hash = support::string_or(fields, "hash");
        if (kept.contains("text") && kept["text"] != fields["text"])
            hashes_[hash] = support::content_hash(kept["text"].get_ref<std::string const&>());
        if (auto const known = hashes_.find(hash); known != hashes_.end())
            kept["hash"] = known->second;
    }
    inner_.append(kind, std::move(kept));
}

}
