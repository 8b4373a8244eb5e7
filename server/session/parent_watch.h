// Ends the server when the editor that started it is gone without a word, as initialize's processId asks for.
#pragma once

#include "rpc/connection.h"
#include "support/fd.h"

#include <cstdint>

namespace countersign::session {

class ParentWatch {
public:
    /// Looks once a second, at a pidfd, so that another process which gets the same number is not taken for the editor.
    /// Main thread; the connection outlives it.
    ParentWatch(rpc::Connection& connection, std::int64_t process_id);
    ~ParentWatch();
    ParentWatch(ParentWatch const&) = delete;
    ParentWatch& operator=(ParentWatch const&) = delete;

private:
    void look();
    bool is_gone() const;

    rpc::Connection& connection_;
    std::int64_t process_id_;
    support::UniqueFd process_;
    rpc::TimerId timer_ = 0;
};

}
