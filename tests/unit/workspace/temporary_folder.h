// A folder on disk for one test, removed with everything in it; and commands to compare ourselves with.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace countersign::workspace::testing {

class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "countersign-test-XXXXXX").string();
        path_ = std::filesystem::canonical(::mkdtemp(pattern.data()));
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    void write(std::string_view name, std::string_view content) const
    {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << content;
    }
    std::string read(std::string_view name) const
    {
        std::ifstream file(path_ / name, std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        return content.str();
    }

private:
    std::filesystem::path path_;
};

/// What a shell command prints, run in `folder`, without the person's git configuration.
inline std::string output_of(std::filesystem::path const& folder, std::string const& command, int* status = nullptr)
{
    std::string const whole = "cd '" + folder.string() + "' && GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 " + command;
    FILE* const pipe = ::popen(whole.c_str(), "r");
    std::string output;
    char buffer[4096];
    for (std::size_t count = 0; (count = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        output.append(buffer, count);
    int const result = ::pclose(pipe);
    if (status)
        *status = result;
    return output;
}

inline bool has_git() { return std::system("git --version > /dev/null 2>&1") == 0; }

}
