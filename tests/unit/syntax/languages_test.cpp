// Every folder of grammars/ is complete, its queries say what both we and tree-sitter understand alike, and files find their language.
#include "rendering.h"

#include "syntax/language.h"
#include "syntax/language_table.h"
#include "syntax/query.h"
#include "syntax/scope_marks.h"

#include "tests/support/checkout.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <thread>

using namespace countersign;
using namespace countersign::syntax;
using namespace countersign::syntax::testing;

namespace {

std::set<std::string> const outline_captures { "function", "method", "class", "struct", "interface", "enum", "module", "type", "constant",
    "variable", "macro", "name", "declarator", "parameters", "body", "doc", "container", "opaque" };
std::set<std::string> const test_captures { "test", "group", "suite", "name", "body" };

Query compiled(EmbeddedLanguage const& entry, std::string_view part, std::string_view source)
{
    auto query = Query::compile(entry.grammar(), source, std::string(entry.folder) + "/" + std::string(part));
    EXPECT_TRUE(query) << (query ? "" : query.error().message);
    return query ? *query : Query();
}

/// The query without its predicates, which the core does not judge.
std::string without_predicates(std::string source)
{
    for (std::size_t at = source.find("(#"); at != std::string::npos; at = source.find("(#", at)) {
        for (std::size_t const end = source.find(')', at); at <= end; ++at)
            source[at] = ' ';
    }
    return source;
}

using Facts = std::set<std::tuple<std::size_t, std::string, std::size_t, std::size_t>>;

Facts seen_by_the_core(TSLanguage const* grammar, std::string const& source, Tree const& tree)
{
    Facts facts;
    std::uint32_t offset = 0;
    TSQueryError error = TSQueryErrorNone;
    TSQuery* const query = ts_query_new(grammar, source.data(), static_cast<std::uint32_t>(source.size()), &offset, &error);
    EXPECT_TRUE(query) << "error " << error << " at: " << source.substr(offset, 80);
    if (!query)
        return facts;
    TSQueryCursor* const cursor = ts_query_cursor_new();
    ts_query_cursor_exec(cursor, query, tree.root().raw());
    TSQueryMatch match;
    while (ts_query_cursor_next_match(cursor, &match)) {
        for (std::uint16_t i = 0; i < match.capture_count; ++i) {
            std::uint32_t length = 0;
            char const* const name = ts_query_capture_name_for_id(query, match.captures[i].index, &length);
            Node const node(match.captures[i].node);
            facts.insert({ match.pattern_index, std::string(name, length), node.begin(), node.end() });
        }
    }
    ts_query_cursor_delete(cursor);
    ts_query_delete(query);
    return facts;
}

Facts seen_by_us(Query const& query, Tree const& tree)
{
    Facts facts;
    query.run(tree.root(), tree.text(), Query::Reach::subtree, [&](Query::Match const& match) {
        for (auto const& [name, node] : match.captures)
            facts.insert({ match.pattern, query.capture_names()[name], node.begin(), node.end() });
    });
    return facts;
}

/// Our anchors look over comments, the core's stop at them.
std::string without_comments(Language const& language, std::string text)
{
    Tree const tree = parsed(language.name, text);
    walk(tree.root(), [&](Node node) {
        for (std::size_t i = node.begin(); language.is_comment(node.type()) && i < node.end(); ++i)
            text[i] = text[i] == '\n' ? '\n' : ' ';
        return true;
    });
    return text;
}

std::string samples_of(Language const& language)
{
    std::string text;
    for (auto const& entry : std::filesystem::directory_iterator(countersign::tests::checkout() / "tests/unit/syntax/cases")) {
        if (entry.path().extension() == ".txt" || find_language(entry.path().string()) != &language)
            continue;
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        text += content.str() + "\n";
    }
    return text;
}

class OfEachLanguage : public ::testing::TestWithParam<std::string> {
protected:
    EmbeddedLanguage entry() const
    {
        for (EmbeddedLanguage const& candidate : embedded_languages()) {
            if (candidate.folder == GetParam())
                return candidate;
        }
        return {};
    }
    Language const& language() const { return *find_language_by_name(GetParam()); }
};

std::vector<std::string> folders()
{
    std::vector<std::string> result;
    for (EmbeddedLanguage const& entry : embedded_languages())
        result.emplace_back(entry.folder);
    return result;
}

}

