#include "ledger/ledger.h"

#include "ledger/anchors.h"
#include "ledger/redaction.h"
#include "ledger/retention.h"
#include "ledger/schema.h"
#include "ledger/writer.h"
#include "support/log.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>
#include <mutex>
#include <optional>

namespace countersign::ledger {

namespace {

/// Every so many entries one is made durable and anchored, if no approval did it.
constexpr std::int64_t anchor_every = 256;

enum class Durability { soon, now };

class SqliteLedger final : public Ledger {
public:
    SqliteLedger(Database database, Key key, Anchors anchors, support::Clock const& clock, LedgerOptions options)
        : database_(std::move(database))
        , key_(std::move(key))
        , anchors_(std::move(anchors))
        , clock_(clock)
        , options_(std::move(options))
    {
    }

    ~SqliteLedger() override
    {
        std::lock_guard const lock(mutex_);
        anchor_the_end();
    }

    Result<> start()
    {
        writer_.emplace(TRY(Writer::make(database_)));
        Head const head = TRY(in_transaction(database_, "read it", [&] { return writer_->head(key_); }));
        auto const anchor = anchors_.newest(key_);
        if (anchor && anchor->ledger == head.ledger && anchor->sequence > head.sequence)
            log::error("the ledger ends at entry {}, but entry {} was anchored at {}: look at it with \"countersign audit verify\"",
                head.sequence, anchor->sequence, anchor->time);
        return prune();
    }

    Result<> append(std::string_view kind, Json fields) override
    {
        std::lock_guard const lock(mutex_);
        TRY(write(kind, std::move(fields), Durability::soon));
        return {};
    }

    Result<std::int64_t> append_durably(std::string_view kind, Json fields) override
    {
        std::lock_guard const lock(mutex_);
        return write(kind, std::move(fields), Durability::now);
    }

    Result<std::vector<Event>> recent(std::size_t limit) const override
    {
        std::lock_guard const lock(mutex_);
        Statement select =
            TRY(database_.prepared("SELECT sequence, time, kind, fields FROM events ORDER BY sequence DESC LIMIT ?", "read it"));
        select.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max())));
        std::vector<Event> events;
        int code = select.step();
        for (; code == SQLITE_ROW; code = select.step()) {
            Event event { select.integer(0), select.text(1), select.text(2), {} };
            auto fields = support::parse_json(select.bytes(3));
            if (!fields)
                return fail(ErrorCode::io, fmt::format("event {} of the ledger is damaged: {}", event.sequence, fields.error().message));
            event.fields = std::move(*fields);
            events.push_back(std::move(event));
        }
        if (code != SQLITE_DONE)
            return tl::unexpected(database_.error("read it"));
        std::reverse(events.begin(), events.end());
        return events;
    }

private:
    Result<std::int64_t> write(std::string_view kind, Json fields, Durability durability)
    {
        if (kind.empty() || !fields.is_object())
            return fail(ErrorCode::invalid_params, "an event has a kind, and its fields are an object");
        if (durability == Durability::now && !options_.user.empty())
            fields["user"] = options_.user;
        if (options_.redact)
            fields = redacted(std::move(fields), options_.redact);
        std::string const text = support::dump_json(fields);
        std::string const time = support::format_time(clock_.wall());
        flush_anchor();
        if (unanchored_ + 1 >= anchor_every)
            durability = Durability::now;
        Head const head = TRY(commit(durability, [&](Head& next) { return writer_->insert(key_, next, time, kind, text); }));
        ++unanchored_;
        if (durability == Durability::now)
            anchor(head, time);
        return head.sequence;
    }

    /// Changes the head, and what `change` does besides, in one transaction. Returns the new head.
    template<typename Change>
    Result<Head> commit(Durability durability, Change const& change)
    {
        if (durability == Durability::now)
            TRY(database_.execute("PRAGMA synchronous = FULL", "make it durable"));
        auto head = in_transaction(database_, "write to it", [&]() -> Result<Head> {
            Head next = TRY(writer_->head(key_));
            TRY(change(next));
            next.anchored = std::max(next.anchored, anchored_);
            TRY(writer_->write_head(key_, next));
            return next;
        });
        // Left at FULL it is only slower, so a failure here is nobody's concern.
        if (durability == Durability::now) {
            auto const ignored = database_.execute("PRAGMA synchronous = NORMAL", "go back to normal");
            static_cast<void>(ignored);
        }
        return head;
    }

    /// Old entries go, and an entry that says up to where takes the place of what the chain loses.
    Result<> prune()
    {
        std::string const now = support::format_time(clock_.wall());
        std::int64_t const last = TRY(last_to_remove(database_, { options_.keep_days, options_.keep_entries }, clock_.wall()));
        if (last == 0)
            return {};
        TRY(commit(Durability::now, [&](Head& head) { return remove_entries(database_, *writer_, key_, head, last, now); }));
        ++unanchored_;
        return {};
    }

    /// `head` is on disk. A failure weakens what can be found out later and is no reason to refuse what was recorded.
    void anchor(Head const& head, std::string const& time)
    {
        auto const appended = anchors_.append(key_, { head.ledger, head.sequence, time, head.hash, 0 });
        if (!appended)
            return log::warn("entry {} of the ledger is not anchored: {}", head.sequence, appended.error().message);
        unanchored_ = 0;
        in_anchor_file_ = head.sequence;
    }

    /// The line of the last anchor reaches the disk behind the approval that it is of, not before the edit is sent: one
    /// synchronisation is what an approval waits for.
    void flush_anchor()
    {
        if (in_anchor_file_ <= anchored_)
            return;
        if (auto const flushed = anchors_.flush(); !flushed)
            return log::warn("an anchor of the ledger may not survive a power loss: {}", flushed.error().message);
        anchored_ = in_anchor_file_;
    }

    void anchor_the_end()
    {
        if (unanchored_ > 0) {
            // On disk before the anchor may say that it is.
            auto const head = commit(Durability::now, [&](Head&) { return writer_->touch_head(); });
            if (!head)
                return log::warn("the end of the ledger is not anchored: {}", head.error().message);
            anchor(*head, support::format_time(clock_.wall()));
            log::info("the ledger ends at entry {}, hash {}", head->sequence, to_hex(head->hash));
        }
        if (in_anchor_file_ <= anchored_)
            return;
        flush_anchor();
        // Whoever takes the anchor file away has to change the ledger as well.
        if (auto const told = commit(Durability::soon, [](Head&) { return Result<>(); }); !told)
            log::warn("the ledger does not know of its last anchor: {}", told.error().message);
    }

    mutable std::mutex mutex_;
    mutable Database database_;
    Key key_;
    Anchors anchors_;
    support::Clock const& clock_;
    LedgerOptions options_;
    std::optional<Writer> writer_;
    std::int64_t unanchored_ = 0;     ///< entries of ours since the last anchor
    std::int64_t in_anchor_file_ = 0; ///< the newest that we wrote there
    std::int64_t anchored_ = 0;       ///< the newest that we flushed there
};

}

Result<std::unique_ptr<Ledger>> Ledger::open(
    std::filesystem::path const& state_directory, support::Clock const& clock, LedgerOptions options)
{
    OpenedLedger opened = TRY(open_ledger(state_directory, clock));
    auto ledger = std::make_unique<SqliteLedger>(
        std::move(opened.database), std::move(opened.key), Anchors(state_directory), clock, std::move(options));
    TRY(ledger->start());
    return std::unique_ptr<Ledger>(std::move(ledger));
}

}
