#include "sandbox/request_check.h"

#include "sandbox/egress.h"
#include "sandbox/surroundings.h"
#include "support/text.h"

#include <filesystem>
#include <fmt/core.h>

namespace countersign::sandbox {

namespace {

bool is_relative_inside(std::string const& path)
{
    if (path.empty() || path.front() == '/' || path.size() > 4095 || path.find('\0') != std::string::npos)
        return false;
    for (auto const& part : std::filesystem::path(path)) {
        if (part == ".." || part == "." || part.empty())
            return false;
    }
    return true;
}

tl::unexpected<Error> invalid(std::string message) { return fail(ErrorCode::invalid_params, std::move(message)); }

Result<> check_command(Command const& command)
{
    if (command.argv.empty() || command.argv[0].empty())
        return invalid("a command needs a program: argv is empty");
    std::size_t size = 0;
    for (std::string const& argument : command.argv) {
        if (argument.find('\0') != std::string::npos)
            return invalid("an argument of the command holds a NUL byte");
        if (argument.size() >= 128 * 1024) // MAX_ARG_STRLEN
            return fail(
                ErrorCode::too_large, fmt::format("an argument of the command has {} bytes; the kernel takes 131071", argument.size()));
        size += argument.size() + 1 + sizeof(char*);
    }
    if (size > 1024 * 1024)
        return fail(ErrorCode::too_large,
            fmt::format("the command's {} are too long together", support::count_of(command.argv.size(), "argument")));
    if (!command.directory.empty() && !is_relative_inside(command.directory))
        return invalid(fmt::format("the directory {} is not inside the workspace", support::escape_for_display(command.directory)));
    for (auto const& [name, value] : command.environment) {
        if (is_loading_variable(name) || value.find('\0') != std::string::npos)
            return fail(ErrorCode::denied, fmt::format("the variable {} is not passed to commands", support::escape_for_display(name)));
    }
    return {};
}

}

Result<> check(Request const& request)
{
    TRY(check_command(request.command));
    for (ViewFile const& file : request.view) {
        if (!is_relative_inside(file.path))
            return invalid(fmt::format("{} is no path inside the workspace", support::escape_for_display(file.path)));
    }
    for (std::string const& path : request.masked) {
        if (!is_relative_inside(path))
            return invalid(fmt::format("{} is no path inside the workspace", support::escape_for_display(path)));
    }
    for (std::string const& host : request.hosts)
        TRY(parse_allowed_host(host));
    return {};
}

Result<std::string> real_workspace(std::string const& workspace)
{
    std::error_code error;
    std::filesystem::path const real = std::filesystem::canonical(workspace, error);
    if (error || !std::filesystem::is_directory(real, error))
        return fail(ErrorCode::not_found, fmt::format("the workspace {} is not there any more", workspace));
    static constexpr char const* never[] = { "/", "/usr", "/etc", "/proc", "/sys", "/dev", "/tmp", "/bin", "/lib", "/run", "/boot" };
    for (char const* folder : never) {
        if (real == folder)
            return fail(ErrorCode::denied, fmt::format("no command is run on all of {}; open a folder of it as the workspace", folder));
    }
    return real.string();
}

}
