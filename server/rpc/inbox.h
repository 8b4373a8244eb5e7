// The way in: the thread that reads the client's bytes and hands on whole messages.
//
// JSON is parsed here, off the main loop. The reader pauses while messages of more than `limit` bytes were handed
// on and not yet handled. It waits in poll() beside an eventfd, so that it can be ended while the client is silent.
#pragma once

#include "rpc/callback.h"
#include "support/fd.h"
#include "support/json.h"
#include "support/result.h"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace countersign::rpc {

/// How the stream ended; `problem` is empty at an end between two messages.
struct EndOfInput {
    std::string problem;
};

class Inbox {
public:
    /// Both are called on the reader thread. `message` gets JSON or why a body is none, and the body's size, which is to
    /// be given back with handled().
    struct Receiver {
        Callback<void(Result<Json> message, std::size_t size)> message;
        Callback<void(EndOfInput end)> end;
    };

    Inbox(support::UniqueFd in, std::size_t limit, Receiver receiver);
    ~Inbox();

    /// A message of `size` bytes is done with. Any thread.
    void handled(std::size_t size);
    /// Ends the thread. Idempotent.
    void close();

private:
    void read_loop();
    /// The next bytes; empty at the end of the stream or once closed. Errors: io.
    Result<std::size_t> read_some(char* buffer, std::size_t size);
    /// False once closed.
    bool hand_on(std::string body);

    support::UniqueFd in_;
    support::UniqueFd wake_;
    std::size_t const limit_;
    Receiver receiver_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t unhandled_ = 0;
    bool closed_ = false;
    std::thread reader_;
};

}
