#include "session/code_actions.h"

#include "actions/offers.h"
#include "protocol/uri.h"
#include "session/verify.h"
#include "tools/text_output.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::session {

namespace {

constexpr char const* decide_kind = "refactor.rewrite.countersign.decide";
constexpr std::string_view our_source = "countersign";

/// Collects entries in the shape that this client takes, and only those that it asked for.
class Menu {
public:
    Menu(Client const& client, std::optional<std::vector<std::string>> const& only) : client_(client), only_(only) { }

    void add(std::string title, std::string kind, std::string command, Json argument, std::string disabled = {})
    {
        if (!wanted(kind) || (!disabled.empty() && !client_.profile().shows_disabled))
            return;
        protocol::Command action { .title = title, .command = std::move(command), .arguments = std::vector<Json> { std::move(argument) } };
        if (!client_.capabilities().code_action_literals) {
            entries_.emplace_back(std::move(action));
            return;
        }
        protocol::CodeAction entry { .title = std::move(title), .kind = std::move(kind) };
        if (disabled.empty())
            entry.command = std::move(action);
        else
            entry.disabled = protocol::CodeActionDisabled { .reason = std::move(disabled) };
        entries_.emplace_back(std::move(entry));
    }

    std::vector<MenuEntry> take() { return std::move(entries_); }

private:
    /// `only` holds kinds; "refactor" asks for "refactor.rewrite.countersign" too.
    bool wanted(std::string_view kind) const
    {
        if (!only_ || only_->empty())
            return true;
        return std::any_of(only_->begin(), only_->end(), [&](std::string const& asked) {
            return asked.empty() || (kind.starts_with(asked) && (kind.size() == asked.size() || kind[asked.size()] == '.'));
        });
    }

