#include "syntax/outline.h"

#include "rendering.h"

#include <gtest/gtest.h>

using namespace countersign;
using namespace countersign::syntax;
using namespace countersign::syntax::testing;

namespace {

/// The text with one `|` taken out, and where it stood.
struct Marked {
    std::string text;
    std::size_t cursor = 0;
};

Marked marked(std::string text)
{
    std::size_t const at = text.find('|');
    text.erase(at, 1);
    return { text, at };
}

std::string name_at(std::string_view language, std::string source, bool callable_only = false)
{
    Marked const where = marked(std::move(source));
    Tree const tree = parsed(language, where.text);
    auto const symbol = enclosing_symbol(tree, { where.cursor, where.cursor }, callable_only);
    return symbol ? qualified_name(tree, *symbol) : "none";
}

std::string signature_of_first(std::string_view language, std::string source)
{
    Tree const tree = parsed(language, std::move(source));
    return signature(tree, outline(tree).at(0));
}

std::string doc_of_last(std::string_view language, std::string source)
{
    Tree const tree = parsed(language, std::move(source));
    Symbol const symbol = outline(tree).back();
    return tree.text().substr(symbol.doc.begin, symbol.doc.size());
}

}

TEST(enclosing_symbol, is_the_innermost_one_that_holds_the_place)
{
    EXPECT_EQ(name_at("python", "class A:\n    def f(self):\n        re|turn 1\n"), "A.f");
    EXPECT_EQ(name_at("python", "class A:\n    x = |1\n"), "A.x");
    EXPECT_EQ(name_at("python", "class A:\n    x = |1\n", true), "none");
    EXPECT_EQ(name_at("python", "def f():\n    def g():\n        pass\n    re|turn g\n"), "f");
    EXPECT_EQ(name_at("python", "x = 1\n|\ny = 2\n"), "none");
    EXPECT_EQ(name_at("cpp", "namespace a { int f() { auto g = [] { return |1; }; } }"), "a::f");
    EXPECT_EQ(name_at("cpp", "namespace a { int f() { auto g = [] { return |1; }; } }", true), "a::f");
    EXPECT_EQ(name_at("cpp", "void A::b() { | }"), "A::b");
    EXPECT_EQ(name_at("javascript", "const f = (a) => a.map((b) => b + |1);"), "f");
    EXPECT_EQ(name_at("go", "package p\nfunc (s *Stack[T]) Pop() { | }\n"), "Stack.Pop");
}

TEST(enclosing_symbol, is_found_from_what_stands_before_the_definition)
{
    EXPECT_EQ(name_at("python", "@a|pp.get('/')\n@other\ndef f(): pass\n"), "f");
    EXPECT_EQ(name_at("cpp", "template<typename T|> struct S { };"), "S");
    EXPECT_EQ(name_at("rust", "#[te|st]\n#[ignore]\nfn f() {}\n"), "f");
    EXPECT_EQ(name_at("typescript", "class A {\n  @lo|g()\n  m() {}\n}"), "A.m");
    EXPECT_EQ(name_at("typescript", "exp|ort const f = () => 1;"), "f");
    EXPECT_EQ(name_at("java", "class A { @Over|ride void m() {} }"), "A.m");
}

TEST(enclosing_symbol, is_none_outside_of_the_text)
{
    Tree const tree = parsed("c", "int f(void) { return 1; }");
    EXPECT_FALSE(enclosing_symbol(tree, { 1000, 2000 }));
    EXPECT_FALSE(enclosing_symbol(tree, { 5, 2 }));
    EXPECT_FALSE(enclosing_symbol(parsed("c", ""), { 0, 0 }));
}

TEST(signature, is_one_line_without_comments_decorators_and_body)
{
    EXPECT_EQ(signature_of_first("python", "@app.get('/')\nasync def f(\n    a: int,  # the first\n    b=2,\n) -> str:\n    pass\n"),
        "async def f( a: int, b=2, ) -> str");
    EXPECT_EQ(signature_of_first("cpp", "template<class T>\nauto f(T /* value */ t) noexcept -> int\n{ }"),
        "template<class T> auto f(T t) noexcept -> int");
    EXPECT_EQ(signature_of_first("cpp", "int f(int);"), "int f(int)");
    EXPECT_EQ(signature_of_first("typescript", "export const f = async (a: number): Promise<void> => { };"),
        "export const f = async (a: number): Promise<void>");
    EXPECT_EQ(signature_of_first("rust", "#[inline]\npub fn f(&self) -> i32 { 1 }"), "pub fn f(&self) -> i32");
    EXPECT_EQ(signature_of_first("ruby", "def f(a, b: 1)\nend"), "def f(a, b: 1) end");
    EXPECT_EQ(signature_of_first("c", "int a = 1;"), "int a = 1");
}

TEST(signature, stays_short_for_a_very_long_head)
{
    std::string parameters = "int a";
    for (int i = 0; i < 5000; ++i)
        parameters += fmt::format(", int a{}", i);
    EXPECT_LE(signature_of_first("c", "void f(" + parameters + ") { }").size(), 1000u);
}

TEST(doc, is_the_comment_directly_above)
{
    EXPECT_EQ(doc_of_last("c", "/* one */\nint f(void) { }"), "/* one */");
    EXPECT_EQ(doc_of_last("c", "// one\n// two\nint f(void) { }"), "// one\n// two");
    EXPECT_EQ(doc_of_last("c", "// far\n\n// near\nint f(void) { }"), "// near");
    EXPECT_EQ(doc_of_last("c", "// far\n\nint f(void) { }"), "");
    EXPECT_EQ(doc_of_last("c", "int a; // of a\nint f(void) { }"), "");
    EXPECT_EQ(doc_of_last("cpp", "/// one\r\ntemplate<class T>\r\nint f();"), "/// one");
    EXPECT_EQ(doc_of_last("rust", "/// one\n#[test]\nfn f() {}"), "/// one");
    EXPECT_EQ(doc_of_last("rust", "#[test]\n/// one\nfn f() {}"), "/// one");
    EXPECT_EQ(doc_of_last("python", "# above\ndef f():\n    'inside'\n"), "'inside'");
    EXPECT_EQ(doc_of_last("python", "#!/usr/bin/python\ndef f(): pass\n"), "");
    EXPECT_EQ(doc_of_last("javascript", "/** one */\nexport default function f() {}"), "/** one */");
}

TEST(outline, spells_out_containers_only_so_deep)
{
    std::string text;
    for (int i = 0; i < 2000; ++i)
        text += "namespace a {";
    text += "void f() { }" + std::string(2000, '}');
    std::vector<Symbol> const symbols = outline(parsed("cpp", text));
    ASSERT_EQ(symbols.size(), 2001u);
    EXPECT_EQ(symbols.back().name, "f");
    EXPECT_EQ(symbols.back().depth, 2000u);
    EXPECT_LT(symbols.back().container.size(), 400u);
}

TEST(outline, of_ten_thousand_lines_is_whole)
{
    std::string text;
    for (int i = 0; i < 2500; ++i)
        text += fmt::format("/// Number {0}.\nint f{0}(int a)\n{{ return a; }}\n\n", i);
    Tree const tree = parsed("cpp", text);
    std::vector<Symbol> const symbols = outline(tree);
    ASSERT_EQ(symbols.size(), 2500u);
    EXPECT_EQ(symbols.back().name, "f2499");
    EXPECT_EQ(text.substr(symbols[1234].doc.begin, symbols[1234].doc.size()), "/// Number 1234.");
}
