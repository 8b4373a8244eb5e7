#include "review/review_document.h"

#include "review/document_form.h"
#include "review/file_state.h"
#include "workspace/write_guard.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::DiffHunk;
using workspace::FileDiff;

namespace {

constexpr std::size_t context_lines = 3;
constexpr std::string_view instructions = R"(#
# Nothing has been written yet. The code actions on a line of this diff decide:
#   "Apply all", "Apply this file", "Apply this hunk", "Discard this hunk", "Discard".
#
# You may edit this diff before you apply it, and what it then says is what you get:
#   - delete a hunk, from its @@ line on, or a whole file, from its "diff --git" line on, to leave it out; it stays pending until you
#     apply or discard it;
#   - change, add or delete '+' lines as you like;
#   - turn a '-' into a space to keep that line.
# Context lines (they begin with a space) must stay as they are. The numbers in @@ lines need no care.
#
)";

std::string quoted(std::string const& path)
{
    bool const plain = support::escape_for_display(path) == path;
    return Json(path).dump(-1, ' ', !plain, Json::error_handler_t::replace);
}

/// Text of a model as comment lines. The indentation keeps them apart from the lines that a program reads.
void append_comment(std::string& document, std::string_view text)
{
    for (std::string_view line : support::split_lines(text)) {
        document += "#   ";
        document += support::trim_end(support::escape_for_display(line));
        document += '\n';
    }
}

/// What a hunk would do, for one that is not in the diff below.
std::string hunk_text(ProposedFile const& file, Hunk const& hunk)
{
    Lines const old_lines(file.change.base_text);
    Lines const new_lines(file.change.new_text);
    std::string text;
    for (std::size_t i = hunk.lines.old_begin; i < hunk.lines.old_end; ++i)
        text += fmt::format("  -{}\n", without_end(old_lines.line(i)));
    for (std::size_t i = hunk.lines.new_begin; i < hunk.lines.new_end; ++i)
        text += fmt::format("  +{}\n", without_end(new_lines.line(i)));
    return text;
}

/// Names what is pending but not as it was made, so that nobody wonders where it is.
void append_standings(std::string& document, Proposal const& proposal)
{
    struct Group {
        Standing standing;
        std::string_view title;
        std::string text;
    };
    Group groups[] = {
        { Standing::conflicting,
            "In conflict with what you changed since, and so not in this diff; it comes back when you undo that:", {} },
        { Standing::already_there, "In your files already, and so not in this diff:", {} },
        { Standing::moved, "Moved along with the text around it:", {} },
    };
    for (ProposedFile const& file : proposal.files) {
        for (Hunk const& hunk : file.hunks) {
            for (Group& group : groups) {
                if (!is_pending(hunk) || hunk.standing != group.standing)
                    continue;
                group.text += fmt::format("hunk {}: {}", hunk.id, file.change.path);
                if (group.standing == Standing::moved)
                    group.text += fmt::format(", made for line {}, now at line {}", hunk.lines.old_begin + 1, hunk.at + 1);
                group.text += '\n';
                if (group.standing == Standing::conflicting && file.change.kind == ChangeKind::modify)
                    group.text += hunk_text(file, hunk);
            }
        }
    }
    for (Group const& group : groups) {
        if (group.text.empty())
            continue;
        document += fmt::format("# {}\n", group.title);
        append_comment(document, group.text);
        document += "#\n";
    }
}

/// Whether some pending hunk is not where the run put it.
bool has_moved(Proposal const& proposal)
{
    return std::any_of(proposal.files.begin(), proposal.files.end(), [](ProposedFile const& file) {
        return std::any_of(
            file.hunks.begin(), file.hunks.end(), [](Hunk const& hunk) { return is_pending(hunk) && hunk.standing != Standing::as_made; });
    });
}

std::string header(Proposal const& proposal)
{
    std::string text = fmt::format("{}{}\n{}{}\n{}{}\n#\n", proposal_key, support::escape_for_display(proposal.id), revision_key,
        proposal.revision, workspace_key, quoted(proposal.workspace));
    append_comment(text, proposal.title);
    if (!support::trim(proposal.summary).empty()) {
        text += "#\n";
        append_comment(text, proposal.summary);
    }
    if (!proposal.evidence.empty()) {
        text += "#\n# Evidence:\n";
        for (Evidence const& evidence : proposal.evidence)
            append_comment(text, to_string(evidence));
        if (has_moved(proposal))
            append_comment(text, "(made with the files as they were before your later changes)");
    }
    std::string guarded;
    for (ProposedFile const& file : proposal.files) {
        if (auto const flag = workspace::flag_of(file.change); flag && std::any_of(file.hunks.begin(), file.hunks.end(), is_pending))
            append_comment(guarded, flag->reason);
    }
    if (!guarded.empty())
        text += "#\n# Not part of \"Apply all\", each needs a yes of its own (\"Apply this file\"):\n" + guarded;
    text += "#\n# Made by:\n";
    append_comment(text, proposal.provider);
    text += instructions;
    append_standings(text, proposal);
    return text;
}

void append_lines(DiffHunk& hunk, char kind, Lines const& lines, std::size_t begin, std::size_t end)
{
    for (std::size_t i = begin; i < end; ++i)
        hunk.lines.push_back({ kind, std::string(lines.line(i)) });
}

