#include "syntax/scopes.h"

#include "rendering.h"

#include <gtest/gtest.h>

using namespace countersign;
using namespace countersign::syntax;
using namespace countersign::syntax::testing;

namespace {

/// The binding at `|`: "kind name: its definition and references, as lines:columns", and why it is uncertain.
std::string at_cursor(std::string_view language, std::string source)
{
    std::size_t const cursor = source.find('|');
    source.erase(cursor, 1);
    Tree const tree = parsed(language, std::move(source));
    Positions const positions(tree.text());
    Scopes const scopes(tree);
    Binding const* const binding = scopes.binding_at(cursor);
    if (!binding)
        return "none";
    std::string result = fmt::format("{} {}: {}", binding->kind, binding->name, positions.at(binding->definition.begin()));
    for (Node const reference : binding->references)
        result += " " + positions.at(reference.begin());
    return result + (binding->uncertain ? " ? " + *binding->uncertain : "");
}

bool is_visible(std::string_view language, std::string text, std::string_view name, std::string_view where)
{
    Tree const tree = parsed(language, std::move(text));
    std::size_t const begin = tree.text().find(where);
    return Scopes(tree).is_visible(name, { begin, begin + where.size() });
}

std::string occurrences_of(std::string_view language, std::string text, std::string_view name)
{
    Tree const tree = parsed(language, std::move(text));
    Positions const positions(tree.text());
    std::string result;
    for (Occurrence const& occurrence : occurrences(tree, name)) {
        result += fmt::format("{}{}{} in '{}'\n", positions.at(occurrence.range.begin), occurrence.is_definition ? " definition" : "",
            occurrence.is_call ? " call" : "", occurrence.enclosing);
    }
    return result;
}

}

TEST(binding_at, is_the_same_from_definition_use_and_both_ends_of_the_word)
{
    std::string const expected = "variable abc: 2:5 3:12";
    EXPECT_EQ(at_cursor("python", "def f():\n    |abc = 1\n    return abc\n"), expected);
    EXPECT_EQ(at_cursor("python", "def f():\n    abc| = 1\n    return abc\n"), expected);
    EXPECT_EQ(at_cursor("python", "def f():\n    abc = 1\n    return |abc\n"), expected);
    EXPECT_EQ(at_cursor("python", "def f():\n    abc = 1\n    return abc|\n"), expected);
    EXPECT_EQ(at_cursor("python", "def f():\n    abc = 1\n    return| abc\n"), "none");
}

TEST(binding_at, knows_no_member_keyword_argument_or_label)
{
    EXPECT_EQ(at_cursor("python", "def f(x):\n    return x.|y + g(x=1)\ny = 1\n"), "none");
    EXPECT_EQ(at_cursor("python", "def f(x):\n    return g(|y=1)\ny = 1\n"), "none");
    EXPECT_EQ(at_cursor("javascript", "let y; a.|y; "), "none");
    EXPECT_EQ(at_cursor("javascript", "let y; ({ |y: 1 });"), "none");
    EXPECT_EQ(at_cursor("c", "void f(int y) { goto |y; y: return; }"), "none");
    EXPECT_EQ(at_cursor("cpp", "void f(int y) { a.|y; ns::y; p->y; }"), "none");
    EXPECT_EQ(at_cursor("cpp", "void f(int y) { ns::|y; }"), "none");
    EXPECT_EQ(at_cursor("go", "package p\nfunc f(y int) { a.|y() }\n"), "none");
    EXPECT_EQ(at_cursor("rust", "fn f(y: i32) { a.|y; }"), "none");
    EXPECT_EQ(at_cursor("java", "class A { void f(int y) { this.|y = y; y(); } }"), "none");
}

