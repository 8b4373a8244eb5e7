"""What every tidy test looks at: the files of a checkout, and C++ text without its comments and strings.

A check is a function from a Tree to a list of problems, one line each. It runs over the house and, to prove that it can fail,
over a tiny broken tree of its own.
"""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__"}


def is_input(path):
    """Code that tests read, written as the people write whose code it stands for."""
    return path.startswith("tests/samples/") or (path.startswith("tests/unit/") and "/cases/" in path)


class Tree:
    """The files of a folder that belong to the project, as "/"-separated paths relative to it."""

    def __init__(self, root):
        self.root = Path(root)
        self.paths = sorted(p for p in self._listed() if (self.root / p).is_file())

    def _listed(self):
        if (self.root / ".git").exists():
            git = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            try:
                done = subprocess.run(git, capture_output=True, check=True)
                return set(os.fsdecode(done.stdout).split("\0")) - {""}
            except (OSError, subprocess.CalledProcessError):
                pass  # no git here, or not ours to ask: walk
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
            found += [(Path(folder) / f).relative_to(self.root).as_posix() for f in files]
        return found

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def under(self, *folders, endings=("",)):
        """Paths beneath one of the folders that have one of the endings."""
        return [p for p in self.paths if p.startswith(tuple(f + "/" for f in folders)) and p.endswith(tuple(endings))]

    def cpp(self):
        return [p for p in self.paths if p.endswith((".cpp", ".h")) and not is_input(p)]


TOKEN = re.compile(
    r"""//[^\n]* | /\*.*?\*/
      | R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def code_only(text):
    """C++ without comments and the contents of literals; every line stays where it was."""
    def blank(match):
        whole = match.group(0)
        mark = "" if whole.startswith("/") else '""'
        return mark + "\n" * whole.count("\n")
    # A digit separator is not the begin of a character.
    return TOKEN.sub(blank, re.sub(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])", "", text))


def includes(text):
    """(line, '<' or '"', path) of each #include."""
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]


def lines_with(pattern, text):
    """(1-based number, line) of every line in which the pattern is found."""
    return [(n, line) for n, line in enumerate(text.split("\n"), 1) if re.search(pattern, line)]


def missing_tool(test, name):
    """Skips for a tool that is not installed, but fails where skipping would hide a problem."""
    message = f"{name} is not installed"
    if os.environ.get("CI"):
        test.fail(message)
    test.skipTest(message)


class TidyTest(unittest.TestCase):
    """Run over the house; `problems_of` builds the broken trees."""

    maxDiff = None

    def assert_none(self, problems):
        self.assertEqual([], problems, "\n" + "\n".join(problems))

    def tree_of(self, files):
        folder = tempfile.TemporaryDirectory(prefix="countersign-tidy-")
        self.addCleanup(folder.cleanup)
        for path, text in files.items():
            target = Path(folder.name) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return Tree(folder.name)

    def house(self):
        return Tree(ROOT)
