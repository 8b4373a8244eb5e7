#include "actions/offers.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::actions {

std::optional<syntax::Symbol> symbol_at(Place const& place, bool callable_only)
{
    if (place.tree == nullptr)
        return std::nullopt;
    return syntax::enclosing_symbol(*place.tree, place.selection, callable_only);
}

std::string place_name(Place const& place, std::optional<syntax::Symbol> const& symbol)
{
    if (symbol)
        return fmt::format("`{}`", symbol->name);
    if (place.selection.size() > 0 && place.selection.size() < place.text.size())
        return "the selection";
    std::size_t const slash = place.path.rfind('/');
    return fmt::format("`{}`", slash == std::string_view::npos ? place.path : place.path.substr(slash + 1));
}

std::string shortened(std::string_view text, std::size_t limit)
{
    std::string_view line = support::trim(text.substr(0, text.find_first_of("\r\n")));
    bool const cut = line.size() > limit || line.size() < support::trim(text).size();
    line = line.substr(0, limit);
    while (!line.empty() && support::find_invalid_utf8(line) != std::string_view::npos)
        line.remove_suffix(1);
    return support::escape_for_display(line) + (cut ? "…" : "");
}

namespace {

Json to_json(tools::Diagnostic const& diagnostic)
{
    return { { "line", diagnostic.line }, { "column", diagnostic.column }, { "end_line", diagnostic.end_line },
        { "end_column", diagnostic.end_column }, { "severity", diagnostic.severity }, { "source", diagnostic.source },
        { "code", diagnostic.code }, { "message", diagnostic.message } };
}

std::string in_words(Json const& header, Choice const& choice)
{
    std::string words = fmt::format("Place: {}, lines {} to {}", header["path"].get<std::string>(), header["start_line"].get<std::size_t>(),
        header["end_line"].get<std::size_t>());
    if (header.contains("symbol"))
        words += fmt::format(", in `{}`", header["symbol"].get<std::string>());
    words += ".\n";
    if (!choice.instruction.empty())
        words += fmt::format("The person's instruction: {}\n", choice.instruction);
    words += choice.earlier;
    for (tools::Diagnostic const& diagnostic : choice.diagnostics) {
        words += fmt::format("Problem at {}:{}: {}: {}{}\n", diagnostic.line, diagnostic.column, diagnostic.severity, diagnostic.message,
            diagnostic.source.empty() ? "" : fmt::format(" ({})", diagnostic.source));
    }
    return words;
}

}

Result<agent::Task> make_task_for(
    std::string_view action, std::string title, Choice const& choice, workspace::Snapshot const& snapshot, bool callable_only)
{
    workspace::SnapshotFile const file = TRY(snapshot.read(choice.path));
    std::string const& text = *file.file.text;
    ByteRange const selection { std::min(choice.selection.begin, text.size()), std::min(choice.selection.end, text.size()) };
    support::LineIndex const lines(text);

    Json header = { { "action", action }, { "path", choice.path }, { "start_byte", selection.begin }, { "end_byte", selection.end },
        { "start_line", lines.line_at(selection.begin) + 1 }, { "end_line", lines.line_at(selection.end) + 1 } };
    if (syntax::Language const* language = syntax::find_language(choice.path, choice.language_id, lines.line(text, 0))) {
        header["language"] = language->name;
        if (auto const tree = syntax::Tree::parse(*language, file.file.text)) {
            if (auto const symbol = syntax::enclosing_symbol(*tree, selection, callable_only))
                header["symbol"] = symbol->name;
        }
    }
    if (!choice.rule.empty())
        header["rule"] = choice.rule;
    if (!choice.name.empty())
        header["name"] = choice.name;
    if (!choice.instruction.empty())
        header["instruction"] = choice.instruction;
    if (!choice.diagnostics.empty()) {
        header["diagnostics"] = Json::array();
        for (tools::Diagnostic const& diagnostic : choice.diagnostics)
            header["diagnostics"].push_back(to_json(diagnostic));
    }

    agent::Task task;
    task.action = action;
    task.title = std::move(title);
    task.instruction = fmt::format("{}\n\n{}", support::dump_json(header), in_words(header, choice));
    task.diagnostics = choice.diagnostics;
    if (header.contains("symbol"))
        task.title += fmt::format(" `{}`", header["symbol"].get<std::string>());
    else
        task.title += fmt::format(" `{}`", choice.path.substr(choice.path.rfind('/') + 1));
    return task;
}

}
