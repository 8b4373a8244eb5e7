#include "cli/audit.h"

#include "support/text.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

namespace countersign::cli {

namespace {

/// The pattern of a time, of which a text may be a beginning: a date at least.
bool is_time(std::string_view text)
{
    constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd.dddZ";
    constexpr std::size_t least = 10;
    std::string plain(text);
    if (plain.size() == 20 && plain.back() == 'Z')
        plain.pop_back();
    if (plain.size() < least || plain.size() > pattern.size())
        return false;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        bool const is_digit = plain[i] >= '0' && plain[i] <= '9';
        if (pattern[i] == 'd' ? !is_digit : plain[i] != pattern[i])
            return false;
    }
    return true;
}

/// A name or number of an event that a person would look for.
std::string subject_of(Json const& fields)
{
    std::string subject;
    for (char const* name : { "action", "tool", "path", "proposal", "approval", "run", "client", "reason", "error" }) {
        auto const found = fields.find(name);
        if (found == fields.end() || found->is_null() || *found == Json(""))
            continue;
        std::string const value = found->is_string() ? found->get<std::string>() : support::dump_json(*found);
        subject += fmt::format("{}{} {}", subject.empty() ? "" : ", ", name, value.size() > 80 ? value.substr(0, 80) + "..." : value);
    }
    return subject;
}

constexpr std::string_view what_it_cannot_show =
    "This cannot show what was done with the key itself: whoever can read it, as you or as root, can write another history. Nor does it\n"
    "show the loss of entries newer than the newest anchor, or that database, anchors and key were all put back to an older copy "
    "together:\n"
    "against that, keep the line \"head\" somewhere else and give it back with --known.\n";

}

Result<std::string> parse_time(std::string_view text, std::chrono::system_clock::time_point now)
{
    constexpr std::string_view units = "smhdw";
    constexpr std::int64_t seconds[] = { 1, 60, 3600, 86'400, 604'800 };
    std::int64_t amount = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    std::size_t const unit = text.empty() ? std::string_view::npos : units.find(text.back());
    if (error == std::errc() && unit != std::string_view::npos && end == text.data() + text.size() - 1 && amount >= 0 && amount < 1'000'000)
        return support::format_time(now - std::chrono::seconds(amount * seconds[unit]));
    if (!is_time(text))
        return fail(ErrorCode::invalid_params,
            fmt::format("\"{}\" is no time: write 2026-03-01, 2026-03-01T09:30:00Z, or an age as 30m, 12h, 7d", text));
    // Stored times have milliseconds and end in Z; without them a text sorts before all that it begins.
    std::string time(text);
    if (time.size() == 20)
        time.pop_back();
    return time;
}

Result<ledger::KnownHash> parse_known(std::string_view text)
{
    ledger::KnownHash known;
    std::size_t const colon = std::min(text.find(':'), text.size());
    auto const [end, error] = std::from_chars(text.data(), text.data() + colon, known.sequence);
    known.hash = text.substr(std::min(colon + 1, text.size()));
    bool const is_hash = known.hash.size() == 64 && known.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (error != std::errc() || end != text.data() + colon || known.sequence < 1 || !is_hash)
        return fail(ErrorCode::invalid_params, "--known takes NUMBER:HASH, as \"audit verify\" prints it behind \"head\"");
    return known;
}

std::string to_json_line(ledger::Event const& event, std::string const& workspace)
{
    Json const line { { "sequence", event.sequence }, { "time", event.time }, { "kind", event.kind },
        { "outcome", std::string(ledger::outcome_of(event)) }, { "workspace", workspace }, { "fields", event.fields } };
    return support::dump_json(line) + "\n";
}

std::string to_line(ledger::Event const& event)
{
    std::string line = fmt::format(
        "{:>7}  {}  {:<12} {:<9} {}", event.sequence, event.time, event.kind, ledger::outcome_of(event), subject_of(event.fields));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return support::escape_for_display(line) + "\n";
}

std::string to_text(ledger::Verdict const& verdict, std::string const& place)
{
    std::string text;
    if (verdict.entries == 0)
        text += fmt::format("The ledger in {} has no entries.\n", place);
    else
        text += fmt::format("{}: {}, {} to {}.\n", place, support::count_of(static_cast<std::size_t>(verdict.entries), "entry", "entries"),
            verdict.first, verdict.last);
    for (ledger::Finding const& finding : verdict.findings)
        text += support::escape_for_display(fmt::format("  {:<9} {}", ledger::to_string(finding.damage), finding.message)) + "\n";
    if (verdict.more_findings > 0)
        text += fmt::format("  and {} more\n", verdict.more_findings);
    for (std::string const& note : verdict.notes)
        text += support::escape_for_display(fmt::format("  note: {}", note)) + "\n";
    if (!verdict.is_whole())
        return text + "The ledger is NOT as it was written.\n";
    text += fmt::format("Every entry is as it was written and in its place; checked against {}{}.\n",
        support::count_of(verdict.anchors, "anchor"),
        verdict.anchors == 0 ? "" : fmt::format(", the newest of entry {}", verdict.anchored));
    text += fmt::format("head {}:{}\n", verdict.last, verdict.head);
    return text + std::string(what_it_cannot_show);
}

Json to_json(ledger::Verdict const& verdict)
{
    Json findings = Json::array();
    for (ledger::Finding const& finding : verdict.findings)
        findings.push_back({ { "damage", std::string(ledger::to_string(finding.damage)) }, { "sequence", finding.sequence },
            { "time", finding.time }, { "message", finding.message } });
    return { { "whole", verdict.is_whole() }, { "entries", verdict.entries }, { "first", verdict.first }, { "last", verdict.last },
        { "head", verdict.head }, { "ledger", verdict.ledger }, { "anchors", verdict.anchors }, { "anchored", verdict.anchored },
        { "findings", std::move(findings) }, { "more_findings", verdict.more_findings }, { "notes", verdict.notes } };
}

}
