// One state directory, several servers: what another one decides is gone here too, and what is picked here on files whose buffers another
// one has is carried out there. The store says what is true; a letter only says where to look.
#include "session/proposals.h"

#include "support/hash.h"
#include "support/log.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/core.h>
#include <mutex>

namespace countersign::session {

namespace {

constexpr char const* changed_letter = "changed";
constexpr char const* apply_letter = "apply";

std::vector<std::string> strings_of(Json const& letter, char const* key)
{
    std::vector<std::string> strings;
    if (!letter.contains(key) || !letter[key].is_array())
        return strings;
    for (Json const& each : letter[key]) {
        if (each.is_string())
            strings.push_back(each.get<std::string>());
    }
    return strings;
}

Json letter_of(Pick const& pick, std::string const& workspace)
{
    Json letter { { "letter", apply_letter }, { "proposal", pick.proposal }, { "workspace", workspace }, { "files", pick.selection.files },
        { "hunks", pick.selection.hunks }, { "document", pick.document }, { "extent", static_cast<int>(pick.extent) } };
    if (pick.line)
        letter["line"] = *pick.line;
    if (pick.text)
        letter["text"] = *pick.text;
    return letter;
}

Pick pick_of(Json const& letter)
{
    Pick pick;
    pick.proposal = support::string_or(letter, "proposal");
    pick.selection = { strings_of(letter, "files"), strings_of(letter, "hunks") };
    pick.document = support::string_or(letter, "document");
    if (letter.contains("line") && letter["line"].is_number_unsigned())
        pick.line = letter["line"].get<std::size_t>();
    int const extent = letter.contains("extent") && letter["extent"].is_number_integer() ? letter["extent"].get<int>() : 0;
    pick.extent = extent == 1 ? Pick::Extent::file : extent == 2 ? Pick::Extent::hunk : Pick::Extent::all;
    if (!pick.document.empty())
        pick.text = support::string_or(letter, "text");
    return pick;
}

std::size_t pending_count(review::Proposal const& proposal)
{
    auto const ids = review::selected_hunks(proposal, {});
    return ids ? ids->size() : 0;
}

}

void Proposals::tell_others(std::string const& id) { others_.tell({ { "letter", changed_letter }, { "proposal", id } }); }

Json Proposals::answer_letter(Json const& letter, std::stop_token const& stop)
{
    std::string const kind = support::string_or(letter, "letter");
    if (kind == changed_letter) {
        client_.connection().post([this, id = support::string_or(letter, "proposal")] { reload(id, false); });
        return Json::object();
    }
    if (kind != apply_letter)
        return Json::object();
    struct Waiting {
        std::mutex mutex;
        std::condition_variable_any answered;
        std::optional<bool> taken;
    };
    auto const waiting = std::make_shared<Waiting>();
    client_.connection().post([this, waiting, letter] {
        bool const taken = take_letter(letter);
        std::lock_guard const lock(waiting->mutex);
        waiting->taken = taken;
        waiting->answered.notify_all();
    });
    std::unique_lock lock(waiting->mutex);
    bool const answered = waiting->answered.wait(lock, stop, [&] { return waiting->taken.has_value(); });
    return answered && *waiting->taken ? Json { { "taken", true } } : Json::object();
}

bool Proposals::take_letter(Json const& letter)
{
    Pick pick = pick_of(letter);
    std::string const root = support::string_or(letter, "workspace");
    ProposalHandle const proposal = open_.find(pick.proposal);
    if (!proposal || proposal->workspace != root || !folders_.find(root))
        return false;
    auto const wanted = strings_of(letter, "one_open_of");
    auto const has = [&](std::string const& path) { return open_files_.find(beneath(root, path)) != nullptr; };
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), has))
        return false;
    log::info("applying #{} for another server of this person", pick.proposal);
    apply_here(std::move(pick), proposal);
    return true;
}

bool Proposals::none_open(review::Proposal const& proposal) const
{
    return std::none_of(proposal.files.begin(), proposal.files.end(),
        [&](review::ProposedFile const& file) { return open_files_.find(beneath(proposal.workspace, file.change.path)) != nullptr; });
}

