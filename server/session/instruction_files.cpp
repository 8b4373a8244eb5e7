#include "session/instruction_files.h"

#include "support/files.h"
#include "support/text.h"

#include <fmt/core.h>

namespace countersign::session {

namespace {

constexpr std::size_t longest_file = 32 * 1024;

bool is_beneath(std::string const& path, std::string const& folder)
{
    return path.starts_with(folder) && (folder.ends_with('/') || (path.size() > folder.size() && path[folder.size()] == '/'));
}

Result<std::string> text_of(std::string const& path, workspace::Snapshot const& snapshot, bool is_in_workspace)
{
    if (!is_in_workspace)
        return support::read_file(path, longest_file);
    std::string const resolved = TRY(snapshot.files().resolve(path));
    auto const file = TRY(snapshot.read(resolved));
    if (file.file.text->size() > longest_file)
        return fail(ErrorCode::too_large, fmt::format("it has more than {} bytes", longest_file));
    return *file.file.text;
}

}

Instructions read_instructions(
    std::span<std::string const> paths, workspace::Snapshot const& snapshot, std::filesystem::path const& config_directory)
{
    Instructions instructions;
    for (std::string const& path : paths) {
        bool const is_in_workspace = is_beneath(path, snapshot.files().root());
        if (!is_in_workspace && (config_directory.empty() || !is_beneath(path, config_directory.string())))
            continue;
        auto const text = text_of(path, snapshot, is_in_workspace);
        if (text && support::find_invalid_utf8(*text) == std::string::npos)
            instructions.text += fmt::format("{}\n\n", support::trim(*text));
        else
            instructions.problems.push_back(
                fmt::format("the instruction file {} is left out: {}", path, text ? "it is not text in UTF-8" : text.error().message));
    }
    return instructions;
}

}
