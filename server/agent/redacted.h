// The two ways by which text leaves a run, each with the redactor in it: what goes to a model, and what goes into the transcript.
//
// session/ puts them around the provider (a model's only: the built-in engine sees the files as they are and sends nothing anywhere)
// and around the transcript. A run's thread; the transcript from the tools' threads, too.
#pragma once

#include "agent/transcript.h"
#include "model/provider.h"
#include "workspace/redactor.h"

#include <map>
#include <mutex>
#include <string>

namespace countersign::agent {

/// Sends requests without secrets and with invisible and bidirectional characters escaped. Results of several calls are looked at together,
/// so that a secret cut between two of them is found.
class RedactedProvider final : public model::Provider {
public:
    /// Both must outlive it.
    RedactedProvider(model::Provider& inner, workspace::Redactor const& redactor) : inner_(inner), parts_(redactor) { }

    std::string name() const override { return inner_.name(); }
    bool is_model() const override { return inner_.is_model(); }
    std::uint64_t context_tokens() const override { return inner_.context_tokens(); }
    Result<std::uint64_t> count_tokens(model::Request const& request, std::stop_token stop) override;
    Result<std::string> spent() const override { return inner_.spent(); }
    Result<model::Reply> complete(
        model::Request const& request, std::function<void(model::Delta const&)> const& on_delta, std::stop_token stop) override;

private:
    model::Request without_secrets(model::Request outgoing);

    model::Provider& inner_;
    workspace::RedactingParts parts_;
};

/// Writes entries without secrets. A file's text is then kept under the hash of what is kept, so that a replay finds it.
class RedactedTranscript final : public Transcript {
public:
    RedactedTranscript(Transcript& inner, workspace::Redactor const& redactor) : inner_(inner), redactor_(redactor) { }

    void append(std::string_view kind, Json fields) override;

private:
    Transcript& inner_;
    workspace::Redactor const& redactor_;
    std::mutex mutex_;
    std::map<std::string, std::string> hashes_; ///< of texts that held a secret: of the text, then of what is kept of it
};

/// Every text in `value` without secrets; numbers and the shape stay.
Json redacted(Json value, workspace::Redactor const& redactor);

}