/// The lines of a hunk as removed and added ones, with those between them that stay.
void append_change(DiffHunk& block, Lines const& present, FileState::Placed const& placed)
{
    Lines const inserted(placed.text);
    std::vector<std::string_view> old_lines;
    for (std::size_t i = placed.begin; i < placed.end; ++i)
        old_lines.push_back(present.line(i));
    std::size_t position = 0;
    for (workspace::LineChange const& change : workspace::diff_lines(old_lines, inserted.all())) {
        append_lines(block, ' ', present, placed.begin + position, placed.begin + change.old_begin);
        append_lines(block, '-', present, placed.begin + change.old_begin, placed.begin + change.old_end);
        append_lines(block, '+', inserted, change.new_begin, change.new_end);
        position = change.old_end;
    }
    append_lines(block, ' ', present, placed.begin + position, placed.end);
}

/// One @@ block for each pending hunk, never merged, so that each can be applied or dropped alone: hunks closer than their context share
/// the lines between them.
std::vector<DiffHunk> pending_blocks(FileState const& state)
{
    std::vector<DiffHunk> blocks;
    Lines const& present = state.lines();
    std::vector<FileState::Placed> const& pending = state.pending();
    std::size_t shown_until = 0;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        FileState::Placed const& placed = pending[i];
        bool const is_last = i + 1 == pending.size();
        std::size_t const gap = (is_last ? present.count() : pending[i + 1].begin) - placed.end;
        std::size_t const first = placed.begin - std::min(context_lines, placed.begin - shown_until);
        shown_until = placed.end + std::min(context_lines, is_last ? gap : (gap + 1) / 2);
        DiffHunk block;
        append_lines(block, ' ', present, first, placed.begin);
        append_change(block, present, placed);
        append_lines(block, ' ', present, placed.end, shown_until);
        block.old_start = first + 1;
        block.old_count = 1; // so that old_start is that of a line; renumber() sets all four numbers
        block.section = std::string(section_prefix) + state.file().hunks[placed.hunk].id;
        blocks.push_back(std::move(block));
    }
    workspace::renumber(blocks);
    return blocks;
}

FileDiff file_diff(ProposedFile const& file)
{
    if (file.change.kind == ChangeKind::modify) {
        FileState const state(file);
        return { file.change.kind, file.change.path, file.change.from, pending_blocks(state) };
    }
    FileDiff diff = workspace::make_file_diff(file.change, context_lines);
    for (DiffHunk& block : diff.hunks)
        block.section = std::string(section_prefix) + file.hunks.front().id;
    return diff;
}

std::string first_line(FileDiff const& diff)
{
    std::string const text = workspace::render(diff);
    return text.substr(0, text.find('\n'));
}

/// Line ends as one kind, for editors that make them so when they open a file.
std::string with_plain_line_ends(std::string_view text) { return workspace::with_line_ends(text, workspace::LineEnd::lf); }

}

std::string_view hunk_named_by(std::string_view section)
{
    section = support::trim(section);
    return section.substr(0, section_prefix.size()) == section_prefix ? section.substr(section_prefix.size()) : std::string_view();
}

std::string render_review_document(Proposal const& proposal)
{
    std::string text = header(proposal);
    for (ProposedFile const& file : proposal.files)
        text += render_pending(file);
    return text;
}

std::string render_pending(ProposedFile const& file)
{
    return std::any_of(file.hunks.begin(), file.hunks.end(), is_applicable) ? workspace::render(file_diff(file)) : std::string();
}

bool is_unedited(Proposal const& proposal, std::string_view text)
{
    std::string const rendered = render_review_document(proposal);
    return text == rendered || with_plain_line_ends(text) == with_plain_line_ends(rendered);
}

DocumentPlace place_at(Proposal const& proposal, std::string_view text, std::size_t line)
{
    std::string_view file_line;
    std::string_view block_line;
    std::size_t begin = 0;
    for (std::size_t number = 0; number <= line && begin < text.size(); ++number) {
        std::size_t const end = std::min(text.find('\n', begin), text.size());
        std::string_view const content = without_end(text.substr(begin, end - begin));
        begin = end + 1;
        // Content never begins a line with either: it stands behind ' ', '+', '-' or '\'.
        if (content.substr(0, 11) == "diff --git ") {
            file_line = content;
            block_line = {};
        } else if (content.substr(0, 2) == "@@") {
            block_line = content;
        }
    }
    for (ProposedFile const& file : proposal.files) {
        if (file_line.empty() || file_line != first_line({ file.change.kind, file.change.path, file.change.from, {} }))
            continue;
        if (file.change.kind != ChangeKind::modify)
            return { file.change.path, file.hunks.front().id };
        std::size_t const id_at = block_line.find("@@", 2);
        std::string const id(id_at == std::string_view::npos ? "" : hunk_named_by(block_line.substr(id_at + 2)));
        bool const known = std::any_of(file.hunks.begin(), file.hunks.end(), [&](Hunk const& hunk) { return hunk.id == id; });
        return { file.change.path, known ? id : "" };
    }
    return {};
}

}
