#include "cli/audit.h"

#include "cli/cli.h"
#include "cli/collector.h"
#include "cli/commands.h"
#include "cli/otlp.h"
#include "support/text.h"

#include <deque>
#include <fmt/core.h>
#include <functional>
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

/// Request bodies as a collector takes them at /v1/traces, each handed to `put` until that fails.
Result<std::size_t> export_spans(
    Process const& process, AuditArguments const& arguments, std::function<Result<>(std::string const& request)> const& put)
{
    constexpr std::size_t spans_a_request = 500;
    OtlpSpans spans(process.services.version);
    std::size_t count = 0;
    Result<> result;
    auto const put_all = [&] {
        count += spans.count();
        result = spans.count() > 0 ? put(spans.take_request()) : Result<>();
        return result.has_value();
    };
    auto const filter = TRY(filter_from(arguments, *process.services.clock));
    TRY(ledger::read_records(process.services.state_directory, filter, [&](ledger::Event const& event, std::string const& workspace) {
        spans.take(event, workspace);
        return spans.count() < spans_a_request || put_all();
    }));
    if (!result || !put_all())
        return tl::unexpected(result.error());
    return count;
}

Result<int> export_otlp(Process const& process, AuditArguments const& arguments)
{
    if (arguments.collector.empty()) {
        TRY(export_spans(process, arguments, [](std::string const& request) -> Result<> {
            return print(request + "\n") ? Result<>() : fail(ErrorCode::io, "nobody reads the output any more");
        }));
        return exit_done;
    }
    Collector collector = TRY(Collector::open(arguments.collector));
    std::size_t const count = TRY(export_spans(process, arguments, [&](std::string const& request) { return collector.send(request); }));
    fmt::print(stderr, "Sent {} to {}.\n", support::count_of(count, "span"), arguments.collector);
    return exit_done;
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
    bool const as_spans = arguments.format == "otlp" || !arguments.collector.empty();
    if (as_spans && (arguments.what != "export" || (!arguments.format.empty() && arguments.format != "otlp")))
        return fail(ErrorCode::invalid_params, "a collector and the format otlp belong to \"audit export\", and to each other");
    if (as_spans)
        return export_otlp(process, arguments);
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
