"""Headers say why they are there, files stay small, and types are named after what they are."""
import re
import unittest

from house import TidyTest, code_only, is_input

# Past the first it probably holds two things and is named; past the second it does.
LONG_FILE = 400
TOO_LONG_FILE = 600
VAGUE_TYPES = r"\b(?:class|struct)\s+\w*(?:Manager|Helper|Util|Utils|Info)\b"


def check_openings(tree):
    problems = []
    for path in tree.under("protocol", "server", "tests", endings=(".h",)):
        if is_input(path):
            continue
        lines = tree.text(path).split("\n")
        words = []
        for line in lines:
            if not line.startswith("//"):
                break
            words += line[2:].split()
        if len(words) < 6:
            problems.append(f"{path}: begins with no comment that says what it is for")
        elif "#pragma once" not in lines:
            problems.append(f"{path}: no #pragma once")
    return problems


def long_files(tree, limit):
    # Emacs installs a package of one file; to split it would make it another kind of package.
    endings = (".cpp", ".h", ".py", ".lua", ".ts", ".js", ".cmake")
    counts = {path: tree.text(path).count("\n") for path in tree.under("protocol", "server", "tests", "editors", endings=endings)}
    return [f"{path}: {count} lines; past {limit} a file holds two things" for path, count in counts.items() if count > limit and not is_input(path)]


def check_type_names(tree):
    problems = []
    for path in tree.under("protocol", "server", endings=(".h", ".cpp")):
        problems += [f"{path}: {name.split()[-1]} says nothing about what it is" for name in re.findall(VAGUE_TYPES, code_only(tree.text(path)))]
    return problems


class Comments(TidyTest):
    def test_every_header_says_why_it_is_there(self):
        self.assert_none(check_openings(self.house()))

    def test_no_file_holds_two_things(self):
        for problem in long_files(self.house(), LONG_FILE):
            print("warning:", problem)
        self.assert_none(long_files(self.house(), TOO_LONG_FILE))

    def test_types_are_named_after_what_they_are(self):
        self.assert_none(check_type_names(self.house()))


class CanFail(TidyTest):
    def test_finds_headers_that_say_nothing(self):
        tree = self.tree_of({
            "server/a/good.h": "// What a good header is and who calls it.\n#pragma once\n",
            "server/a/silent.h": "#pragma once\n// What a good header is and who calls it.\n",
            "server/a/short.h": "// Good things.\n#pragma once\n",
            "server/a/twice.h": "// What a header is that can be included twice.\n",
        })
        self.assertEqual(["server/a/short.h: begins with no comment that says what it is for", "server/a/silent.h: begins with no comment that says what it is for",
                          "server/a/twice.h: no #pragma once"], check_openings(tree))

    def test_finds_long_files(self):
        tree = self.tree_of({"server/a.cpp": "\n" * 401, "server/b.cpp": "\n" * 400, "server/c.md": "\n" * 401})
        self.assertEqual(["server/a.cpp: 401 lines; past 400 a file holds two things"], long_files(tree, LONG_FILE))

    def test_finds_names_that_say_nothing(self):
        tree = self.tree_of({"server/a.h": "class RunManager {};\n// class PathUtil\nstruct Information { int info; };\n"})
        self.assertEqual(["server/a.h: RunManager says nothing about what it is"], check_type_names(tree))


if __name__ == "__main__":
    unittest.main()
