"""What belongs together is there together: a registry entry and its case and docs, a language and its queries and test."""
import json
import re
import unittest
from pathlib import PurePosixPath

from house import TidyTest, code_only

LANGUAGE_FILES = ("language.json", "outline.scm", "scopes.scm", "tests.scm")


def between(text, begin, end):
    """The text between the first match of `begin` and the first `end` after it."""
    found = re.search(begin, text)
    return text[found.end():text.index(end, found.end())] if found else ""


def registered(tree, room):
    """Names in the registry of a room, in display order; empty while the room has none."""
    path = f"server/{room}/registry.cpp"
    if path not in tree.paths:
        return []
    text = tree.text(path)
    if room == "refactor":
        return re.findall(r'\bRule\s*\{\s*"(\w+)"', text)
    suffix = "action" if room == "actions" else "tool"
    return re.findall(rf"\b(\w+)_{suffix}\b", between(code_only(text), r"registry\(\)\s*\{", "return"))


def has_case(tree, name):
    """A case is tests/cases/**.txt in a folder or under a name that begins with what it tests."""
    for path in tree.under("tests/cases", endings=(".txt",)):
        parts = PurePosixPath(path).with_suffix("").parts[2:]
        if name in parts or parts[-1].startswith(name + "_"):
            return True
    return False


def check_cases(tree):
    return [f"tests/cases: no case for {room}'s {name}"
            for room in ("tools", "actions", "refactor") for name in registered(tree, room) if not has_case(tree, name)]


def check_entry_files(tree):
    """One file an entry, with its docs: an action's prompt, a tool's description and schema, a rule's argument for its safety."""
    problems = []
    for name in registered(tree, "actions"):
        problems += [f"server/actions/{name}{ending}: missing" for ending in (".cpp", ".md") if f"server/actions/{name}{ending}" not in tree.paths]
    for name in registered(tree, "tools"):
        path = f"server/tools/{name}.cpp"
        if path not in tree.paths:
            problems.append(f"{path}: missing")
            continue
        text = tree.text(path)
        problems += [f"{path}: the tool has no {word}" for word in ("description", "schema") if not re.search(rf"\b{word}\b", code_only(text))]
    for name in registered(tree, "refactor"):
        path = f"server/refactor/{name}.cpp"
        if path not in tree.paths:
            problems.append(f"{path}: missing")
        elif not tree.text(path).startswith("//"):
            problems.append(f"{path}: does not begin by saying what makes the rule safe")
    return problems


def languages(tree):
    return sorted({p.split("/")[1] for p in tree.under("grammars") if p.count("/") == 2})


def check_languages(tree):
    problems = []
    tests = tree.under("tests/unit/syntax")
    named = "".join(tree.text(p) for p in tests if p.endswith((".cpp", ".h")))
    stems = {word for p in tests for word in re.split(r"[/._-]", p)}
    for name in languages(tree):
        folder = f"grammars/{name}"
        problems += [f"{folder}/{file}: missing" for file in LANGUAGE_FILES if f"{folder}/{file}" not in tree.paths]
        if f"{folder}/language.json" in tree.paths:
            try:
                told = json.loads(tree.text(f"{folder}/language.json")).get("name")
            except ValueError as error:
                told = None
                problems.append(f"{folder}/language.json: {error}")
            if told is not None and told != name:
                problems.append(f"{folder}/language.json: the name is {told}, the folder {name}")
        if name not in stems and f'"{name}"' not in named:
            problems.append(f'tests/unit/syntax: no test names "{name}"')
    return problems


class Completeness(TidyTest):
    def test_every_registry_entry_has_a_case(self):
        self.assert_none(check_cases(self.house()))

    def test_every_registry_entry_has_its_file_and_its_docs(self):
        self.assert_none(check_entry_files(self.house()))

    def test_every_language_is_complete_and_tested(self):
        self.assert_none(check_languages(self.house()))

    def test_the_registries_are_read(self):
        tree = self.house()
        for room, known in (("tools", "edit_file"), ("actions", "refactor"), ("refactor", "invert_if")):
            if f"server/{room}/registry.cpp" in tree.paths:
                self.assertIn(known, registered(tree, room))
        self.assertIn("cpp", languages(tree))


class CanFail(TidyTest):
    def setUp(self):
        self.files = {
            "server/tools/registry.cpp": "std::span<Tool const> registry()\n{\n    static std::array const tools { // old_tool\n        read_tool,\n        write_tool,\n    };\n"
                                         "    return tools;\n}\nTool const* other_tool();\n",
            "server/tools/read.cpp": 'Tool const read_tool { .name = "read", .description = "", .schema = "" };',
            "server/actions/registry.cpp": "Registry registry()\n{\n    static A const actions { explain_action };\n    return actions;\n}\n",
            "server/actions/explain.cpp": "",
            "server/refactor/registry.cpp": 'Rule { "flip", "flip it" },\n// nothing\nRule { "flop", "" },',
            "server/refactor/flip.cpp": "",
            "server/refactor/flop.cpp": "// flop is safe because nothing depends on it",
            "tests/cases/tools/read/simple.txt": "",
            "tests/cases/actions/explain.txt": "",
            "tests/cases/refactor/flop_twice.txt": "",
        }

    def test_finds_entries_without_a_case(self):
        self.assertEqual(["tests/cases: no case for tools's write", "tests/cases: no case for refactor's flip"], check_cases(self.tree_of(self.files)))

    def test_finds_entries_without_docs(self):
        self.assertEqual(["server/actions/explain.md: missing", "server/tools/write.cpp: missing", "server/refactor/flip.cpp: does not begin by saying what makes the rule safe"],
                         check_entry_files(self.tree_of(self.files)))

    def test_finds_incomplete_languages(self):
        files = {f"grammars/{name}/{file}": json.dumps({"name": "cpp"}) for name in ("cpp", "d") for file in LANGUAGE_FILES}
        del files["grammars/cpp/tests.scm"]
        files["tests/unit/syntax/a_test.cpp"] = 'find("cpp")'
        self.assertEqual(["grammars/cpp/tests.scm: missing", "grammars/d/language.json: the name is cpp, the folder d", 'tests/unit/syntax: no test names "d"'],
                         check_languages(self.tree_of(files)))

    def test_is_content_with_rooms_that_are_not_there(self):
        tree = self.tree_of({"README.md": ""})
        self.assertEqual([], check_cases(tree) + check_entry_files(tree) + check_languages(tree))


if __name__ == "__main__":
    unittest.main()
