// Commands, run on a copy-on-write view of the workspace: whatever one does reaches no file, network, key or process of the person's.
//
// Tools and the command line call run() from a run's own thread; calls may overlap. Between the server and the confined process stands
// the broker, a separate program without keys that is started before the server locks itself in (broker.h). This room takes a decision
// that is ready: whether a command may run is the policy's question, and no level ever writes what comes back without an approval.
#pragma once

#include "support/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace countersign::sandbox {

/// One program with its arguments: never a shell string.
struct Command {
    std::vector<std::string> argv; ///< a name without a slash is looked up in a fixed PATH, never in the workspace
    std::string directory;         ///< where it runs, relative to the workspace root; empty is the root
    /// Added to an environment that is built from nothing. Names that would load code (LD_*, NODE_OPTIONS, ...) are refused.
    std::vector<std::pair<std::string, std::string>> environment;
};

/// A file of the view that is not as on disk: an unsaved buffer or a proposed edit. It is there before the command starts and is
/// no change of the command's.
struct ViewFile {
    std::string path;                 ///< relative to the workspace root, with '/'
    std::optional<std::string> bytes; ///< absent: the file is deleted
    bool executable = false;
};

struct Limits {
    std::chrono::milliseconds wall_time { 120'000 };
    std::chrono::milliseconds grace { 2'000 };        ///< between SIGTERM and SIGKILL
    std::uint64_t output_for_model = 64 * 1024;       ///< bytes, half from the beginning and half from the end
    std::uint64_t output_kept = 1024 * 1024;          ///< bytes of each stream, likewise
    std::uint64_t output_total = 64 * 1024 * 1024;    ///< bytes of both streams; past it the command is killed
    std::uint64_t view_bytes = 1024 * 1024 * 1024;    ///< what the command may write to the workspace; past it it gets ENOSPC
    std::uint64_t view_inodes = 200'000;              ///< files and folders that it may make there
    std::uint64_t file_bytes = 512 * 1024 * 1024;     ///< one file (RLIMIT_FSIZE)
    std::uint64_t memory = 4ULL * 1024 * 1024 * 1024; ///< bytes resident in all its processes; past it they are killed
    std::uint32_t processes = 512;                    ///< at once, threads included
    std::uint32_t open_files = 1024;                  ///< in each process
    std::uint64_t changed_files = 5'000;              ///< how many changes are read back
    std::uint64_t changed_bytes = 64 * 1024 * 1024;   ///< and how much of their content
};

struct Request {
    std::string workspace; ///< absolute path of the root, without a symbolic link
    Command command;
    std::vector<ViewFile> view;
    /// Files and folders that the command must not see, relative to the root: credentials by name. They are absent inside.
    std::vector<std::string> masked;
    /// Hosts that the command may reach through the proxy, as egress.h reads them; empty: no network at all.
    std::vector<std::string> hosts;
    /// Which changes to read back, by path (what a build leaves in ignored folders is neither compared nor carried); empty: all.
    /// Called on the thread of run(), after the command has ended.
    std::function<bool(std::string const&)> wanted;
    Limits limits;
};

enum class Ending {
    exited,
    signalled,
    timed_out,
    output_limit,
    memory_limit,
};

enum class ChangeKind {
    created,
    modified, ///< content or executable bit
    deleted,
    linked, ///< a symbolic link that stays in the workspace; `bytes` is its target
};

/// What the command itself changed, compared with the view that it was given.
struct Changed {
    std::string path; ///< relative, with '/', never with "." or ".."
    ChangeKind kind = ChangeKind::modified;
    std::optional<std::string> bytes; ///< absent for deleted, and past Limits::changed_bytes
    std::uint32_t mode = 0;           ///< permission bits only: no setuid, setgid or sticky
    bool made_executable = false;     ///< it was not before
    bool other_names = false;         ///< the file on disk has further hard links, which an edit would not reach
};

/// A change that is not offered, and why: a device, a fifo, a link that leads out, a file beyond the limits.
struct NotOffered {
    std::string path;
    std::string reason;
};

struct Outcome {
    Ending ending = Ending::exited;
    int status = 0; ///< exit status, or the signal's number
    /// Both streams as they came, shortened in the middle; escape sequences, bidirectional and tag characters are gone. For a model.
    std::string output;
    std::string standard_output; ///< up to Limits::output_kept, cleaned likewise
    std::string standard_error;
    std::uint64_t output_dropped = 0; ///< bytes that `output` leaves out
    std::vector<Changed> changes;     ///< by path
    std::vector<NotOffered> not_offered;
    bool stale = false;  ///< a file of the workspace changed on disk meanwhile: what came out belongs to no single state
    bool copied = false; ///< the kernel has no overlay for users: the view was a copy in memory
    std::chrono::milliseconds duration { 0 };
    std::string backend;
    std::vector<std::string> network; ///< what the proxy was asked for, and what became of it, a line each
};

/// "exit status 1 after 2.3 s", "stopped after 120 s: out of time": one line for people and models.
std::string describe(Outcome const& outcome);

class Sandbox {
public:
    virtual ~Sandbox() = default;
    /// Runs one command to its end. A command that fails, is killed or runs into a limit is an Outcome, no error. Any thread; blocks.
    /// Errors: denied (nothing here can confine it: the message has the fix), invalid_params, not_found (no such program or
    /// workspace), cancelled, timeout (it could not be started in time), too_large (the view), io (the broker is gone).
    virtual Result<Outcome> run(Request const& request, std::stop_token stop) = 0;
};

}
