#include "workspace/documents.h"

#include "workspace/paths.h"

#include <fmt/core.h>

namespace countersign::workspace {

namespace {

bool is_character_start(std::string_view text, std::size_t offset)
{
    return offset == text.size() || (static_cast<unsigned char>(text[offset]) & 0xC0) != 0x80;
}

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
    by_path_[std::move(path)] = std::move(document);
}

Result<> Documents::change(std::string const& path, std::int64_t version, std::vector<ByteEdit> const& edits)
{
    auto const found = by_path_.find(path);
    if (found == by_path_.end())
        return fail(ErrorCode::not_found, fmt::format("{} is not open", display_path(path)));
    Document const& before = *found->second;
    if (version <= before.version) {
        return fail(ErrorCode::stale,
            fmt::format("{} is at version {}; a change to version {} came too late", display_path(path), before.version, version));
    }
    // Work on copies: a snapshot may hold the old document, and a bad edit must leave it as it was.
    auto text = std::make_shared<std::string>(*before.text);
    support::LineIndex lines = before.lines;
    for (ByteEdit const& edit : edits) {
        ByteRange const range = edit.range;
        if (range.begin > range.end || range.end > text->size() || !is_character_start(*text, range.begin)
            || !is_character_start(*text, range.end)) {
            return fail(ErrorCode::invalid_params,
                fmt::format("{}: an edit of bytes {} to {} does not fit its {} bytes of text", display_path(path), range.begin, range.end,
                    text->size()));
        }
        text->replace(range.begin, range.size(), edit.text);
        lines.replace(range, edit.text.size(), *text);
    }
    auto after = std::make_shared<Document>();
    after->path = before.path;
    after->language_id = before.language_id;
    after->version = version;
    after->lines = std::move(lines);
    after->text = std::move(text);
    found->second = std::move(after);
    return {};
}

void Documents::close(std::string const& path) { by_path_.erase(path); }

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
