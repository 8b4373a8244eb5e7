#include "session/other_servers.h"

#include "support/files.h"
#include "support/hash.h"
#include "support/log.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace countersign::session {

namespace fs = std::filesystem;
using support::UniqueFd;

namespace {

constexpr std::size_t letter_limit = std::size_t(64) * 1024 * 1024;
constexpr std::chrono::seconds patience { 5 };
constexpr char const* lock_name = "alive.lock";
constexpr std::string_view letter_ending = ".letter";
constexpr std::string_view answer_ending = ".answer";
constexpr std::string_view unfinished_ending = ".tmp";

/// As a whole or not at all, and gone with the machine: whoever it is for reads it at once or never.
Result<> post(fs::path const& path, Json const& value)
{
    fs::path const unfinished = path.string().append(unfinished_ending);
    UniqueFd const file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return fail(ErrorCode::io, fmt::format("cannot create {}: {}", unfinished.string(), support::errno_message()));
    auto const written = support::write_all(file.get(), support::dump_json(value));
    if (written && ::rename(unfinished.c_str(), path.c_str()) == 0)
        return {};
    Error error { ErrorCode::io, fmt::format("cannot write {}: {}", path.string(), support::errno_message()) };
    ::unlink(unfinished.c_str());
    return tl::unexpected(std::move(error));
}

Result<Json> take(fs::path const& path)
{
    auto const text = support::read_file(path, letter_limit);
    ::unlink(path.c_str());
    if (!text)
        return tl::unexpected(text.error());
    Json value = TRY(support::parse_json(*text));
    if (!value.is_object())
        return fail(ErrorCode::invalid_params, "the letter is not an object");
    return value;
}

Result<UniqueFd> watch(fs::path const& folder)
{
    UniqueFd notify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!notify || ::inotify_add_watch(notify.get(), folder.c_str(), IN_MOVED_TO) < 0)
        return fail(ErrorCode::io, fmt::format("cannot watch {}: {}", folder.string(), support::errno_message()));
    return notify;
}

void forget_events(int notify)
{
    char events[4096];
    while (::read(notify, events, sizeof events) > 0) { }
}

/// That of a letter that wants an answer; it becomes part of a file's name.
std::string id_of(Json const& letter)
{
    std::string id = support::string_or(letter, "id");
    bool const plain = std::all_of(id.begin(), id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return plain && id.size() <= 32 ? id : std::string();
}

/// Those of one sender are read in the order in which they were sent.
std::string new_letter_name()
{
    auto const now = std::chrono::steady_clock::now().time_since_epoch();
    return fmt::format("{:020}-{}{}", std::chrono::nanoseconds(now).count(), support::random_hex(4), letter_ending);
}

bool is_alive(fs::path const& server)
{
    auto const held = support::try_lock_file(server / lock_name);
    return held && !*held;
}

}

OtherServers::~OtherServers()
{
    if (!thread_.joinable())
        return;
    thread_.request_stop();
    std::uint64_t const one = 1;
    if (::write(wake_.get(), &one, sizeof one) != sizeof one)
        log::warn("the thread for letters could not be woken");
    thread_.join();
    std::error_code error;
    fs::remove_all(own_, error);
}

Result<> OtherServers::listen(Handler handler)
{
    std::string const name = fmt::format("{}-{}-{}", ::getppid(), ::getpid(), support::random_hex(4));
    // Under its name only once it is locked, for whoever finds it unlocked removes it.
    fs::path const unfinished = folder_ / (name + std::string(unfinished_ending));
    TRY(support::make_private_directory(unfinished));
    hold_ = TRY(support::try_lock_file(unfinished / lock_name));
    watch_ = TRY(watch(unfinished));
    wake_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
    if (!hold_ || !wake_ || ::rename(unfinished.c_str(), (folder_ / name).c_str()) != 0)
        return fail(ErrorCode::io, fmt::format("cannot make {}: {}", (folder_ / name).string(), support::errno_message()));
    own_ = folder_ / name;
    handler_ = std::move(handler);
    thread_ = std::jthread([this](std::stop_token stop) { work(std::move(stop)); });
    return {};
}

void OtherServers::work(std::stop_token stop) const
{
    while (!stop.stop_requested()) {
        pollfd waiting[] = { { watch_.get(), POLLIN, 0 }, { wake_.get(), POLLIN, 0 } };
        if (::poll(waiting, 2, -1) < 0 && errno != EINTR)
            return log::error("letters of other servers are not heard any more: {}", support::errno_message());
        forget_events(watch_.get());
        read_letters(stop);
    }
}

void OtherServers::read_letters(std::stop_token const& stop) const
{
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator each(own_, error), end; !error && each != end; each.increment(error)) {
        if (std::string name = each->path().filename().string(); name.ends_with(letter_ending))
            names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    for (std::string const& name : names) {
        if (stop.stop_requested())
            return;
        auto const letter = take(own_ / name);
        if (!letter) {
            log::warn("a letter was refused: {}", letter.error().message);
            continue;
        }
        Json const answer = handler_(*letter, stop);
        std::string const id = id_of(*letter);
        if (auto const answered = id.empty() ? Result<>() : post(own_ / (id + std::string(answer_ending)), answer); !answered)
            log::warn("{}", answered.error().message);
    }
}

std::vector<fs::path> OtherServers::living() const
{
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator each(folder_, error), end; !error && each != end; each.increment(error)) {
        fs::path const path = each->path();
        if (path == own_ || path.extension() == unfinished_ending)
            continue;
        std::error_code ignored;
        if (is_alive(path))
            found.push_back(path);
        else
            fs::remove_all(path, ignored);
    }
    std::string const family = fmt::format("{}-", ::getppid());
    std::stable_partition(found.begin(), found.end(), [&](fs::path const& path) { return path.filename().string().starts_with(family); });
    return found;
}

Result<Json> OtherServers::ask(Json letter) const
{
    std::string const id = support::random_hex(12);
    letter["id"] = id;
    for (fs::path const& server : living()) {
        auto const answers = watch(server);
        if (!answers || !post(server / new_letter_name(), letter))
            continue;
        fs::path const path = server / (id + std::string(answer_ending));
        auto const until = std::chrono::steady_clock::now() + patience;
        std::error_code error;
        while (!fs::exists(path, error) && std::chrono::steady_clock::now() < until && is_alive(server)) {
            pollfd waiting { answers->get(), POLLIN, 0 };
            ::poll(&waiting, 1, 200);
            forget_events(answers->get());
        }
        auto answer = take(path);
        if (answer && !answer->empty())
            return answer;
    }
    return fail(ErrorCode::not_found, "no other server of yours takes it");
}

void OtherServers::tell(Json const& letter) const
{
    for (fs::path const& server : living()) {
        if (auto const sent = post(server / new_letter_name(), letter); !sent)
            log::info("{}", sent.error().message);
    }
}

}
