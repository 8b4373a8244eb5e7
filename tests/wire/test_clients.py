"""What real clients say of themselves (clients/*.json, cut down from what they sent) and the profile that it earns them."""
import json
import pathlib
import re
import time
import unittest

from connection import PATIENCE
from editor import BEHAVIOURS
from fixture import WireTest
from samples import CPP_PROJECT


# Rows of the table in editors/README.md, by the editor whose parameters are here.
ROWS = {
    "Visual Studio Code, another extension": "vscode",
    "Neovim 0.7": "neovim-0.7",
    "Neovim 0.10": "neovim-0.10",
    "Neovim 0.12": "neovim-0.12",
    "Emacs 28, eglot 1.9": "eglot-1.9",
    "Emacs 30, eglot 1.17": "eglot-30",
    "Helix 25.01": "helix-25.01",
    "Helix 25.07": "helix-25.07",
    "Kate 22.12": "kate",
    "any other that applies edits": "unknown",
}
# Rows without parameters here. That of countersign.el is held in tests/editors/emacs, where it is run; the others are held by nothing.
NOT_HERE = {
    "Visual Studio Code with the extension",
    "Emacs, countersign.el",
    "Emacs, lsp-mode 8.0",
}
# What the table says, as status says it.
IN_STATUS = {
    "none: explanations and reviews only": "this editor applies no edits",
    "an unsaved buffer": "new files as unsaved buffers",
    "a tick in the editor's preview": "new files after a tick in the editor's preview",
    "none": None,  # of an editor that applies no edits nothing is said of new files
    "asked by the editor": "asks questions itself",
    "code actions": "questions are code actions",
    "opened": "opens documents itself",
    "named in a message": "documents are named in a message",
}


def table_of_editors():
    """{editor: what status says it is taken for}, as editors/README.md has it."""
    text = (pathlib.Path(__file__).resolve().parents[2] / "editors" / "README.md").read_text()
    rows = re.findall(r"^\| (.+) \|$", text.split("## What the server takes an editor for")[1].split("\n## ")[0], re.M)
    found = {}
    for editor, taken_for, *cells in (row.split(" | ") for row in rows[1:]):
        said = (IN_STATUS.get(cell.split(", unless")[0], cell) for cell in cells)
        found[editor] = "%s: %s" % (taken_for, ", ".join(part for part in said if part))
    return found


class Clients(WireTest):
    files = CPP_PROJECT

    def test_the_table_of_editors_says_what_status_says(self):
        table = table_of_editors()
        self.assertEqual(NOT_HERE, set(table) - set(ROWS))
        for row, name in ROWS.items():
            with self.subTest(row):
                editor = self.editor(name)
                editor.execute("countersign.status")
                self.assertEqual(table[row], editor.message(r"treated as ([^\n]*)").group(1))

    def test_every_client_gets_a_valid_answer_and_its_profile(self):
        for name, behaviour in BEHAVIOURS.items():
            with self.subTest(client=name):
                editor = self.editor(name)
                editor.execute("countersign.status")
                editor.message(r"treated as %s\b" % behaviour.profile)
                self.assertEqual(0, editor.shut_down())

    def test_never_asks_for_resolve(self):
        """Helix freezes on it, Neovim and VS Code send it for actions that have only a command."""
        for name in BEHAVIOURS:
            provider = self.editor(name).server["capabilities"]["codeActionProvider"]
            self.assertFalse(provider is not True and provider.get("resolveProvider"))

    def test_no_kind_under_source(self):
        provider = self.editor("vscode").server["capabilities"]["codeActionProvider"]
        self.assertEqual([], [k for k in provider.get("codeActionKinds", []) if k.startswith("source")])

    def test_offers_encodings_only_of_those_the_client_has(self):
        offered = {}
        for name in BEHAVIOURS:
            editor = self.editor(name)
            wanted = editor.parameters()["capabilities"].get("general", {}).get("positionEncodings", ["utf-16"])
            self.assertIn(editor.encoding, wanted)
            offered[name] = editor.encoding
        self.assertEqual("utf-8", offered["helix-25.07"])
        self.assertEqual("utf-16", offered["vscode"])

    def test_progress_that_initialize_itself_offers_is_harmless(self):
        editor = self.editor(initialize=False)
        editor.progress["startup"] = []
        editor.initialize(workDoneToken="startup")
        self.assertEqual(0, editor.shut_down())

    def test_options_of_other_people_do_no_harm(self):
        for options in (None, {}, {"foo": 1}, [], "x", {"countersign": {"foo": 1}}, {"countersign": 3}):
            with self.subTest(options=options):
                editor = self.editor(initialize=False)
                editor.initialize(initializationOptions=options)
                self.assertEqual(0, editor.shut_down())

    def test_nonsense_capabilities_are_absent_ones(self):
        for capabilities in ({}, {"workspace": 7}, {"workspace": {"applyEdit": "yes"}, "window": [], "textDocument": None}):
            with self.subTest(capabilities=capabilities):
                editor = self.editor(initialize=False)
                editor.initialize(capabilities=capabilities)
                self.assertEqual(0, editor.shut_down())

    def test_clients_without_literals_get_commands(self):
        editor = self.editor("plain")
        editor.open(self.workspace / "clamp.cpp", "cpp")
        raw = editor.call(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": "file://" + str(self.workspace / "clamp.cpp").replace(" ", "%20")},
                "range": editor.selection(self.workspace / "clamp.cpp", "value < low"),
                "context": {"diagnostics": []},
            },
        )
        self.assertTrue(raw)
        for action in raw:
            self.assertIsInstance(action["command"], str, json.dumps(action))

    def test_a_command_is_answered_whatever_else_the_client_leaves_unanswered(self):
        """eglot blocks Emacs until it is, for ten seconds at most; nothing that is asked of the client may come between."""
        for name, behaviour in BEHAVIOURS.items():
            with self.subTest(client=name):
                editor = self.editor(name)
                path = self.workspace / "clamp.cpp"
                editor.open(path, "cpp")
                editor.run(editor.pick(path, "Refactor: invert if", "value < low"))
                number = editor.proposal()
                for command in ("review", "apply", "undo"):
                    request = editor.connection.request(
                        "workspace/executeCommand", {"command": "countersign." + command, "arguments": [{"proposal": number}]}
                    )
                    left = []
                    while request not in editor._responses:
                        frame = editor.connection.receive(time.monotonic() + PATIENCE)
                        if "method" in frame.message:
                            left.append(frame)
                        else:
                            editor.handle(frame)
                    self.assertNotIn("workspace/applyEdit", [frame.message["method"] for frame in left])
                    for frame in left:
                        editor.handle(frame)
                    if command == "apply" and behaviour.profile != "no edits":
                        editor.applied(number)

    def test_no_action_carries_an_edit_or_data_in_any_client(self):
        for name in BEHAVIOURS:
            editor = self.editor(name)
            editor.open(self.workspace / "clamp.cpp", "cpp")
            for action in editor.actions(self.workspace / "clamp.cpp", "value < low"):
                self.assertNotIn("edit", action)
                self.assertNotIn({}, action.get("command", {}).get("arguments", []))


if __name__ == "__main__":
    unittest.main()
