#include "cli/audit.h"

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/otlp.h"

#include <deque>
#include <fmt/core.h>
#include <unistd.h>

namespace countersign::cli {

namespace {

Result<ledger::RecordFilter> filter_from(AuditArguments const& arguments, support::Clock const& clock)
{
    ledger::RecordFilter filter;
    if (!arguments.since.empty())
        filter.since = TRY(parse_time(arguments.since, clock.wall()));
    if (!arguments.until.empty())
        filter.until = TRY(parse_time(arguments.until, clock.wall()));
    filter.outcome = arguments.outcome;
    filter.kind = arguments.kind;
    filter.run = arguments.run;
    filter.proposal = arguments.proposal;
    filter.workspace = arguments.workspace;
    return filter;
}

/// Lines as they come; with a limit, the newest so many of them.
Result<> print_lines(Process const& process, AuditArguments const& arguments, bool as_json)
{
    std::deque<std::string> newest;
    bool is_read = true;
    auto const filter = TRY(filter_from(arguments, *process.services.clock));
    TRY(ledger::read_records(process.services.state_directory, filter, [&](ledger::Event const& event, std::string const& workspace) {
        std::string line = as_json ? to_json_line(event, workspace) : to_line(event);
        if (arguments.limit == 0)
            return is_read = print(line);
        newest.push_back(std::move(line));
        if (newest.size() > arguments.limit)
            newest.pop_front();
        return true;
    }));
    for (std::string const& line : newest)
        is_read = is_read && print(line);
    return {};
}

/// One request body a line, as a collector takes them at /v1/traces.
Result<> print_spans(Process const& process, AuditArguments const& arguments)
{
    constexpr std::size_t spans_a_request = 500;
    OtlpSpans spans(process.services.version);
    bool is_read = true;
    auto const filter = TRY(filter_from(arguments, *process.services.clock));
    TRY(ledger::read_records(process.services.state_directory, filter, [&](ledger::Event const& event, std::string const& workspace) {
        spans.take(event, workspace);
        if (spans.count() == spans_a_request)
            is_read = print(spans.take_request() + "\n");
        return is_read;
    }));
    if (spans.count() > 0 && is_read)
        print(spans.take_request() + "\n");
    return {};
}

Result<int> show(Process const& process, AuditArguments const& arguments)
{
    auto const number = support::parse_json(arguments.number);
    if (!number || !number->is_number_unsigned() || *number == Json(0u))
        return fail(ErrorCode::invalid_params, "say which entry: countersign audit show NUMBER, as \"audit list\" prints it first");
    ledger::RecordFilter filter;
    filter.first = filter.last = number->get<std::int64_t>();
    bool is_found = false;
    TRY(ledger::read_records(process.services.state_directory, filter, [&](ledger::Event const& event, std::string const& workspace) {
        is_found = true;
        print(support::parse_json(to_json_line(event, workspace))->dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        return true;
    }));
    if (!is_found)
        return fail(ErrorCode::not_found, fmt::format("the ledger has no entry {}", filter.first));
    return exit_done;
}

Result<int> verify(Process const& process, AuditArguments const& arguments)
{
    std::optional<ledger::KnownHash> known;
    if (!arguments.known.empty())
        known = TRY(parse_known(arguments.known));
    auto const& place = process.services.state_directory;
    ledger::Verdict const verdict = TRY(ledger::verify(place, known));
    print(arguments.format == "json" ? support::dump_json(to_json(verdict)) + "\n" : to_text(verdict, (place / "ledger.db").string()));
    return verdict.is_whole() ? exit_done : exit_nothing;
}

Result<int> carry_out(Process const& process, AuditArguments const& arguments)
{
    if (!arguments.number.empty() && arguments.what != "show")
        return fail(ErrorCode::invalid_params, fmt::format("\"{}\" is not expected behind \"audit {}\"", arguments.number, arguments.what));
    if (arguments.what == "show")
        return show(process, arguments);
    if (arguments.what == "verify")
        return verify(process, arguments);
    if (arguments.format == "otlp" && arguments.what == "export") {
        TRY(print_spans(process, arguments));
        return exit_done;
    }
    if (arguments.format == "otlp")
        return fail(ErrorCode::invalid_params, fmt::format("\"audit {}\" has the formats text and json", arguments.what));
    bool const for_people = arguments.what == "list" && ::isatty(STDOUT_FILENO) == 1;
    std::string const format = !arguments.format.empty() ? arguments.format : for_people ? "text" : "json";
    TRY(print_lines(process, arguments, format == "json"));
    return exit_done;
}

}

int run_audit(Process const& process, AuditArguments const& arguments)
{
    auto const status = carry_out(process, arguments);
    return status ? *status : report(status.error());
}

}
