// The other processes of one person's Countersign, and letters between them. Two reasons: a decision made on a review document that another
// process of ours shows goes to one that has the files' buffers, since only that one may build an edit of them; and what is decided in one
// window is gone in the others.
//
// A server that listens has a folder, <state>/servers/<parent>-<process>-<random>, which it holds locked while it lives and watches by
// inotify. A letter is a file that appears in it, one JSON object; an answer appears beside it. No sockets: the locked-in server may make
// none that has a path.
//
// Nothing here decides anything: a receiver treats a letter as if its own editor had said so, and asks the store what is true. Background
// thread, but for the handler, which has a thread of its own.
#pragma once

#include "support/fd.h"
#include "support/json.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace countersign::session {

class OtherServers {
public:
    /// The answer to a letter; an empty object is "not mine". Must return soon once it is told to stop.
    using Handler = std::function<Json(Json const& letter, std::stop_token const& stop)>;

    explicit OtherServers(std::filesystem::path const& state_directory) : folder_(state_directory / "servers") { }
    /// Ends the listening.
    ~OtherServers();
    OtherServers(OtherServers const&) = delete;
    OtherServers& operator=(OtherServers const&) = delete;

    /// Listens from now on; letters are handled one after another. Errors: io.
    Result<> listen(Handler handler);
    /// Gives the letter to one after another, those of the same editor first, until one takes it, and returns its answer. At most a few
    /// seconds a process. Errors: not_found (nobody took it).
    Result<Json> ask(Json letter) const;
    /// Gives the letter to all of them and waits for no answer.
    void tell(Json const& letter) const;

private:
    void work(std::stop_token stop) const;
    void read_letters(std::stop_token const& stop) const;
    /// Folders of those that live, without our own. Removes what the dead left.
    std::vector<std::filesystem::path> living() const;

    std::filesystem::path folder_;
    std::filesystem::path own_; ///< empty until it listens
    support::UniqueFd hold_;    ///< the lock that says that we live
    support::UniqueFd watch_;   ///< inotify
    support::UniqueFd wake_;    ///< an eventfd that ends the wait for a letter
    Handler handler_;
    std::jthread thread_;
};

}
