#include "actions/material.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::actions {

namespace {

/// A file of this size is shown whole; of a larger one the symbol at the place, up to the same size.
constexpr std::size_t shown_whole = 12'000;
constexpr std::size_t imports_limit = 2'000;
constexpr std::size_t outline_limit = 6'000;
constexpr std::size_t test_file_limit = 5'000;
constexpr std::size_t most_tests = 5;
constexpr std::size_t most_diagnostics = 10;
/// Lines around a place in no symbol.
constexpr std::size_t lines_around = 40;

/// Words in the names of nodes that bring in other files, in any grammar.
constexpr std::array<std::string_view, 8> import_words { "import", "include", "use_decl", "using", "package", "require", "extern_crate",
    "namespace_use" };

bool is_import(syntax::Node const& node)
{
    std::string_view const type = node.type();
    return std::any_of(
        import_words.begin(), import_words.end(), [&](std::string_view word) { return type.find(word) != std::string_view::npos; });
}

std::string imports_of(syntax::Tree const& tree)
{
    std::string text;
    for (syntax::Node const& node : tree.root().named_children()) {
        if (!is_import(node))
            continue;
        std::string_view const line = support::trim_end(node.text(tree.text()));
        if (text.size() + line.size() > imports_limit)
            break;
        text += fmt::format("{}\n", line);
    }
    return text;
}

std::string outline_of(syntax::Tree const& tree, support::LineIndex const& lines)
{
    std::string text;
    for (syntax::Symbol const& symbol : syntax::outline(tree)) {
        std::size_t const last = symbol.range.end > symbol.range.begin ? symbol.range.end - 1 : symbol.range.end;
        std::string row = fmt::format("{:{}}{}-{} {} {}\n", "", std::min<std::size_t>(symbol.depth, 10) * 2,
            lines.line_at(symbol.range.begin) + 1, lines.line_at(last) + 1, syntax::to_string(symbol.kind), symbol.name);
        if (text.size() + row.size() > outline_limit)
            return text + "[cut; ask outline for the rest]\n";
        text += row;
    }
    return text;
}

/// Whole lines of `text` that hold `range`.
ByteRange whole_lines(support::LineIndex const& lines, ByteRange range)
{
    std::size_t const last = range.end > range.begin ? range.end - 1 : range.end;
    return { lines.start(lines.line_at(range.begin)), lines.range(lines.line_at(last)).end };
}

/// What of a large file stands around the place: the outermost symbol that is not too large, or else some lines.
ByteRange shown_part(syntax::Tree const* tree, support::LineIndex const& lines, ByteRange selection)
{
    if (tree != nullptr) {
        std::optional<syntax::Symbol> best;
        for (syntax::Symbol& symbol : syntax::outline(*tree)) {
            ByteRange const range { symbol.doc.size() > 0 ? std::min(symbol.doc.begin, symbol.range.begin) : symbol.range.begin,
                symbol.range.end };
            if (!best && symbol.range.contains(selection) && range.size() <= shown_whole) {
                symbol.range = range;
                best = std::move(symbol);
            }
        }
        if (best)
            return whole_lines(lines, best->range);
    }
    std::size_t const first = lines.line_at(selection.begin);
    ByteRange const around { lines.start(first - std::min(first, lines_around)),
        lines.start(lines.line_at(selection.end) + lines_around + 1) };
    return around.size() <= shown_whole
        ? around
        : whole_lines(lines, { selection.begin, std::min(selection.end, selection.begin + shown_whole / 2) });
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "count" of "count.cpp", "test_count.py", "count_test.go", "Count.spec.ts", "CountTests.java", and whether it was a test's name.
std::pair<std::string, bool> plain_stem(std::string_view path)
{
    std::string_view name = file_name(path);
    name = name.substr(0, name.find_last_of('.'));
    std::string stem;
    for (char const c : support::to_lower_ascii(name)) {
        if (c != '_' && c != '-' && c != '.')
            stem += c;
    }
    for (std::string_view const word : { "tests", "test", "spec" }) {
        if (stem.size() <= word.size())
            continue;
        if (stem.ends_with(word))
            return { stem.substr(0, stem.size() - word.size()), true };
        if (stem.starts_with(word))
            return { stem.substr(word.size()), true };
    }
    return { stem, false };
}

std::size_t shared_prefix(std::string_view a, std::string_view b)
{
    return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

void add_tests(agent::Task& task, std::string const& path, workspace::Snapshot const& snapshot)
{
    auto const listing = snapshot.list();
    if (!listing)
        return;
    auto const tests = tests_beside(path, listing->paths);
    if (tests.empty())
        return;
    std::string names;
    for (std::string const& test : tests)
        names += fmt::format("{}\n", support::escape_for_display(test));
    task.material.push_back({ fmt::format("tests of {}", path), std::move(names) });
    auto const nearest = snapshot.read(tests.front());
    if (nearest && nearest->file.text->size() <= test_file_limit)
        task.material.push_back({ tests.front(), *nearest->file.text });
}

void add_other_diagnostics(agent::Task& task, Choice const& choice, std::span<tools::Diagnostic const> diagnostics)
{
    std::string text;
    std::size_t count = 0;
    for (tools::Diagnostic const& diagnostic : diagnostics) {
        bool const is_listed = std::any_of(choice.diagnostics.begin(), choice.diagnostics.end(), [&](tools::Diagnostic const& chosen) {
            return chosen.line == diagnostic.line && chosen.column == diagnostic.column && chosen.message == diagnostic.message;
        });
        if (diagnostic.path != choice.path || is_listed || count == most_diagnostics)
            continue;
        ++count;
        text += fmt::format("{}:{} {}: {}\n", diagnostic.line, diagnostic.column, diagnostic.severity, diagnostic.message);
    }
    if (!text.empty())
        task.material.push_back({ fmt::format("reported by the editor in {}", choice.path), std::move(text) });
}

}

std::vector<std::string> tests_beside(std::string_view path, std::span<std::string const> all)
{
    auto const [stem, is_test] = plain_stem(path);
    std::vector<std::string> found;
    if (is_test)
        return found;
    for (std::string const& each : all) {
        auto const [other, other_is_test] = plain_stem(each);
        if (other_is_test && other == stem && each != path)
            found.push_back(each);
    }
    std::stable_sort(found.begin(), found.end(),
        [&](std::string const& a, std::string const& b) { return shared_prefix(a, path) > shared_prefix(b, path); });
    found.resize(std::min(found.size(), most_tests));
    return found;
}

void add_material(
    agent::Task& task, Choice const& choice, workspace::Snapshot const& snapshot, std::span<tools::Diagnostic const> diagnostics)
{
    auto const file = snapshot.read(choice.path);
    if (!file)
        return;
    std::string const& text = *file->file.text;
    support::LineIndex const lines(text);
    std::optional<syntax::Tree> tree;
    if (syntax::Language const* language = syntax::find_language(choice.path, choice.language_id, lines.line(text, 0))) {
        if (auto parsed = syntax::Tree::parse(*language, file->file.text))
            tree = std::move(*parsed);
    }
    auto const add = [&](std::string name, std::string shown) {
        if (!shown.empty())
            task.material.push_back({ std::move(name), std::move(shown) });
    };
    bool const is_whole = text.size() <= shown_whole;
    if (is_whole)
        add(fmt::format("{}, the whole file", choice.path), text);
    if (tree) {
        if (!is_whole)
            add(fmt::format("imports of {}", choice.path), imports_of(*tree));
        add(fmt::format("outline of {}: lines, kind, name", choice.path), outline_of(*tree, lines));
    }
    add_tests(task, choice.path, snapshot);
    if (!is_whole) {
        ByteRange const selection { std::min(choice.selection.begin, text.size()), std::min(choice.selection.end, text.size()) };
        ByteRange const part = shown_part(tree ? &*tree : nullptr, lines, selection);
        add(fmt::format("{}, lines {} to {}", choice.path, lines.line_at(part.begin) + 1,
                lines.line_at(part.end > part.begin ? part.end - 1 : part.end) + 1),
            text.substr(part.begin, part.size()));
    }
    add_other_diagnostics(task, choice, diagnostics);
}

}
