// A server with hostile code in it: a session over pipes in a process of its own, locked in as `countersign lsp` is, whose provider does
// its worst on the run's thread and on one that it starts, as the main thread does before. The kernel refuses; the run still ends
// well, and its proposal waits in the state directory. Without Landlock the same attempts succeed.
#include "attempts.h"

#include "../support/scripted_model.h"
#include "../unit/rpc/wire.h"
#include "../unit/workspace/temporary_folder.h"
#include "model/curl_http.h"
#include "model/libcurl.h"
#include "sandbox/lock_in.h"
#include "session/session.h"

#include <atomic>
#include <cstring>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace countersign::hostile {
namespace {

/// What runs on CurlHttp's thread in place of the library's own function, once: this is how hostile code gets there.
std::atomic<std::function<void()> const*> on_http_thread { nullptr };
decltype(&::curl_multi_perform) real_multi_perform = nullptr;

CURLMcode perform_after_the_injected(CURLM* multi, int* running)
{
    if (auto const* const injected = on_http_thread.exchange(nullptr))
        (*injected)();
    return real_multi_perform(multi, running);
}

void inject_on_http_thread(std::function<void()> const& code)
{
    auto& curl = const_cast<model::Libcurl&>(**model::libcurl());
    real_multi_perform = std::exchange(curl.multi_perform, perform_after_the_injected);
    on_http_thread = &code;
}

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Pair;
using workspace::testing::TemporaryFolder;

/// Listens on a free port of the loopback device.
class Listener {
public:
    Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd_.get(), 64), 0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = ntohs(address.sin_port);
    }
    std::uint16_t port() const { return port_; }

private:
    support::UniqueFd fd_;
    std::uint16_t port_ = 0;
};

struct Report {
    std::map<std::string, std::string> harm; ///< "run: unlink" to the errno's name or "done"
    std::map<std::string, std::string> need;
    bool session_ended_well = false;
};

class LockedInServer {
public:
    LockedInServer()
    {
        for (char const* who : { "main", "run", "http", "thread" })
            prepare_workspace(workspace_.path(), who);
        workspace_.write("a.txt", "text\n");
        std::filesystem::create_directories(state_.path() / "countersign");
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        std::string const path = (outside_ / "socket").string();
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(unix_listener_.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(unix_listener_.get(), 8), 0);
        surroundings_ = { workspace_.path(), state_.path() / "countersign", provider_.port(), other_.port(), path };
    }

    Report run(sandbox::LockInRules rules)
    {
        rules.writable = { state_.path() / "countersign" };
        rules.ports = { provider_.port() };
        rpc::Pipe in, out, report;
        pid_t const child = ::fork();
        if (child == 0) {
            in.write.reset();
            out.read.reset();
            serve(rules, { std::move(in.read), std::move(out.write) }, report.write.get());
        }
        in.read.reset();
        out.write.reset();
        report.write.reset();
        Report result;
        converse(rpc::Client(std::move(in.write), std::move(out.read)), result);
        std::string const lines = support::read_all(report.read.get(), 1 << 20).value_or("");
        for (std::string_view const line : support::split_lines(lines)) {
            auto const separator = line.rfind('|');
            auto& where = line.front() == 'h' ? result.harm : result.need;
            where[std::string(line.substr(2, separator - 2))] = line.substr(separator + 1);
        }
        int status = -1;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        result.session_ended_well = result.session_ended_well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        return result;
    }

    std::size_t files_in_state(char const* folder) const
    {
        std::filesystem::path const path = state_.path() / "countersign" / folder;
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
    }

private:
    void tell(int fd, std::string const& who) const
    {
        std::string lines;
        for (Attempt const& attempt : try_everything(surroundings_, who))
            lines += std::string(attempt.is_harmful ? "h " : "n ") + who + ": " + attempt.name + "|"
                + (attempt.error == 0 ? "done" : ::strerrorname_np(attempt.error)) + "\n";
        static_cast<void>(support::write_all(fd, lines));
    }

    /// The child: what `countersign lsp` does, and hostile code on three threads.
    [[noreturn]] void serve(sandbox::LockInRules const& rules, rpc::Streams streams, int report) const
    {
        if (auto const locked = sandbox::lock_in(rules); !locked)
            ::_exit(3);
        tell(report, "main");
        support::SystemClock const clock;
        session::Services services;
        services.state_directory = state_.path() / "countersign";
        services.clock = &clock;
        services.version = "test";
        services.make_provider = [this, report](session::ProviderOrder const&) -> Result<std::unique_ptr<model::Provider>> {
            auto model = std::make_unique<tests::ScriptedModel>();
            model->turn([this, report](model::Request const&, tests::ScriptedModel::OnDelta const&, std::stop_token) {
                tell(report, "run");
                std::function<void()> const injected = [this, report] { tell(report, "http"); };
                inject_on_http_thread(injected);
                model::CurlHttp http({});
                model::HttpRequest request { .url = "http://127.0.0.1:" + std::to_string(surroundings_.provider_port) + "/" };
                request.timeouts.first_byte = std::chrono::milliseconds(1);
                static_cast<void>(http.send(request, {}, {}));
                std::thread([this, report] { tell(report, "thread"); }).join();
                return Result<model::Reply>(
                    model::Reply { { .role = model::Role::assistant,
                                       .calls = { { "1", "create_file", { { "path", "proposed.txt" }, { "content", "new\n" } } } } },
                        model::StopReason::tool_use, {} });
            });
            model->text("Created it.");
            return model;
        };
        int exit_code = 1;
        {
            rpc::Connection connection(std::move(streams));
            session::Session session(connection, std::move(services));
            exit_code = connection.run().exit_code;
        }
        ::_exit(exit_code);
    }

