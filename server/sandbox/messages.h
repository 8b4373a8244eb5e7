// What the frames of wire.h hold, and how it is written down. Decoding fails with `io`: the other end went wrong.
// Shared by server, broker and the inner program; a Job is the broker's, everything else is sandbox.h's.
#pragma once

#include "sandbox/sandbox.h"
#include "sandbox/wire.h"

namespace countersign::sandbox {

/// Where the command finds the proxy, and over which descriptor the inner program hands its connections to the broker.
inline constexpr std::uint16_t proxy_port = 3128;
inline constexpr int proxy_descriptor = 5;

/// A path of the host that is visible inside, read-only, under the name `inner`.
struct Bind {
    std::string host;
    std::string inner;
};

/// Where the inner program is, and so what it can do.
enum class Place {
    namespaces, ///< in bubblewrap's: it mounts, and gives the command a namespace of users of its own
    container,  ///< in an engine's, without any right: the view is a copy in a temporary file system that the engine made
    bare,       ///< nowhere in particular
};

/// A file, folder or link of the workspace, sent to where it cannot be seen.
struct SentEntry {
    enum class Kind { file, folder, link };
    std::string path; ///< relative, with '/'
    Kind kind = Kind::file;
    std::uint32_t mode = 0;
    std::int64_t seconds = 0; ///< when it was modified
    std::int64_t nanoseconds = 0;
    std::string bytes; ///< content, or a link's target
};

/// What the inner program is told: the request, and the surroundings that the broker worked out.
struct Job {
    Request request;
    std::vector<Bind> binds;                                      ///< in this order; what the host lacks is left out
    std::vector<std::string> hidden;                              ///< files beneath the binds that are shown empty
    std::vector<std::pair<std::string, std::string>> home_links;  ///< name in the home directory, target
    std::vector<std::pair<std::string, std::string>> environment; ///< all of it
    std::uint32_t user = 0;                                       ///< what the command sees itself as
    std::uint32_t group = 0;
    bool copy_view = false;
    Place place = Place::namespaces;
    std::string view;          ///< the folder that holds the view; only outside namespaces
    std::uint32_t pid_max = 0; ///< of the sandbox's own process numbers; 0 where the kernel has one for all
};

struct Ended {
    Ending ending = Ending::exited;
    int status = 0;
    std::chrono::milliseconds duration { 0 };
};

std::string encode(Request const& request);
std::string encode(Job const& job);
std::string encode(Ended const& ended);
std::string encode(SentEntry const& entry);
std::string encode(std::vector<std::string> const& paths);
std::string encode(Changed const& changed);
std::string encode(NotOffered const& not_offered);
std::string encode(Error const& error);
/// Everything but the changes, which went before.
std::string encode(Outcome const& outcome);

Result<Request> decode_request(std::string_view bytes);
Result<Job> decode_job(std::string_view bytes);
Result<SentEntry> decode_entry(std::string_view bytes);
Result<Ended> decode_ended(std::string_view bytes);
Result<std::vector<std::string>> decode_paths(std::string_view bytes);
Result<Changed> decode_changed(std::string_view bytes);
Result<NotOffered> decode_not_offered(std::string_view bytes);
Result<Outcome> decode_outcome(std::string_view bytes);
/// Never fails: what cannot be read is an io error too.
Error decode_error(std::string_view bytes);

}