TEST_P(OfEachLanguage, the_folder_says_all_that_the_rooms_need)
{
    Language const& language = OfEachLanguage::language();
    EXPECT_FALSE(language.display_name.empty());
    EXPECT_FALSE(language.extensions.empty());
    EXPECT_FALSE(language.language_ids.empty());
    EXPECT_FALSE(language.line_comment.empty());
    EXPECT_FALSE(language.comments.empty());
    EXPECT_FALSE(language.calls.empty());
    EXPECT_GT(language.keywords.size(), 10u);
    EXPECT_EQ(language.block_comment_begin.empty(), language.block_comment_end.empty());
    EXPECT_TRUE(language.is_keyword("if"));
    EXPECT_FALSE(language.is_keyword("iffy"));
    for (std::string const& extension : language.extensions)
        EXPECT_EQ(extension.front(), '.');
}

TEST_P(OfEachLanguage, its_node_types_exist)
{
    Language const& language = OfEachLanguage::language();
    for (auto const* types : { &language.comments, &language.wrappers, &language.leading, &language.calls }) {
        for (std::string const& type : *types)
            EXPECT_NE(ts_language_symbol_for_name(language.grammar, type.data(), static_cast<std::uint32_t>(type.size()), true), 0) << type;
    }
}

TEST_P(OfEachLanguage, its_queries_capture_what_is_read)
{
    EmbeddedLanguage const entry = OfEachLanguage::entry();
    auto const expect_known = [&](std::string_view part, std::string_view source, auto const& is_known) {
        Query const query = compiled(entry, part, source);
        EXPECT_FALSE(query.patterns().empty()) << part;
        for (std::string const& name : query.capture_names())
            EXPECT_TRUE(name.starts_with("_") || is_known(name)) << part << " captures @" << name << ", which nothing reads";
    };
    expect_known("outline.scm", entry.outline, [](std::string const& name) { return outline_captures.contains(name); });
    expect_known("tests.scm", entry.tests, [](std::string const& name) { return test_captures.contains(name); });
    expect_known("scopes.scm", entry.scopes, [](std::string const& name) { return is_scope_capture(name); });
}

TEST_P(OfEachLanguage, its_queries_find_what_tree_sitter_finds)
{
    EmbeddedLanguage const entry = OfEachLanguage::entry();
    Tree const tree = parsed(GetParam(), without_comments(language(), samples_of(language())));
    for (std::string_view const source : { entry.outline, entry.scopes, entry.tests }) {
        std::string const plain = without_predicates(std::string(source));
        Facts const ours = seen_by_us(compiled(entry, "a query", plain), tree);
        Facts const theirs = seen_by_the_core(entry.grammar(), plain, tree);
        EXPECT_GT(ours.size(), 0u);
        auto const show = [&](auto const& fact) {
            auto const& [pattern, name, begin, end] = fact;
            return fmt::format("pattern {} @{} {} `{}`", pattern, name, Positions(tree.text()).at(begin),
                tree.text().substr(begin, std::min<std::size_t>(end - begin, 60)));
        };
        for (auto const& fact : theirs)
            EXPECT_TRUE(ours.contains(fact)) << "missed: " << show(fact);
        for (auto const& fact : ours)
            EXPECT_TRUE(theirs.contains(fact)) << "too much: " << show(fact);
    }
}

INSTANTIATE_TEST_SUITE_P(languages, OfEachLanguage, ::testing::ValuesIn(folders()), [](auto const& tested) { return tested.param; });

