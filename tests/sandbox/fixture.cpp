#include "fixture.h"

#include "support/hash.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;

namespace countersign::sandbox {

namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> own_environment()
{
    std::map<std::string, std::string> variables;
    for (char const* name : { "PATH", "HOME" }) {
        if (char const* const value = std::getenv(name))
            variables[name] = value;
    }
    return variables;
}

}

void Sandboxed::SetUp()
{
    char const* const temporary = std::getenv("TMPDIR");
    std::string pattern = std::string(temporary != nullptr ? temporary : "/tmp") + "/countersign-sandbox-XXXXXX";
    ASSERT_NE(nullptr, ::mkdtemp(pattern.data()));
    room_ = fs::canonical(pattern);
    workspace_ = room_ / "project";
    fs::create_directory(workspace_);
    BrokerOptions options;
    options.environment = own_environment();
    options.copy_view = copy_view_;
    choose_backend(options);
    auto started = start_broker(options);
    ASSERT_TRUE(started) << started.error().message;
    broker_ = std::move(*started);
    auto const probe = run(request({ "true" }));
    if (!probe && probe.error().code == ErrorCode::denied) {
        if (char const* const ci = std::getenv("CI"); ci != nullptr && std::string(ci) == "true")
            FAIL() << "this machine lacks what the sandbox needs: " << probe.error().message;
        GTEST_SKIP() << "NOTHING IS PROVED HERE: " << probe.error().message;
    }
    ASSERT_TRUE(probe) << probe.error().message;
}

void Sandboxed::TearDown()
{
    broker_.reset();
    std::error_code error;
    fs::remove_all(room_, error);
}

void Sandboxed::write(std::string const& path, std::string const& content, bool executable) const
{
    fs::create_directories((workspace_ / path).parent_path());
    std::ofstream(workspace_ / path, std::ios::binary) << content;
    ::chmod((workspace_ / path).c_str(), executable ? 0755 : 0644);
}

std::string Sandboxed::read(std::string const& path) const
{
    std::ifstream file(workspace_ / path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

std::string Sandboxed::fingerprint() const
{
    std::vector<std::string> lines;
    for (fs::directory_entry const& entry : fs::recursive_directory_iterator(workspace_)) {
        struct stat status { };
        ::lstat(entry.path().c_str(), &status);
        std::string const path = fs::relative(entry.path(), workspace_).string();
        std::string const content = S_ISREG(status.st_mode) ? support::content_hash(read(path)) : "";
        lines.push_back(fmt::format("{} {:o} {}.{} {}", path, status.st_mode, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, content));
    }
    std::sort(lines.begin(), lines.end());
    return fmt::format("{}", fmt::join(lines, "\n"));
}

Request Sandboxed::request(std::vector<std::string> argv) const
{
    Request request;
    request.workspace = workspace_.string();
    request.command.argv = std::move(argv);
    request.limits.wall_time = std::chrono::seconds(60);
    return request;
}

Outcome Sandboxed::run_well(Request const& request)
{
    std::string const before = fingerprint();
    auto outcome = run(request);
    EXPECT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(before, fingerprint());
    return outcome ? *outcome : Outcome {};
}

std::string summary(Outcome const& outcome)
{
    std::string text;
    for (Changed const& changed : outcome.changes) {
        char const* const kinds[] = { "created", "modified", "deleted", "linked" };
        text += fmt::format("{} {}\n", kinds[static_cast<int>(changed.kind)], changed.path);
    }
    for (NotOffered const& rest : outcome.not_offered)
        text += fmt::format("not offered {}: {}\n", rest.path, rest.reason);
    return text;
}

int processes_with(std::string const& mark)
{
    int count = 0;
    std::error_code error;
    for (fs::directory_entry const& entry : fs::directory_iterator("/proc", error)) {
        std::string const name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos)
            continue;
        std::ifstream file(entry.path() / "cmdline", std::ios::binary);
        std::ostringstream line;
        line << file.rdbuf();
        if (line.str().find(mark) != std::string::npos)
            ++count;
    }
    return count;
}

}
