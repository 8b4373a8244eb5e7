#include "ledger/records.h"

#include "ledger/schema.h"

#include <fmt/core.h>
#include <unordered_map>

namespace countersign::ledger {

namespace {

/// Remembers which workspace a run, a proposal and an approval belong to.
class Workspaces {
public:
    std::string of(Event const& event)
    {
        std::string workspace = support::string_or(event.fields, "workspace");
        for (char const* name : { "run", "proposal" }) {
            std::string const id = support::string_or(event.fields, name);
            if (id.empty())
                continue;
            std::string& known = known_[fmt::format("{} {}", name, id)];
            if (workspace.empty())
                workspace = known;
            else
                known = workspace;
        }
        return workspace;
    }

private:
    std::unordered_map<std::string, std::string> known_;
};

bool has_flag(Json const& fields)
{
    auto const flagged = fields.find("flagged");
    return flagged != fields.end() && !flagged->is_null() && *flagged != Json(false) && *flagged != Json::array();
}

bool passes(RecordFilter const& filter, Event const& event, std::string const& workspace)
{
    auto const is = [](std::string const& wanted, std::string_view found) { return wanted.empty() || wanted == found; };
    return is(filter.workspace, workspace) && is(filter.outcome, outcome_of(event)) && is(filter.kind, event.kind)
        && is(filter.run, support::string_or(event.fields, "run")) && is(filter.proposal, support::string_or(event.fields, "proposal"))
        && (filter.since.empty() || event.time >= filter.since) && (filter.until.empty() || event.time < filter.until)
        && event.sequence >= filter.first;
}

}

std::string_view outcome_of(Event const& event)
{
    if (support::string_or(event.fields, "decision") == "refused")
        return "blocked";
    // "denied: cat is not run" is told as its code.
    std::string const outcome = support::string_or(event.fields, "outcome");
    std::string_view const told = std::string_view(outcome).substr(0, outcome.find(':'));
    for (std::string_view const word : { "blocked", "denied", "flagged", "failed", "discarded", "ok" }) {
        if (told == word || event.kind == word)
            return word;
    }
    if (event.kind == "refused")
        return "denied";
    if (has_flag(event.fields))
        return "flagged";
    std::string const ended = support::string_or(event.fields, "ended");
    return ended.empty() || ended == "done" ? "ok" : "failed";
}

Result<> read_records(std::filesystem::path const& state_directory, RecordFilter const& filter,
    std::function<bool(Event const& event, std::string const& workspace)> const& take)
{
    Database database = TRY(open_ledger_to_read(state_directory));
    if (auto const changed = TRY(changed_schema(database)); !changed.is_readable)
        return fail(ErrorCode::io, fmt::format("the ledger {} cannot be read: {}", database.path(), changed.what));
    Statement select = TRY(database.prepared("SELECT sequence, time, kind, fields FROM events ORDER BY sequence", "read it"));
    Workspaces workspaces;
    std::int64_t last = 0;
    int code = select.step();
    for (; code == SQLITE_ROW; code = select.step()) {
        Event event { select.integer(0), select.text(1), select.text(2), {} };
        if (event.sequence <= last && last != 0)
            return fail(ErrorCode::io, fmt::format("{} is damaged: entry {} follows entry {}", database.path(), event.sequence, last));
        last = event.sequence;
        if (filter.last != 0 && event.sequence > filter.last)
            return {};
        auto fields = support::parse_json(select.bytes(3));
        event.fields = fields && fields->is_object() ? std::move(*fields) : Json { { "damaged", select.text(3) } };
        std::string const workspace = workspaces.of(event);
        if (passes(filter, event, workspace) && !take(event, workspace))
            return {};
    }
    TRY(database.check_unwritten());
    return code == SQLITE_DONE ? Result<>() : tl::unexpected(database.error("read it"));
}

}