TEST(query, says_where_and_why_it_does_not_compile)
{
    TSLanguage const* const grammar = find_language_by_name("c")->grammar;
    auto const message = [&](std::string_view source) {
        auto const query = Query::compile(grammar, source, "x.scm");
        return query ? std::string("compiled") : query.error().message;
    };
    EXPECT_EQ(message("(identifier) @a"), "compiled");
    EXPECT_EQ(message("\n(identifer) @a"), "x.scm:2: the grammar has no node type identifer");
    EXPECT_EQ(message("(call_expression fun: (_))"), "x.scm:1: the grammar has no field fun");
    EXPECT_EQ(message("(identifier"), "x.scm:1: ')' is missing");
    EXPECT_EQ(message("((identifier) @a (#match? @a \"x\"))"), "x.scm:1: a predicate that is not known: #match?");
    EXPECT_EQ(message("((identifier) @a (#eq? @a \"x))"), "x.scm:1: a string that does not end");
    EXPECT_EQ(message("(identifier) @"), "x.scm:1: a capture without a name");
    EXPECT_EQ(message("[]"), "x.scm:1: an alternation without alternatives");
    EXPECT_EQ(message("(expression)"), "x.scm:1: expression is a supertype, which no node is of");
    EXPECT_EQ(message(")"), "x.scm:1: a node was expected, not ')'");
    EXPECT_EQ(message(std::string(100000, '(')), "x.scm:1: nested too deeply");
    EXPECT_EQ(message("; nothing\n"), "compiled");
}

TEST(find_language, goes_by_id_then_name_then_extension_then_first_line)
{
    struct Row {
        std::string_view path, id, first_line, language;
    };
    static constexpr Row rows[] = {
        { "a.cpp", "", "", "cpp" },
        { "a.h", "", "", "c" },
        { "a.h", "cpp", "", "cpp" },
        { "a.h", "c++", "", "cpp" },
        { "a.h", "", "// -*- C++ -*-", "cpp" },
        { "a.h", "", "/* -*- mode: c++; tab-width: 4 -*- */", "cpp" },
        { "a.C", "", "", "cpp" },
        { "A.CPP", "", "", "cpp" },
        { "dir.py/a", "", "", "" },
        { "C:\\src\\a.rs", "", "", "rust" },
        { "a.tsx", "typescriptreact", "", "tsx" },
        { "a.tsx", "typescript", "", "tsx" },
        { "a.ts", "typescriptreact", "", "typescript" },
        { "a.ts", "javascript", "", "typescript" },
        { "a.jsx", "javascriptreact", "", "javascript" },
        { "a.vue", "typescript", "", "typescript" },
        { "a", "shellscript", "", "bash" },
        { "a", "sh", "", "bash" },
        { "a.txt", "objective-c", "", "" },
        { "a.py", "unknown", "", "python" },
        { "a.py", "PYTHON", "", "python" },
        { "a", "", "#!/bin/bash", "bash" },
        { "a", "", "#!/usr/bin/env python3.11\n", "python" },
        { "a", "", "#!/usr/bin/env -S FOO=1 node --harmony", "javascript" },
        { "a", "", "#!/usr/bin/env", "" },
        { "a", "", "#!", "" },
        { "a", "", "#! /usr/bin/ruby", "ruby" },
        { "Rakefile", "", "", "ruby" },
        { "src/Rakefile", "", "", "ruby" },
        { ".bashrc", "", "", "bash" },
        { ".cpp", "", "", "cpp" },
        { "", "", "", "" },
        { ".", "", "", "" },
        { "a.cs", "csharp", "", "csharp" },
        { "a.go", "golang", "", "go" },
    };
    for (Row const& row : rows) {
        Language const* const found = find_language(row.path, row.id, row.first_line);
        EXPECT_EQ(found ? std::string_view(found->name) : "", row.language) << row.path << " " << row.id << " " << row.first_line;
    }
}

TEST(language, compiles_its_queries_once_for_many_threads)
{
    std::vector<std::thread> threads;
    std::vector<Query const*> seen(8);
    for (std::size_t i = 0; i < seen.size(); ++i)
        threads.emplace_back([&seen, i] { seen[i] = &find_language_by_name("go")->outline(); });
    for (std::thread& thread : threads)
        thread.join();
    for (Query const* const query : seen) {
        EXPECT_EQ(query, seen.front());
        EXPECT_FALSE(query->patterns().empty());
    }
}
