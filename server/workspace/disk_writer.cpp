#include "workspace/disk_writer.h"

#include "support/fd.h"
#include "support/hash.h"
#include "workspace/beneath.h"
#include "workspace/paths.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

namespace countersign::workspace {

namespace {

/// One name that changes: to staged content, or to nothing.
struct Step {
    std::string path;
    support::UniqueFd parent;
    std::string name;
    std::string staged;    ///< a name beside it: the new content, then the old one
    std::string base_hash; ///< of the decoded text; empty if the name must be free
    bool removes = false;
    bool done = false;
};

std::string directory_of(std::string const& path)
{
    std::size_t const slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

Error io_error(char const* doing, std::string const& path)
{
    return { ErrorCode::io, fmt::format("cannot {} {}: {}", doing, display_path(path), support::errno_message()) };
}

/// The directory of a new file, with the ones above it that are missing.
Result<support::UniqueFd> open_directory(Jail const& jail, std::string const& directory, bool make)
{
    auto opened = open_beneath(jail.descriptor(), directory, O_RDONLY | O_DIRECTORY, jail.method(), Links::refuse);
    if (opened || !make || opened.error().code != ErrorCode::not_found || directory.empty())
        return opened;
    support::UniqueFd const above = TRY(open_directory(jail, directory_of(directory), true));
    std::string const name = directory.substr(directory.rfind('/') + 1);
    if (::mkdirat(above.get(), name.c_str(), 0777) != 0 && errno != EEXIST)
        return tl::unexpected(io_error("create the folder", directory));
    return open_beneath(jail.descriptor(), directory, O_RDONLY | O_DIRECTORY, jail.method(), Links::refuse);
}

Result<Step> begin_step(Jail const& jail, std::string const& path, std::string base_hash, bool make_directory)
{
    TRY(jail.check_target(path));
    Step step;
    step.path = path;
    step.parent = TRY(open_directory(jail, directory_of(path), make_directory));
    step.name = path.substr(path.rfind('/') + 1);
    step.staged = fmt::format(".{}.countersign-{}", step.name.substr(0, 200), support::random_hex(6));
    step.base_hash = std::move(base_hash);
    return step;
}

/// Checks that `name` still is the file that the change was made for. Returns its permission bits.
Result<mode_t> check_base(Step const& step, std::string const& name)
{
    support::UniqueFd const file(::openat(step.parent.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status { };
    if (!file || ::fstat(file.get(), &status) != 0)
        return fail(ErrorCode::stale,
            fmt::format("{} is no longer there ({}); nothing was written", display_path(step.path), support::errno_message()));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::denied, fmt::format("{} is not a regular file; nothing was written", display_path(step.path)));
    auto const bytes = support::read_all(file.get(), file_size_limit);
    auto const text = bytes ? decode_text(*bytes) : Result<DecodedText>(tl::unexpected(bytes.error()));
    if (!text || support::content_hash(text->utf8) != step.base_hash)
        return fail(ErrorCode::stale,
            fmt::format("{} changed since the proposal was made; nothing was written, run the action again", display_path(step.path)));
    return static_cast<mode_t>(status.st_mode & 0777);
}

Result<> stage(Step const& step, std::string_view bytes, mode_t mode)
{
    support::UniqueFd const file(
        ::openat(step.parent.get(), step.staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file)
        return tl::unexpected(io_error("write beside", step.path));
    TRY(support::write_all(file.get(), bytes));
    // A new file keeps the umask's choice; an existing one its own mode.
    if (!step.base_hash.empty() && ::fchmod(file.get(), mode) != 0)
        return tl::unexpected(io_error("set the mode of", step.path));
    if (::fsync(file.get()) != 0)
        return tl::unexpected(io_error("flush", step.path));
    return {};
}

Result<> commit(Step& step)
{
    int const parent = step.parent.get();
    bool const creates = step.base_hash.empty();
    char const* const from = step.removes ? step.name.c_str() : step.staged.c_str();
    char const* const to = step.removes ? step.staged.c_str() : step.name.c_str();
    if (::renameat2(parent, from, parent, to, creates || step.removes ? RENAME_NOREPLACE : RENAME_EXCHANGE) != 0) {
        if (errno == EEXIST)
            return fail(ErrorCode::denied, fmt::format("{} exists already; nothing was written", display_path(step.path)));
        return tl::unexpected(io_error("replace", step.path));
    }
    step.done = true;
    // The old file is at the staged name now: nobody can have changed it between the check and the exchange unseen.
    if (!creates)
        TRY(check_base(step, step.staged));
    return {};
}

/// False if the name could not be given back its old file, which then stays at the staged name.
bool put_back(Step const& step)
{
    int const parent = step.parent.get();
    if (step.removes)
        return ::renameat2(parent, step.staged.c_str(), parent, step.name.c_str(), RENAME_NOREPLACE) == 0;
    if (step.base_hash.empty())
        return ::unlinkat(parent, step.name.c_str(), 0) == 0;
    return ::renameat2(parent, step.staged.c_str(), parent, step.name.c_str(), RENAME_EXCHANGE) == 0;
}

Result<> prepare(Jail const& jail, FileChange const& change, std::vector<Step>& steps)
{
    bool const takes_away = change.kind == ChangeKind::remove || change.kind == ChangeKind::move;
    mode_t mode = 0666;
    if (takes_away) {
        Step step = TRY(begin_step(jail, change.kind == ChangeKind::move ? change.from : change.path, change.base_hash, false));
        step.removes = true;
        mode = TRY(check_base(step, step.name));
        steps.push_back(std::move(step));
    }
    if (change.kind == ChangeKind::remove)
        return {};
    bool const replaces = change.kind == ChangeKind::modify;
    Step step = TRY(begin_step(jail, change.path, replaces ? change.base_hash : std::string(), !replaces));
    if (replaces)
        mode = TRY(check_base(step, step.name));
    auto const staged = stage(step, encode_text(change.new_text, change.format), mode);
    steps.push_back(std::move(step));
    return staged;
}

}

Result<> write_changes(Jail const& jail, std::vector<FileChange> const& changes)
{
    std::vector<Step> steps;
    Result<> result;
    for (FileChange const& change : changes) {
        if (result)
            result = prepare(jail, change, steps);
    }
    for (Step& step : steps) {
        if (result)
            result = commit(step);
    }
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if (!result && step->done && !put_back(*step)) {
            result.error().message += fmt::format(
                "; {} could not be put back, its old content is in {} beside it", display_path(step->path), display_path(step->staged));
            continue;
        }
        ::unlinkat(step->parent.get(), step->staged.c_str(), 0);
        ::fsync(step->parent.get());
    }
    return result;
}

}
