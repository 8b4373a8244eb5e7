"""clang-tidy with the short list of .clang-tidy, every finding an error.

It takes some seconds a file, so a file that passed is not looked at again until it, a header of ours that it includes, or the list
changes: the build directory remembers. A run looks at the files that changed last, at most FILES_A_RUN of them that are not
known to be clean; COUNTERSIGN_TIDY=1 looks at all, as a build server does.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from house import ROOT, TidyTest, Tree, includes, missing_tool

NAMES = ("clang-tidy-14", "clang-tidy")
FILES_A_RUN = 24
LONGEST_SECONDS = 300
FINDING = re.compile(r"^(?P<path>[^\s:]+):(?P<place>\d+:\d+): (?:error|warning): (?P<what>.*)$", re.MULTILINE)


def program():
    return next((path for path in map(shutil.which, NAMES) if path), None)


def build_folder():
    return Path(os.environ.get("COUNTERSIGN_BUILD", ROOT / "build" / "dev"))


class Inputs:
    """What a file's result depends on: its own text and that of every header of ours beneath it."""

    def __init__(self, root, list_path):
        self.root = root
        self.salt = list_path.read_bytes()
        self.known = {}

    def _direct(self, path):
        if path not in self.known:
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                text = ""
            found = []
            for _, mark, name in includes(text):
                if mark == '"':
                    found += [p for p in (path.parent / name, self.root / "server" / name, self.root / name) if p.is_file()][:1]
            self.known[path] = (hashlib.sha256(text.encode()).digest(), found)
        return self.known[path]

    def key(self, path):
        seen, waiting = {}, [path]
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen[each], beneath = self._direct(each)
                waiting += beneath
        whole = hashlib.sha256(self.salt)
        for digest in sorted(seen.values()):
            whole.update(digest)
        return whole.hexdigest()


def run_tidy(tool, database, path, list_path):
    """(what it found, what kept it from looking)."""
    command = [tool, "--quiet", "-p", str(database), f"--config-file={list_path}", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return [], f"{path}: not done after {LONGEST_SECONDS} s"
    found = sorted({m.group(0) for m in FINDING.finditer(done.stdout)})
    compile_errors = [f for f in found if "[clang-diagnostic-error]" in f]
    if compile_errors or (done.returncode != 0 and not found):
        return [], f"{path}: {(compile_errors or [done.stderr.strip()[-300:]])[0]}"
    return found, ""


class ClangTidy(TidyTest):
    def setUp(self):
        self.tool = program()
        if not self.tool:
            missing_tool(self, NAMES[0])

    def test_finds_nothing(self):
        database = build_folder() / "compile_commands.json"
        if not database.is_file():
            self.skipTest(f"{database} is missing: configure first")
        compiled = {Path(entry["file"]).resolve() for entry in json.loads(database.read_text())}
        ours = [ROOT / p for p in Tree(ROOT).under("protocol", "server", endings=(".cpp",))]
        inputs = Inputs(ROOT, ROOT / ".clang-tidy")
        memory = build_folder() / "tidy-clean"
        memory.mkdir(exist_ok=True)
        waiting = [(path, memory / inputs.key(path)) for path in ours if path in compiled]
        waiting = sorted((each for each in waiting if not each[1].exists()), key=lambda each: -each[0].stat().st_mtime)
        everything = os.environ.get("COUNTERSIGN_TIDY") or os.environ.get("CI")
        chosen = waiting if everything else waiting[:FILES_A_RUN]
        problems, unseen = [], []

        def look(each):
            path, mark = each
            found, obstacle = run_tidy(self.tool, database.parent, path, ROOT / ".clang-tidy")
            problems.extend(found)
            if obstacle:
                unseen.append(obstacle)
            elif not found:
                mark.touch()

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(look, chosen))
        print(f"clang-tidy looked at {len(chosen)} of {len(ours)} files, {len(waiting) - len(chosen)} still wait; COUNTERSIGN_TIDY=1 looks at all")
        self.assert_none([str(p).replace(f"{ROOT}/", "") for p in sorted(set(problems))] + sorted(unseen))

    def test_can_fail(self):
        tree = self.tree_of({
            "server/a.cpp": "#include <string>\n#include <utility>\nstd::string f(std::string text)\n{\n    std::string other = std::move(text);\n    return other + text;\n}\n",
            "server/b.cpp": "#include <string>\nbool f(std::string const& text) { return !text.empty(); }\n",
            "server/c.cpp": "int f( { }\n",
        })
        entries = [{"directory": str(tree.root), "file": str(tree.root / p), "command": f"clang++ -std=c++20 -c {p}"} for p in tree.cpp()]
        (tree.root / "compile_commands.json").write_text(json.dumps(entries))
        found, obstacle = run_tidy(self.tool, tree.root, tree.root / "server/a.cpp", ROOT / ".clang-tidy")
        self.assertEqual(1, len(found), (found, obstacle))
        self.assertIn("bugprone-use-after-move", found[0])
        self.assertEqual(([], ""), run_tidy(self.tool, tree.root, tree.root / "server/b.cpp", ROOT / ".clang-tidy"))
        self.assertIn("clang-diagnostic-error", run_tidy(self.tool, tree.root, tree.root / "server/c.cpp", ROOT / ".clang-tidy")[1])

    def test_looks_again_when_a_header_changes(self):
        tree = self.tree_of({"server/x/a.cpp": '#include "x/a.h"\n', "server/x/a.h": '#include "y/b.h"\n', "server/y/b.h": '#include "x/a.h"\n', ".clang-tidy": ""})
        path = tree.root / "server/x/a.cpp"
        before = Inputs(tree.root, tree.root / ".clang-tidy").key(path)
        self.assertEqual(before, Inputs(tree.root, tree.root / ".clang-tidy").key(path))
        (tree.root / "server/y/b.h").write_text("// changed\n")
        self.assertNotEqual(before, Inputs(tree.root, tree.root / ".clang-tidy").key(path))


if __name__ == "__main__":
    unittest.main()
