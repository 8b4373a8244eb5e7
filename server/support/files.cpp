#include "support/files.h"

#include "support/hash.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace countersign::support {

namespace {

Result<UniqueFd> locked(std::filesystem::path const& path, int how)
{
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return fail(ErrorCode::io, fmt::format("cannot open {}: {}", path.string(), errno_message()));
    while (::flock(file.get(), how) != 0) {
        if (errno == EWOULDBLOCK)
            return UniqueFd();
        if (errno != EINTR)
            return fail(ErrorCode::io, fmt::format("cannot lock {}: {}", path.string(), errno_message()));
    }
    return file;
}

}

Result<> write_file_atomically(std::filesystem::path const& path, std::string_view content)
{
    std::filesystem::path const temporary = path.string() + "." + random_hex(6) + ".tmp";
    auto const give_up = [&](char const* doing) {
        Error error { ErrorCode::io, fmt::format("cannot {} {}: {}", doing, path.string(), errno_message()) };
        ::unlink(temporary.c_str());
        return tl::unexpected(std::move(error));
    };
    UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return give_up("create");
    if (auto written = write_all(file.get(), content); !written)
        return give_up("write");
    if (::fsync(file.get()) != 0)
        return give_up("flush");
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return give_up("replace");
    UniqueFd directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory)
        ::fsync(directory.get());
    return {};
}

Result<std::string> read_file(std::filesystem::path const& path, std::size_t limit)
{
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) {
        auto const code = errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io;
        return fail(code, fmt::format("cannot open {}: {}", path.string(), errno_message()));
    }
    struct stat status { };
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return fail(ErrorCode::io, fmt::format("{} is not a regular file", path.string()));
    auto content = read_all(file.get(), limit);
    if (!content)
        return fail(content.error().code, fmt::format("{}: {}", path.string(), content.error().message));
    return content;
}

Result<UniqueFd> lock_file(std::filesystem::path const& path) { return locked(path, LOCK_EX); }

Result<UniqueFd> try_lock_file(std::filesystem::path const& path) { return locked(path, LOCK_EX | LOCK_NB); }

bool is_older(std::filesystem::path const& path, std::chrono::minutes age)
{
    std::error_code error;
    auto const written = std::filesystem::last_write_time(path, error);
    return !error && std::filesystem::file_time_type::clock::now() - written > age;
}

Result<> make_private_directory(std::filesystem::path const& path)
{
    std::filesystem::path made;
    for (auto const& part : path) {
        made /= part;
        if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES && errno != EPERM)
            return fail(ErrorCode::io, fmt::format("cannot create the directory {}: {}", made.string(), errno_message()));
    }
    std::error_code error;
    if (!std::filesystem::is_directory(path, error))
        return fail(ErrorCode::io, fmt::format("cannot create the directory {}", path.string()));
    return {};
}

}
