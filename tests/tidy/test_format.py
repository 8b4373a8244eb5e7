"""All C++ is as clang-format writes it, by the .clang-format in the root."""
import shutil
import subprocess
import unittest

from house import ROOT, TidyTest, missing_tool

NAMES = ("clang-format-14", "clang-format")  # one version for all: others break lines elsewhere


def formatter():
    return next((path for path in map(shutil.which, NAMES) if path), None)


def check_format(tree, program):
    paths = tree.cpp()
    problems = []
    for begin in range(0, len(paths), 100):
        command = [program, "--dry-run", f"--style=file:{ROOT / '.clang-format'}", *paths[begin:begin + 100]]
        done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True)
        if done.returncode != 0 and "warning:" not in done.stderr:
            problems.append(done.stderr.strip())
        problems += sorted({line.split(":")[0] for line in done.stderr.splitlines() if "[-Wclang-format-violations]" in line})
    return [f"{problem}: run {program.rsplit('/', 1)[-1]} -i on it" for problem in problems]


class Format(TidyTest):
    def setUp(self):
        self.program = formatter()
        if not self.program:
            missing_tool(self, NAMES[0])

    def test_is_the_same_everywhere(self):
        self.assert_none(check_format(self.house(), self.program))

    def test_can_fail(self):
        tree = self.tree_of({"a.cpp": "int  f( ) {return 1;}\n", "b.h": "int f();\n", "tests/samples/c.cpp": "int  f( );\n"})
        problems = check_format(tree, self.program)
        self.assertEqual(1, len(problems), problems)
        self.assertTrue(problems[0].startswith("a.cpp: "), problems)


if __name__ == "__main__":
    unittest.main()
