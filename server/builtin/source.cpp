#include "builtin/source.h"

#include "builtin/phrase.h"
#include "builtin/source_cache.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::builtin {

namespace {

/// What the last line of a cut read_file result says.
struct Cut {
    std::size_t first = 0, last = 0, total = 0; ///< lines, 1-based
};

/// One page: the text without the cut line, and what was cut.
struct Page {
    std::string_view text;
    std::optional<Cut> cut;
    bool is_inside_line = false; ///< one line alone was too long for a result
};

/// What read_file says of a file without a byte; a file that holds just these words reads as empty, which harms nobody.
constexpr std::string_view empty_file = "[the file is empty]";

bool take_number(std::string_view& text, std::string_view before, std::size_t& number)
{
    if (!text.starts_with(before))
        return false;
    text.remove_prefix(before.size());
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc())
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

std::optional<Cut> read_cut_line(std::string_view line)
{
    Cut cut;
    if (take_number(line, "[cut: lines ", cut.first) && take_number(line, " to ", cut.last) && take_number(line, " of ", cut.total)
        && line.starts_with(";"))
        return cut;
    return std::nullopt;
}

/// A file may hold a line that looks like a cut line; only one that fits the number of lines above it is one.
Page split_page(std::string_view result, std::size_t first_line)
{
    if (result == empty_file)
        return { {}, std::nullopt };
    std::string_view const body = support::trim_end(result);
    std::size_t const line_begin = body.rfind('\n') == std::string_view::npos ? 0 : body.rfind('\n') + 1;
    if (body.substr(line_begin).starts_with("[cut: line ") && contains(body.substr(line_begin), " bytes, this is the first "))
        return { result.substr(0, line_begin), std::nullopt, true };
    auto const cut = read_cut_line(body.substr(line_begin));
    if (!cut || cut->first != first_line || cut->last < cut->first || cut->total < cut->last)
        return { result, std::nullopt };
    std::string_view const text = result.substr(0, line_begin);
    if (support::split_lines(text).size() != cut->last - cut->first + 1)
        return { result, std::nullopt };
    return { text, cut };
}

Json page_arguments(std::string const& path, std::size_t first_line, std::size_t last_line)
{
    Json arguments { { "path", path } };
    if (first_line > 1)
        arguments["start_line"] = first_line;
    if (last_line > 0)
        arguments["end_line"] = last_line;
    return arguments;
}

Error error_of(model::ToolResult const& result)
{
    for (ErrorCode const code : { ErrorCode::not_found, ErrorCode::denied, ErrorCode::too_large, ErrorCode::invalid_params,
             ErrorCode::ambiguous, ErrorCode::stale, ErrorCode::timeout, ErrorCode::cancelled }) {
        std::string const prefix = fmt::format("{}: ", support::to_string(code));
        if (std::string_view(result.text).starts_with(prefix))
            return { code, result.text.substr(prefix.size()) };
    }
    return { ErrorCode::internal, result.text };
}

Error too_large(std::string const& path)
{
    return { ErrorCode::too_large,
        fmt::format("{} is larger than the {} MiB that the built-in engine reads", path, syntax::parse_size_limit / (1024 * 1024)) };
}

Error line_too_long(std::string const& path)
{
    return { ErrorCode::too_large, fmt::format("{} has a line that is too long to be read: it looks generated or minified", path) };
}

/// Lines [first, last] of the file, with as many calls as the cuts make necessary. Nothing while one is to come.
std::optional<Result<std::string>> read_lines(Conversation& conversation, std::string const& path, std::size_t first, std::size_t last)
{
    std::string text;
    while (first <= last) {
        auto const* result = conversation.call_once("read_file", page_arguments(path, first, last));
        if (!result)
            return std::nullopt;
        if (result->is_error)
            return tl::unexpected(error_of(*result));
        Page const page = split_page(result->text, first);
        if (page.is_inside_line)
            return tl::unexpected(line_too_long(path));
        text += page.text;
        if (!page.cut)
            break;
        first = page.cut->last + 1;
    }
    return text;
}

}

std::optional<Result<std::string>> read_text(Conversation& conversation, std::string const& path)
{
    auto const* result = conversation.call_once("read_file", page_arguments(path, 1, 0));
    if (!result)
        return std::nullopt;
    if (result->is_error)
        return tl::unexpected(error_of(*result));
    Page const first = split_page(result->text, 1);
    if (first.is_inside_line)
        return tl::unexpected(line_too_long(path));
    if (!first.cut)
        return Result<std::string>(std::string(first.text));
    std::size_t const shown = first.cut->last;
    if (first.text.size() / shown * first.cut->total > syntax::parse_size_limit)
        return tl::unexpected(too_large(path));

    // The rest is asked for all at once, in pages a little shorter than the first one, since lines differ.
    std::size_t const step = std::max<std::size_t>(shown - shown / 4, 1);
    std::string text(first.text);
    bool is_complete = true;
    for (std::size_t line = shown + 1; line <= first.cut->total; line += step) {
        auto const part = read_lines(conversation, path, line, std::min(line + step - 1, first.cut->total));
        if (!part) {
            is_complete = false;
        } else if (!*part) {
            return *part;
        } else {
            // A page that ends inside the file may come without the line end that follows it.
            if (!text.empty() && text.back() != '\n')
                text += '\n';
            text += **part;
        }
    }
    if (!is_complete)
        return std::nullopt;
    return Result<std::string>(std::move(text));
}

