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

Result<Database> Database::connect(std::filesystem::path const& path, std::string const& name, int flags)
{
    Database database;
    database.path_ = path.string();
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
    return connect(path, path.string(), SQLITE_OPEN_READWRITE);
}

Result<Database> Database::open_to_read(std::filesystem::path const& path)
{
    struct stat status { };
    if (::lstat(path.c_str(), &status) != 0)
        return fail(errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io,
            fmt::format("cannot open {}: {}", path.string(), support::errno_message()));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::io, fmt::format("{} is not a regular file", path.string()));
    // Even to read a database with a write-ahead log SQLite needs the log and its index beside it, and makes them if they are not there.
    Database database = TRY(connect(path, path.string(), SQLITE_OPEN_READONLY));
    Statement look = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1");
    int const code = look ? look.step() : sqlite3_errcode(database.database_.get());
    bool const lacks_them = (code & 0xFF) == SQLITE_CANTOPEN || (code & 0xFF) == SQLITE_READONLY;
    look = {};
    return lacks_them ? open_without_locks(path) : Result<Database>(std::move(database));
}

/// In a folder that cannot be written. A log that waits is taken in, into a copy; without one the file is read as it is.
Result<Database> Database::open_without_locks(std::filesystem::path const& path)
{
    StillFiles files = TRY(StillFiles::watch(path));
    if (files.has_log()) {
        Aside copy = TRY(Aside::copy(path, files));
        Database database = TRY(connect(path, copy.database().string(), SQLITE_OPEN_READWRITE));
        database.copy_ = std::move(copy);
        return database;
    }
    Database database = TRY(connect(path, unchanging_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
    database.files_ = std::move(files);
    return database;
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
