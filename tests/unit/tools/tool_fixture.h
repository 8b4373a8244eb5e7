// A run's overlay over files in memory or in a real folder, and tools called as the agent calls them.
#pragma once

#include "tools/tool.h"

#include "support/hash.h"
#include "workspace/jail.h"
#include "workspace/memory_files.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <mutex>
#include <optional>
#include <set>
#include <sys/stat.h>

namespace countersign::tools {

class Seen final : public Observer {
public:
    void used(std::string const& path) override
    {
        std::lock_guard const lock(mutex_);
        paths.insert(path);
    }
    void listed() override { is_listed = true; }

    std::set<std::string> paths;
    bool is_listed = false;

private:
    std::mutex mutex_;
};

class ToolTest : public ::testing::Test {
protected:
    void set_files(std::map<std::string, std::string> files) { open(std::make_shared<workspace::MemoryFiles>(std::move(files))); }

    void open(std::shared_ptr<workspace::FileSource const> files, std::vector<std::shared_ptr<workspace::Document const>> buffers = {})
    {
        overlay_.emplace(std::make_shared<workspace::Snapshot const>(std::move(files), std::move(buffers)));
    }

    Result<std::string> try_call(std::string_view name, Json const& arguments)
    {
        Context context { *overlay_, diagnostics_, stop_.get_token(), output_limit_, &seen_ };
        return tools::call(context, name, arguments);
    }
    /// The result or "code: message", as a model gets it.
    std::string call(std::string_view name, Json const& arguments)
    {
        auto const result = try_call(name, arguments);
        return result ? *result : to_string(result.error());
    }
    std::string text(std::string const& path)
    {
        auto const read = overlay_->read(path);
        return read ? **read : to_string(read.error());
    }

    std::optional<workspace::Overlay> overlay_;
    std::vector<Diagnostic> diagnostics_;
    std::stop_source stop_;
    std::size_t output_limit_ = 64 * 1024;
    Seen seen_;
};

/// A real folder with a file inside, a secret beside it, and the ways out that a repository can contain.
class JailedToolTest : public ToolTest {
protected:
    JailedToolTest()
        : outside_(std::filesystem::temp_directory_path() / ("countersign-tools-" + support::random_hex(6)))
        , root_(outside_ / "workspace")
    {
        std::filesystem::create_directories(root_ / "src");
        write("src/a.cpp", "int answer() { return 42; }\n");
        write(".env", "TOKEN=secret\n");
        write("../secret.txt", "int secret = 1;\n");
        std::filesystem::create_symlink(outside_ / "secret.txt", root_ / "link.txt");
        std::filesystem::create_directory_symlink(outside_, root_ / "out");
        EXPECT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
        auto jail = workspace::Jail::open(root_.string());
        EXPECT_TRUE(jail) << jail.error().message;
        open(*jail);
    }
    ~JailedToolTest() override { std::filesystem::remove_all(outside_); }

    void write(std::string const& path, std::string const& content) { std::ofstream(root_ / path, std::ios::binary) << content; }

    std::filesystem::path outside_;
    std::filesystem::path root_;
};

}
