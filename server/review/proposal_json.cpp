#include "review/fields.h"
#include "review/file_state.h"
#include "review/proposal.h"
#include "support/hash.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::FileChange;

namespace {

/// What a file of this version says of itself; a later one with other fields gets another number.
constexpr int format_number = 1;

constexpr std::array<Name<Decision>, 3> decision_names { {
    { Decision::pending, "pending" },
    { Decision::applied, "applied" },
    { Decision::discarded, "discarded" },
} };
constexpr std::array<Name<Evidence::Result>, 3> result_names { {
    { Evidence::Result::passed, "passed" },
    { Evidence::Result::failed, "failed" },
    { Evidence::Result::not_run, "not run" },
} };
constexpr std::array<Name<Standing>, 4> standing_names { {
    { Standing::as_made, "as_made" },
    { Standing::moved, "moved" },
    { Standing::conflicting, "conflicting" },
    { Standing::already_there, "already_there" },
} };
Json hunk_to_json(Hunk const& hunk)
{
    Json value {
        { "id", hunk.id },
        { "old_begin", hunk.lines.old_begin },
        { "old_end", hunk.lines.old_end },
        { "new_begin", hunk.lines.new_begin },
        { "new_end", hunk.lines.new_end },
        { "decision", name_of(decision_names, hunk.decision) },
    };
    if (hunk.edited)
        value["edited"] = *hunk.edited;
    if (hunk.standing != Standing::as_made || hunk.at != 0) {
        value["standing"] = name_of(standing_names, hunk.standing);
        value["at"] = hunk.at;
    }
    return value;
}

Json file_to_json(ProposedFile const& file)
{
    FileChange const& change = file.change;
    Json hunks = Json::array();
    for (Hunk const& hunk : file.hunks)
        hunks.push_back(hunk_to_json(hunk));
    Json value {
        { "kind", name_of(kind_names, change.kind) },
        { "path", change.path },
        { "from", change.from },
        { "base_text", change.base_text },
        { "base_hash", change.base_hash },
        { "new_text", change.new_text },
        { "format", format_to_json(change.format) },
        { "hunks", std::move(hunks) },
    };
    if (change.base_version)
        value["base_version"] = *change.base_version;
    if (file.present)
        value["present_text"] = *file.present;
    return value;
}

Json evidence_to_json(Evidence const& evidence)
{
    return { { "command", evidence.command }, { "result", name_of(result_names, evidence.result) }, { "detail", evidence.detail } };
}

Result<Evidence> evidence_from_json(Json const& value, std::string path)
{
    auto fields = TRY(Fields::of(value, std::move(path)));
    Evidence evidence;
    evidence.command = TRY(fields.text("command"));
    evidence.result = TRY(fields.one_of("result", result_names));
    evidence.detail = TRY(fields.text("detail"));
    TRY(fields.all_known());
    return evidence;
}

Result<Hunk> hunk_from_json(Json const& value, std::string path)
{
    auto fields = TRY(Fields::of(value, std::move(path)));
    Hunk hunk;
    hunk.id = TRY(fields.text("id"));
    hunk.lines.old_begin = TRY(fields.count("old_begin"));
    hunk.lines.old_end = TRY(fields.count("old_end"));
    hunk.lines.new_begin = TRY(fields.count("new_begin"));
    hunk.lines.new_end = TRY(fields.count("new_end"));
    hunk.decision = TRY(fields.one_of("decision", decision_names));
    if (fields.has("edited"))
        hunk.edited = TRY(fields.text("edited"));
    if (fields.has("standing")) {
        hunk.standing = TRY(fields.one_of("standing", standing_names));
        hunk.at = TRY(fields.count("at"));
    }
    TRY(fields.all_known());
    return hunk;
}

/// Hunks in order, inside their texts, with the ids that their place gives them.
Result<> check_hunks(ProposedFile const& file, std::size_t number, std::string const& path)
{
    std::size_t const old_count = count_lines(file.change.base_text);
    std::size_t const new_count = count_lines(file.change.new_text);
    std::size_t position = 0;
    for (std::size_t i = 0; i < file.hunks.size(); ++i) {
        Hunk const& hunk = file.hunks[i];
        std::string const at = fmt::format("{}.hunks[{}]", path, i);
        if (hunk.id != fmt::format("{}.{}", number, i + 1))
            return fail(ErrorCode::invalid_params, fmt::format("{}.id: expected \"{}.{}\"", at, number, i + 1));
        workspace::LineChange const& lines = hunk.lines;
        if (lines.old_begin < position || lines.old_end < lines.old_begin || lines.old_end > old_count)
            return fail(ErrorCode::invalid_params, fmt::format("{}.old_end: outside the base text, or overlapping the hunk before", at));
        if (lines.new_end < lines.new_begin || lines.new_end > new_count)
            return fail(ErrorCode::invalid_params, fmt::format("{}.new_end: outside the new text", at));
        position = lines.old_end;
    }
    return {};
}

/// Rebased hunks in order, each at lines that say what it replaces.
Result<> check_rebased(ProposedFile const& file, std::string const& path)
{
    if (!file.present)
        return {};
    if (file.change.kind != ChangeKind::modify)
        return fail(ErrorCode::invalid_params, path + ".present_text: only a modification has one");
    Lines const base(file.change.base_text);
    Lines const present(*file.present);
    std::size_t position = 0;
    for (std::size_t i = 0; i < file.hunks.size(); ++i) {
        Hunk const& hunk = file.hunks[i];
        if (!is_applicable(hunk))
            continue;
        std::size_t const size = hunk.lines.old_end - hunk.lines.old_begin;
        bool const fits = hunk.at >= position && hunk.at <= present.count() && size <= present.count() - hunk.at;
        if (!fits || present.range(hunk.at, hunk.at + size) != base.range(hunk.lines.old_begin, hunk.lines.old_end))
            return fail(
                ErrorCode::invalid_params, fmt::format("{}.hunks[{}].at: the file does not say there what the hunk replaces", path, i));
        position = hunk.at + size;
    }
    return {};
}

Result<> check_change(FileChange const& change, std::size_t hunks, std::string const& path)
{
    auto const refuse = [&](char const* what) -> Result<> { return fail(ErrorCode::invalid_params, path + what); };
    if (!is_relative_inside(change.path))
        return refuse(".path: expected a relative path inside the workspace");
    if (change.kind == ChangeKind::move ? !is_relative_inside(change.from) : !change.from.empty())
        return refuse(".from: expected the old path of a move, and nothing otherwise");
    if (change.kind == ChangeKind::create ? !change.base_text.empty() : change.base_hash != support::content_hash(change.base_text))
        return refuse(".base_hash: does not belong to base_text");
    if (change.kind != ChangeKind::modify && hunks != 1)
        return refuse(".hunks: expected exactly one");
    return {};
}

Result<ProposedFile> file_from_json(Json const& value, std::size_t index)
{
    std::string const path = fmt::format("files[{}]", index);
    auto fields = TRY(Fields::of(value, path));
    ProposedFile file;
    FileChange& change = file.change;
    change.kind = TRY(fields.one_of("kind", kind_names));
    change.path = TRY(fields.text("path"));
    change.from = TRY(fields.text("from"));
    change.base_text = TRY(fields.text("base_text"));
    change.base_hash = TRY(fields.text("base_hash"));
    change.new_text = TRY(fields.text("new_text"));
    Json const* format = TRY(fields.field("format"));
    change.format = TRY(format_from_json(*format, path + ".format"));
    if (fields.has("base_version")) {
        Json const* version = TRY(fields.field("base_version"));
        if (!version->is_number_integer())
            return tl::unexpected(fields.expected("base_version", "a whole number"));
        change.base_version = version->get<std::int64_t>();
    }
    if (fields.has("present_text"))
        file.present = TRY(fields.text("present_text"));
    Json const* hunks = TRY(fields.array("hunks"));
    for (std::size_t i = 0; i < hunks->size(); ++i)
        file.hunks.push_back(TRY(hunk_from_json((*hunks)[i], fmt::format("{}.hunks[{}]", path, i))));
    TRY(fields.all_known());
    TRY(check_change(change, file.hunks.size(), path));
    TRY(check_hunks(file, index + 1, path));
    TRY(check_rebased(file, path));
    return file;
}

}