void Proposals::ask_owner(Pick pick, review::Proposal const& proposal, bool is_ours)
{
    // First whoever has a file of it open: made from the disk, an edit would go past what is not saved there.
    Json letter = letter_of(pick, proposal.workspace);
    letter["one_open_of"] = Json::array();
    for (review::ProposedFile const& file : proposal.files)
        letter["one_open_of"].push_back(file.change.path);
    background_.add([this, letter = std::move(letter), pick = std::move(pick), root = proposal.workspace, is_ours]() mutable {
        auto answer = others_.ask(letter);
        if (!answer && !is_ours) {
            letter.erase("one_open_of");
            answer = others_.ask(letter);
        }
        client_.connection().post([this, pick = std::move(pick), taken = answer.has_value(), root, is_ours]() mutable {
            if (taken)
                return log::info("#{} is being applied by the server that has its files", pick.proposal);
            ProposalHandle const known = open_.find(pick.proposal);
            if (is_ours && known)
                return apply_here(std::move(pick), known);
            client_.warn(fmt::format("Countersign: #{} was not applied: it belongs to {}, and no editor has that folder open with "
                                     "Countersign. Open a file of it there and pick this again.",
                pick.proposal, support::escape_for_display(root)));
        });
    });
}

void Proposals::reload(std::string const& id, bool is_wanted)
{
    ProposalHandle const ours = open_.find(id);
    if (applying_id() == id)
        return; // the claim keeps others away; what they decided before is taken over when it is kept
    background_.add([this, id, ours, is_wanted] {
        auto const store = state_.store();
        auto stored = store ? (*store)->load(id) : Result<review::Proposal>(tl::unexpected(store.error()));
        if (!stored)
            return log::info("#{} is not looked at again: {}", id, stored.error().message);
        bool was_decided = false;
        if (ours) {
            review::Proposal merged = *ours;
            was_decided = review::adopt_decisions(merged, *stored);
            if (was_decided) {
                auto saved = (*store)->save(std::move(merged));
                if (!saved)
                    return log::warn("what another window decided on #{} could not be kept: {}", id, saved.error().message);
                merged = std::move(*saved);
            }
            if (was_decided || !stored->is_open())
                stored = std::move(merged);
        }
        client_.connection().post([this, ours, is_wanted, was_decided, stored = std::move(*stored)]() mutable {
            bool const here = folders_.find(stored.workspace) != nullptr;
            if (open_.find(stored.id) != ours)
                return reload(stored.id, is_wanted);
            if (ours ? was_decided || !here : stored.is_open() && (here || is_wanted))
                take_over(ours, std::move(stored), was_decided);
        });
    });
}

void Proposals::take_over(ProposalHandle const& ours, review::Proposal stored, bool was_decided)
{
    ProposalHandle const kept = open_.put(std::move(stored));
    if (kept->is_open())
        look_again_at(*kept);
    show_hints(*kept);
    if (!was_decided)
        return;
    std::size_t const left = pending_count(*kept);
    client_.tell(left == 0 ? fmt::format("Countersign: #{} was decided in another window.", ours->id)
                           : fmt::format("Countersign: a part of #{} was decided in another window; {} left.", ours->id, left));
}

void Proposals::recover(TextsNow const& texts)
{
    auto const recovered = [&]() -> Result<> {
        review::Checkpoints* const checkpoints = TRY(state_.checkpoints());
        for (review::Checkpoint& left : TRY(checkpoints->abandoned(texts.root()))) {
            Json files = Json::array();
            std::vector<std::string> paths;
            for (review::CheckpointFile const& file : left.files) {
                auto const now = texts.read(file.path);
                std::string const hash = now ? support::content_hash(*now) : std::string();
                files.push_back({ { "path", file.path },
                    { "outcome",
                        hash == file.after        ? "full"
                            : hash == file.before ? "none"
                                                  : "unclear" } });
                paths.push_back(file.path);
            }
            ledger::Ledger* const ledger = TRY(state_.ledger());
            TRY(ledger->append(
                "interrupted", { { "proposal", left.proposal }, { "approval", left.approval }, { "files", std::move(files) } }));
            client_.connection().post([this, id = left.proposal] {
                client_.warn(
                    fmt::format("Countersign: the server ended while {} was being applied. What of it is in your files is shown as "
                                "such in its review document and can be undone; the rest waits.",
                        id.empty() ? "a change" : "#" + id));
            });
            TRY(checkpoints->finish(std::move(left), paths));
        }
        return {};
    }();
    if (!recovered)
        log::warn("what an earlier server left half done could not be looked at: {}", recovered.error().message);
}

}