TEST(scopes, follow_the_rules_of_each_language)
{
    // Python: no blocks; a class's names are not seen in its methods; comprehensions keep their names.
    EXPECT_EQ(at_cursor("python", "def f():\n    if a:\n        x = 1\n    return |x\n"), "variable x: 3:9 4:12");
    EXPECT_EQ(at_cursor("python", "x = 0\nclass A:\n    x = 1\n    def f(self): return |x\n"), "variable x: 1:1 4:25");
    EXPECT_EQ(at_cursor("python", "def f(x):\n    return [x for x in |x]\n"), "parameter x: 1:7 2:24");
    EXPECT_EQ(at_cursor("python", "def f(x):\n    return [|x for x in x]\n"), "variable x: 2:19 2:13");
    EXPECT_EQ(at_cursor("python", "def f(a, b=a):\n    return a\na = |1\n"), "none");
    EXPECT_EQ(at_cursor("python", "a = 1\ndef f(a, b=|a):\n    return a\n"), "variable a: 1:1 2:12");
    EXPECT_EQ(at_cursor("python", "def f():\n    x = 1\n    return f'{|x:>{w}}'\n"), "variable x: 2:5 3:15");
    // JavaScript: var is the function's, let the block's.
    EXPECT_EQ(at_cursor("javascript", "function f() { { var x = 1; } return |x; }"), "variable x: 1:22 1:38");
    EXPECT_EQ(at_cursor("javascript", "function f() { { let x = 1; } return |x; }"), "none");
    EXPECT_EQ(at_cursor("javascript", "let x; function f(y = |x) { let x; }"), "variable x: 1:5 1:23");
    EXPECT_EQ(at_cursor("javascript", "function f(x) { return { |x }; }"), "parameter x: 1:12 1:26");
    // Go: := in the same block assigns, in another binds anew; the right side sees the old one.
    EXPECT_EQ(at_cursor("go", "package p\nfunc f() { x, a := 1, 2; |x, b := 3, a; _ = b }\n"), "variable x: 2:12 2:26");
    EXPECT_EQ(at_cursor("go", "package p\nfunc f(x int) { if x := |x; x > 1 { } }\n"), "parameter x: 2:8 2:25");
    EXPECT_EQ(at_cursor("go", "package p\nfunc f(x int) { if x := x; |x > 1 { } }\n"), "variable x: 2:20 2:28");
    // Rust: each let is new, in sight behind it.
    EXPECT_EQ(at_cursor("rust", "fn f(x: i32) { let x = |x; x; }"), "parameter x: 1:6 1:24");
    EXPECT_EQ(at_cursor("rust", "fn f(x: i32) { let x = x; |x; }"), "variable x: 1:20 1:27");
    EXPECT_EQ(at_cursor("rust", "fn f(x: i32) { if let Some(x) = g(x) { x } else { |x }; }"), "parameter x: 1:6 1:35 1:51");
    EXPECT_EQ(at_cursor("rust", "fn f(x: i32) { fn g() { |x; } }"), "none");
    // C: in sight right behind the declarator.
    EXPECT_EQ(at_cursor("c", "void f(int x) { { int x = |x; } }"), "variable x: 1:23 1:27");
    EXPECT_EQ(at_cursor("c", "void f(int x) { { int y = |x; int x; } }"), "parameter x: 1:12 1:27");
    EXPECT_EQ(at_cursor("cpp", "void f(int x) { auto g = [x = |x] { return x; }; }"), "parameter x: 1:12 1:31");
    EXPECT_EQ(at_cursor("cpp", "void f(int x) { for (auto x : g(|x)) h(x); }"), "parameter x: 1:12 1:33");
    EXPECT_EQ(at_cursor("cpp", "void f(int x) { for (auto x : g(x)) h(|x); }"), "variable x: 1:27 1:39");
    EXPECT_EQ(at_cursor("cpp", "void f() { for (auto const& [k, v] : m) g(|v); v; }"), "variable v: 1:33 1:43");
    EXPECT_EQ(at_cursor("cpp", "void f(int x) { T y(|x); }"), "parameter x: 1:12 1:21");
    // Ruby: blocks see around them, def does not.
    EXPECT_EQ(at_cursor("ruby", "x = 1\nfoo { |y| |x = 2 }\n"), "none");
    EXPECT_EQ(at_cursor("ruby", "x = 1\ndef f; |x; end\n"), "none");
}

TEST(scopes, doubt_what_they_cannot_see)
{
    EXPECT_EQ(at_cursor("c", "#define M x + 1\nvoid f(int |x) { M; }\n"), "parameter x: 2:12 ? a macro's text uses it (line 1)");
    EXPECT_EQ(at_cursor("c", "#define M(x) x + 1\nvoid f(int |x) { M(x); }\n"), "parameter x: 2:12 2:19");
    EXPECT_EQ(
        at_cursor("rust", "fn f(x: i32) { let |y = x; my!(y); }"), "variable y: 1:20 ? a macro's arguments may use it in any way (line 1)");
    EXPECT_EQ(at_cursor("rust", "fn f(|x: i32) { println!(\"{}\", x); }"), "parameter x: 1:6 1:31");
    EXPECT_EQ(at_cursor("rust", "fn f(|x: i32) { println!(\"{x}\"); }"), "parameter x: 1:6 ? a format string names it (line 1)");
    EXPECT_EQ(at_cursor("python", "def f(|x):\n    return eval('x')\n"),
        "parameter x: 1:7 ? code that is not seen here may use it: eval, exec, locals or vars (line 2)");
    EXPECT_EQ(at_cursor("python", "def f(|x):\n    pass\nf(x=1)\n"), "parameter x: 1:7 ? a call passes it by name (line 3)");
    EXPECT_EQ(at_cursor("python", "def f(|end):\n    print(end, end='')\n"), "parameter end: 1:7 2:11");
    EXPECT_EQ(at_cursor("javascript", "function f(|x) { with (x) { } }"),
        "parameter x: 1:12 1:23 ? inside with, a name may mean an object's property (line 1)");
    EXPECT_NE(at_cursor("c", "void f(int |x) { x + ; ) x }").find("cannot be parsed"), std::string::npos);
}

