#include "syntax/tree.h"

#include "rendering.h"

#include "tests/support/checkout.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <thread>

using namespace countersign;
using namespace countersign::syntax;
using namespace countersign::syntax::testing;

namespace {

std::string repeated(std::string_view text, std::size_t times)
{
    std::string result;
    result.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        result += text;
    return result;
}

std::shared_ptr<std::string const> shared(std::string text) { return std::make_shared<std::string const>(std::move(text)); }

/// The whole tree, with punctuation, one node a line.
std::string rendered_nodes(Tree const& tree)
{
    std::string result;
    Cursor cursor(tree.root());
    std::size_t depth = 0;
    for (;;) {
        Node const node = cursor.node();
        result += fmt::format(
            "{} {} {} {}-{} {}:{}\n", depth, cursor.field_name(), node.type(), node.begin(), node.end(), node.first_row(), node.last_row());
        if (cursor.to_first_child()) {
            ++depth;
            continue;
        }
        if (!cursor.to_next_outside([&] { --depth; }))
            return result;
    }
}

/// Everything this room offers, on one text: nothing may crash, hang or reach outside of the text.
void use_everything(Tree const& tree)
{
    std::size_t const size = tree.text().size();
    for (Symbol const& symbol : outline(tree)) {
        EXPECT_LE(symbol.range.end, size);
        EXPECT_TRUE(symbol.range.contains(symbol.name_range) || symbol.name.find("::") != std::string::npos) << symbol.name;
    }
    for (TestCase const& test : test_cases(tree))
        EXPECT_LE(test.range.end, size);
    Scopes const scopes(tree);
    for (Binding const& binding : scopes.bindings())
        EXPECT_LE(binding.scope.end, size);
    scopes.binding_at(size / 2);
    scopes.is_visible("a", { 0, size });
    for (std::size_t const offset : { std::size_t(0), size / 2, size }) {
        if (auto const symbol = enclosing_symbol(tree, { offset, offset }))
            signature(tree, *symbol);
    }
    occurrences(tree, "a");
    tree.error_count();
    tree.node_at({ size / 2, size / 2 }).ancestors();
    tree.path_to({ 0, size });
}

}

TEST(tree, uses_everything_on_an_empty_text)
{
    for (Language const& language : languages()) {
        Tree const tree = parsed(language.name, "");
        EXPECT_EQ(tree.error_count(), 0u) << language.name;
        use_everything(tree);
    }
}

