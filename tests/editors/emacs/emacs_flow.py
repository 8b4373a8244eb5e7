"""What both clients of flow.el go through: the flow of all editors, and the two ways back from what was applied."""
import pathlib

from flow import CLAMP, CLAMP_INVERTED, UNSAVED, EditorFlow

HERE = pathlib.Path(__file__).parent


def batch(emacs, script):
    """Emacs as it is on a screen in this too: writing to a server that has just died is an error there, and the end of one in batch."""
    return ["env", "--ignore-signal=PIPE", emacs, "-Q", "--batch", "-l", str(HERE / script)]


class EmacsFlow(EditorFlow):
    def test_emacs_undoes_what_was_applied_in_one_step(self):
        seen = self.flow(decision="Apply #", FLOW_AFTER="undo")
        self.assertEqual(CLAMP + UNSAVED, seen["undone"])

    def test_what_was_applied_is_taken_back_by_a_proposal_of_its_own(self):
        seen = self.flow(decision="Apply all", where="review", FLOW_AFTER="take back")
        self.assertEqual(CLAMP_INVERTED + UNSAVED, seen["before_taking_back"])
        self.assertIn("+    if (value < low) {", seen["reverse"])
        self.assertEqual(CLAMP + UNSAVED, seen["undone"])
