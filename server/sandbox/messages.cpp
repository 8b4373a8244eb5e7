#include "sandbox/messages.h"

namespace countersign::sandbox {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The numbers of Limits in one order, for both directions.
template<typename L, typename Visit>
void each_limit(L& limits, Visit visit)
{
    visit(limits.output_for_model);
    visit(limits.output_kept);
    visit(limits.output_total);
    visit(limits.view_bytes);
    visit(limits.view_inodes);
    visit(limits.file_bytes);
    visit(limits.memory);
    visit(limits.processes);
    visit(limits.open_files);
    visit(limits.changed_files);
    visit(limits.changed_bytes);
}

void write(Writer& writer, std::vector<std::string> const& texts)
{
    writer.number(texts.size());
    for (std::string const& text : texts)
        writer.text(text);
}

void write(Writer& writer, Pairs const& pairs)
{
    writer.number(pairs.size());
    for (auto const& [first, second] : pairs)
        writer.text(first).text(second);
}

void write(Writer& writer, std::optional<std::string> const& text) { writer.number(text ? 1 : 0).text(text.value_or("")); }

void write(Writer& writer, Request const& request)
{
    writer.text(request.workspace);
    write(writer, request.command.argv);
    writer.text(request.command.directory);
    write(writer, request.command.environment);
    writer.number(request.view.size());
    for (ViewFile const& file : request.view) {
        writer.text(file.path).number(file.executable ? 1 : 0);
        write(writer, file.bytes);
    }
    write(writer, request.masked);
    write(writer, request.hosts);
    writer.number(static_cast<std::uint64_t>(request.limits.wall_time.count()));
    writer.number(static_cast<std::uint64_t>(request.limits.grace.count()));
    each_limit(request.limits, [&](std::uint64_t value) { writer.number(value); });
}

std::vector<std::string> read_texts(Reader& reader)
{
    std::vector<std::string> texts(reader.count());
    for (std::string& text : texts)
        text = reader.text();
    return texts;
}

Pairs read_pairs(Reader& reader)
{
    Pairs pairs(reader.count());
    for (auto& pair : pairs) {
        pair.first = reader.text();
        pair.second = reader.text();
    }
    return pairs;
}

std::optional<std::string> read_optional(Reader& reader)
{
    bool const present = reader.number() != 0;
    std::string text = reader.text();
    return present ? std::optional(std::move(text)) : std::nullopt;
}

/// Longer times than a day are a day: a clock may be added to them.
std::chrono::milliseconds read_time(Reader& reader)
{
    std::uint64_t const longest = 24ULL * 60 * 60 * 1000;
    return std::chrono::milliseconds(std::min(reader.number(), longest));
}

Request read_request(Reader& reader)
{
    Request request;
    request.workspace = reader.text();
    request.command.argv = read_texts(reader);
    request.command.directory = reader.text();
    request.command.environment = read_pairs(reader);
    request.view.resize(reader.count());
    for (ViewFile& file : request.view) {
        file.path = reader.text();
        file.executable = reader.number() != 0;
        file.bytes = read_optional(reader);
    }
    request.masked = read_texts(reader);
    request.hosts = read_texts(reader);
    request.limits.wall_time = read_time(reader);
    request.limits.grace = read_time(reader);
    each_limit(request.limits, [&](auto& value) { value = static_cast<std::remove_reference_t<decltype(value)>>(reader.number()); });
    return request;
}

template<typename T>
Result<T> checked(Reader const& reader, T value)
{
    if (!reader.good())
        return fail(ErrorCode::io, "the sandbox's own processes misunderstood each other");
    return value;
}

}

std::string encode(Request const& request)
{
    Writer writer;
    write(writer, request);
    return writer.take();
}

std::string encode(Job const& job)
{
    Writer writer;
    write(writer, job.request);
    writer.number(job.binds.size());
    for (Bind const& bind : job.binds)
        writer.text(bind.host).text(bind.inner);
    write(writer, job.hidden);
    write(writer, job.home_links);
    write(writer, job.environment);
    writer.number(job.user).number(job.group).number(job.pid_max).number(job.copy_view ? 1 : 0);
    return writer.number(static_cast<std::uint64_t>(job.place)).text(job.view).take();
}

std::string encode(SentEntry const& entry)
{
    return Writer()
        .text(entry.path)
        .number(static_cast<std::uint64_t>(entry.kind))
        .number(entry.mode)
        .number(static_cast<std::uint64_t>(entry.seconds))
        .number(static_cast<std::uint64_t>(entry.nanoseconds))
        .text(entry.bytes)
        .take();
}

std::string encode(Ended const& ended)
{
    return Writer()
        .number(static_cast<std::uint64_t>(ended.ending))
        .number(static_cast<std::uint64_t>(ended.status))
        .number(static_cast<std::uint64_t>(ended.duration.count()))
        .take();
}

std::string encode(std::vector<std::string> const& paths)
{
    Writer writer;
    write(writer, paths);
    return writer.take();
}

