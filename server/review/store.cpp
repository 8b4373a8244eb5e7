#include "review/store.h"

#include "review/review_document.h"
#include "support/clock.h"
#include "support/files.h"
#include "support/log.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace countersign::review {

namespace fs = std::filesystem;

namespace {

/// Ids that fit comfortably into 64 bits and a person's patience.
constexpr std::size_t longest_number = 15;
/// A proposal holds each text twice and JSON may double it; the workspace's own limits are far below.
constexpr std::size_t file_size_limit = std::size_t(1) << 30;

/// A number from 1 as we print it: no sign, no leading zero.
bool is_number(std::string_view text)
{
    return !text.empty() && text.size() <= longest_number && text.front() != '0'
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "7" for "7.json", "7.2.diff" and whatever else is named after proposal 7; 0 for other names.
std::uint64_t leading_number(std::string const& name)
{
    std::string const digits = name.substr(0, name.find('.'));
    return is_number(digits) ? std::stoull(digits) : 0;
}

/// The numbers of the files in `directory` whose names end in `ending` (any, if empty), each once, ascending.
Result<std::vector<std::uint64_t>> numbers_in(fs::path const& directory, std::string_view ending)
{
    std::error_code error;
    std::vector<std::uint64_t> numbers;
    for (fs::directory_iterator each(directory, error), end; !error && each != end; each.increment(error)) {
        std::string const name = each->path().filename().string();
        std::uint64_t const number = leading_number(name);
        if (number != 0 && (ending.empty() || name == std::to_string(number).append(ending)))
            numbers.push_back(number);
    }
    if (error)
        return fail(ErrorCode::io, fmt::format("cannot list {}: {}", directory.string(), error.message()));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

/// What JSON could not give back byte by byte must not be stored.
Result<> check_storable(Proposal const& proposal)
{
    auto const check = [](std::string_view text, std::string_view what) -> Result<> {
        std::size_t const offset = support::find_invalid_utf8(text);
        if (offset == std::string_view::npos)
            return {};
        return fail(ErrorCode::invalid_params,
            fmt::format(
                "{} is not valid UTF-8 (byte {}), so the proposal cannot be kept exactly", support::escape_for_display(what), offset));
    };
    TRY(check(proposal.workspace, "the workspace's path"));
    TRY(check(proposal.reason, "the reason"));
    for (ProposedFile const& file : proposal.files) {
        TRY(check(file.change.path, file.change.path));
        TRY(check(file.change.from, file.change.from));
        TRY(check(file.change.base_text, file.change.path));
        TRY(check(file.change.new_text, file.change.path));
        TRY(check(file.present.value_or(""), file.change.path));
        for (Hunk const& hunk : file.hunks)
            TRY(check(hunk.edited.value_or(""), file.change.path));
    }
    return {};
}

}

Result<Store> Store::open(fs::path state_directory)
{
    fs::path const directory = state_directory / "proposals";
    TRY(support::make_private_directory(directory / "decided"));
    std::error_code error;
    fs::path canonical = fs::canonical(directory, error);
    if (error)
        return fail(ErrorCode::io, fmt::format("cannot use {}: {}", directory.string(), error.message()));
    return Store(std::move(canonical));
}

fs::path Store::file_path(std::string const& id) const { return directory_ / (id + ".json"); }

fs::path Store::decided_path(std::string const& id) const { return directory_ / "decided" / (id + ".json"); }

fs::path Store::document_path(Proposal const& proposal) const
{
    return directory_ / fmt::format("{}.{}.diff", proposal.id, proposal.revision);
}

Result<std::string> Store::take_id() const
{
    auto const taken = TRY(numbers_in(directory_, ""));
    for (std::uint64_t number = taken.empty() ? 1 : taken.back() + 1;; ++number) {
        fs::path const path = directory_ / fmt::format("{}.1.diff", number);
        support::UniqueFd const file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (file)
            return std::to_string(number);
        if (errno != EEXIST)
            return fail(ErrorCode::io, fmt::format("cannot create {}: {}", path.string(), support::errno_message()));
    }
}

Result<Proposal> Store::create(Proposal proposal)
{
    TRY(check_storable(proposal));
    proposal.id = TRY(take_id());
    proposal.revision = 1;
    if (proposal.created.empty())
        proposal.created = support::format_time(support::SystemClock().wall());
    TRY(support::write_file_atomically(document_path(proposal), render_review_document(proposal)));
    return save(std::move(proposal));
}

Result<Proposal> Store::save(Proposal proposal)
{
    TRY(check_storable(proposal));
    if (!is_number(proposal.id))
        return fail(
            ErrorCode::invalid_params, fmt::format("'{}' is not the id of a stored proposal", support::escape_for_display(proposal.id)));
    support::UniqueFd const turn = TRY(support::lock_file(directory_ / ".lock"));
    if (auto const stored = load(proposal.id))
        adopt_decisions(proposal, *stored);
    return save_locked(std::move(proposal));
}

Result<Proposal> Store::save_locked(Proposal proposal) const
{
    bool const is_open = proposal.is_open();
    // The document first: whoever finds the proposal must find its document.
    if (is_open)
        TRY(write_document(proposal));
    fs::path const path = is_open ? file_path(proposal.id) : decided_path(proposal.id);
    TRY(support::write_file_atomically(path, support::dump_json(to_json(proposal))));
    std::error_code error;
    if (!is_open)
        fs::remove(file_path(proposal.id), error);
    return proposal;
}

/// Of the proposal's revision, or of the next one that nobody has used for something else: an editor may have that open.
Result<> Store::write_document(Proposal& proposal) const
{
    while (true) {
        std::string const text = render_review_document(proposal);
        auto const there = support::read_file(document_path(proposal), file_size_limit);
        if (!there && there.error().code == ErrorCode::not_found)
            return support::write_file_atomically(document_path(proposal), text);
        if (there && *there == text)
            return {};
        ++proposal.revision;
    }
}

Result<support::UniqueFd> Store::claim(std::string const& id) const
{
    if (!is_number(id))
        return fail(ErrorCode::not_found, fmt::format("there is no proposal '{}': ids are numbers", support::escape_for_display(id)));
    return support::try_lock_file(directory_ / fmt::format(".{}.claim", id));
}

Result<Proposal> Store::load(std::string const& id) const
{
    if (!is_number(id))
        return fail(ErrorCode::not_found, fmt::format("there is no proposal '{}': ids are numbers", support::escape_for_display(id)));
    // The decided one first: if both are there, we stopped between writing it and removing the other.
    fs::path path = decided_path(id);
    auto text = support::read_file(path, file_size_limit);
    if (!text && text.error().code == ErrorCode::not_found) {
        path = file_path(id);
        text = support::read_file(path, file_size_limit);
    }
    if (!text && text.error().code == ErrorCode::not_found)
        return fail(ErrorCode::not_found, fmt::format("there is no proposal {}", id));
    if (!text)
        return tl::unexpected(text.error());
    auto const damaged = [&](Error const& error) {
        return fail(ErrorCode::invalid_params,
            fmt::format("{} is damaged: {}. Remove it to be rid of proposal {}.", path.string(), error.message, id));
    };
    auto const json = support::parse_json(*text);
    if (!json)
        return damaged(json.error());
    auto proposal = proposal_from_json(*json);
    if (!proposal)
        return damaged(proposal.error());
    if (proposal->id != id)
        return damaged({ ErrorCode::invalid_params, fmt::format("id: expected \"{}\"", id) });
    return proposal;
}

std::vector<Proposal> Store::open_proposals(std::string const& workspace) const
{
    std::vector<Proposal> proposals;
    auto const numbers = numbers_in(directory_, ".json");
    if (!numbers) {
        log::warn("open proposals are not shown: {}", numbers.error().message);
        return proposals;
    }
    for (std::uint64_t number : *numbers) {
        auto proposal = load(std::to_string(number));
        if (!proposal)
            log::warn("proposal {} is left out: {}", number, proposal.error().message);
        else if (proposal->workspace == workspace && proposal->is_open())
            proposals.push_back(std::move(*proposal));
    }
    return proposals;
}

Result<> Store::forget_decided(std::chrono::hours age) const
{
    auto const all = TRY(numbers_in(directory_, ""));
    std::unordered_set<std::uint64_t> old;
    for (std::uint64_t const number : TRY(numbers_in(directory_ / "decided", ".json"))) {
        // The next id follows the largest whose document is there.
        if (!all.empty() && number != all.back() && support::is_older(decided_path(std::to_string(number)), age))
            old.insert(number);
    }
    if (old.empty())
        return {};
    std::error_code error;
    for (fs::directory_iterator each(directory_, error), end; !error && each != end; each.increment(error)) {
        std::error_code ignored;
        if (each->path().extension() == ".diff" && old.count(leading_number(each->path().filename().string())) > 0)
            fs::remove(each->path(), ignored);
    }
    for (std::uint64_t const number : old) {
        std::error_code ignored;
        fs::remove(directory_ / fmt::format(".{}.claim", number), ignored);
        fs::remove(decided_path(std::to_string(number)), ignored);
    }
    return {};
}

std::optional<std::string> Store::document_id(fs::path const& path) const
{
    if (path.is_relative())
        return std::nullopt;
    std::error_code error;
    fs::path const canonical = fs::weakly_canonical(path, error);
    if (error || canonical.parent_path() != directory_ || canonical.extension() != ".diff")
        return std::nullopt;
    std::string const stem = canonical.stem().string();
    std::size_t const dot = stem.find('.');
    if (dot == std::string::npos || !is_number(stem.substr(0, dot)) || !is_number(stem.substr(dot + 1)))
        return std::nullopt;
    return stem.substr(0, dot);
}

}
