#include "workspace/jail.h"

#include "support/hash.h"
#include "workspace/credentials.h"
#include "workspace/listing.h"
#include "workspace/paths.h"
#include "workspace/redactor.h"
#include "workspace/secret_rules.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <sys/stat.h>

namespace countersign::workspace {

namespace {

/// The name that the kernel has for an open file now, or nothing if /proc is not there.
std::optional<std::string> real_name(int fd)
{
    std::array<char, PATH_MAX> buffer {};
    std::string const link = fmt::format("/proc/self/fd/{}", fd);
    ssize_t const size = ::readlink(link.c_str(), buffer.data(), buffer.size());
    if (size <= 0 || static_cast<std::size_t>(size) == buffer.size())
        return std::nullopt;
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

/// Whether `root` is the home directory, or what it lies in: keys, mails and every other project would be in reach.
bool holds_home(std::string const& root)
{
    char const* const home = std::getenv("HOME");
    if (root == "/" || home == nullptr || *home != '/')
        return root == "/";
    std::error_code error;
    std::string const real = std::filesystem::weakly_canonical(home, error).string();
    return !error && real != "/" && (real + "/").starts_with(root + "/");
}

tl::unexpected<Error> not_a_file(std::string const& path, unsigned mode)
{
    return fail(ErrorCode::denied, fmt::format("{} is {}, not a regular file", display_path(path), file_type(mode)));
}

}

Jail::Jail(support::UniqueFd folder, std::vector<std::string> roots, Method method)
    : folder_(std::move(folder))
    , roots_(std::move(roots))
    , method_(method)
{
}

Result<std::shared_ptr<Jail const>> Jail::open(std::string const& folder) { return open(folder, nullptr); }

Result<std::shared_ptr<Jail const>> Jail::open(std::string const& folder, Method method) { return open(folder, &method); }

Result<std::shared_ptr<Jail const>> Jail::open(std::string const& folder, Method const* method)
{
    if (folder.empty() || folder.find('\0') != std::string::npos)
        return fail(ErrorCode::invalid_params, "the workspace folder's name is empty or has a NUL byte in it");
    std::error_code error;
    std::string root = std::filesystem::absolute(folder, error).lexically_normal().string();
    if (error)
        return fail(ErrorCode::io, fmt::format("cannot tell where {} is: {}", display_path(folder), error.message()));
    while (root.size() > 1 && root.back() == '/')
        root.pop_back();
    support::UniqueFd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return fail(ErrorCode::not_found, fmt::format("there is no folder {}", display_path(root)));
    if (!fd && errno == ENOTDIR)
        return fail(ErrorCode::denied, fmt::format("{} is not a folder", display_path(root)));
    if (!fd)
        return fail(ErrorCode::io, fmt::format("cannot open the folder {}: {}", display_path(root), support::errno_message()));
    std::vector<std::string> roots { root };
    if (auto const real = real_name(fd.get()); real && *real != root)
        roots.push_back(*real);
    if (holds_home(roots.back()))
        return fail(ErrorCode::denied,
            fmt::format(
                "{} is your home directory or holds it, which is too much to work in; open the project's own folder", display_path(root)));
    Method const used = method ? *method : has_openat2(fd.get()) ? Method::openat2 : Method::walk;
    return std::shared_ptr<Jail const>(new Jail(std::move(fd), std::move(roots), used));
}

Result<std::string> Jail::resolve(std::string_view path) const { return resolve_path(path, roots_); }

Result<> Jail::check_real_name(int fd, std::string const& path) const
{
    auto const real = real_name(fd);
    if (!real) {
        return fail(
            ErrorCode::denied, fmt::format("{} cannot be checked for credentials: /proc/self/fd is not readable", display_path(path)));
    }
    // The folder itself may lie beneath a name on the list, which says nothing about its files.
    std::string_view name = *real;
    std::string const folder = real_name(folder_.get()).value_or(roots_.back());
    if (folder != "/" && name.size() > folder.size() && name.starts_with(folder) && name[folder.size()] == '/')
        name.remove_prefix(folder.size() + 1);
    constexpr std::string_view deleted = " (deleted)"; // the kernel's mark for a name that is gone by now
    if (name.ends_with(deleted) && !check_not_protected(name.substr(0, name.size() - deleted.size())))
        return fail(ErrorCode::denied, fmt::format("{} leads to a file that may hold credentials", display_path(path)));
    if (is_git_internal(name) || is_credential(name))
        return fail(
            ErrorCode::denied, fmt::format("{} leads to {}, which is neither shown nor changed", display_path(path), display_path(name)));
    return {};
}

/// Also follows links that stay inside, if what they lead to is not protected.
Result<support::UniqueFd> Jail::open_allowed(std::string const& path) const
{
    // Where no link was followed, the name that was asked for is the real one, up to the disk's idea of case, which the check shares.
    auto direct = open_beneath(folder_.get(), path, O_RDONLY, method_, Links::refuse);
    if (direct || direct.error().code != ErrorCode::denied || method_ == Method::walk)
        return direct;
    auto followed = TRY(open_beneath(folder_.get(), path, O_RDONLY, method_, Links::follow_inside));
    TRY(check_real_name(followed.get(), path));
    return followed;
}

Result<Jail::Opened> Jail::open_file(std::string const& path) const
{
    TRY(check_not_protected(path));
    Opened opened;
    opened.fd = TRY(open_allowed(path));
    struct stat status { };
    if (::fstat(opened.fd.get(), &status) != 0)
        return fail(ErrorCode::io, fmt::format("cannot read {}: {}", display_path(path), support::errno_message()));
    if (!S_ISREG(status.st_mode))
        return not_a_file(path, status.st_mode);
    opened.size = static_cast<std::size_t>(status.st_size);
    opened.has_other_names = status.st_nlink > 1;
    return opened;
}

Result<FileText> Jail::read(std::string const& path) const
{
    Opened const opened = TRY(open_file(path));
    auto const too_large = [&] {
        return fail(ErrorCode::too_large,
            fmt::format(
                "{} is larger than {} MB, which is the most that is read or edited", display_path(path), file_size_limit / (1024 * 1024)));
    };
    if (opened.size > file_size_limit)
        return too_large();
    auto bytes = support::read_all(opened.fd.get(), file_size_limit);
    if (!bytes && bytes.error().code == ErrorCode::too_large)
        return too_large();
    if (!bytes)
        return fail(bytes.error().code, fmt::format("{}: {}", display_path(path), bytes.error().message));
    auto decoded = decode_text(*bytes);
    if (!decoded)
        return fail(decoded.error().code, fmt::format("{} is {}", display_path(path), decoded.error().message));
    // By its names alone nobody can tell where else it lies, so what is in it decides.
    std::vector<FoundSecret> secrets;
    if (opened.has_other_names)
        find_by_rules(decoded->utf8, secrets);
    if (!secrets.empty()) {
        return fail(ErrorCode::denied,
            fmt::format(
                "{} is a hard link, so the file has another name elsewhere, and it holds what looks like credentials", display_path(path)));
    }
    FileText file;
    file.hash = support::content_hash(decoded->utf8);
    file.format = decoded->format;
    file.text = std::make_shared<std::string const>(std::move(decoded->utf8));
    return file;
}

Result<FileSource::Listing> Jail::list() const { return list_files(folder_.get(), method_, ListingLimits {}); }

bool Jail::exists(std::string const& path) const
{
    auto const parent = open_beneath(folder_.get(), std::string(parent_of(path)), O_PATH | O_DIRECTORY, method_, Links::follow_inside);
    std::string const name = path.empty() ? "." : std::string(name_of(path));
    struct stat status { };
    return parent && ::fstatat(parent->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<> Jail::check_readable(std::string const& path) const
{
    auto const opened = open_file(path);
    if (!opened && opened.error().code == ErrorCode::denied)
        return tl::unexpected(opened.error());
    return {};
}

Result<> Jail::check_target(std::string const& path) const
{
    TRY(check_not_protected(path));
    for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
        std::string const so_far = path.substr(0, end);
        bool const last = end == std::string::npos;
        auto const fd = open_beneath(folder_.get(), so_far, O_PATH | O_NOFOLLOW, method_, Links::refuse);
        if (!fd && fd.error().code == ErrorCode::not_found)
            return {};
        if (!fd)
            return tl::unexpected(fd.error());
        struct stat status { };
        if (::fstat(fd->get(), &status) != 0)
            return fail(ErrorCode::io, fmt::format("cannot look at {}: {}", display_path(so_far), support::errno_message()));
        if (S_ISLNK(status.st_mode)) {
            return fail(ErrorCode::denied,
                fmt::format("{} is a symbolic link, which is not written through; name the real file", display_path(so_far)));
        }
        if (last && !S_ISREG(status.st_mode))
            return not_a_file(so_far, status.st_mode);
        if (last)
            return {};
        if (!S_ISDIR(status.st_mode))
            return fail(
                ErrorCode::denied, fmt::format("{} is {}, so nothing can be in it", display_path(so_far), file_type(status.st_mode)));
    }
}

}
