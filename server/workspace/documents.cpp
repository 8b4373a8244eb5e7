#include "workspace/documents.h"

#include "workspace/paths.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::workspace {

namespace {

/// Paths whose early changes are remembered: a client that never opens what it changes fills no memory.
constexpr std::size_t most_early = 1000;

bool is_character_start(std::string_view text, std::size_t offset)
{
    return offset == text.size() || (static_cast<unsigned char>(text[offset]) & 0xC0) != 0x80;
}

}

Result<> check_in_step(Document const& document)
{
    if (document.in_step)
        return {};
    return fail(ErrorCode::stale,
        fmt::format("what the editor shows of {} is not known any more, because a change of it came out of order; close that file and open "
                    "it again",
            display_path(document.path)));
}

void Documents::open(std::string path, std::string language_id, std::int64_t version, std::string text)
{
    auto const known = by_path_.find(path);
    if (known != by_path_.end() && known->second->version > version)
        return;
    auto document = std::make_shared<Document>();
    document->path = path;
    document->language_id = std::move(language_id);
    document->version = version;
    document->lines = support::LineIndex(text);
    document->text = std::make_shared<std::string const>(std::move(text));
    auto const early = came_early_.find(path);
    document->in_step = early == came_early_.end() || early->second <= version;
    known_whole_[path] = version;
    by_path_[std::move(path)] = std::move(document);
}

Result<> Documents::change(std::string const& path, std::int64_t version, std::vector<ByteEdit> const& edits, Brings brings)
{
    auto const found = by_path_.find(path);
    if (found == by_path_.end()) {
        if (came_early_.size() >= most_early)
            came_early_.erase(came_early_.begin());
        auto const [early, is_new] = came_early_.try_emplace(path, version);
        early->second = std::max(early->second, version);
        return fail(ErrorCode::not_found, fmt::format("{} is not open", display_path(path)));
    }
    Document const& before = *found->second;
    bool const is_late = version <= before.version;
    Result<Document> after = is_late
        ? Result<Document>(fail(ErrorCode::stale,
            fmt::format("{} is at version {}; a change to version {} came too late", display_path(path), before.version, version)))
        : edited(before, edits);
    if (!after) {
        // A snapshot may hold the old document.
        if (!is_late || version >= known_whole_[path]) {
            auto lost = std::make_shared<Document>(before);
            lost->in_step = false;
            found->second = std::move(lost);
        }
        return tl::unexpected(after.error());
    }
    after->version = version;
    if (brings == Brings::all) {
        after->in_step = true;
        known_whole_[path] = version;
    }
    found->second = std::make_shared<Document>(std::move(*after));
    return {};
}

Result<Document> Documents::edited(Document const& before, std::vector<ByteEdit> const& edits)
{
    // Work on copies: a snapshot may hold the old document, and a bad edit must leave it as it was.
    auto text = std::make_shared<std::string>(*before.text);
    support::LineIndex lines = before.lines;
    for (ByteEdit const& edit : edits) {
        ByteRange const range = edit.range;
        if (range.begin > range.end || range.end > text->size() || !is_character_start(*text, range.begin)
            || !is_character_start(*text, range.end)) {
            return fail(ErrorCode::invalid_params,
                fmt::format("{}: an edit of bytes {} to {} does not fit its {} bytes of text", display_path(before.path), range.begin,
                    range.end, text->size()));
        }
        text->replace(range.begin, range.size(), edit.text);
        lines.replace(range, edit.text.size(), *text);
    }
    return Document { before.path, before.language_id, before.version, std::move(text), std::move(lines), before.in_step };
}

void Documents::close(std::string const& path)
{
    by_path_.erase(path);
    known_whole_.erase(path);
    came_early_.erase(path);
}

Document const* Documents::find(std::string const& path) const
{
    auto const found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : found->second.get();
}

std::vector<std::shared_ptr<Document const>> Documents::all() const
{
    std::vector<std::shared_ptr<Document const>> documents;
    for (auto const& [path, document] : by_path_)
        documents.push_back(document);
    return documents;
}

}
