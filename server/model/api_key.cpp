#include "model/api_key.h"

#include "support/fd.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace countersign::model {

namespace {

constexpr std::size_t key_limit = 16 * 1024;

/// A key is one word of printable ASCII: anything else would be another header, or none.
Result<std::string> checked(std::string_view text, std::string_view origin)
{
    std::string_view const key = support::trim(text);
    bool const is_word = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (key.empty() || !is_word)
        return fail(ErrorCode::provider, fmt::format("{} holds no key: a key is one word of letters, digits and signs", origin));
    return std::string(key);
}

Result<pid_t> spawn_shell(std::string const& command, int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    std::string shell = "sh", option = "-c", script = command;
    char* const arguments[] = { shell.data(), option.data(), script.data(), nullptr };
    pid_t id = -1;
    int const result = ::posix_spawn(&id, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (result != 0)
        return fail(ErrorCode::provider, "api_key_command cannot be started: /bin/sh does not run");
    return id;
}

}

std::span<std::string_view const> key_variables()
{
    static constexpr std::array<std::string_view, 3> names { "COUNTERSIGN_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY" };
    return names;
}

Result<std::shared_ptr<KeyCommand>> KeyCommand::start(std::string const& command)
{
    int ends[2] = { -1, -1 };
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(ErrorCode::io, fmt::format("api_key_command cannot be started: {}", support::errno_message()));
    support::UniqueFd output(ends[0]);
    support::UniqueFd const input(ends[1]);
    pid_t const process = TRY(spawn_shell(command, input.get()));
    return std::shared_ptr<KeyCommand>(new KeyCommand(std::move(output), process));
}

KeyCommand::~KeyCommand()
{
    if (process_ <= 0)
        return;
    // A process that is locked in reaches its older child by no signal: what still prints ends by the closed pipe, and nothing waits for
    // the rest.
    output_.reset();
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, WNOHANG);
}

Result<std::string> KeyCommand::answer(std::chrono::milliseconds limit, std::stop_token stop)
{
    std::lock_guard const lock(mutex_);
    if (answer_)
        return *answer_;
    auto answer = read(limit, stop);
    if (answer || answer.error().code == ErrorCode::provider)
        answer_ = answer; // else the next run waits on
    return answer;
}

Result<std::string> KeyCommand::read(std::chrono::milliseconds limit, std::stop_token const& stop)
{
    auto const end = std::chrono::steady_clock::now() + limit;
    while (printed_.size() < key_limit) {
        if (stop.stop_requested())
            return fail(ErrorCode::cancelled, "the run was stopped");
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return fail(ErrorCode::timeout, fmt::format("api_key_command took longer than {} seconds", limit.count() / 1000));
        constexpr std::int64_t tick = 50;
        pollfd waited { output_.get(), POLLIN, 0 };
        if (::poll(&waited, 1, static_cast<int>(std::min<std::int64_t>(left.count(), tick))) <= 0)
            continue;
        std::array<char, 1024> bytes {};
        ssize_t const count = ::read(output_.get(), bytes.data(), bytes.size());
        if (count == 0 || (count < 0 && errno != EINTR))
            break;
        if (count > 0)
            printed_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    if (printed_.size() >= key_limit)
        return fail(ErrorCode::provider, "api_key_command prints far more than a key");
    int status = 0;
    // It has closed its output; what goes on working after that is not waited for long.
    for (int tries = 0; ::waitpid(process_, &status, WNOHANG) == 0; ++tries) {
        constexpr int most = 100;
        if (tries == most)
            return fail(ErrorCode::timeout, "api_key_command printed its answer and did not end");
        ::poll(nullptr, 0, 10);
    }
    process_ = -1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return fail(ErrorCode::provider,
            fmt::format("api_key_command failed ({}); run it in a terminal to see why",
                WIFEXITED(status) ? fmt::format("exit status {}", WEXITSTATUS(status)) : fmt::format("signal {}", WTERMSIG(status))));
    }
    return checked(std::string_view(printed_).substr(0, printed_.find('\n')), "what api_key_command prints first");
}

Result<std::string> find_key(Api const& api, KeySource const& source, bool needs_key, std::stop_token stop)
{
    std::array<std::string_view, 2> const variables { source.is_primary ? key_variables().front() : std::string_view(), api.key_variable };
    for (std::string_view const variable : variables) {
        auto const found = source.environment.find(std::string(variable));
        if (!variable.empty() && found != source.environment.end() && !found->second.empty())
            return checked(found->second, variable);
    }
    constexpr auto patience = std::chrono::seconds(60); // it may ask for a passphrase
    if (source.is_primary && !source.command.empty()) {
        if (source.started != nullptr)
            return source.started->answer(patience, stop);
        return TRY(KeyCommand::start(source.command))->answer(patience, stop);
    }
    if (!needs_key)
        return std::string();
    return fail(ErrorCode::provider,
        fmt::format("{} needs a key and there is none: set {} in the environment, or api_key_command in config.toml", api.name,
            api.key_variable.empty() ? key_variables().front() : api.key_variable));
}

}
