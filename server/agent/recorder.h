// Writes into the transcript what the tools' results were made from: each file once, each text once, the listing once.
#pragma once

#include "agent/transcript.h"
#include "tools/tool.h"
#include "workspace/snapshot.h"

#include <mutex>
#include <set>
#include <string>

namespace countersign::agent {

class Recorder final : public tools::Observer {
public:
    Recorder(workspace::Snapshot const& snapshot, Transcript& transcript) : snapshot_(snapshot), transcript_(transcript) { }

    void used(std::string const& path) override;
    void listed() override;

private:
    workspace::Snapshot const& snapshot_;
    Transcript& transcript_;
    std::mutex mutex_;
    std::set<std::string> paths_;
    std::set<std::string> hashes_;
    bool is_listed_ = false;
};

}