    Client const& client_;
    std::optional<std::vector<std::string>> const& only_;
    std::vector<MenuEntry> entries_;
};

Json place_argument(std::string const& uri, protocol::Range const& range)
{
    return { { "uri", uri }, { "range", protocol::encode(range) } };
}

void add_offers(Menu& menu, std::vector<actions::Offer> const& offers, protocol::CodeActionParams const& params)
{
    for (actions::Offer const& offer : offers) {
        Json argument = place_argument(params.textDocument.uri, params.range);
        if (!offer.rule.empty())
            argument["rule"] = offer.rule;
        if (!offer.instruction.empty())
            argument["instruction"] = offer.instruction;
        if (offer.action == "fix" && offer.disabled.empty())
            argument["diagnostics"] = protocol::encode(params.context.diagnostics);
        menu.add(offer.title, offer.kind, std::string(actions::find_action(offer.action)->command), std::move(argument), offer.disabled);
    }
}

/// The pending hunk whose lines the cursor is on, or empty.
std::string hunk_at(std::vector<review::HunkPlace> const& places, std::size_t line)
{
    for (review::HunkPlace const& hunk : places) {
        if (line >= hunk.begin && line < std::max(hunk.end, hunk.begin + 1))
            return hunk.id;
    }
    return {};
}

/// What a person reads of a command in a title; the whole of it is in the message and in status.
std::string shortened(std::string const& command)
{
    constexpr std::size_t longest = 120;
    return command.size() <= longest ? command : std::string(tools::utf8_prefix(command, longest)) + "…";
}

void add_verify(Menu& menu, review::Proposal const& proposal)
{
    if (std::string const command = command_to_verify(proposal); !command.empty())
        menu.add(fmt::format("Run the tests of #{} in the sandbox: {}", proposal.id, shortened(command)), decide_kind, "countersign.verify",
            { { "proposal", proposal.id }, { "command", command } });
}

/// The second yes, in every file: one that needs it is often not open.
void add_guarded(Menu& menu, Proposals const& proposals, review::Proposal const& proposal)
{
    for (Proposals::Guarded const& file : proposals.guarded(proposal))
        menu.add(fmt::format(
                     "Apply {} of #{}: {}", support::escape_for_display(file.path), proposal.id, support::escape_for_display(file.reason)),
            decide_kind, "countersign.applyFile", { { "proposal", proposal.id }, { "files", { file.path } } });
}

/// " (1 of 3 in conflict)", or nothing.
std::string conflicts_of(review::Proposal const& proposal)
{
    std::size_t conflicts = 0;
    std::size_t pending = 0;
    for (review::ProposedFile const& file : proposal.files) {
        for (review::Hunk const& hunk : file.hunks) {
            bool const waits = hunk.decision == review::Decision::pending;
            pending += waits ? 1 : 0;
            conflicts += waits && hunk.standing == review::Standing::conflicting ? 1 : 0;
        }
    }
    return conflicts == 0 ? std::string() : fmt::format(" ({} of {} in conflict with your changes)", conflicts, pending);
}

void add_proposals(Menu& menu, MenuSources const& sources, std::string const& path, std::size_t line)
{
    for (OpenProposals::Touch const& touch : sources.proposals.open().touching(path)) {
        review::Proposal const& proposal = *touch.proposal;
        std::string const& id = proposal.id;
        std::string const conflicts = conflicts_of(proposal);
        Json const all { { "proposal", id } };
        menu.add(fmt::format("Review #{}: {}{}", id, proposal.title, conflicts), decide_kind, "countersign.review", all);
        menu.add(fmt::format("Apply #{}: {}{}", id, proposal.title, conflicts), decide_kind, "countersign.apply", all);
        if (beneath(proposal.workspace, touch.file->change.path) == path) {
            if (proposal.files.size() > 1)
                menu.add(fmt::format("Apply #{} to this file", id), decide_kind, "countersign.applyFile",
                    { { "proposal", id }, { "files", { touch.file->change.path } } });
            if (std::string const hunk = hunk_at(touch.places, line); !hunk.empty() && touch.file->hunks.size() > 1)
                menu.add(fmt::format("Apply this change of #{}", id), decide_kind, "countersign.applyHunk",
                    { { "proposal", id }, { "hunks", { hunk } } });
        }
        add_verify(menu, proposal);
        menu.add(fmt::format("Discard #{}", id), decide_kind, "countersign.discard", all);
    }
}

/// An instruction at the cursor may mean a proposal that is pending here.
void add_revisions(Menu& menu, MenuSources const& sources, std::string const& path, std::vector<actions::Offer> const& offers,
    protocol::CodeActionParams const& params)
{
    for (actions::Offer const& offer : offers) {
        if (offer.action != "ask" || offer.instruction.empty())
            continue;
        for (OpenProposals::Touch const& touch : sources.proposals.open().touching(path)) {
            Json argument = place_argument(params.textDocument.uri, params.range);
            argument["instruction"] = offer.instruction;
            argument["proposal"] = touch.proposal->id;
            menu.add(fmt::format("Revise #{}: {}", touch.proposal->id, actions::shortened(offer.instruction, 60)), decide_kind,
                "countersign.ask", std::move(argument));
        }
    }
}

/// In a file that the proposal does not touch, as the one that tests were asked for: the way to it.
void add_other_proposals(Menu& menu, MenuSources const& sources, std::string const& path)
{
    auto const here = sources.proposals.open().touching(path);
    for (ProposalHandle const& proposal : sources.proposals.open().all()) {
        if (std::any_of(here.begin(), here.end(), [&](OpenProposals::Touch const& touch) { return touch.proposal == proposal; }))
            continue;
        menu.add(fmt::format("Review #{}: {}", proposal->id, proposal->title), decide_kind, "countersign.review",
            { { "proposal", proposal->id } });
        add_verify(menu, *proposal);
    }
}

void add_decisions_on_document(Menu& menu, review::Proposal const& proposal, std::string const& path, std::size_t line)
{
    auto const argument = [&](char const* extent) -> Json {
        return { { "proposal", proposal.id }, { "document", path }, { "line", line }, { "extent", extent } };
    };
    menu.add(fmt::format("Apply all of #{}", proposal.id), decide_kind, "countersign.apply", argument("all"));
    menu.add("Apply this file", decide_kind, "countersign.applyFile", argument("file"));
    menu.add("Apply this hunk", decide_kind, "countersign.applyHunk", argument("hunk"));
    menu.add("Discard this hunk", decide_kind, "countersign.discard", argument("hunk"));
    add_verify(menu, proposal);
    menu.add(fmt::format("Discard #{}", proposal.id), decide_kind, "countersign.discard", { { "proposal", proposal.id } });
}

void add_questions(Menu& menu, Questions const& questions)
{
    for (Questions::Open const& open : questions.open()) {
        auto const add = [&](char const* title, char const* answer) {
            menu.add(fmt::format("{}: {}", title, shortened(open.question.command)), decide_kind, "countersign.answer",
                { { "question", open.id }, { "digest", open.question.digest }, { "answer", answer } });
        };
        add("Deny", "deny");
        add("Allow once", "once");
        if (open.question.can_remember)
            add("Allow always in this workspace", "always");
    }
}

void add_everywhere(Menu& menu, MenuSources const& sources, protocol::CodeActionParams const& params)
{
    add_questions(menu, sources.questions);
    for (ProposalHandle const& proposal : sources.proposals.open().all())
        add_guarded(menu, sources.proposals, *proposal);
    for (Runs::Working const& run : sources.runs.working())
        menu.add(fmt::format("Cancel {}", run.title), decide_kind, "countersign.cancel", { { "run", run.id } });
    menu.add("Countersign: status", fmt::format("{}.status", "refactor.rewrite.countersign"), "countersign.status",
        place_argument(params.textDocument.uri, params.range));
}

}

