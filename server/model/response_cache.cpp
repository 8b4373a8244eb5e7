#include "model/response_cache.h"

#include "ledger/database.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/log.h"

#include <fmt/core.h>
#include <mutex>

namespace countersign::model {

namespace {

constexpr std::int64_t seconds_of_a_year = 365LL * 24 * 3600;

class DatabaseCache final : public ResponseCache {
public:
    DatabaseCache(ledger::Database database, support::Clock const& clock) : database_(std::move(database)), clock_(clock) { }

    std::optional<Reply> find(std::string const& key, std::chrono::hours age) override
    {
        std::lock_guard const lock(mutex_);
        auto statement = database_.prepare("SELECT reply FROM responses WHERE key = ?1 AND kept_at >= ?2");
        if (!statement)
            return std::nullopt;
        statement.bind(1, key);
        statement.bind(2, now() - std::chrono::duration_cast<std::chrono::seconds>(age).count());
        if (statement.step() != SQLITE_ROW)
            return std::nullopt;
        auto const value = support::parse_json(statement.text(0));
        auto reply = value ? reply_from_json(*value) : Result<Reply>(tl::unexpected(value.error()));
        return reply ? std::optional(std::move(*reply)) : std::nullopt;
    }

    void keep(std::string const& key, Reply const& reply) override
    {
        std::lock_guard const lock(mutex_);
        std::string const text = support::dump_json(to_json(reply));
        auto insert = database_.prepare("INSERT OR REPLACE INTO responses(key, kept_at, reply) VALUES(?1, ?2, ?3)");
        auto forget = database_.prepare("DELETE FROM responses WHERE kept_at < ?1");
        if (insert && forget) {
            insert.bind(1, key);
            insert.bind(2, now());
            insert.bind(3, text);
            forget.bind(1, now() - seconds_of_a_year);
            if (insert.step() == SQLITE_DONE && forget.step() == SQLITE_DONE)
                return;
        }
        log::warn("an answer was not kept: {}", database_.error("responses.db cannot be written").message);
    }

private:
    std::int64_t now() const { return std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count(); }

    std::mutex mutex_;
    ledger::Database database_;
    support::Clock const& clock_;
};

}

std::string ResponseCache::key(std::string_view url, std::string_view body)
{
    return support::content_hash(fmt::format("{}\n{}", url, body));
}

Result<std::unique_ptr<ResponseCache>> ResponseCache::open(std::filesystem::path const& state_directory, support::Clock const& clock)
{
    TRY(support::make_private_directory(state_directory));
    ledger::Database database = TRY(ledger::Database::open(state_directory / "responses.db"));
    TRY(database.execute(
        "CREATE TABLE IF NOT EXISTS responses(key TEXT PRIMARY KEY, kept_at INTEGER NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID",
        "set up responses.db"));
    return std::make_unique<DatabaseCache>(std::move(database), clock);
}

}
