#include "builtin/listings.h"

#include "builtin/phrase.h"
#include "support/text.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace countersign::builtin {

namespace {

std::optional<std::size_t> number(std::string_view text)
{
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// `path:line:column: role in enclosing: text`. The path may hold colons, so the role is looked for first.
std::optional<Reference> read_reference(std::string_view row)
{
    constexpr std::pair<std::string_view, Role> roles[] = { { ": definition in ", Role::definition }, { ": call in ", Role::call },
        { ": use in ", Role::use } };
    for (auto const& [words, role] : roles) {
        auto const place = row.find(words);
        if (place == std::string_view::npos)
            continue;
        std::string_view const where = row.substr(0, place);
        auto const column = where.rfind(':');
        auto const line = column == std::string_view::npos || column == 0 ? std::string_view::npos : where.rfind(':', column - 1);
        if (line == std::string_view::npos)
            continue;
        auto const line_number = number(where.substr(line + 1, column - line - 1));
        if (!line_number || !number(where.substr(column + 1)))
            continue;
        std::string_view const rest = row.substr(place + words.size());
        // An enclosing name such as A::b holds colons, but none with a space behind it.
        auto const end = rest.find(": ");
        return Reference { std::string(where.substr(0, line)), *line_number, role, std::string(rest.substr(0, end)),
            end == std::string_view::npos ? std::string() : std::string(rest.substr(end + 2)) };
    }
    return std::nullopt;
}

}

std::optional<References> find_references(Conversation& conversation, std::string_view name)
{
    auto const* result = conversation.call_once("references", { { "name", name } });
    if (!result)
        return std::nullopt;
    References found;
    if (result->is_error)
        return found;
    for (std::string_view const row : support::split_lines(result->text)) {
        if (auto reference = read_reference(row))
            found.rows.push_back(std::move(*reference));
        else if (row.starts_with("[cut: "))
            found.is_complete = false;
    }
    return found;
}

std::optional<std::vector<std::string>> find_files(Conversation& conversation, std::string_view glob)
{
    auto const* result = conversation.call_once("list_files", { { "glob", glob } });
    if (!result)
        return std::nullopt;
    std::vector<std::string> paths;
    if (result->is_error)
        return paths;
    for (std::string_view const row : support::split_lines(result->text)) {
        bool const is_notice = row.starts_with("[cut: ") || row.starts_with("no file matches ") || row == "the workspace has no files";
        if (!is_notice && !row.empty())
            paths.emplace_back(row);
    }
    return paths;
}

std::string_view last_component(std::string_view name)
{
    auto const separator = name.find_last_of(":.>#");
    return separator == std::string_view::npos ? name : name.substr(separator + 1);
}

std::string_view directory_of(std::string_view path)
{
    auto const slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view file_name_of(std::string_view path)
{
    auto const slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view stem_of(std::string_view path)
{
    std::string_view const name = file_name_of(path);
    auto const dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string join_path(std::string_view directory, std::string_view name)
{
    return directory.empty() ? std::string(name) : std::string(directory) + "/" + std::string(name);
}

std::string relative_path(std::string_view path, std::string_view directory)
{
    while (!directory.empty()) {
        auto const slash = directory.find('/');
        std::string_view const first = directory.substr(0, slash);
        if (path.size() <= first.size() || !path.starts_with(first) || path[first.size()] != '/')
            break;
        path.remove_prefix(first.size() + 1);
        directory = slash == std::string_view::npos ? std::string_view() : directory.substr(slash + 1);
    }
    std::string relative;
    while (!directory.empty()) {
        relative += "../";
        auto const slash = directory.find('/');
        directory = slash == std::string_view::npos ? std::string_view() : directory.substr(slash + 1);
    }
    return relative + std::string(path);
}

}