std::vector<std::string> code_action_kinds() { return { "refactor.rewrite.countersign", "quickfix.countersign" }; }

Result<std::vector<actions::Offer>> offers_at(MenuSources const& sources, std::string const& uri, protocol::Range const& range)
{
    std::string const path = TRY(protocol::path_from_uri(uri));
    OpenFile const* const file = sources.open_files.find(path);
    if (file == nullptr)
        return fail(ErrorCode::not_found, fmt::format("{} is not open", path));
    TRY(workspace::check_in_step(*file->document));
    auto const folder = TRY(sources.folders.folder_of(path));
    auto const relative = folder->relative(path);

    ByteRange const selection = to_bytes(*file->document, range, sources.client.encoding());
    std::size_t const first = file->document->lines.line_at(selection.begin) + 1;
    std::size_t const last = file->document->lines.line_at(selection.end) + 1;
    std::vector<tools::Diagnostic> under;
    for (tools::Diagnostic const& diagnostic : file->diagnostics) {
        if (diagnostic.line <= last && diagnostic.end_line >= first)
            under.push_back(diagnostic);
    }
    return actions::offer({ .path = *relative,
        .text = *file->document->text,
        .tree = file->tree ? &*file->tree : nullptr,
        .no_tree_reason = file->no_tree_reason,
        .selection = selection,
        .diagnostics = under,
        .is_model = sources.is_model });
}

std::vector<MenuEntry> code_actions(MenuSources const& sources, protocol::CodeActionParams const& params)
{
    Menu menu(sources.client, params.context.only);
    auto const path = protocol::path_from_uri(params.textDocument.uri);
    OpenFile const* const file = path ? sources.open_files.find(*path) : nullptr;
    if (file != nullptr && sources.proposals.is_review_document(*path)) {
        if (ProposalHandle const proposal = sources.proposals.of_document(*path))
            add_decisions_on_document(menu, *proposal, *path, params.range.start.line);
    } else if (file != nullptr) {
        std::vector<tools::Diagnostic> diagnostics;
        for (protocol::Diagnostic const& diagnostic : params.context.diagnostics) {
            if (diagnostic.source != our_source)
                diagnostics.push_back(to_diagnostic(diagnostic, *file->document, sources.client.encoding()));
        }
        sources.open_files.learn(*path, to_bytes(*file->document, params.range, sources.client.encoding()), std::move(diagnostics));
        auto const offers = offers_at(sources, params.textDocument.uri, params.range);
        if (offers)
            add_offers(menu, *offers, params);
        add_proposals(menu, sources, *path, params.range.start.line);
        if (offers)
            add_revisions(menu, sources, *path, *offers, params);
        add_other_proposals(menu, sources, *path);
    }
    add_everywhere(menu, sources, params);
    return menu.take();
}

std::vector<protocol::CodeLens> code_lenses(MenuSources const& sources, std::string const& uri)
{
    std::vector<protocol::CodeLens> lenses;
    auto const path = protocol::path_from_uri(uri);
    if (!path || !sources.client.profile().code_lenses)
        return lenses;
    for (OpenProposals::Touch const& touch : sources.proposals.open().touching(*path)) {
        if (beneath(touch.proposal->workspace, touch.file->change.path) != *path || touch.places.empty())
            continue;
        auto const line = static_cast<std::uint32_t>(touch.places.front().begin);
        for (auto const& [word, command] : { std::pair("Review", "countersign.review"), std::pair("Apply", "countersign.apply"),
                 std::pair("Discard", "countersign.discard") }) {
            lenses.push_back({ .range = { { line, 0 }, { line, 0 } },
                .command = protocol::Command { .title = fmt::format("{} #{}", word, touch.proposal->id),
                    .command = command,
                    .arguments = std::vector<Json> { { { "proposal", touch.proposal->id } } } } });
        }
    }
    return lenses;
}

}
