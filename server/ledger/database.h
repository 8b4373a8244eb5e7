// The few things that the ledger needs of SQLite: a connection, a statement, and errors that a person can act on.
//
// Only ledger.cpp includes this. A connection is used under the ledger's own lock.
#pragma once

#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
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
    /// SQLITE_ROW, SQLITE_DONE or an error.
    int step() { return sqlite3_step(statement_.get()); }
    /// Columns count from 0.
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
    std::string text(int column) const;

private:
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

class Database {
public:
    /// Opens or creates `path` (mode 0600), waiting up to five seconds for another process. Errors: io.
    static Result<Database> open(std::filesystem::path const& path);

    /// Errors: io, saying what `doing` could not be done.
    Result<> execute(char const* sql, std::string_view doing);
    /// The first column of the first row; 0 without one. Errors: io.
    Result<std::int64_t> integer(char const* sql, std::string_view doing);
    Statement prepare(std::string_view sql) { return Statement(database_.get(), sql); }
    std::int64_t last_sequence() const { return sqlite3_last_insert_rowid(database_.get()); }
    /// The connection's last error as ours: a damaged file, a full disk and a busy one each say what to do. Always io.
    Error error(std::string_view doing) const;

private:
    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::string path_;
};

}
