#include "agent/audited.h"

#include "support/hash.h"
#include "support/log.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace countersign::agent {

namespace {

/// An argument that is longer is a file's content rather than a choice of the model's.
constexpr std::size_t longest_argument = 2000;

Json hashed(std::string const& text, bool keeps_texts)
{
    Json result { { "hash", support::content_hash(text) }, { "bytes", text.size() } };
    if (keeps_texts)
        result["text"] = text;
    return result;
}

Json without_long_texts(Json const& value, bool keeps_texts)
{
    if (value.is_string() && value.get_ref<std::string const&>().size() > longest_argument)
        return hashed(value.get_ref<std::string const&>(), keeps_texts);
    if (!value.is_structured())
        return value;
    Json result = value;
    for (Json& element : result)
        element = without_long_texts(element, keeps_texts);
    return result;
}

/// "denied" of "denied: ../x leads outside the workspace".
std::string failure_of(std::string const& text)
{
    std::string const code = text.substr(0, text.find(':'));
    return code.size() < 20 && code.find(' ') == std::string::npos ? code : "failed";
}

Json part(Json const& value, char const* name)
{
    auto const found = value.is_object() ? value.find(name) : value.end();
    return value.is_object() && found != value.end() ? *found : Json();
}

class AuditedTranscript final : public Transcript {
public:
    AuditedTranscript(std::unique_ptr<Transcript> transcript, ledger::Ledger& ledger, AuditedRun run)
        : transcript_(std::move(transcript))
        , ledger_(ledger)
        , run_(std::move(run))
    {
    }

    void append(std::string_view kind, Json fields) override
    {
        try {
            if (kind == "task")
                begin(fields);
            else if (kind == "reply")
                reply(part(fields, "reply"));
            else if (kind == "result")
                tool(fields);
        } catch (std::exception const& exception) {
            log::warn("a step of run {} is not in the ledger: {}", run_.id, exception.what());
        }
        transcript_->append(kind, std::move(fields));
    }

private:
    void record(std::string_view kind, Json fields)
    {
        fields["run"] = run_.id;
        fields["workspace"] = run_.workspace;
        auto const written = ledger_.append(kind, std::move(fields));
        if (!written && !has_failed_.exchange(true))
            log::error("a step of run {} is not in the ledger: {}", run_.id, written.error().message);
    }

    void begin(Json const& fields)
    {
        Json const task = part(fields, "task");
        provider_ = support::string_or(fields, "provider");
        record("run_started",
            { { "action", support::string_or(task, "action") }, { "title", support::string_or(task, "title") }, { "client", run_.client },
                { "provider", provider_ }, { "model", support::string_or(task, "model") },
                { "instruction", hashed(support::string_or(task, "instruction"), run_.keeps_texts) },
                { "prompts", support::string_or(task, "prompts") },
                { "prompt", hashed(support::string_or(task, "system"), run_.keeps_texts) } });
    }

    void reply(Json const& reply)
    {
        Json const message = part(reply, "message");
        Json const calls = part(message, "calls");
        {
            std::lock_guard const lock(mutex_);
            arguments_.clear();
            for (Json const& call : calls)
                arguments_[support::string_or(call, "id")] = without_long_texts(part(call, "arguments"), run_.keeps_texts);
        }
        record("reply",
            { { "provider", provider_ }, { "stop", support::string_or(reply, "stop") }, { "usage", part(reply, "usage") },
                { "calls", calls.size() }, { "text", hashed(support::string_or(message, "text"), run_.keeps_texts) } });
    }

    void tool(Json const& fields)
    {
        std::string const call = support::string_or(fields, "call");
        Json arguments;
        {
            std::lock_guard const lock(mutex_);
            if (auto const found = arguments_.find(call); found != arguments_.end())
                arguments = found->second;
        }
        std::string const text = support::string_or(fields, "text");
        bool const failed = part(fields, "is_error") == true;
        record("tool",
            { { "call", call }, { "tool", support::string_or(fields, "name") }, { "arguments", std::move(arguments) },
                { "outcome", failed ? failure_of(text) : "ok" }, { "ms", part(fields, "ms") },
                { "output", hashed(text, run_.keeps_texts) } });
    }

    std::unique_ptr<Transcript> transcript_;
    ledger::Ledger& ledger_;
    AuditedRun run_;
    std::string provider_;
    std::mutex mutex_;
    std::unordered_map<std::string, Json> arguments_; ///< of the last reply's calls, by id
    std::atomic<bool> has_failed_ = false;
};

}

std::unique_ptr<Transcript> audited(std::unique_ptr<Transcript> transcript, ledger::Ledger* ledger, AuditedRun run)
{
    if (ledger == nullptr)
        return transcript;
    return std::make_unique<AuditedTranscript>(std::move(transcript), *ledger, std::move(run));
}

}