TEST(tree, refuses_a_text_over_the_limit_and_takes_one_at_it)
{
    Language const& language = *find_language_by_name("c");
    auto const refused = Tree::parse(language, shared(std::string(50 * 1024 * 1024, 'x')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
    EXPECT_EQ(refused.error().message, "the text has 52428800 bytes; more than 4194304 are not parsed");
    EXPECT_FALSE(Tree::parse(language, shared(std::string(parse_size_limit + 1, ' '))));
    EXPECT_TRUE(Tree::parse(language, shared(std::string(parse_size_limit, ' '))));
}

TEST(tree, gives_up_when_time_is_over)
{
    auto const refused = Tree::parse(
        *find_language_by_name("cpp"), shared(repeated("int f(int a) { return a + 1; }\n", 20000)), std::chrono::milliseconds(0));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::timeout);
}

TEST(tree, counts_errors_and_missing_pieces)
{
    EXPECT_EQ(parsed("c", "int x;").error_count(), 0u);
    EXPECT_EQ(parsed("c", "int x").error_count(), 1u); // the missing semicolon
    EXPECT_GT(parsed("c", "int int = ) {").error_count(), 0u);
    EXPECT_GT(parsed("python", "def f(:\n  pass").error_count(), 0u);
}

TEST(tree, finds_the_smallest_node_and_the_path_to_it)
{
    Tree const tree = parsed("c", "int x = a + b;\n");
    EXPECT_EQ(tree.node_at({ 8, 9 }).type(), "identifier");
    EXPECT_EQ(tree.node_at({ 8, 13 }).type(), "binary_expression");
    EXPECT_EQ(tree.node_at({ 0, 1000 }), tree.root());
    EXPECT_EQ(tree.node_at({ 5, 2 }), tree.root());
    std::vector<Node> const path = tree.path_to({ 8, 9 });
    ASSERT_EQ(path.size(), 5u);
    EXPECT_EQ(path.front(), tree.root());
    EXPECT_EQ(path.back().text(tree.text()), "a");
    for (std::size_t i = 1; i < path.size(); ++i)
        EXPECT_EQ(path[i].parent(), path[i - 1]);
    EXPECT_FALSE(tree.root().parent());
    EXPECT_EQ(Node().type(), "");
    EXPECT_FALSE(Node().is("x"));
    EXPECT_TRUE(Node().named_children().empty());
    EXPECT_TRUE(Node().ancestors().empty());
}

TEST(tree, walks_named_nodes_parents_first_and_skips_where_told)
{
    Tree const tree = parsed("python", "f(a, g(b))\nh\n");
    std::string all, shallow;
    walk(tree.root(), [&](Node node) { return all += std::string(node.type()) + " ", true; });
    walk(tree.root(), [&](Node node) { return shallow += std::string(node.type()) + " ", !node.is("argument_list"); });
    EXPECT_EQ(all,
        "module expression_statement call identifier argument_list identifier call identifier argument_list identifier "
        "expression_statement identifier ");
    EXPECT_EQ(shallow, "module expression_statement call identifier argument_list expression_statement identifier ");
}

class Edits : public ::testing::TestWithParam<char const*> { };

TEST_P(Edits, give_the_tree_that_a_full_parse_gives)
{
    std::filesystem::path const path = countersign::tests::checkout() / "tests/unit/syntax/cases" / GetParam();
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    std::string text = content.str();
    Language const& language = *find_language(path.string());
    Tree tree = parsed(language.name, text);
    std::mt19937 random(7);
    static constexpr std::string_view pieces[] = { "", "x", "\n", " ", "(", ")", "{", "}", "\"", "'", ";", "\r\n", "\t", "/*", "*/", "#",
        "é", "if", "\xff", "1.5", "\n\n  " };
    std::size_t compared = 0;
    for (int i = 0; i < 120; ++i) {
        std::size_t const begin = random() % (text.size() + 1);
        std::size_t const length = std::min<std::size_t>(random() % 12, text.size() - begin);
        std::string const piece =
            i % 3 ? std::string(pieces[random() % std::size(pieces)]) : text.substr(random() % text.size(), random() % 30);
        std::string after = text;
        after.replace(begin, length, piece);
        auto const edited = tree.edited(shared(after), { begin, begin + length }, piece.size(), std::chrono::seconds(60));
        ASSERT_TRUE(edited) << to_string(edited.error());
        Tree const full = parsed(language.name, after);
        // Around errors the core may mend one text in two ways, depending on what it could reuse.
        if (edited->error_count() == 0 || full.error_count() == 0) {
            ASSERT_EQ(rendered_nodes(*edited), rendered_nodes(full)) << "after edit " << i;
            ++compared;
        }
        ASSERT_EQ(edited->root().end(), full.root().end());
        use_everything(*edited);
        // An error would stay for all later edits: go on from the sound text, mostly.
        if (full.error_count() == 0 || i % 5 == 0) {
            bool const sound = full.error_count() == 0;
            tree = sound ? *edited : parsed(language.name, content.str());
            text = sound ? after : content.str();
        }
    }
    EXPECT_GT(compared, 10u);
}

INSTANTIATE_TEST_SUITE_P(cases, Edits,
    ::testing::Values("scopes.cpp", "scopes.py", "scopes.ts", "scopes.tsx", "scopes.go", "scopes.rs", "scopes.java", "scopes.rb",
        "scopes.sh", "scopes.cs", "scopes.js", "scopes.c"),
    [](auto const& tested) {
        std::string const name = tested.param;
        return name.substr(name.find('.') + 1);
    });

TEST(tree, keeps_the_old_tree_when_it_is_edited)
{
    Tree const before = parsed("c", "int a;\nint b;\n");
    std::string const nodes = rendered_nodes(before);
    auto const after = before.edited(shared("int a;\nlong c;\nint b;\n"), { 7, 7 }, 8);
    ASSERT_TRUE(after);
    EXPECT_EQ(rendered_nodes(before), nodes);
    EXPECT_EQ(before.text(), "int a;\nint b;\n");
    EXPECT_EQ(after->root().named_count(), 3u);
}

TEST(tree, parses_anew_when_the_edit_does_not_fit_the_text)
{
    Tree const before = parsed("c", "int a;\n");
    for (ByteRange const range : { ByteRange { 3, 900 }, ByteRange { 5, 2 }, ByteRange { 0, 0 } }) {
        auto const after = before.edited(shared("long other;\n"), range, 1);
        ASSERT_TRUE(after);
        EXPECT_EQ(rendered_nodes(*after), rendered_nodes(parsed("c", "long other;\n")));
    }
    EXPECT_FALSE(before.edited(shared(std::string(parse_size_limit + 1, ' ')), { 0, 7 }, parse_size_limit + 1));
}

TEST(tree, is_read_by_several_threads_at_once)
{
    Tree const tree = parsed("python", repeated("def f(a):\n    b = a\n    return b\n", 200));
    std::string const expected = rendered_nodes(tree);
    std::vector<std::thread> threads;
    std::vector<std::string> seen(4);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        threads.emplace_back([&seen, i, copy = tree] {
            seen[i] = rendered_nodes(copy);
            use_everything(copy);
            copy.edited(shared("x" + copy.text()), { 0, 0 }, 1);
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (std::string const& nodes : seen)
        EXPECT_EQ(nodes, expected);
}

TEST(hostile, text_of_any_bytes_is_survived)
{
    std::string every_byte;
    for (int i = 0; i < 256; ++i)
        every_byte += static_cast<char>(i);
    std::mt19937 random(3);
    std::string noise(20000, '\0');
    for (char& c : noise)
        c = static_cast<char>(random());
    std::string const texts[] = {
        std::string("int a\0b;\0\0", 10),
        "\xff\xfe\xc0\x80 a \xed\xa0\x80",
        repeated(every_byte, 20),
        noise,
        "\xef\xbb\xbf"
        "a = 1\n",
        "a\r\nb\rc\r",
        repeated("\"", 1001),
        repeated("`${", 500),
        repeated("<<A\n", 300),
        repeated("'", 999) + "a",
        "a",
        "\n",
        repeated("\n", 10000),
    };
    for (Language const& language : languages()) {
        for (std::string const& text : texts)
            use_everything(parsed(language.name, text));
    }
}

TEST(hostile, deep_nesting_overflows_no_stack)
{
    struct Row {
        std::string_view language;
        std::string text;
    };
    constexpr std::size_t deepest = 100'000, depth = 8'000;
    Row const rows[] = {
        { "c", "int a = " + std::string(deepest, '(') + "a" + std::string(deepest, ')') + ";" },
        { "c", "int f() " + std::string(depth, '{') + "a;" + std::string(depth, '}') },
        { "cpp", repeated("namespace a {", depth / 4) + repeated("}", depth / 4) },
        { "cpp", "int a = " + std::string(depth, '(') },
        { "cpp", "void f() {" + repeated("a(", depth) + repeated(")", depth) + ";}" },
        { "javascript", repeated("function a(){", depth / 4) + repeated("}", depth / 4) },
        { "javascript", "a=" + std::string(depth, '[') + std::string(depth, ']') },
        { "typescript", repeated("a=>", depth) + "a" },
        { "tsx", repeated("<a>", depth / 4) + repeated("</a>", depth / 4) },
        { "python", "a=" + std::string(deepest, '(') + "a" + std::string(deepest, ')') },
        { "python", "a=" + repeated("lambda a:", depth / 4) + "a" },
        { "go", "package a\nfunc a() " + std::string(depth, '{') + std::string(depth, '}') },
        { "rust", "fn a() {" + repeated("a!(", depth / 4) + repeated(")", depth / 4) + "}" },
        { "rust", "fn a() {" + repeated("|a|", depth / 4) + "a}" },
        { "java", "class A { int a = " + std::string(depth, '(') + "a" + std::string(depth, ')') + "; }" },
        { "ruby", repeated("a do |a|\n", depth / 8) + repeated("end\n", depth / 8) },
        { "bash", repeated("$(", depth / 8) + "a" + repeated(")", depth / 8) },
        { "csharp", "class A { int a = " + std::string(depth, '(') + "a" + std::string(depth, ')') + "; }" },
    };
    for (Row const& row : rows) {
        SCOPED_TRACE(fmt::format("{} {}", row.language, row.text.substr(0, 30)));
        auto const tree = Tree::parse(*find_language_by_name(row.language), shared(row.text), std::chrono::seconds(20));
        if (tree)
            use_everything(*tree);
        else
            EXPECT_EQ(tree.error().code, ErrorCode::timeout);
    }
}

TEST(hostile, many_of_a_kind_stay_linear)
{
    struct Row {
        std::string_view language;
        std::string text;
    };
    constexpr std::size_t many = 2'000;
    Row const rows[] = {
        { "c", "int " + repeated("a, ", many) + "a;" },
        { "cpp", repeated("/* a */ ", many) + "void a() {}" },
        { "rust", repeated("#[a]\n", many) + "fn a() {}" },
        { "rust", "fn a(a: i32) {" + repeated("let a = a;", many) + "}" },
        { "javascript", "const " + repeated("a = 1, ", many) + "b = () => 1;" },
        { "javascript", repeated("/*a*/function a(){}", many) },
        { "python", repeated("a.", many) + "a" },
        { "python", repeated("@a\n", many) + "def a(): pass" },
        { "go", "package a\nfunc a() { a := []int{" + repeated("a, ", many) + "} }" },
        { "ruby", repeated("a = a\n", many) },
        { "bash", repeated("@test \"a\" {\na\n}\n", many / 4) },
    };
    for (Row const& row : rows) {
        SCOPED_TRACE(fmt::format("{} {}", row.language, row.text.substr(0, 30)));
        use_everything(parsed(row.language, row.text));
    }
}
