#include "ledger/database.h"

#include "support/fd.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace countersign::ledger {

namespace {

constexpr int busy_milliseconds = 5000;

std::string_view advice(int code)
{
    switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "the file is damaged; move it away, with ledger.anchor, to start a new one";
    case SQLITE_FULL:
        return "the disk is full; free some space";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process kept it locked; end that process or try again";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return "it cannot be written; check the owner and mode of the file and its folder";
    default:
        return {};
    }
}

/// Even to read a database with a write-ahead log SQLite writes beside it, unless it is told that the file is as it will stay. That is so
/// where the folder cannot be written and no log waits to be taken in.
bool is_unchanging(std::filesystem::path const& path)
{
    std::error_code error;
    auto const waiting = std::filesystem::file_size(path.string() + "-wal", error);
    std::filesystem::path const folder = path.has_parent_path() ? path.parent_path() : ".";
    return ::access(folder.c_str(), W_OK) != 0 && (error || waiting == 0);
}

std::string unchanging_uri(std::filesystem::path const& path)
{
    std::string uri = "file:";
    for (char const c : path.string()) {
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02X}", c);
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

}

Statement::Statement(sqlite3* database, std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    statement_.reset(statement);
}

void Statement::bind(int parameter, std::string_view text)
{
    sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(int parameter, std::int64_t value) { sqlite3_bind_int64(statement_.get(), parameter, value); }

void Statement::bind_blob(int parameter, std::string_view bytes)
{
    sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
}

std::string_view Statement::bytes(int column) const
{
    auto const* bytes = static_cast<char const*>(sqlite3_column_blob(statement_.get(), column));
    return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))) : std::string_view {};
}

Result<Database> Database::connect(std::filesystem::path const& path, int flags)
{
    Database database;
    database.path_ = path.string();
    bool const never_changes = flags == SQLITE_OPEN_READONLY && is_unchanging(path);
    std::string const name = never_changes ? unchanging_uri(path) : path.string();
    if (never_changes)
        flags |= SQLITE_OPEN_URI;
    sqlite3* connection = nullptr;
    int const code = sqlite3_open_v2(name.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
    database.database_.reset(connection);
    if (code != SQLITE_OK)
        return tl::unexpected(database.error("open it"));
    sqlite3_busy_timeout(connection, busy_milliseconds);
    // The file may have been made by somebody else: its schema must not run functions, and its pages are looked at with care.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    TRY(database.execute("PRAGMA cell_size_check = ON", "open it"));
    return database;
}

Result<Database> Database::open(std::filesystem::path const& path)
{
    // SQLite would create it with the process's umask; its side files then take the mode of this one.
    support::UniqueFd created(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!created)
        return fail(ErrorCode::io, fmt::format("cannot open {}: {}", path.string(), support::errno_message()));
    created.reset();
    return connect(path, SQLITE_OPEN_READWRITE);
}

Result<Database> Database::open_to_read(std::filesystem::path const& path)
{
    struct stat status { };
    if (::lstat(path.c_str(), &status) != 0)
        return fail(errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io,
            fmt::format("cannot open {}: {}", path.string(), support::errno_message()));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::io, fmt::format("{} is not a regular file", path.string()));
    return connect(path, SQLITE_OPEN_READONLY);
}

Result<> Database::execute(char const* sql, std::string_view doing)
{
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::unexpected(error(doing));
    return {};
}

Result<std::int64_t> Database::integer(char const* sql, std::string_view doing)
{
    Statement statement = prepare(sql);
    if (!statement)
        return tl::unexpected(error(doing));
    int const code = statement.step();
    if (code == SQLITE_ROW)
        return statement.integer(0);
    if (code == SQLITE_DONE)
        return 0;
    return tl::unexpected(error(doing));
}

Result<Statement> Database::prepared(std::string_view sql, std::string_view doing)
{
    Statement statement = prepare(sql);
    if (!statement)
        return tl::unexpected(error(doing));
    return statement;
}

Result<> Database::run(Statement& statement, std::string_view doing)
{
    int const code = statement.step();
    Result<> result;
    if (code != SQLITE_DONE)
        result = tl::unexpected(error(doing));
    statement.reset();
    return result;
}

Error Database::error(std::string_view doing) const
{
    int const code = database_ ? sqlite3_extended_errcode(database_.get()) : SQLITE_NOMEM;
    std::string_view const what_to_do = advice(code);
    char const* reason = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
    return { ErrorCode::io,
        what_to_do.empty() ? fmt::format("the ledger {}: cannot {}: {}", path_, doing, reason)
                           : fmt::format("the ledger {}: cannot {}: {} ({})", path_, doing, reason, what_to_do) };
}

}