TEST(scopes, of_one_function_are_those_that_the_file_has_in_it)
{
    struct Source {
        std::string_view language, text, function;
    };
    Source const sources[] = {
        { "cpp",
            "int x;\nint f(int a) { int x = a; auto g = [&](int b) { return x + b; }; return g(x); }\nint h(int a) { return x + a; }\n",
            "int f(int a) { int x = a; auto g = [&](int b) { return x + b; }; return g(x); }" },
        { "python", "x = 1\ndef f(a):\n    global x\n    b = [c for c in a]\n    x = b\n    return b\n",
            "def f(a):\n    global x\n    b = [c for c in a]\n    x = b\n    return b" },
        { "javascript", "let y; function f(x) { var z = { x }; { let z = y; x(z); } return z; } f(y);",
            "function f(x) { var z = { x }; { let z = y; x(z); } return z; }" },
    };
    for (Source const& source : sources) {
        Tree const tree = parsed(source.language, std::string(source.text));
        std::size_t const begin = source.text.find(source.function);
        ByteRange const range { begin, begin + source.function.size() };
        Node const function = tree.node_at(range);
        ASSERT_EQ(function.range(), range);
        auto const rendered = [&](Scopes const& scopes) {
            std::string all;
            for (Binding const& binding : scopes.bindings()) {
                if (!binding.is_local || !range.contains(binding.definition.range()))
                    continue;
                all += fmt::format("{} {} at {}:", binding.kind, binding.name, binding.definition.begin());
                for (Node const reference : binding.references)
                    all += fmt::format(" {}", reference.begin());
                all += "\n";
            }
            return all;
        };
        EXPECT_EQ(rendered(Scopes(tree, function)), rendered(Scopes(tree)));
        EXPECT_NE(rendered(Scopes(tree)), "");
    }
}

TEST(is_visible, says_whether_a_new_name_would_clash)
{
    std::string const text = "def outer(a):\n    def inner(b):\n        return b + unknown\n    return inner\n";
    EXPECT_TRUE(is_visible("python", text, "a", "return b"));
    EXPECT_TRUE(is_visible("python", text, "b", "return b"));
    EXPECT_TRUE(is_visible("python", text, "inner", "return b"));
    EXPECT_TRUE(is_visible("python", text, "unknown", "return b + unknown"));
    EXPECT_FALSE(is_visible("python", text, "b", "return inner"));
    EXPECT_FALSE(is_visible("python", text, "fresh", "return b"));
    EXPECT_FALSE(is_visible("python", "", "fresh", ""));
}

TEST(occurrences, tell_definitions_calls_and_other_uses_apart)
{
    EXPECT_EQ(occurrences_of("cpp",
                  "int add(int a);\nint A::add(int a) { return add(a) + x.add(1) + p->add<int>(2) + ns::add(3) + f(add); }\n// add\nchar "
                  "const* s = \"add\";\n",
                  "add"),
        "1:5 definition in ''\n"
        "2:8 definition in ''\n"
        "2:28 call in 'A::add'\n"
        "2:39 call in 'A::add'\n"
        "2:51 call in 'A::add'\n"
        "2:69 call in 'A::add'\n"
        "2:80 in 'A::add'\n");
    EXPECT_EQ(occurrences_of("python", "def run(x):\n    return x.run(run)\nobj.run\nrunner()\n", "run"),
        "1:5 definition in ''\n2:14 call in 'run'\n2:18 in 'run'\n3:5 in ''\n");
    EXPECT_EQ(occurrences_of("java", "class A { void f() { f(); o.f(); new f(); f.g(); } }", "f"),
        "1:16 definition in 'A'\n1:22 call in 'A.f'\n1:29 call in 'A.f'\n1:38 call in 'A.f'\n1:43 in 'A.f'\n");
    EXPECT_EQ(occurrences_of("go", "package p\nfunc F() { F(); go F(); x.F(F) }\n", "F"),
        "2:6 definition in ''\n2:12 call in 'F'\n2:20 call in 'F'\n2:27 call in 'F'\n2:29 in 'F'\n");
    EXPECT_EQ(occurrences_of("rust", "fn f() { f(); a.f(); m::f::<T>(); f!(1); }", "f"),
        "1:4 definition in ''\n1:10 call in 'f'\n1:17 call in 'f'\n1:25 call in 'f'\n1:35 call in 'f'\n");
    EXPECT_EQ(occurrences_of("ruby", "def f; end\nf(1)\nx.f\n", "f"), "1:5 definition in ''\n2:1 call in ''\n3:3 call in ''\n");
    EXPECT_EQ(occurrences_of("bash", "f() { :; }\nf 1\necho f\n", "f"), "1:1 definition in ''\n2:1 call in ''\n3:6 in ''\n");
}

TEST(occurrences, of_no_name_are_none)
{
    for (std::string_view const name : { "", " ", "\n", "nowhere", "(" })
        EXPECT_EQ(occurrences_of("c", "int a = (1);\n", name), "") << name;
}
