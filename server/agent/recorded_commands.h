// Commands in a transcript: written as they end, and given back in their order in a replay, where nothing is run.
#pragma once

#include "agent/transcript.h"
#include "tools/commands.h"

#include <deque>

namespace countersign::agent {

/// Passes everything on to `commands` and writes what came back. Both outlive it.
class CommandRecorder final : public tools::Commands {
public:
    CommandRecorder(tools::Commands& commands, Transcript& transcript) : commands_(commands), transcript_(transcript) { }

    Result<sandbox::Outcome> run(tools::CommandCall const& call, std::stop_token stop) override;
    void add(tools::Evidence evidence) override { commands_.add(std::move(evidence)); }
    std::vector<tools::Evidence> take_evidence() override { return commands_.take_evidence(); }

private:
    tools::Commands& commands_;
    Transcript& transcript_;
};

class RecordedCommands final : public tools::Commands {
public:
    /// `entries` are those of kind "command" of a transcript.
    explicit RecordedCommands(std::vector<Json> const& entries) : entries_(entries.begin(), entries.end()) { }

    /// Errors: as recorded; invalid_params (the run asks for another command than it did).
    Result<sandbox::Outcome> run(tools::CommandCall const& call, std::stop_token stop) override;
    void add(tools::Evidence evidence) override { evidence_.push_back(std::move(evidence)); }
    std::vector<tools::Evidence> take_evidence() override { return std::move(evidence_); }

private:
    std::deque<Json> entries_;
    std::vector<tools::Evidence> evidence_;
};

}
