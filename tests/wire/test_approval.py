"""The whole way, as each kind of client goes it: action, run, proposal, review document, approval, edit, buffer, ledger."""
import time
import unittest

from connection import PATIENCE
from editor import BEHAVIOURS, CAN_APPLY, Refused, uri_of
from fixture import WireTest
from samples import CLAMP, CLAMP_INVERTED, CPP_PROJECT, GTEST_PROJECT


class ApprovalTest(WireTest):
    def setUp(self):
        super().setUp()
        self.path = self.workspace / "clamp.cpp"

    def propose(self, client="vscode", text=None, title="Refactor: invert if", marker="value < low", path=None):
        """(editor, number of the proposal) after a run on an unsaved buffer."""
        editor = self.editor(client)
        path = path or self.path
        editor.open(path, "cpp")
        editor.set_text(path, text or editor.buffers[str(path)].text + "\n// not saved\n")
        answer = editor.run(editor.pick(path, title, marker))
        self.assertTrue(answer["run"])
        return editor, editor.proposal()

    def settle(self, editor):
        """Everything that the server had to say so far has been handled, and is forgotten."""
        editor.execute("countersign.status")
        editor.messages.clear()


class Approval(ApprovalTest):
    files = CPP_PROJECT

    def test_what_was_told_is_kept_if_the_server_is_killed_the_moment_after(self):
        editor, decided = self.propose()
        editor.messages.clear()
        editor.run(editor.pick(self.path, "Refactor: invert if", "value < low"))
        kept = editor.proposal()
        editor.execute("countersign.discard", {"proposal": decided})
        editor.message("(?i)discarded #%s" % decided)
        self.connections.remove(editor.connection)
        editor.connection.abandon()
        again = self.editor()
        again.open(self.path, "cpp")
        deadline = time.monotonic() + PATIENCE
        offered = []
        while not any(title.startswith("Apply #%s:" % kept) for title in offered):  # the server answers before it has read them
            self.assertLess(time.monotonic(), deadline, offered)
            offered = [action["title"] for action in again.actions(self.path, "value < low")]
        self.assertEqual([], [title for title in offered if title.startswith("Apply #%s:" % decided)])

    def test_the_whole_way_in_every_client(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, number = self.propose(client)
                expected = self.proposed(editor, number)["clamp.cpp"]
                self.assertEqual(CLAMP_INVERTED + "\n// not saved\n", expected)
                self.settle(editor)
                self.assertEqual([], editor.edits, "an edit was sent that nobody approved")
                self.assertIn("// not saved", editor.buffers[str(self.path)].text)

                editor.run(editor.pick(self.path, "Apply #%s:" % number, "int at_least"))
                editor.applied(number)
                self.assertEqual(expected, editor.buffers[str(self.path)].text)
                self.assertEqual(CLAMP, self.text("clamp.cpp"))
                # A question about settings may come late; an edit or a document must not.
                self.assertEqual([], [method for method in editor.lost if method != "workspace/configuration"])
                self.assertEqual(0, editor.shut_down())
                approvals = [f for _, f in self.ledger("approval") if f["proposal"] == number]
                applied = [f for _, f in self.ledger("applied") if f["proposal"] == number]
                self.assertEqual((1, 1), (len(approvals), len(applied)))

    def test_edits_have_the_shape_that_each_client_handles(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, number = self.propose(client)
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                capabilities = editor.parameters()["capabilities"]["workspace"].get("workspaceEdit", {})
                for edit in editor.edits:
                    self.assertNotIn("isRefactoring", edit.get("metadata", {}))
                    has_changes = "documentChanges" in edit["edit"]
                    self.assertTrue(not has_changes or capabilities.get("documentChanges") or client.startswith("neovim"))
                    if client.startswith("neovim"):
                        self.assertLessEqual(len(edit["edit"].get("documentChanges", edit["edit"].get("changes", []))), 1)

    def test_a_client_that_cannot_apply_is_told_so_and_sent_nothing(self):
        for client in ("kate", "plain"):
            with self.subTest(client=client):
                editor, number = self.propose(client)
                self.assertIn("at_least", self.review_text(number))
                try:
                    editor.execute("countersign.apply", {"proposal": number})
                    editor.message(r"(?i)cannot|not")
                except Refused as refused:
                    self.assertTrue(refused.text)
                self.assertEqual([], editor.edits)

    def test_discarded_means_discarded(self):
        editor, number = self.propose()
        before = editor.buffers[str(self.path)].text
        editor.run(editor.pick(self.path, "Discard #%s" % number, "int at_least"))
        editor.message(r"(?i)discarded")
        with self.assertRaises(Refused):
            editor.execute("countersign.apply", {"proposal": number})
            editor.message(r"(?i)already|discarded|no open proposal")
            raise Refused({"code": 0, "message": "told in a message"})
        self.assertEqual(([], before), (editor.edits, editor.buffers[str(self.path)].text))
        self.assertEqual(1, len([f for _, f in self.ledger("discarded") if f["proposal"] == number]))
        self.assertFalse([a for a in editor.actions(self.path, "int at_least") if "#" + number in a["title"]])

    def test_applied_twice_is_applied_once(self):
        editor, number = self.propose()
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        count, text = len(editor.edits), editor.buffers[str(self.path)].text
        try:
            editor.execute("countersign.apply", {"proposal": number})
            self.settle(editor)
        except Refused:
            pass
        self.assertEqual((count, text), (len(editor.edits), editor.buffers[str(self.path)].text))

    def test_a_buffer_that_moved_on_in_the_proposed_lines_is_refused(self):
        editor, number = self.propose()
        editor.replace(self.path, "return low;", "return low + 1;")
        text = editor.buffers[str(self.path)].text
        try:
            editor.execute("countersign.apply", {"proposal": number})
            editor.message(r"(?i)changed|stale|moved")
        except Refused as refused:
            self.assertRegex(refused.text, r"(?i)changed|stale|moved|clamp\.cpp")
        self.assertEqual(([], text), (editor.edits, editor.buffers[str(self.path)].text))

    def revision(self, editor, number, wanted):
        """Waits until that revision of the review document is there."""
        while not self.review_path(number, wanted).exists():
            editor.execute("countersign.status")
        return self.review_text(number, wanted)

    def test_hunks_follow_what_is_typed_elsewhere(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, number = self.propose(client)
                expected = "// typed\n" + self.proposed(editor, number)["clamp.cpp"]
                text = editor.buffers[str(self.path)].text
                for i in range(30):  # as keystrokes come
                    editor.set_text(self.path, "// typed"[: i + 1] + "\n" + text)
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                self.assertEqual(expected, editor.buffers[str(self.path)].text)

    def test_a_moved_hunk_makes_a_new_revision_and_the_old_document_names_it(self):
        editor, number = self.propose()
        old = self.review_path(number)
        editor.open(old, "diff")
        editor.set_text(self.path, "// typed\n" + editor.buffers[str(self.path)].text)
        text = editor.buffers[str(self.path)].text
        self.assertIn("# countersign-revision: 2", self.revision(editor, number, 2))
        editor.messages.clear()
        editor.run(editor.pick(old, "Apply all"))
        editor.message(r"%s\.2\.diff" % number)
        self.assertEqual(([], text), (editor.edits, editor.buffers[str(self.path)].text))
        new = self.review_path(number, 2)
        editor.until(lambda: str(new) in editor.opened, "the new revision")
        editor.open(new, "diff")
        editor.run(editor.pick(new, "Apply all"))
        editor.applied(number)
        self.assertEqual("// typed\n" + CLAMP_INVERTED + "\n// not saved\n", editor.buffers[str(self.path)].text)

    def test_a_conflict_is_shown_and_goes_when_it_is_typed_away(self):
        editor, number = self.propose()
        editor.replace(self.path, "return low;", "return low + 1;")
        self.assertIn("# In conflict with what you changed since", self.revision(editor, number, 2))
        titles = [a["title"] for a in editor.actions(self.path, "int at_least")]
        self.assertTrue([t for t in titles if "1 of 1 in conflict" in t], titles)
        editor.replace(self.path, "return low + 1;", "return low;")
        self.assertNotIn("# In conflict", self.revision(editor, number, 3))
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        self.assertEqual(CLAMP_INVERTED + "\n// not saved\n", editor.buffers[str(self.path)].text)

    def test_what_was_applied_can_be_undone_through_the_same_gate(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, number = self.propose(client)
                before = editor.buffers[str(self.path)].text
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                editor.messages.clear()
                editor.replace(self.path, "// not saved", "// typed since")
                count = len(editor.edits)
                editor.execute("countersign.undo", {"proposal": number})
                undo = editor.proposal()
                self.assertNotEqual(number, undo)
                self.assertEqual(count, len(editor.edits), "an undo was sent that nobody approved")
                editor.execute("countersign.apply", {"proposal": undo})
                editor.applied(undo)
                self.assertEqual(before.replace("// not saved", "// typed since"), editor.buffers[str(self.path)].text)
                editor.messages.clear()
                editor.execute("countersign.undo", {"proposal": number})
                editor.message(r"nothing to undo")

    def test_an_undo_refuses_where_the_text_has_moved_on(self):
        editor, number = self.propose()
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        editor.messages.clear()
        editor.replace(self.path, "value >= low", "value > low")
        text = editor.buffers[str(self.path)].text
        editor.execute("countersign.undo", {"proposal": number})
        editor.message(r"clamp\.cpp, line \d+: the text has moved on")
        self.assertEqual(text, editor.buffers[str(self.path)].text)

    def test_a_change_while_the_edit_is_on_its_way_is_noticed(self):
        """The client says applied: true all the same (Neovim does not check a version after the first, or 0)."""
        for client in ("neovim-0.7", "eglot-30", "vscode"):
            with self.subTest(client=client):
                editor, number = self.propose(client)
                editor.before_edit = lambda e=editor: e.replace(self.path, "// not saved", "// typed meanwhile")
                editor.execute("countersign.apply", {"proposal": number})
                editor.message(r".+")
                self.settle(editor)
                self.assertIn("// typed meanwhile", editor.buffers[str(self.path)].text)

    def test_a_client_that_lies_is_not_believed(self):
        editor, number = self.propose("eglot-30")
        editor.accept_edits = False  # the person says no; this client answers applied: true
        editor.execute("countersign.apply", {"proposal": number})
        said = editor.message(r".+")[0]
        self.assertRegex(said, r"not applied")
        self.assertEqual(0, editor.shut_down())  # what it still had to write down is written
        self.assertEqual([["none"]], [[x["outcome"] for x in f["files"]] for _, f in self.ledger("applied") if f["proposal"] == number])

    def test_a_person_who_declines_in_the_editor_keeps_the_proposal(self):
        editor, number = self.propose("eglot-1.9")
        editor.accept_edits = False
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"(?i)not|declined|refused")
        editor.messages.clear()
        editor.accept_edits = True
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        self.assertEqual(CLAMP_INVERTED + "\n// not saved\n", editor.buffers[str(self.path)].text)

    def test_hunks_and_files_can_be_picked(self):
        path = self.workspace / "report.cpp"
        editor, number = self.propose(title="Refactor `report`", marker="int sum = 0", path=path)
        document = self.review_text(number)
        self.assertEqual(2, document.count("\n@@ "), document)
        whole = self.proposed(editor, number)["report.cpp"]
        before = editor.buffers[str(path)].text
        editor.execute("countersign.applyHunk", {"proposal": number, "hunks": ["1.1"]})
        editor.applied(number)
        half = editor.buffers[str(path)].text
        self.assertNotIn(half, (before, whole))
        editor.messages.clear()
        editor.execute("countersign.applyFile", {"proposal": number, "files": ["report.cpp"]})
        editor.applied(number)
        self.assertEqual(whole, editor.buffers[str(path)].text)

    def test_a_hunk_that_was_discarded_stays_out(self):
        path = self.workspace / "report.cpp"
        editor, number = self.propose(title="Refactor `report`", marker="int sum = 0", path=path)
        before, whole = editor.buffers[str(path)].text, self.proposed(editor, number)["report.cpp"]
        editor.execute("countersign.discard", {"proposal": number, "hunks": ["1.2"]})
        editor.messages.clear()
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        after = editor.buffers[str(path)].text
        self.assertEqual(whole[: whole.index("int sum")], after[: after.index("int sum")])
        self.assertEqual(before[before.index("int sum") :], after[after.index("int sum") :])

    def test_there_is_no_such_proposal(self):
        editor = self.editor()
        for arguments in ({"proposal": "999"}, {"proposal": "../../etc/passwd"}, {"proposal": ""}, {"proposal": "1" * 5000}):
            for command in ("apply", "applyFile", "applyHunk", "discard", "review"):
                with self.subTest(command=command, arguments=str(arguments)[:60]):
                    try:
                        editor.execute("countersign." + command, arguments)
                        editor.message(r".+")
                    except Refused as refused:
                        self.assertTrue(refused.text)
                    editor.messages.clear()

    def test_a_proposal_outlives_the_server(self):
        editor, number = self.propose(text=CLAMP)
        self.assertEqual(0, editor.shut_down())
        again = self.editor()
        again.open(self.path, "cpp")
        while not any("#" + number in a["title"] for a in again.actions(self.path)):
            pass  # they are read in the background
        again.run(again.pick(self.path, "Apply #%s:" % number, "int at_least"))
        again.applied(number)
        self.assertEqual(CLAMP_INVERTED, again.buffers[str(self.path)].text)

    def test_a_file_that_is_not_open_any_more_is_opened_by_the_edit(self):
        editor, number = self.propose(text=CLAMP)
        editor.close(self.path)
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        self.assertEqual(CLAMP_INVERTED, editor.buffers[str(self.path)].text)

    def test_crlf_and_units_survive_the_whole_way(self):
        text = CLAMP.replace("// Keeps", "// 𝄞 äß Keeps").replace("value < low", "/* 𝄞 */ value < low").replace("\n", "\r\n")
        for client in ("vscode", "helix-25.07", "eglot-30"):
            with self.subTest(client=client):
                editor, number = self.propose(client, text=text)
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                after = editor.buffers[str(self.path)].text
                self.assertEqual(after.count("\n"), after.count("\r\n"))
                self.assertIn("𝄞 äß Keeps", after)
                self.assertIn("value >= low", after)

    def test_explain_is_shown_and_proposes_nothing(self):
        for client in BEHAVIOURS:
            with self.subTest(client=client):
                editor = self.editor(client)
                editor.open(self.path, "cpp")
                editor.run(editor.pick(self.path, "Explain `at_least`", "value < low"))
                editor.until(lambda: editor.messages or editor.opened, "an explanation")
                said = " ".join(editor.messages)
                shown = said + "".join(open(p, encoding="utf-8").read() for p in editor.opened)
                for word in said.split():
                    name = word.strip("().,:;`'\"")
                    if name.startswith(str(self.state)):
                        shown += open(name, encoding="utf-8").read()
                self.assertIn("at_least", shown)
                self.assertEqual([], editor.edits)

    def test_each_run_has_one_progress_with_an_end(self):
        editor, _ = self.propose()
        self.settle(editor)
        self.assertTrue(editor.progress)
        for values in editor.progress.values():
            kinds = [value["kind"] for value in values]
            self.assertEqual(("begin", "end", 1, 1), (kinds[0], kinds[-1], kinds.count("begin"), kinds.count("end")))

    def test_cancel_of_what_does_not_run_is_harmless(self):
        editor = self.editor()
        for arguments in ([], [{"run": "nothing"}], [{"run": 7}], [None]):
            try:
                editor.execute("countersign.cancel", *arguments)
            except Refused as refused:
                self.assertTrue(refused.text)

    def test_a_cancelled_request_is_answered(self):
        editor = self.editor()
        editor.open(self.path, "cpp")
        parameters = {"textDocument": {"uri": uri_of(self.path)}, "range": editor.selection(self.path, "value"), "context": {"diagnostics": []}}
        sent = [editor.connection.request("textDocument/codeAction", parameters) for _ in range(30)]
        for request in sent:
            editor.connection.notify("$/cancelRequest", {"id": request})
        editor.until(lambda: all(request in editor._responses for request in sent), "thirty answers")

    def test_many_runs_at_once_each_end(self):
        editor = self.editor()
        editor.open(self.path, "cpp")
        action = editor.pick(self.path, "Refactor: invert if", "value < low")
        runs = [editor.run(action)["run"] for _ in range(5)]
        self.assertEqual(5, len(set(map(str, runs))))
        editor.until(lambda: len([t for t in editor.progress.values() if t and t[-1]["kind"] == "end"]) >= 5, "five ends")


class AddedTests(ApprovalTest):
    """A proposal over several files, one of them new."""

    files = GTEST_PROJECT

    def test_added_tests_do_not_touch_the_disk(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, number = self.propose(client, text=CLAMP, title="Add tests for `at_least`")
                proposed = self.proposed(editor, number)
                editor.execute("countersign.apply", {"proposal": number})
                said = editor.message(r".+")[0]
                if "pplied" in said and "not" not in said:
                    for path, text in proposed.items():
                        if path != "CMakeLists.txt":
                            self.assertEqual(text, editor.buffers[str(self.workspace / path)].text)

    def test_a_build_file_needs_a_yes_of_its_own(self):
        editor, number = self.propose(text=CLAMP, title="Add tests for `at_least`")
        proposed = self.proposed(editor, number)
        self.assertIn("CMakeLists.txt", proposed)
        self.assertRegex(self.review_text(number), r"(?s)needs a yes of its own.*CMakeLists\.txt")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"CMakeLists\.txt waits for a yes of its own")
        self.assertNotIn("CMakeLists.txt", str(editor.edits))
        self.settle(editor)
        editor.run(editor.pick(self.path, "Apply CMakeLists.txt of #%s: " % number))
        editor.applied(number)
        self.assertEqual(proposed["CMakeLists.txt"], editor.buffers[str(self.workspace / "CMakeLists.txt")].text)

    def test_a_file_that_appeared_meanwhile_is_not_overwritten(self):
        editor, number = self.propose(text=CLAMP, title="Add tests for `at_least`")
        created = [p for p in self.proposed(editor, number) if not (self.workspace / p).exists()]
        self.assertTrue(created)
        self.write(created[0], "mine\n")
        self.watch_disk()
        try:
            editor.execute("countersign.apply", {"proposal": number})
            editor.message(r"(?i)exist|changed|there")
        except Refused as refused:
            self.assertRegex(refused.text, r"(?i)exist|changed|there")
        self.assertEqual([], editor.edits)

    def test_the_files_of_a_proposal_can_be_applied_one_by_one(self):
        editor, number = self.propose(text=CLAMP, title="Add tests for `at_least`")
        proposed = self.proposed(editor, number)
        self.assertGreater(len(proposed), 1)
        existing = next(path for path in proposed if (self.workspace / path).exists())
        editor.execute("countersign.applyFile", {"proposal": number, "files": [existing]})
        editor.applied(number)
        self.assertEqual(proposed[existing], editor.buffers[str(self.workspace / existing)].text)
        others = [str(self.workspace / path) for path in proposed if path != existing]
        self.assertFalse([path for path in others if path in editor.buffers])


if __name__ == "__main__":
    unittest.main()
