"""What no code of ours may do: write to stdout past the writer thread, or use coroutines."""
import re
import unittest

from house import TidyTest, code_only, is_input, lines_with

# Whatever reaches fd 1 but a framed message breaks the connection to the editor.
STDOUT = r"std::cout|(?<![\w:.>])(?:std::)?(?:printf|puts|putchar|vprintf)\s*\(|(?<!\w)fmt::print\s*\(\s*\"\"|(?<!\w)STDOUT_FILENO|(?<!\w)stdout\b" \
    r"|(?<![\w.>])(?:::)?write\s*\(\s*1\s*,"
# server/cli/ speaks to a terminal; the others each own the descriptor for a reason.
STDOUT_ALLOWED = {
    "protocol/generate.cpp",  # a build tool
    "server/model/api_key.cpp",  # gives a child its own
    "server/rpc/stdio.cpp",   # takes the real stdout away from everybody else
    "server/rpc/writer.cpp",  # the one thread that writes it
}
# g++ 12 miscompiles ordinary co_await expressions without a warning; clang 14 has no coroutines for asio.
COROUTINES = r"\bco_(?:await|return|yield)\b|#\s*include\s*<(?:experimental/)?coroutine>|asio::(?:awaitable|co_spawn)\b"
# fmt is what we have instead.
UNAVAILABLE = r"#\s*include\s*<(?:format|print)>"


def check_pattern(tree, pattern, what, folders, exempt=lambda path: False):
    problems = []
    for path in tree.under(*folders, endings=(".h", ".cpp")):
        if not exempt(path) and not is_input(path):
            problems += [f"{path}:{n}: {what}: {line.strip()}" for n, line in lines_with(pattern, code_only(tree.text(path)))]
    return problems


def check_stdout(tree):
    return check_pattern(tree, STDOUT, "writes to stdout", ("protocol", "server"),
                         lambda path: path in STDOUT_ALLOWED or path.startswith("server/cli/"))


def check_coroutines(tree):
    return check_pattern(tree, COROUTINES, "a coroutine", ("protocol", "server", "tests"))


def check_unavailable_headers(tree):
    return check_pattern(tree, UNAVAILABLE, "not in g++ 12", ("protocol", "server", "tests"))


class ForbiddenCode(TidyTest):
    def test_nobody_but_the_writer_and_the_command_line_writes_to_stdout(self):
        self.assert_none(check_stdout(self.house()))

    def test_there_are_no_coroutines(self):
        self.assert_none(check_coroutines(self.house()))

    def test_only_headers_that_the_compiler_has(self):
        self.assert_none(check_unavailable_headers(self.house()))


class CanFail(TidyTest):
    def test_finds_each_way_to_write_to_stdout(self):
        ways = ["std::cout << 1;", 'printf("x");', 'std::printf("x");', 'puts("x");', 'fmt::print("x");', "write(1, p, n);", "::write( 1, p, n);",
                "int fd = STDOUT_FILENO;", "std::fputs(p, stdout);"]
        for way in ways:
            tree = self.tree_of({"server/tools/a.cpp": f"void f() {{ {way} }}\n"})
            self.assertEqual(1, len(check_stdout(tree)), way)

    def test_leaves_what_only_looks_like_it(self):
        tree = self.tree_of({
            "server/tools/a.cpp": "// std::cout\nauto a = \"printf(\";\nauto b = R\"(puts(1))\";\n/* STDOUT_FILENO\n */\nsnprintf(p, 1, q); std::fprintf(stderr, q);\n"
                                  "file.write(1, p); log->printf(q); write(10, p, n);\n",
            "server/cli/a.cpp": "std::cout << 1;",
            "server/rpc/writer.cpp": "write(1, p, n);",
        })
        self.assertEqual([], check_stdout(tree))

    def test_finds_coroutines_and_their_line(self):
        tree = self.tree_of({"server/rpc/a.cpp": "/*\n*/ int const million = 1'000'000;\n// co_await\nauto f() { co_return \"co_yield\"; }\n"})
        self.assertEqual(['server/rpc/a.cpp:4: a coroutine: auto f() { co_return ""; }'], check_coroutines(tree))
        self.assertEqual(1, len(check_unavailable_headers(self.tree_of({"tests/a.cpp": "#include <format>\n"}))))


if __name__ == "__main__":
    unittest.main()
