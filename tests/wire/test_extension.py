"""What an extension of ours gets beside the standard protocol: what is pending, both texts of every proposed file, new files unsaved."""
import dataclasses
import json
import pathlib
import unittest

import editor as editors
from editor import Refused, uri_of
from fixture import WireTest
from samples import CLAMP, CLAMP_INVERTED, CPP_PROJECT

CLIENTS = pathlib.Path(__file__).parent / "clients"


class Extension(WireTest):
    files = CPP_PROJECT

    def setUp(self):
        super().setUp()
        self.source = self.workspace / "clamp.cpp"
        self.pending, self.refreshed = [], []

    def extension(self, **options):
        behaviour = dataclasses.replace(editors.BEHAVIOURS["vscode"], makes_new_buffers=True)
        editor = editors.Editor(self.connect(), behaviour, [self.workspace])
        editor._on_countersign_proposals = lambda message: self.pending.append(message["params"])
        editor._on_workspace_textDocumentContent_refresh = lambda message: self.refresh(editor, message)
        capabilities = json.loads((CLIENTS / behaviour.parameters).read_text())["capabilities"]
        capabilities["experimental"] = {"countersign": {"proposals": True, "unsavedFiles": True, **options}}
        editor.initialize(capabilities=capabilities)
        return editor

    def refresh(self, editor, message):
        self.refreshed.append(message["params"]["uri"])
        editor.connection.reply(message, None)

    def propose(self, editor, title="Refactor: invert if"):
        editor.open(self.source, "cpp")
        editor.run(editor.pick(self.source, title, "value < low"))
        editor.until(lambda: self.pending and self.pending[-1]["proposals"], "word of a proposal")
        return self.pending[-1]["proposals"][-1]

    def content(self, editor, uri):
        return editor.call("workspace/textDocumentContent", {"uri": uri})["text"]

    def test_is_told_what_is_pending_and_what_runs(self):
        editor = self.extension()
        self.assertEqual({"countersign": {"proposals": True}}, editor.server["capabilities"]["experimental"])
        editor.until(lambda: self.pending, "a first word")
        self.assertEqual({"provider": "builtin", "isModel": False, "running": [], "proposals": []}, self.pending[0])
        proposal = self.propose(editor)
        self.assertTrue(any(p["running"] and "clamp.cpp" in p["running"][0]["title"] for p in self.pending), self.pending)
        self.assertEqual([], self.pending[-1]["running"])
        (file,) = proposal["files"]
        self.assertEqual(("clamp.cpp", "modify", uri_of(self.source)), (file["path"], file["kind"], file["uri"]))
        self.assertEqual(5, file["hunks"][0]["line"])
        self.assertEqual("if (value >= low) {", file["hunks"][0]["text"])
        self.assertTrue(proposal["document"].endswith("/%s.1.diff" % proposal["proposal"]))

    def test_announces_by_itself_so_that_nothing_takes_the_focus(self):
        editor = self.extension()
        self.propose(editor)
        editor.call("workspace/executeCommand", {"command": "countersign.status", "arguments": [{}]})
        self.assertEqual([], editor.opened)
        self.assertFalse([m for m in editor.messages if "proposed" in m], editor.messages)

    def test_serves_both_sides_and_says_when_they_changed(self):
        editor = self.extension()
        proposal = self.propose(editor)
        (file,) = proposal["files"]
        self.assertEqual(CLAMP, self.content(editor, file["before"]))
        self.assertEqual(CLAMP_INVERTED, self.content(editor, file["after"]))
        editor.execute("countersign.discard", {"proposal": proposal["proposal"]})
        editor.until(lambda: len(self.refreshed) == 2, "refreshes")
        self.assertEqual({file["before"], file["after"]}, set(self.refreshed))
        self.assertEqual("", self.content(editor, file["after"]), "a view that is still open is no error")
        self.assertEqual([], self.pending[-1]["proposals"])

    def test_a_view_of_one_hunk_left_shows_only_that(self):
        editor = self.extension()
        source = self.workspace / "report.cpp"
        editor.open(source, "cpp")
        editor.run(editor.pick(source, "Refactor `report`", "int sum = 0"))
        editor.until(lambda: self.pending and self.pending[-1]["proposals"], "word of a proposal")
        proposal = self.pending[-1]["proposals"][-1]
        (file,) = proposal["files"]
        self.assertGreater(len(file["hunks"]), 1)
        proposed = self.content(editor, file["after"])
        first = file["hunks"][0]
        editor.execute("countersign.applyHunk", {"proposal": proposal["proposal"], "hunks": [first["hunk"]]})
        editor.applied(proposal["proposal"])
        self.assertEqual(editor.buffers[str(source)].text, self.content(editor, file["before"]))
        self.assertEqual(proposed, self.content(editor, file["after"]))
        left = self.pending[-1]["proposals"][-1]["files"][0]["hunks"]
        self.assertEqual([h["hunk"] for h in file["hunks"][1:]], [h["hunk"] for h in left])

    def test_refuses_addresses_that_are_none(self):
        editor = self.extension()
        number = self.propose(editor)["proposal"]
        wrong = ["", "x", "file:///etc/passwd", "countersign-proposal:", "countersign-proposal:/", "countersign-proposal:/%s" % number,
                 "countersign-proposal:/%s/after" % number, "countersign-proposal:/%s/middle/clamp.cpp" % number,
                 "countersign-proposal:/%s/after/../clamp.cpp" % number, "countersign-proposal:/%s/after/%%zz" % number,
                 "countersign-proposal:/%s/after/other.cpp" % number, "countersign-proposal://host/%s/after/clamp.cpp" % number]
        for uri in wrong:
            with self.subTest(uri=uri), self.assertRaises(Refused):
                self.content(editor, uri)
        self.assertEqual("", self.content(editor, "countersign-proposal:/99999/after/clamp.cpp"))

    def test_a_new_file_is_sent_as_a_plain_edit_without_a_file_operation(self):
        editor = self.extension()
        proposal = self.propose(editor, title="Add tests")
        new = [f for f in proposal["files"] if f["kind"] == "create"]
        self.assertTrue(new, proposal)
        self.assertEqual("", self.content(editor, new[0]["before"]))
        proposed = self.content(editor, new[0]["after"])
        editor.execute("countersign.apply", {"proposal": proposal["proposal"]})
        editor.applied(proposal["proposal"])
        (edit,) = editor.edits
        self.assertFalse([c for c in edit["edit"]["documentChanges"] if "kind" in c])
        self.assertEqual(proposed, editor.buffers[str(self.workspace / new[0]["path"])].text)

    def test_what_waited_is_told_after_a_restart(self):
        first = self.extension()
        number = self.propose(first)["proposal"]
        self.assertEqual(0, first.shut_down())
        self.pending.clear()
        second = self.extension()
        second.until(lambda: self.pending and self.pending[-1]["proposals"], "the proposal of before")
        self.assertEqual(number, self.pending[-1]["proposals"][0]["proposal"])

    def test_a_client_that_did_not_ask_gets_none_of_it(self):
        editor = self.editor("neovim-0.10")
        self.assertNotIn("experimental", editor.server["capabilities"])
        self.assertNotIn("textDocumentContent", editor.server["capabilities"]["workspace"])
        editor.open(self.source, "cpp")
        editor.run(editor.pick(self.source, "Refactor: invert if", "value < low"))
        editor.proposal()
        self.assertFalse([e for e in editor.connection.transcript if e["message"].get("method", "").startswith("countersign/")])


if __name__ == "__main__":
    unittest.main()