    /// The editor: asks for something, waits until its proposal is announced, leaves.
    void converse(rpc::Client client, Report& report) const
    {
        std::string const root = "file://" + workspace_.path().string();
        int id = 0;
        auto const call = [&](char const* method, Json params) {
            client.send(
                support::dump_json({ { "jsonrpc", "2.0" }, { "id", ++id }, { "method", method }, { "params", std::move(params) } }));
        };
        auto const until = [&](auto const& wanted) {
            while (auto const message = client.receive()) {
                if (wanted(*message))
                    return true;
                if (message->contains("method") && message->contains("id"))
                    client.send(support::dump_json({ { "jsonrpc", "2.0" }, { "id", (*message)["id"] }, { "result", nullptr } }));
            }
            return false;
        };
        Json const place { { "line", 0 }, { "character", 0 } };
        call("initialize", { { "processId", nullptr }, { "rootUri", root }, { "capabilities", Json::object() } });
        client.send(R"({"jsonrpc":"2.0","method":"initialized","params":{}})");
        call("workspace/executeCommand",
            { { "command", "countersign.ask" },
                { "arguments",
                    Json::array({ { { "uri", root + "/a.txt" }, { "range", { { "start", place }, { "end", place } } },
                        { "instruction", "go" } } }) } });
        report.session_ended_well = until([](Json const& message) { return message.value("method", "") == "window/showMessage"; });
        call("shutdown", nullptr);
        client.send(R"({"jsonrpc":"2.0","method":"exit"})");
        until([](Json const&) { return false; });
    }

    TemporaryFolder workspace_, state_, outside_;
    Listener provider_, other_;
    support::UniqueFd unix_listener_ { ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    Surroundings surroundings_;
};

std::map<std::string, std::string> only(std::map<std::string, std::string> attempts, bool succeeded)
{
    std::erase_if(attempts, [succeeded](auto const& attempt) { return (attempt.second == "done") != succeeded; });
    return attempts;
}

bool skips_without(bool granted, char const* what)
{
    if (granted)
        return false;
    if (std::getenv("CI"))
        ADD_FAILURE() << "this kernel lacks " << what << ", so nothing is shown";
    return true;
}

TEST(LockIn, refuses_on_every_thread_what_the_server_must_never_do)
{
    sandbox::LockIn const kernel = sandbox::probe_lock_in();
    if (skips_without(kernel.files && kernel.network && kernel.scope && kernel.filter, "Landlock 6 or seccomp"))
        GTEST_SKIP() << "this kernel lacks Landlock 6 or seccomp";
    LockedInServer server;
    Report const report = server.run({});
    EXPECT_EQ(report.harm.size(), 4 * 30u);
    EXPECT_THAT(only(report.harm, true), IsEmpty());
    for (auto const& [attempt, error] : report.harm)
        EXPECT_TRUE(error == "EACCES" || error == "EPERM" || error == "EXDEV") << attempt << ": " << error;
    EXPECT_EQ(report.need.size(), 4 * 8u);
    EXPECT_THAT(only(report.need, false), IsEmpty());
    EXPECT_TRUE(report.session_ended_well);
    EXPECT_EQ(server.files_in_state("runs"), 1u);
    EXPECT_GE(server.files_in_state("proposals"), 1u);
}

TEST(LockIn, is_what_refuses_since_without_landlock_the_same_code_succeeds)
{
    LockedInServer server;
    Report const report = server.run({ .with_landlock = false });
    auto const done = only(report.harm, true);
    for (char const* who : { "main", "run", "http", "thread" }) {
        for (char const* attempt : { "write", "create", "rename", "unlink", "mkdir", "rmdir", "link", "symlink", "move out",
                 "connect elsewhere", "write from a shell" })
            EXPECT_TRUE(done.contains(std::string(who) + ": " + attempt)) << who << ": " << attempt;
    }
}

TEST(LockIn, needs_its_filter_for_what_landlock_leaves_open)
{
    LockedInServer server;
    Report const report = server.run({ .with_filter = false });
    auto const done = only(report.harm, true);
    for (char const* attempt : { "main: chmod", "run: utimens", "thread: chown", "main: connect to a path" })
        EXPECT_TRUE(done.contains(attempt)) << attempt;
    EXPECT_FALSE(done.contains("run: unlink"));
}

TEST(LockIn, says_what_is_missing_and_how_to_get_it)
{
    sandbox::LockIn const nothing;
    EXPECT_EQ(nothing.summary(), "kernel lock-in: nothing");
    EXPECT_EQ(nothing.missing().size(), 2u);
    sandbox::LockIn const old { .landlock_abi = 3, .files = true, .truncation = true, .filter = true };
    EXPECT_EQ(old.summary(), "kernel lock-in: files, system calls");
    EXPECT_THAT(old.missing(), ::testing::ElementsAre(::testing::HasSubstr("its Landlock is version 3")));
}

TEST(LockIn, reports_a_directory_that_is_not_there)
{
    pid_t const child = ::fork();
    if (child == 0) {
        auto const locked = sandbox::lock_in({ .writable = { "/nowhere/at/all" } });
        ::_exit(locked || sandbox::probe_lock_in().landlock_abi == 0 ? 1 : 0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || sandbox::probe_lock_in().landlock_abi == 0));
}

}
}
