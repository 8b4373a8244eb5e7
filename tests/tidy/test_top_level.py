"""What the checkout holds, and what none of its texts may say."""
import os
import re
import unittest
from pathlib import Path

from house import TidyTest

FILES = {"CMakeLists.txt", "CMakePresets.json", "bootstrap.sh", "README.md", "LICENSE"}
FOLDERS = {"protocol", "server", "grammars", "editors", "tests", ".ci"}

LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock", "poetry.lock", "uv.lock", "go.sum", "requirements.txt")
# Where to send money to a maintainer is also an address, but nothing is fetched from there.
ADDRESS = re.compile(r'"resolved"|\.(?:tgz|tar\.gz|zip|whl|crate)\b|git\+|git@|ssh://|--(?:extra-)?index-url|^\s*(?:source|index|registry)\s*=')
# Where packages come from is the business of the machine that installs them.
HOSTS = re.compile(r"registry\.npmjs|npmmirror|yarnpkg\.com|pypi\.org|pythonhosted|proxy\.golang|static\.crates\.io|index\.crates\.io|deb\.debian\.org|archive\.ubuntu")
# Folders of the machines we build on. People of examples live in /home too, under names that are nobody's.
PEOPLE = ("ada", "me", "u", "user", "you")
MACHINE_PATHS = re.compile(r"(?<![\w.])(?:/work/|/root/|/home/(?!(?:%s)\b)\w|/Users/\w|C:\\Users\\\w)" % "|".join(PEOPLE))
MAY_NAME_THEM = {"tests/tidy/test_top_level.py"}


def check_top_level(tree):
    problems = []
    for name in sorted({p.split("/")[0] for p in tree.paths}):
        is_folder = (tree.root / name).is_dir()
        if is_folder and name not in FOLDERS:
            problems.append(f"{name}/: not a folder of the top level")
        if not is_folder and name not in FILES and not name.startswith("."):
            problems.append(f"{name}: not a file of the top level")
    return problems


def check_lock_files(tree):
    problems = []
    for path in tree.paths:
        if Path(path).name in LOCK_FILES:
            problems += [f"{path}:{n}: names a download address: {line.strip()}"
                         for n, line in enumerate(tree.text(path).split("\n"), 1) if ADDRESS.search(line)]
    return problems


def check_texts(tree, home=None):
    """`home` is the folder of whoever runs this; its name has no place in a text either."""
    problems = []
    for path in tree.paths:
        if path in MAY_NAME_THEM:
            continue
        for n, line in enumerate(tree.text(path).split("\n"), 1):
            for pattern, what in ((MACHINE_PATHS, "a path of one machine"), (HOSTS, "a package registry")):
                if found := pattern.search(line):
                    problems.append(f"{path}:{n}: names {what}: {line[max(0, found.start() - 20):found.end() + 20].strip()}")
            if home and home + "/" in line:
                problems.append(f"{path}:{n}: names {home}")
    return problems


def check_names(tree):
    """Paths that some file system or tool would trip over."""
    folded = {}
    problems = []
    for path in tree.paths:
        if not re.fullmatch(r"[\w.@+/ -]+", path, re.ASCII):
            problems.append(f"{path!r}: a name of ASCII letters, digits, '.', '_', '-' and '+', please")
        other = folded.setdefault(path.lower(), path)
        if other != path:
            problems.append(f"{path}: differs from {other} only in case")
    return problems


class TopLevel(TidyTest):
    def test_holds_only_what_the_house_has(self):
        self.assert_none(check_top_level(self.house()))

    def test_has_the_licence(self):
        text = self.house().text("LICENSE")
        self.assertIn("Apache License", text)
        self.assertIn("Version 2.0, January 2004", text)
        self.assertIn("END OF TERMS AND CONDITIONS", text)

    def test_lock_files_name_no_download_address(self):
        self.assert_none(check_lock_files(self.house()))

    def test_texts_name_no_machine_and_no_registry(self):
        home = os.path.expanduser("~")
        self.assert_none(check_texts(self.house(), home if home.count("/") >= 2 else None))

    def test_file_names_are_plain(self):
        self.assert_none(check_names(self.house()))


class CanFail(TidyTest):
    def test_finds_what_does_not_belong_at_the_top(self):
        tree = self.tree_of({"README.md": "", ".gitignore": "", "server/main.cpp": "", "notes.txt": "", "docs/a.md": ""})
        self.assertEqual(["docs/: not a folder of the top level", "notes.txt: not a file of the top level"], check_top_level(tree))

    def test_finds_addresses_in_lock_files(self):
        tree = self.tree_of({"grammars/package-lock.json": '{\n"a": {"resolved": "x"},\n"license": "MIT"\n"url": "https://example.org/funding"}',
                             "editors/go.sum": "a v1 h1:x=\n", "editors/requirements.txt": "--index-url https://example.org\na==1\nb @ https://example.org/b.whl\n"})
        self.assertEqual(["editors/requirements.txt:1", "editors/requirements.txt:3", "grammars/package-lock.json:2"],
                         [p.split(": ")[0] for p in check_lock_files(tree)])

    def test_finds_machine_paths_and_registries(self):
        wrong = ["/work/main/x", "see /root/.cache", "/home/jane/x", "https://registry.npmjs.org/x", "pip install -i https://pypi.org/simple", "/opt/jane/src"]
        right = ["/home/ada/x", "server/work/x", "/home/", "node/root/x", "workspace/homework", "a.root/x", "${HOME}/x"]
        tree = self.tree_of({f"server/{n}.md": text for n, text in enumerate(wrong + right)})
        found = [p.split(":")[0] for p in check_texts(tree, "/opt/jane")]
        self.assertEqual([f"server/{n}.md" for n in range(len(wrong))], found)

    def test_finds_names_that_are_not_plain(self):
        tree = self.tree_of({"a.h": "", "A.h": "", "b\n.h": ""})
        self.assertEqual(2, len(check_names(tree)))


if __name__ == "__main__":
    unittest.main()
