#include "tools/command_call.h"

#include "sandbox/policy.h"
#include "support/hash.h"
#include "support/text.h"
#include "tools/text_output.h"
#include "tools/view.h"
#include "workspace/encoding.h"
#include "workspace/folded_name.h"
#include "workspace/ignored_paths.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>

namespace countersign::tools {

namespace {

/// The file's own encoding, which a buffer does not tell.
std::string bytes_of(workspace::Snapshot const& snapshot, std::string const& path, std::string_view text)
{
    workspace::TextFormat format;
    if (auto const on_disk = snapshot.files().read(path))
        format = on_disk->format;
    return workspace::encode_text(text, format);
}

/// By path: what is not as on disk.
Result<std::vector<sandbox::ViewFile>> view_of(Context const& context)
{
    std::map<std::string, std::optional<std::string>> view;
    workspace::Snapshot const& snapshot = context.overlay.snapshot();
    for (std::string const& path : snapshot.buffer_paths()) {
        auto const buffer = snapshot.read(path);
        if (!buffer)
            continue;
        auto const on_disk = snapshot.files().read(path);
        if (!on_disk || *on_disk->text != *buffer->file.text)
            view[path] = bytes_of(snapshot, path, *buffer->file.text);
    }
    for (workspace::FileChange const& change : context.overlay.changes()) {
        if (!change.from.empty())
            view[change.from] = std::nullopt;
        if (change.kind == workspace::ChangeKind::remove)
            view[change.path] = std::nullopt;
        else
            view[change.path] = bytes_of(snapshot, change.from.empty() ? change.path : change.from, change.new_text);
    }
    std::vector<sandbox::ViewFile> files;
    files.reserve(view.size());
    for (auto& [path, bytes] : view)
        files.push_back({ path, std::move(bytes), false });
    return files;
}

std::string hash_of(std::vector<sandbox::ViewFile> const& view)
{
    std::string all;
    for (sandbox::ViewFile const& file : view)
        all += fmt::format("{}\n{}\n", file.path, file.bytes ? support::content_hash(*file.bytes) : "deleted");
    return support::content_hash(all);
}

char const* word_for(sandbox::ChangeKind kind)
{
    constexpr char const* words[] = { "created", "modified", "deleted", "linked" };
    return words[static_cast<std::size_t>(kind)];
}

/// The files of the run's view by the name that a disk without case would know them by.
class Names {
public:
    explicit Names(Context const& context)
    {
        if (auto const listed = files_matching(context, std::nullopt)) {
            for (std::string const& path : listed->paths)
                add(path);
        }
    }
    void add(std::string const& path) { paths_.emplace(workspace::fold_name(path), path); }
    /// Another file whose name differs only in case.
    std::optional<std::string> twin_of(std::string const& path) const
    {
        auto const found = paths_.find(workspace::fold_name(path));
        return found == paths_.end() || found->second == path ? std::nullopt : std::optional(found->second);
    }

private:
    std::map<std::string, std::string> paths_;
};

constexpr char const* not_executable = " (that it became executable is not kept)";

/// Takes a change into the run's edits; the answer is what a person should know about it, often nothing.
Result<std::string> keep(Context& context, std::optional<Names>& names, sandbox::Changed const& change)
{
    std::string const path = TRY(context.overlay.snapshot().files().resolve(change.path));
    note_use(context, path);
    if (change.kind == sandbox::ChangeKind::deleted) {
        TRY(context.overlay.remove(path));
        return std::string();
    }
    if (change.kind == sandbox::ChangeKind::linked)
        return fail(ErrorCode::denied, "links are not proposed");
    if (!change.bytes)
        return fail(ErrorCode::too_large, "it is too large to be proposed");
    auto decoded = TRY(workspace::decode_text(*change.bytes));
    if (change.kind == sandbox::ChangeKind::created && !context.overlay.exists(path)) {
        if (!names)
            names.emplace(context);
        if (auto const twin = names->twin_of(path))
            return fail(
                ErrorCode::denied, fmt::format("it differs from {} only in case, and some disks take them for one", one_line(*twin)));
        TRY(context.overlay.create(path, std::move(decoded.utf8)));
        names->add(path);
        return std::string(change.made_executable ? not_executable : "");
    }
    auto const now = TRY(context.overlay.read(path));
    if (*now == decoded.utf8)
        return fail(ErrorCode::denied, "only its mode changed, which a proposal does not carry");
    TRY(context.overlay.write(path, support::content_hash(*now), std::move(decoded.utf8)));
    return std::string(change.made_executable ? not_executable
            : change.other_names              ? " (a hard link: its other names on disk keep the old text)"
                                              : "");
}

}

Result<CommandCall> make_call(Context const& context, std::string tool, std::vector<std::string> argv, std::string directory)
{
    CommandCall call;
    call.tool = std::move(tool);
    call.request.command.argv = std::move(argv);
    call.request.command.directory = std::move(directory);
    call.request.view = TRY(view_of(context));
    call.view = hash_of(call.request.view);
    auto const ignored = std::make_shared<workspace::IgnoredPaths>(context.overlay.snapshot().files());
    call.request.wanted = [ignored](std::string const& path) { return !ignored->contains(path); };
    return call;
}

Result<std::string> hash_of_view(Context const& context) { return hash_of(TRY(view_of(context))); }

bool succeeded(sandbox::Outcome const& outcome) { return outcome.ending == sandbox::Ending::exited && outcome.status == 0; }

Result<sandbox::Outcome> run_and_note(Context& context, CommandCall const& call, std::string (*detail)(sandbox::Outcome const& outcome),
    bool (*is_void)(sandbox::Outcome const& outcome))
{
    if (context.commands == nullptr)
        return fail(ErrorCode::denied, "commands cannot be run here");
    auto outcome = context.commands->run(call, context.stop);
    if (!outcome && outcome.error().code == ErrorCode::cancelled)
        return outcome;
    if (outcome && is_void != nullptr && is_void(*outcome))
        return outcome;
    Evidence evidence { sandbox::shown(call.request.command.argv), Evidence::Result::not_run, {}, {} };
    if (outcome) {
        evidence.result = succeeded(*outcome) ? Evidence::Result::passed : Evidence::Result::failed;
        evidence.detail = detail(*outcome);
        evidence.view = call.view;
    } else {
        // The command stands in front of it already.
        std::string const prefix = evidence.command + " is not run: ";
        std::string const& message = outcome.error().message;
        evidence.detail = message.starts_with(prefix) ? message.substr(prefix.size()) : message;
    }
    context.commands->add(std::move(evidence));
    return outcome;
}

std::vector<std::string> keep_changes(Context& context, sandbox::Outcome const& outcome)
{
    std::vector<std::string> rows;
    rows.reserve(outcome.changes.size() + outcome.not_offered.size());
    std::optional<Names> names; // of what is left after the deletions
    // What is gone first: a file that only changed the case of its name is then no twin of itself.
    for (bool const deletions : { true, false }) {
        for (sandbox::Changed const& change : outcome.changes) {
            if ((change.kind == sandbox::ChangeKind::deleted) != deletions)
                continue;
            auto const kept =
                outcome.stale ? fail(ErrorCode::stale, "a file changed on disk meanwhile; run it again") : keep(context, names, change);
            std::string const what = fmt::format("{} {}", word_for(change.kind), one_line(change.path));
            rows.push_back(kept ? fmt::format("proposed: {}{}", what, *kept) : fmt::format("not kept: {}: {}", what, kept.error().message));
        }
    }
    for (sandbox::NotOffered const& left : outcome.not_offered)
        rows.push_back(fmt::format("not kept: {}: {}", one_line(left.path), one_line(left.reason)));
    return rows;
}

std::vector<std::string> list_changes(sandbox::Outcome const& outcome)
{
    std::vector<std::string> rows;
    for (sandbox::Changed const& change : outcome.changes)
        rows.push_back(fmt::format("dropped: {} {}", word_for(change.kind), one_line(change.path)));
    return rows;
}

std::string render(Context const& context, sandbox::Outcome const& outcome, std::vector<std::string> const& rows)
{
    constexpr std::size_t shown_rows = 40;
    std::string head = sandbox::describe(outcome) + "\n";
    if (outcome.stale)
        head += "a file of the workspace changed on disk meanwhile: run it again to be sure\n";
    std::string tail;
    for (std::string const& line : outcome.network)
        tail += fmt::format("network: {}\n", one_line(line));
    for (std::size_t i = 0; i < rows.size() && i < shown_rows; ++i)
        tail += rows[i] + "\n";
    if (rows.size() > shown_rows)
        tail += fmt::format("[and {} more changes]\n", rows.size() - shown_rows);

    std::size_t const room = context.output_limit - std::min(context.output_limit, head.size() + tail.size() + 80);
    std::string_view const output = outcome.output;
    if (output.empty())
        return head + "(no output)\n" + tail;
    std::string text = head;
    if (output.size() <= room) {
        text += output;
    } else {
        // What went wrong stands at the end, what was being done at the beginning.
        std::string_view const first = utf8_prefix(output, room / 3), last = utf8_suffix(output, room - room / 3);
        text += fmt::format("{}\n[{} bytes left out]\n{}", first, output.size() - first.size() - last.size(), last);
    }
    if (!text.ends_with('\n'))
        text += '\n';
    return text + tail;
}

}