Source parse_source(std::string path, std::string text, std::string_view language_name)
{
    Source source;
    source.lines = support::LineIndex(text);
    source.language = language_name.empty() ? nullptr : syntax::find_language_by_name(language_name);
    if (!source.language)
        source.language = syntax::find_language(path, {}, source.lines.line(text, 0));
    source.path = std::move(path);
    source.text = std::make_shared<std::string const>(std::move(text));
    if (!source.language) {
        source.no_tree_reason = "there is no grammar for this kind of file";
        return source;
    }
    auto tree = syntax::Tree::parse(*source.language, source.text);
    if (!tree) {
        source.no_tree_reason = tree.error().message;
        return source;
    }
    source.tree = std::move(*tree);
    // A .h may be C++: then C's grammar trips over it and C++'s does not.
    syntax::Language const* cpp = syntax::find_language_by_name("cpp");
    if (cpp && source.language->name == "c" && source.path.ends_with(".h") && source.tree->error_count() > 0) {
        auto other = syntax::Tree::parse(*cpp, source.text);
        if (other && other->error_count() < source.tree->error_count()) {
            source.language = cpp;
            source.tree = std::move(*other);
        }
    }
    return source;
}

std::optional<Result<Source>> read_source(Conversation& conversation, std::string const& path, std::string_view language_name)
{
    auto text = read_text(conversation, path);
    if (!text)
        return std::nullopt;
    if (!*text)
        return tl::unexpected((*text).error());
    if (SourceCache* sources = conversation.sources())
        return Result<Source>(sources->parsed(path, std::move(**text), language_name));
    return Result<Source>(parse_source(path, std::move(**text), language_name));
}

Result<syntax::Tree> reparsed(syntax::Tree const& tree, std::shared_ptr<std::string const> text)
{
    std::string_view const before = tree.text(), after = *text;
    std::size_t const shorter = std::min(before.size(), after.size());
    std::size_t prefix = 0, suffix = 0;
    while (prefix < shorter && before[prefix] == after[prefix])
        ++prefix;
    while (suffix < shorter - prefix && before[before.size() - 1 - suffix] == after[after.size() - 1 - suffix])
        ++suffix;
    return tree.edited(std::move(text), { prefix, before.size() - suffix }, after.size() - suffix - prefix);
}

ByteRange selection_in(Source const& source, Task const& task)
{
    std::size_t const size = source.text->size();
    if (task.has_bytes && task.selection.end <= size)
        return task.selection;
    if (task.start_line == 0)
        return {};
    std::size_t const begin = source.lines.start(task.start_line - 1);
    std::size_t const end = task.end_line > task.start_line ? source.lines.start(task.end_line) : begin;
    return { std::min(begin, size), std::min(std::max(begin, end), size) };
}

namespace {

/// Whether `qualified` is `name` with or without something like "Parser::" before it.
bool names(std::string_view qualified, std::string_view name)
{
    if (!qualified.ends_with(name))
        return false;
    std::string_view const before = qualified.substr(0, qualified.size() - name.size());
    return before.empty() || before.back() == ':' || before.back() == '.' || before.back() == '#';
}

/// A symbol of this name that `selection` touches, else the only one of this name.
std::optional<syntax::Symbol> symbol_named(Source const& source, std::string_view name, ByteRange selection)
{
    std::optional<syntax::Symbol> only;
    std::size_t count = 0;
    for (syntax::Symbol& symbol : syntax::outline(*source.tree)) {
        if (!names(name, symbol.name) && !names(symbol.name, name))
            continue;
        if (symbol.range.begin <= selection.end && selection.begin <= symbol.range.end)
            return symbol;
        ++count;
        only = std::move(symbol);
    }
    return count == 1 ? only : std::nullopt;
}

}

std::optional<syntax::Symbol> symbol_of(Source const& source, Task const& task)
{
    if (!source.tree)
        return std::nullopt;
    ByteRange const selection = selection_in(source, task);
    if (!task.symbol.empty()) {
        if (auto symbol = symbol_named(source, task.symbol, selection))
            return symbol;
    }
    if (auto symbol = syntax::enclosing_symbol(*source.tree, selection, true))
        return symbol;
    return syntax::enclosing_symbol(*source.tree, selection);
}

}
