#include "actions/wording.h"

#include "actions/prompts.h"
#include "support/files.h"
#include "support/text.h"

#include <fmt/core.h>
#include <vector>

namespace countersign::actions {

namespace {

constexpr std::size_t longest_prompt = 64 * 1024;
constexpr std::string_view version_begin = "<!-- version ";
constexpr std::string_view version_end = " -->";

Prompt parsed(std::string_view text)
{
    Prompt prompt;
    std::string_view const first = support::trim_end(text.substr(0, text.find('\n')));
    if (first.starts_with(version_begin) && first.ends_with(version_end) && first.size() > version_begin.size() + version_end.size()) {
        prompt.version = first.substr(version_begin.size(), first.size() - version_begin.size() - version_end.size());
        text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
    }
    prompt.text = text;
    return prompt;
}

}

Wording::Wording()
{
    for (auto const& [name, text] : prompts::all)
        prompts_.emplace(name, parsed(text));
}

Result<Wording> Wording::read(std::filesystem::path const& folder)
{
    Wording wording;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::filesystem::path const& path = entry->path();
        if (path.extension() != ".md")
            continue;
        auto const known = wording.prompts_.find(path.stem().string());
        if (known == wording.prompts_.end()) {
            std::vector<std::string> names;
            for (auto const& [name, prompt] : wording.prompts_)
                names.push_back(name + ".md");
            return fail(ErrorCode::invalid_params,
                fmt::format("{}: there is no prompt of that name; there are: {}", path.string(), support::join(names, ", ")));
        }
        std::string const text = TRY(support::read_file(path, longest_prompt));
        if (support::find_invalid_utf8(text) != std::string::npos || support::trim(text).empty())
            return fail(ErrorCode::invalid_params, fmt::format("{}: a prompt must be text in UTF-8, and not empty", path.string()));
        known->second = parsed(text);
        known->second.version = known->second.version.empty() ? "own" : fmt::format("own {}", known->second.version);
    }
    return wording;
}

Wording::System Wording::system(std::string_view action, std::string_view instructions) const
{
    System system;
    for (std::string_view const name : { std::string_view("common"), action }) {
        auto const found = prompts_.find(name);
        if (found == prompts_.end())
            continue;
        system.text += fmt::format("{}{}", system.text.empty() ? "" : "\n", found->second.text);
        system.prompts += fmt::format("{}{} {}", system.prompts.empty() ? "" : ", ", name, found->second.version);
    }
    if (!support::trim(instructions).empty())
        system.text += fmt::format("\nWhat the person wants in every task:\n\n{}\n", support::trim(instructions));
    return system;
}

}