Json to_json(Proposal const& proposal)
{
    Json files = Json::array();
    for (ProposedFile const& file : proposal.files)
        files.push_back(file_to_json(file));
    Json evidence = Json::array();
    for (Evidence const& each : proposal.evidence)
        evidence.push_back(evidence_to_json(each));
    Json value {
        { "format", format_number },
        { "id", proposal.id },
        { "revision", proposal.revision },
        { "run", proposal.run },
        { "workspace", proposal.workspace },
        { "action", proposal.action },
        { "title", proposal.title },
        { "summary", proposal.summary },
        { "provider", proposal.provider },
        { "created", proposal.created },
        { "files", std::move(files) },
        { "evidence", std::move(evidence) },
    };
    if (!proposal.reason.empty())
        value["reason"] = proposal.reason;
    return value;
}

std::string to_string(Evidence const& evidence)
{
    return fmt::format("{}: {}: {}", name_of(result_names, evidence.result), evidence.command, evidence.detail);
}

Result<Proposal> proposal_from_json(Json const& value)
{
    auto fields = TRY(Fields::of(value, ""));
    if (TRY(fields.count("format")) != format_number)
        return fail(ErrorCode::invalid_params,
            fmt::format("format: written by another version of this program; this one reads format {}", format_number));
    Proposal proposal;
    proposal.id = TRY(fields.text("id"));
    proposal.revision = TRY(fields.count("revision"));
    if (proposal.revision == 0)
        return fail(ErrorCode::invalid_params, "revision: expected a number from 1");
    proposal.run = TRY(fields.text("run"));
    proposal.workspace = TRY(fields.text("workspace"));
    proposal.action = TRY(fields.text("action"));
    proposal.title = TRY(fields.text("title"));
    proposal.summary = TRY(fields.text("summary"));
    proposal.provider = TRY(fields.text("provider"));
    proposal.created = TRY(fields.text("created"));
    Json const* files = TRY(fields.array("files"));
    if (fields.has("reason"))
        proposal.reason = TRY(fields.text("reason"));
    // Proposals that were stored before there was evidence have none.
    if (fields.has("evidence")) {
        Json const* evidence = TRY(fields.array("evidence"));
        for (std::size_t i = 0; i < evidence->size(); ++i)
            proposal.evidence.push_back(TRY(evidence_from_json((*evidence)[i], fmt::format("evidence[{}]", i))));
    }
    TRY(fields.all_known());
    std::unordered_set<std::string> paths;
    for (std::size_t i = 0; i < files->size(); ++i) {
        proposal.files.push_back(TRY(file_from_json((*files)[i], i)));
        if (!paths.insert(proposal.files.back().change.path).second)
            return fail(ErrorCode::invalid_params, fmt::format("files[{}].path: this file is there twice", i));
    }
    return proposal;
}

}
