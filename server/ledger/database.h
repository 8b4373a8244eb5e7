// The few things that the ledger needs of SQLite: a connection, a statement, and errors that a person can act on.
//
// Only this room's sources include this. A connection belongs to one thread at a time.
#pragma once

#include "ledger/still_files.h"
#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace countersign::ledger {

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class Statement {
public:
    Statement() = default;
    Statement(sqlite3* database, std::string_view sql);

    explicit operator bool() const { return statement_ != nullptr; }
    /// Parameters count from 1. The text must outlive the step.
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::int64_t value);
    /// As text; the column takes bytes.
    void bind_blob(int parameter, std::string_view bytes);
    /// SQLITE_ROW, SQLITE_DONE or an error.
    int step() { return sqlite3_step(statement_.get()); }
    /// Columns count from 0.
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
    std::string text(int column) const { return std::string(bytes(column)); }
    /// A text or a blob, until the next step or reset.
    std::string_view bytes(int column) const;
    /// Ready for the next use: lets go of its locks.
    void reset() { sqlite3_reset(statement_.get()); }

private:
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

class Database {
public:
    /// Opens or creates `path` (mode 0600), waiting up to five seconds for another process. Errors: io.
    static Result<Database> open(std::filesystem::path const& path);

    /// Opens what is there and changes nothing in it. Errors: not_found, io.
    static Result<Database> open_to_read(std::filesystem::path const& path);

    /// Where what is read cannot be locked: io, if it was written since it was opened, and what was read may be wrong. Else nothing.
    Result<> check_unwritten() const { return files_ ? files_->check() : Result<>(); }

    /// Errors: io, saying what `doing` could not be done.
    Result<> execute(char const* sql, std::string_view doing);
    /// The first column of the first row; 0 without one. Errors: io.
    Result<std::int64_t> integer(char const* sql, std::string_view doing);
    Statement prepare(std::string_view sql) { return Statement(database_.get(), sql); }
    /// A statement or the error. Errors: io.
    Result<Statement> prepared(std::string_view sql, std::string_view doing);
    /// Runs a statement that gives no rows, and resets it. Errors: io.
    Result<> run(Statement& statement, std::string_view doing);
    /// The connection's last error as ours: a damaged file, a full disk and a busy one each say what to do. Always io.
    Error error(std::string_view doing) const;
    std::string const& path() const { return path_; }

private:
    static Result<Database> connect(std::filesystem::path const& path, std::string const& name, int flags);
    static Result<Database> open_without_locks(std::filesystem::path const& path);

    std::optional<Aside> copy_;       ///< what is read in its place, gone after the connection is
    std::optional<StillFiles> files_; ///< that nothing locks
    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::string path_;
};

/// A write transaction: `body` between BEGIN IMMEDIATE and COMMIT, taken back if it or the commit fails. What it reads nobody else can
/// change meanwhile. Returns what `body` returns, a Result.
template<typename Body>
auto in_transaction(Database& database, std::string_view doing, Body const& body) -> decltype(body())
{
    TRY(database.execute("BEGIN IMMEDIATE", doing));
    auto result = body();
    if (result) {
        auto committed = database.execute("COMMIT", doing);
        if (committed)
            return result;
        result = tl::unexpected(std::move(committed).error());
    }
    // After some errors SQLite has rolled back by itself, and this fails.
    auto const ignored = database.execute("ROLLBACK", "roll back");
    static_cast<void>(ignored);
    return result;
}

}
