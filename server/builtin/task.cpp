#include "builtin/task.h"

#include <nlohmann/json.hpp>

namespace countersign::builtin {

namespace {

std::size_t count_or_zero(Json const& object, char const* key)
{
    auto const found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::size_t>() : 0;
}

Diagnostic read_diagnostic(Json const& value)
{
    return {
        count_or_zero(value, "line"),
        count_or_zero(value, "column"),
        count_or_zero(value, "end_line"),
        count_or_zero(value, "end_column"),
        support::string_or(value, "severity"),
        support::string_or(value, "source"),
        support::string_or(value, "code"),
        support::string_or(value, "message"),
    };
}

}

Result<Task> read_task(std::string_view text)
{
    auto const header = support::parse_json(text.substr(0, text.find('\n')));
    if (!header || !header->is_object())
        return fail(ErrorCode::invalid_params, "the task does not begin with the line that says what to do and where");
    Task task;
    task.action = support::string_or(*header, "action");
    task.path = support::string_or(*header, "path");
    task.language = support::string_or(*header, "language");
    task.start_line = count_or_zero(*header, "start_line");
    task.end_line = count_or_zero(*header, "end_line");
    task.selection = { count_or_zero(*header, "start_byte"), count_or_zero(*header, "end_byte") };
    task.has_bytes = header->contains("start_byte") && task.selection.begin <= task.selection.end;
    task.symbol = support::string_or(*header, "symbol");
    task.rule = support::string_or(*header, "rule");
    task.name = support::string_or(*header, "name");
    task.instruction = support::string_or(*header, "instruction");
    if (auto const list = header->find("diagnostics"); list != header->end() && list->is_array()) {
        for (Json const& entry : *list) {
            if (entry.is_object())
                task.diagnostics.push_back(read_diagnostic(entry));
        }
    }
    if (task.path.empty())
        return fail(ErrorCode::invalid_params, "the task does not name a file");
    return task;
}

}
