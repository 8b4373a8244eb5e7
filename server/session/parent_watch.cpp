#include "session/parent_watch.h"

#include "support/log.h"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>

namespace countersign::session {

ParentWatch::ParentWatch(rpc::Connection& connection, std::int64_t process_id)
    : connection_(connection)
    , process_id_(process_id)
    , process_(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process_id), 0)))
{
    look();
}

ParentWatch::~ParentWatch() { connection_.cancel_timer(timer_); }

bool ParentWatch::is_gone() const
{
    if (!process_)
        return ::kill(static_cast<pid_t>(process_id_), 0) != 0 && errno == ESRCH;
    pollfd exited { .fd = process_.get(), .events = POLLIN, .revents = 0 };
    return ::poll(&exited, 1, 0) == 1;
}

void ParentWatch::look()
{
    if (is_gone()) {
        log::warn("the editor (process {}) is gone; ending", process_id_);
        return connection_.stop(1);
    }
    timer_ = connection_.after(std::chrono::seconds(1), [this] { look(); });
}

}
