// A workspace in a temporary directory and a broker for it, for the tests of real confined runs.
#pragma once

#include "sandbox/broker.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::sandbox {

class Sandboxed : public testing::Test {
protected:
    /// `copy_view`: as on a kernel without an overlay for users.
    explicit Sandboxed(bool copy_view = false) : copy_view_(copy_view) { }
    void SetUp() override;
    void TearDown() override;
    /// Before the broker is started: another backend.
    virtual void choose_backend(BrokerOptions&) { }

    void write(std::string const& path, std::string const& content, bool executable = false) const;
    std::string read(std::string const& path) const;
    bool exists(std::string const& path) const { return std::filesystem::exists(std::filesystem::symlink_status(workspace_ / path)); }
    /// Every path with its content, mode and time: what must be the same after a command.
    std::string fingerprint() const;

    Request request(std::vector<std::string> argv) const;
    /// `sh -c script`, at the workspace's root.
    Request shell(std::string const& script) const { return request({ "sh", "-c", script }); }
    Result<Outcome> run(Request const& request, std::stop_token stop = {}) { return broker_->run(request, std::move(stop)); }
    /// Runs it and expects that the workspace on disk stays as it was.
    Outcome run_well(Request const& request);
    Outcome sh(std::string const& script) { return run_well(shell(script)); }

    std::filesystem::path workspace_;
    std::unique_ptr<Sandbox> broker_;

    std::filesystem::path room_; ///< holds the workspace and what belongs to the test

private:
    bool copy_view_;
};

/// "created src/a.txt", one a line.
std::string summary(Outcome const& outcome);
/// Processes of this machine whose command line holds `mark`.
int processes_with(std::string const& mark);

}
