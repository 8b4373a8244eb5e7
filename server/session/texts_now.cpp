#include "session/texts_now.h"

#include <fmt/core.h>

namespace countersign::session {

TextsNow::TextsNow(std::shared_ptr<Folder> folder, OpenFiles const& open_files) : folder_(std::move(folder))
{
    for (auto const& document : open_files.documents())
        buffers_[document->path] = document;
}

bool holds_nothing(std::string_view text) { return text.empty() || text == "\n" || text == "\r\n"; }

Result<std::string> TextsNow::read(std::string const& path) const
{
    workspace::Document const* const open = buffer(beneath(folder_->root(), path));
    if (open)
        TRY(workspace::check_in_step(*open));
    if (open && !holds_nothing(*open->text))
        return *open->text;
    auto const files = TRY(folder_->files());
    bool const is_there = files->exists(path);
    if (open && is_there)
        return *open->text;
    if (!is_there)
        return fail(ErrorCode::not_found, fmt::format("{} is not there", path));
    return *TRY(files->read(path)).text;
}

workspace::Document const* TextsNow::buffer(std::string const& path) const
{
    auto const found = buffers_.find(path);
    return found == buffers_.end() ? nullptr : found->second.get();
}

}
