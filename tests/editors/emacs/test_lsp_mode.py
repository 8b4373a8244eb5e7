"""The whole way in a real Emacs with lsp-mode and clangd in the same buffer, in batch, with editors/emacs/countersign-lsp-mode.el."""
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from flow import CLAMP, CLAMP_INVERTED, UNSAVED  # noqa: E402
from samples import GTEST_PROJECT  # noqa: E402
from emacs_flow import EmacsFlow, batch  # noqa: E402

ELPA = pathlib.Path("/usr/share/emacs/site-lisp/elpa")
CLANGD = shutil.which("clangd") or shutil.which("clangd-14")


@unittest.skipUnless(shutil.which("emacs") and list(ELPA.glob("lsp-mode-*")), "no Emacs with lsp-mode: apt-get install emacs-nox elpa-lsp-mode")
@unittest.skipUnless(CLANGD, "no clangd: apt-get install clangd-14")
class EmacsWithLspMode(EmacsFlow):
    command = batch("emacs", "lsp_mode_flow.el")

    def flow(self, *arguments, **more):
        """With the other server behind a program that keeps what it is sent."""
        self.to_the_other = self.root / "to clangd"
        clangd = self.root / "clangd"
        clangd.write_text("#!/bin/sh\ntee '%s' | '%s' \"$@\"\n" % (self.to_the_other, CLANGD))
        clangd.chmod(0o755)
        return super().flow(*arguments, FLOW_CLANGD=str(clangd), **more)

    # Their file is no language of clangd's, and they ask nothing of an editor that the others here do not.
    test_added_tests_run_in_the_sandbox_on_unsaved_text = None
    test_added_tests_that_nobody_was_asked_about_are_offered_to_be_run = None

    def test_the_review_document_is_shown_and_has_the_same_process(self):
        seen = self.flow(decision="Discard #")
        self.assertTrue(seen["same_server"])
        self.assertEqual("diff-mode", seen["review_mode"])
        self.assertEqual(["clamp.cpp", "1.1.diff"], [pathlib.Path(path).name for path in seen["shown_documents"]])

    def test_the_other_server_gets_the_text_and_none_of_the_commands(self):
        self.flow(decision="Apply #")
        heard = self.to_the_other.read_text()
        self.assertRegex(heard, r"textDocument/didChange.*>=")
        self.assertNotIn('"command":"countersign.', heard)

    def add_tests(self, **more):
        for path, text in GTEST_PROJECT.items():
            (self.workspace / path).parent.mkdir(exist_ok=True)
            (self.workspace / path).write_text(text)
        return self.flow(action="Add tests for `at_least`", decision="Apply all", where="review", **more)

    def test_a_new_file_is_an_unsaved_buffer_that_the_server_knows(self):
        seen = self.add_tests()
        self.assertRegex(seen["messages"][0], r"applied #1 to 1 file, as approved")
        ((name, text, servers, is_saved_when_served),) = seen["others"]
        self.assertEqual("clamp_test.cpp", name)
        self.assertIn("at_least", text)
        self.assertIn("countersign", servers)
        self.assertFalse(is_saved_when_served)

    def test_an_edit_to_a_changed_buffer_that_the_server_never_saw_is_refused(self):
        seen = self.add_tests(FLOW_BEFORE="unseen")
        self.assertRegex(seen["messages"][0], r"not applied.*clamp_test.cpp is not as it is on disk.*M-x lsp in it")
        self.assertEqual(["clamp_test.cpp", "// mine\n", None], seen["others"][0][:3])

    def test_a_read_only_buffer_and_a_missing_folder_are_told_what_to_do(self):
        seen = self.flow(decision="Apply #", FLOW_BEFORE="read-only")
        self.assertRegex(seen["messages"][0], r"not applied.*clamp.cpp is read-only; C-x C-q there, and apply again")
        self.assertEqual(CLAMP + UNSAVED, seen["text"])
        self.assertRegex(seen["no_folder"], r"the directory .*/nowhere/ does not exist; make it and apply again")

    def test_a_missing_program_is_told_once_with_what_to_do(self):
        warnings = self.flow(FLOW_MISSING="yes")["warnings"]
        self.assertEqual(1, warnings.count("countersign-that-is-not-there"), warnings)
        self.assertRegex(warnings, r"not on PATH.*bootstrap.sh build.*countersign-command")

    def test_a_server_that_died_is_started_again_and_the_proposal_is_applied(self):
        # From the source: the new process may see unsaved text before or after it reads the proposal, and then the document is an older one.
        seen = self.flow(decision="Apply #", FLOW_BEFORE="crash")
        self.assertRegex(seen["questions"][0], r"Server countersign.*Do you want to restart it")
        self.assertEqual([], seen["errors"])
        self.assertRegex(seen["messages"][0], r"applied #1")
        self.assertEqual(CLAMP_INVERTED + UNSAVED, seen["text"])


del EmacsFlow  # or its tests would run without an editor
if __name__ == "__main__":
    unittest.main()
