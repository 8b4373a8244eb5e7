#include "refactor/local_declaration.h"

#include "refactor/layout.h"
#include "refactor/tree_path.h"

#include <algorithm>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

constexpr std::string_view declaration_types =
    "declaration lexical_declaration variable_declaration local_variable_declaration local_declaration_statement "
    "let_declaration short_var_declaration expression_statement";

/// The innermost node around the name that has both a name and a value, and what is left and right of its sign.
bool take_sides(Node holder, LocalDeclaration& declaration)
{
    bool right = false;
    Node before;
    for (Node child : holder.children()) {
        if (child.is_any({ "=", ":=" })) {
            right = true;
        } else if (is_comment(child)) {
            return false;
        } else if (child.is_named() && !right) {
            before = child;
        } else if (child.is_named()) {
            if (declaration.value)
                return false;
            declaration.value = child;
        }
    }
    for (Node* side : { &before, &declaration.value }) {
        if (side->is("expression_list") && side->named_count() == 1)
            *side = side->named_child(0);
    }
    return right && declaration.value
        && (before == declaration.name || holder.field("name") == declaration.name || holder.field("pattern") == declaration.name
            || holder.field("left") == declaration.name);
}

}

Result<LocalDeclaration> local_declaration_of(Grammar const& grammar, std::string_view text, std::vector<Node> const& path)
{
    LocalDeclaration result;
    result.name = path.back();
    std::size_t at = path.size() - 1;
    while (at > 0 && !is_a(path[at], declaration_types))
        --at;
    // C#'s and JavaScript's variable_declaration may lie in a statement of its own.
    while (at > 1 && is_a(path[at - 1], declaration_types))
        --at;
    if (at < 1 || !is_a(path[at], declaration_types) || !(is_a(path[at - 1], grammar.blocks) || is_a(path[at - 1], grammar.lists)))
        return denied("it is not declared with a value in a statement of its own");
    result.statement = path[at];
    result.block = path[at - 1];
    std::string_view const written = result.statement.text(text);
    bool taken = false;
    for (std::size_t i = path.size() - 1; i-- > at && !taken;) {
        result.value = {};
        taken = take_sides(path[i], result);
    }
    std::size_t declarators = 0;
    walk_all(result.statement, [&](Node node, std::size_t depth) {
        declarators += node.is(",") && depth <= 2 && node.end() <= result.value.begin();
        return depth < 2;
    });
    for (Node child : result.statement.named_children()) {
        if (child.is_any({ "init_declarator", "variable_declarator" }))
            ++declarators;
        if (child.is_any({ "storage_class_specifier" }) || (child.is("modifier") && child.text(text) != "const"))
            return denied("its declaration says more than a type");
        for (Node inner : child.is("variable_declaration") ? child.named_children() : std::vector<Node> {})
            declarators += inner.is("variable_declarator");
        if (child.field("type"))
            result.type = child.field("type");
    }
    if (result.statement.field("type"))
        result.type = result.statement.field("type");
    if (!taken || declarators > 1 || written.starts_with("static") || written.starts_with("using") || written.starts_with("await"))
        return denied("it is not declared alone with a value");
    if (!result.name.is("identifier"))
        return denied("it is declared by a pattern");
    return result;
}

Result<> check_conversion(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration)
{
    std::string_view const type = declaration.type ? declaration.type.text(text) : "";
    Node const value = declaration.value;
    if (listed("python javascript typescript tsx", grammar.language))
        return type.empty() ? Result<> {} : Result<> { denied("its declaration has a type that its value alone may not have") };
    if (grammar.language == "go" && declaration.statement.is("short_var_declaration"))
        return {};
    if (listed("rust", grammar.language) && type.empty())
        return {};
    if ((grammar.language == "cpp" && type == "auto") || (listed("java csharp", grammar.language) && type == "var"))
        return {};
    std::string_view const written = value.text(text);
    bool const decimal = written.find_first_not_of("0123456789") == std::string_view::npos;
    bool const same = (type == "int" && decimal && written.size() < 10)
        || (listed("bool boolean _Bool", type) && value.is_any({ "true", "false", "boolean_literal" }) && grammar.language != "c")
        || (listed("String string", type) && value.is("string_literal"))
        || (type == "double" && value.is_any({ "number_literal", "decimal_floating_point_literal", "real_literal" }) && !decimal
            && written.find_first_not_of("0123456789.") == std::string_view::npos);
    if (!same)
        return denied("its declaration may convert the value");
    return {};
}

Result<ByteRange> whole_lines(std::string_view text, Node statement)
{
    std::size_t end = statement.end();
    if (end < text.size() && text[end] == ';')
        ++end;
    if (!begins_line(text, statement.begin()) || !ends_line(text, end))
        return denied("its declaration does not stand on a line of its own");
    ByteRange lines { line_begin(text, statement.begin()), line_end(text, end) };
    if (lines.end < text.size())
        lines.end += text.substr(lines.end, 2) == "\r\n" ? 2 : 1;
    return lines;
}

}
