#include "tools/all_tools.h"
#include "tools/parse.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include "support/text.h"
#include "syntax/outline.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

Result<std::string> outline(Context& context, Json const& arguments)
{
    std::string const path = TRY(path_argument(context, arguments));
    Text const text = TRY(read(context, path));
    auto const tree = TRY(parse(path, text));
    auto const symbols = syntax::outline(tree);
    if (symbols.empty())
        return fmt::format("{} defines no symbols", one_line(path));
    support::LineIndex const lines(*text);
    Rows rows(context.output_limit);
    for (syntax::Symbol const& symbol : symbols) {
        std::size_t const last = symbol.range.end > symbol.range.begin ? symbol.range.end - 1 : symbol.range.end;
        if (!rows.add(fmt::format("{}-{} {} {}", lines.line_at(symbol.range.begin) + 1, lines.line_at(last) + 1, to_string(symbol.kind),
                one_line(symbol.name))))
            break;
    }
    return std::move(rows).text(rows.is_full() ? fmt::format("[cut: {} of {} symbols]", rows.count(), symbols.size()) : "");
}

}

constinit Tool const outline_tool {
    .name = "outline",
    .description = "Lists the symbols that a source file defines, in order: first-last line (1-based), kind, name. What lies within "
                   "another's lines is "
                   "its member. Cheaper than reading a large file.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["path"],"properties":{
        "path":{"type":"string","description":"relative to the workspace"}}})",
    .effect = Effect::reads,
    .call = outline,
};

}
