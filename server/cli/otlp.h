// The ledger's entries as OpenTelemetry spans, in the JSON form of OTLP/HTTP and with the names of its conventions for generative AI:
// a run is invoke_agent, a reply of the provider chat, a tool call execute_tool; decisions are spans with names of our own. Pure.
//
// Ids are made from the run's id, so that exporting twice gives the same spans again, not others.
#pragma once

#include "ledger/ledger.h"
#include "support/json.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

namespace countersign::cli {

class OtlpSpans {
public:
    explicit OtlpSpans(std::string version) : version_(std::move(version)) { }

    /// Entries in their order.
    void take(ledger::Event const& event, std::string const& workspace);
    std::size_t count() const { return spans_.size(); }
    /// The body of one request to <collector>/v1/traces, with what was taken since the last one.
    std::string take_request();

private:
    std::string version_;
    Json spans_ = Json::array();
    std::unordered_map<std::string, std::string> started_;  ///< run -> time
    std::unordered_map<std::string, std::string> run_of_;   ///< proposal -> run
    std::unordered_map<std::string, std::string> model_of_; ///< run -> model or provider
};

/// Nanoseconds since 1970 of a time as the ledger has it; 0 for what is none.
std::int64_t unix_nanoseconds(std::string const& time);

}
