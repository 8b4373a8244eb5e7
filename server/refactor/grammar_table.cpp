#include "refactor/grammar_table.h"

#include <algorithm>
#include <array>

namespace countersign::refactor {

namespace {

constexpr Grammar c {
    .language = "c",
    .shape = Shape::braces,
    .ifs = "if_statement",
    .chains = "",
    .else_clauses = "else_clause",
    .blocks = "compound_statement",
    .lists = "",
    .cases = "case_statement",
    .wrappers = "",
    .functions = "function_definition",
    .loops = "for_statement while_statement do_statement",
    .returns = "return_statement",
    .jumps = "return_statement continue_statement break_statement goto_statement",
    .declarations = "declaration",
    .definitions = "type_definition struct_specifier union_specifier enum_specifier function_definition",
    .primaries = "identifier call_expression field_expression subscript_expression parenthesized_expression number_literal true false null "
                 "char_literal",
    .literals = "number_literal char_literal true false null",
    .not_operators = "!",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = ";",
    .block_scope = true,
    .destructors = false,
    .semicolon_insertion = false,
};

constexpr Grammar cpp = [] {
    Grammar g = c;
    g.language = "cpp";
    g.functions = "function_definition lambda_expression";
    g.loops = "for_statement while_statement do_statement for_range_loop";
    g.returns = "return_statement co_return_statement";
    g.jumps = "return_statement co_return_statement continue_statement break_statement goto_statement throw_statement";
    g.definitions = "type_definition struct_specifier union_specifier enum_specifier class_specifier function_definition using_declaration "
                    "alias_declaration namespace_alias_definition";
    g.primaries =
        "identifier call_expression field_expression subscript_expression parenthesized_expression number_literal true false null "
        "char_literal qualified_identifier this template_function";
    g.not_operators = "! not";
    g.and_operators = "&& and";
    g.destructors = true;
    return g;
}();

constexpr Grammar python {
    .language = "python",
    .shape = Shape::colon,
    .ifs = "if_statement",
    .chains = "elif_clause",
    .else_clauses = "else_clause",
    .blocks = "block",
    .lists = "module",
    .cases = "",
    .wrappers = "",
    .functions = "function_definition lambda",
    .loops = "for_statement while_statement",
    .returns = "return_statement",
    .jumps = "return_statement continue_statement break_statement raise_statement",
    .declarations = "",
    .definitions = "",
    .primaries =
        "identifier call attribute subscript parenthesized_expression integer float true false none string list tuple dictionary set",
    .literals = "integer float true false none string",
    .not_operators = "not",
    .not_prefix = "not ",
    .and_operators = "and",
    .and_operator = "and",
    .statement_end = "",
    .block_scope = false,
    .destructors = false,
    .semicolon_insertion = false,
};

constexpr Grammar javascript {
    .language = "javascript",
    .shape = Shape::braces,
    .ifs = "if_statement",
    .chains = "",
    .else_clauses = "else_clause",
    .blocks = "statement_block",
    .lists = "program",
    .cases = "switch_case switch_default",
    .wrappers = "",
    .functions =
        "function_declaration function_expression generator_function generator_function_declaration arrow_function method_definition",
    .loops = "for_statement for_in_statement while_statement do_statement",
    .returns = "return_statement",
    .jumps = "return_statement continue_statement break_statement throw_statement",
    .declarations = "lexical_declaration variable_declaration",
    .definitions = "function_declaration generator_function_declaration class_declaration abstract_class_declaration interface_declaration "
                   "type_alias_declaration enum_declaration internal_module module",
    .primaries = "identifier call_expression member_expression subscript_expression parenthesized_expression number string true false null "
                 "undefined this array non_null_expression template_string",
    .literals = "number string true false null undefined",
    .not_operators = "!",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = ";",
    .block_scope = true,
    .destructors = false,
    .semicolon_insertion = true,
};

constexpr Grammar renamed(Grammar grammar, std::string_view language)
{
    grammar.language = language;
    return grammar;
}

constexpr Grammar go {
    .language = "go",
    .shape = Shape::braces,
    .ifs = "if_statement",
    .chains = "",
    .else_clauses = "",
    .blocks = "block",
    .lists = "statement_list",
    .cases = "",
    .wrappers = "",
    .functions = "function_declaration method_declaration func_literal",
    .loops = "for_statement",
    .returns = "return_statement",
    .jumps = "return_statement continue_statement break_statement goto_statement",
    .declarations = "short_var_declaration var_declaration const_declaration",
    .definitions = "type_declaration",
    .primaries =
        "identifier call_expression selector_expression index_expression parenthesized_expression int_literal float_literal true false nil "
        "type_assertion_expression",
    .literals = "int_literal float_literal imaginary_literal rune_literal interpreted_string_literal raw_string_literal true false nil",
    .not_operators = "!",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = "",
    .block_scope = true,
    .destructors = false,
    .semicolon_insertion = false,
};

constexpr Grammar rust {
    .language = "rust",
    .shape = Shape::braces,
    .ifs = "if_expression",
    .chains = "",
    .else_clauses = "else_clause",
    .blocks = "block",
    .lists = "",
    .cases = "",
    .wrappers = "expression_statement",
    .functions = "function_item closure_expression async_block",
    .loops = "for_expression while_expression loop_expression",
    .returns = "return_expression",
    .jumps = "return_expression continue_expression break_expression",
    .declarations = "let_declaration",
    .definitions =
        "function_item struct_item enum_item union_item const_item static_item use_declaration mod_item impl_item trait_item type_item "
        "macro_definition extern_crate_declaration attribute_item inner_attribute_item",
    .primaries = "identifier call_expression field_expression index_expression parenthesized_expression integer_literal float_literal "
                 "boolean_literal self scoped_identifier macro_invocation try_expression await_expression",
    .literals = "integer_literal float_literal boolean_literal char_literal string_literal raw_string_literal",
    .not_operators = "!",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = ";",
    .block_scope = true,
    .destructors = true,
    .semicolon_insertion = false,
};

constexpr Grammar java {
    .language = "java",
    .shape = Shape::braces,
    .ifs = "if_statement",
    .chains = "",
    .else_clauses = "",
    .blocks = "block constructor_body",
    .lists = "",
    .cases = "switch_block_statement_group",
    .wrappers = "",
    .functions = "method_declaration constructor_declaration compact_constructor_declaration lambda_expression",
    .loops = "for_statement enhanced_for_statement while_statement do_statement",
    .returns = "return_statement",
    .jumps = "return_statement continue_statement break_statement throw_statement",
    .declarations = "local_variable_declaration",
    .definitions = "class_declaration record_declaration interface_declaration enum_declaration",
    .primaries =
        "identifier method_invocation field_access array_access parenthesized_expression decimal_integer_literal true false null_literal "
        "this",
    .literals = "decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal decimal_floating_point_literal "
                "hex_floating_point_literal true false null_literal character_literal string_literal",
    .not_operators = "!",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = ";",
    .block_scope = true,
    .destructors = false,
    .semicolon_insertion = false,
};

constexpr Grammar csharp {
    .language = "csharp",
    .shape = Shape::braces,
    .ifs = "if_statement",
    .chains = "",
    .else_clauses = "",
    .blocks = "block",
    .lists = "",
    .cases = "switch_section",
    .wrappers = "",
    .functions = "method_declaration constructor_declaration destructor_declaration operator_declaration conversion_operator_declaration "
                 "accessor_declaration local_function_statement lambda_expression anonymous_method_expression",
    .loops = "for_statement foreach_statement while_statement do_statement",
    .returns = "return_statement",
    .jumps = "return_statement continue_statement break_statement throw_statement goto_statement",
    .declarations = "local_declaration_statement",
    .definitions = "local_function_statement",
    .primaries =
        "identifier invocation_expression member_access_expression element_access_expression parenthesized_expression integer_literal "
        "boolean_literal null_literal this",
    .literals = "integer_literal real_literal boolean_literal null_literal character_literal string_literal verbatim_string_literal",
    .not_operators = "!",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = ";",
    .block_scope = true,
    .destructors = true, // `using` declarations
    .semicolon_insertion = false,
};

constexpr Grammar ruby {
    .language = "ruby",
    .shape = Shape::words,
    .ifs = "if unless",
    .chains = "elsif",
    .else_clauses = "else",
    .blocks = "body_statement block_body then else do",
    .lists = "program",
    .cases = "",
    .wrappers = "",
    .functions = "method singleton_method lambda block do_block",
    .loops = "while until for",
    .returns = "return",
    .jumps = "return next break redo",
    .declarations = "",
    .definitions = "",
    .primaries =
        "identifier constant call element_reference parenthesized_statements instance_variable class_variable global_variable integer true "
        "false nil self string",
    .literals = "integer float true false nil simple_symbol",
    .not_operators = "! not",
    .not_prefix = "!",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = "",
    .block_scope = false,
    .destructors = false,
    .semicolon_insertion = false,
};

constexpr Grammar bash {
    .language = "bash",
    .shape = Shape::words,
    .ifs = "if_statement",
    .chains = "elif_clause",
    .else_clauses = "else_clause",
    .blocks = "compound_statement do_group",
    .lists = "program",
    .cases = "",
    .wrappers = "",
    .functions = "function_definition subshell command_substitution",
    .loops = "for_statement c_style_for_statement while_statement",
    .returns = "",
    .jumps = "",
    .declarations = "",
    .definitions = "",
    .primaries = "",
    .literals = "",
    .not_operators = "!",
    .not_prefix = "! ",
    .and_operators = "&&",
    .and_operator = "&&",
    .statement_end = "",
    .block_scope = false,
    .destructors = false,
    .semicolon_insertion = false,
};

constexpr std::array table { c, cpp, python, javascript, renamed(javascript, "typescript"), renamed(javascript, "tsx"), go, rust, java,
    csharp, ruby, bash };

}

Grammar const* find_grammar(std::string_view language)
{
    auto const found = std::find_if(table.begin(), table.end(), [&](Grammar const& grammar) { return grammar.language == language; });
    return found == table.end() ? nullptr : &*found;
}

bool listed(std::string_view words, std::string_view word)
{
    for (std::size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
        bool const begins = at == 0 || words[at - 1] == ' ';
        bool const ends = at + word.size() == words.size() || words[at + word.size()] == ' ';
        if (begins && ends && !word.empty())
            return true;
    }
    return false;
}

bool is_comment(syntax::Node node) { return node && node.is_named() && node.type().find("comment") != std::string_view::npos; }

bool is_text_literal(syntax::Node node)
{
    std::string_view const type = node.type();
    if (type == "concatenated_string")
        return false;
    for (std::string_view const part : { "string", "heredoc", "template_literal", "regex", "subshell", "char_literal", "quoted" }) {
        if (type.find(part) != std::string_view::npos)
            return true;
    }
    return false;
}

}
