"""The whole way in a real Emacs with eglot, in batch, with the configuration that the README gives."""
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from flow import CLAMP, UNSAVED  # noqa: E402
from emacs_flow import EmacsFlow, batch  # noqa: E402


def has_eglot():
    return shutil.which("emacs") and list(pathlib.Path("/usr/share/emacs/site-lisp/elpa").glob("eglot-*"))


@unittest.skipUnless(has_eglot(), "no Emacs with eglot: apt-get install emacs-nox elpa-eglot")
class Emacs(EmacsFlow):
    command = batch("emacs", "eglot_flow.el")

    def test_eglot_asks_before_it_applies_and_no_is_no(self):
        seen = self.flow(decision="Apply #", answer="no")
        self.assertEqual(1, len(seen["questions"]))
        self.assertEqual(CLAMP + UNSAVED, seen["text"])
        self.assertRegex(seen["messages"][0], r"not applied")

    def test_the_review_document_has_the_same_process(self):
        seen = self.flow(decision="Discard #", where="review")
        self.assertTrue(seen["same_server"])
        self.assertEqual("diff-mode", seen["review_mode"])

    def test_taking_back_is_asked_of_no_other_server(self):
        seen = self.flow(decision="Discard #")
        self.assertEqual("Countersign: eglot does not run Countersign here", seen["undo_without_server"])
        self.assertEqual("Countersign: eglot does not run Countersign here", seen["undo_with_another"])

    def test_emacs_is_not_blocked_by_a_run(self):
        """eglot waits for executeCommand, and gives up after ten seconds."""
        self.assertLess(self.flow(action="Explain `at_least`")["seconds_blocked"], 9)


del EmacsFlow  # or its tests would run without an editor
if __name__ == "__main__":
    unittest.main()
