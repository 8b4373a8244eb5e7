// Letters between the processes of one person's Countersign: a decision made on a review document that another process of ours shows goes
// to the one that owns the proposal, because only that one has the files' buffers. Unix sockets, <state>/sockets/<process>.sock (0600 in a
// folder of 0700); a letter and its answer are one line of JSON each, at most `letter_limit` bytes, from the same user only.
//
// Nothing here decides anything: the owner treats a letter as if its own editor had sent the command.
#pragma once

#include "support/fd.h"
#include "support/json.h"

#include <filesystem>
#include <functional>
#include <string>
#include <thread>

namespace countersign::session {

inline constexpr std::size_t letter_limit = std::size_t(64) * 1024 * 1024;

/// Listens while it lives. Its thread handles one letter after another.
class Mailbox {
public:
    /// The answer to a letter; an empty object is "not mine". On the mailbox's thread.
    using Handler = std::function<Json(Json const& letter)>;

    /// Errors: io.
    static Result<std::unique_ptr<Mailbox>> open(std::filesystem::path const& state_directory, Handler handler);
    ~Mailbox();
    Mailbox(Mailbox const&) = delete;
    Mailbox& operator=(Mailbox const&) = delete;

    std::filesystem::path const& path() const { return path_; }

private:
    Mailbox(std::filesystem::path path, support::UniqueFd socket, support::UniqueFd wake, Handler handler);
    void listen(std::stop_token stop) const;
    void handle(int connection) const;

    std::filesystem::path path_;
    support::UniqueFd socket_;
    support::UniqueFd wake_; ///< an eventfd that ends the wait for a letter
    Handler handler_;
    std::jthread thread_;
};

/// Sends a letter to the other processes, one after another, until one takes it, and gives its answer. Sockets that nobody listens on are
/// removed. Blocks for at most a few seconds a process; background thread. Errors: not_found (nobody took it), io.
Result<Json> send_letter(std::filesystem::path const& state_directory, Json const& letter, std::filesystem::path const& own);

}