std::string encode(Changed const& changed)
{
    Writer writer;
    writer.text(changed.path).number(static_cast<std::uint64_t>(changed.kind)).number(changed.mode);
    writer.number(changed.made_executable ? 1 : 0).number(changed.other_names ? 1 : 0);
    write(writer, changed.bytes);
    return writer.take();
}

std::string encode(NotOffered const& not_offered) { return Writer().text(not_offered.path).text(not_offered.reason).take(); }

std::string encode(Error const& error) { return Writer().number(static_cast<std::uint64_t>(error.code)).text(error.message).take(); }

std::string encode(Outcome const& outcome)
{
    Writer writer;
    writer.text(encode(Ended { outcome.ending, outcome.status, outcome.duration }));
    writer.text(outcome.output).text(outcome.standard_output).text(outcome.standard_error).number(outcome.output_dropped);
    writer.number(outcome.stale ? 1 : 0).number(outcome.copied ? 1 : 0).text(outcome.backend);
    write(writer, outcome.network);
    return writer.take();
}

Result<Request> decode_request(std::string_view bytes)
{
    Reader reader(bytes);
    Request request = read_request(reader);
    return checked(reader, std::move(request));
}

Result<Job> decode_job(std::string_view bytes)
{
    Reader reader(bytes);
    Job job;
    job.request = read_request(reader);
    job.binds.resize(reader.count());
    for (Bind& bind : job.binds) {
        bind.host = reader.text();
        bind.inner = reader.text();
    }
    job.hidden = read_texts(reader);
    job.home_links = read_pairs(reader);
    job.environment = read_pairs(reader);
    job.user = static_cast<std::uint32_t>(reader.number());
    job.group = static_cast<std::uint32_t>(reader.number());
    job.pid_max = static_cast<std::uint32_t>(reader.number());
    job.copy_view = reader.number() != 0;
    job.place = static_cast<Place>(std::min<std::uint64_t>(reader.number(), static_cast<std::uint64_t>(Place::bare)));
    job.view = reader.text();
    return checked(reader, std::move(job));
}

Result<SentEntry> decode_entry(std::string_view bytes)
{
    Reader reader(bytes);
    SentEntry entry;
    entry.path = reader.text();
    entry.kind = static_cast<SentEntry::Kind>(std::min<std::uint64_t>(reader.number(), 2));
    entry.mode = static_cast<std::uint32_t>(reader.number()) & 0777;
    entry.seconds = static_cast<std::int64_t>(reader.number());
    entry.nanoseconds = static_cast<std::int64_t>(reader.number());
    entry.bytes = reader.text();
    return checked(reader, std::move(entry));
}

Result<Ended> decode_ended(std::string_view bytes)
{
    Reader reader(bytes);
    Ended ended;
    std::uint64_t const ending = reader.number();
    ended.ending = ending <= static_cast<std::uint64_t>(Ending::memory_limit) ? static_cast<Ending>(ending) : Ending::signalled;
    ended.status = static_cast<int>(reader.number());
    ended.duration = read_time(reader);
    return checked(reader, ended);
}

Result<std::vector<std::string>> decode_paths(std::string_view bytes)
{
    Reader reader(bytes);
    std::vector<std::string> paths = read_texts(reader);
    return checked(reader, std::move(paths));
}

Result<Changed> decode_changed(std::string_view bytes)
{
    Reader reader(bytes);
    Changed changed;
    changed.path = reader.text();
    changed.kind = static_cast<ChangeKind>(std::min<std::uint64_t>(reader.number(), static_cast<std::uint64_t>(ChangeKind::linked)));
    changed.mode = static_cast<std::uint32_t>(reader.number()) & 0777;
    changed.made_executable = reader.number() != 0;
    changed.other_names = reader.number() != 0;
    changed.bytes = read_optional(reader);
    return checked(reader, std::move(changed));
}

Result<NotOffered> decode_not_offered(std::string_view bytes)
{
    Reader reader(bytes);
    NotOffered not_offered { reader.text(), reader.text() };
    return checked(reader, std::move(not_offered));
}

Result<Outcome> decode_outcome(std::string_view bytes)
{
    Reader reader(bytes);
    Outcome outcome;
    Ended const ended = TRY(decode_ended(reader.text()));
    outcome.ending = ended.ending;
    outcome.status = ended.status;
    outcome.duration = ended.duration;
    outcome.output = reader.text();
    outcome.standard_output = reader.text();
    outcome.standard_error = reader.text();
    outcome.output_dropped = reader.number();
    outcome.stale = reader.number() != 0;
    outcome.copied = reader.number() != 0;
    outcome.backend = reader.text();
    outcome.network = read_texts(reader);
    return checked(reader, std::move(outcome));
}

Error decode_error(std::string_view bytes)
{
    Reader reader(bytes);
    std::uint64_t const code = reader.number();
    std::string message = reader.text();
    if (!reader.good() || code > static_cast<std::uint64_t>(ErrorCode::internal))
        return { ErrorCode::io, "the sandbox's own processes misunderstood each other" };
    return { static_cast<ErrorCode>(code), std::move(message) };
}

}
