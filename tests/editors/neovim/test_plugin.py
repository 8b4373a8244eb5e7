"""The whole way with the plugin in real Neovims, headless: those that tests/editors/fetch.sh unpacked."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from journey import FLAT, NESTED, REPOSITORY, SOURCE, WITH_ELSE, WITHOUT_ELSE, Journey, Place, fetched, leave_out_what_is_not_here, run_editor  # noqa: E402

HERE = pathlib.Path(__file__).parent
PLUGIN = REPOSITORY / "editors" / "neovim"


def command(nvim, script):
    return [nvim, "--headless", "-u", "NONE", "-i", "NONE", "--cmd", "set rtp^=" + str(PLUGIN), "--cmd", "runtime plugin/countersign.lua", "-c", "luafile " + str(script)]


class NeovimJourney(Journey):
    fetched_as = None

    @classmethod
    def setUpClass(cls):
        cls.nvim = fetched(cls.fetched_as, "nvim")
        super().setUpClass()

    def go(self):
        return run_editor(self, self.root, command(self.nvim, HERE / "plugin_journey.lua"))

    def go_at_work(self, settings):
        return run_editor(self, self.root, command(self.nvim, HERE / "plugin_journey.lua"), STEPS="at_work", **settings)

    def test_the_cursor_stays_in_the_source(self):
        self.assertTrue(self.seen["focus_stayed"])

    def test_one_process_serves_the_source_and_the_diff(self):
        self.assertTrue(self.seen["one_process"])

    def test_the_review_is_a_diff_of_the_buffer_itself(self):
        self.assertTrue(self.seen["left_is_the_buffer"])
        self.assertTrue(self.seen["diff_mode"])
        self.assertTrue(self.seen["right_is_closed_to_writing"])
        self.assertIn("do take, dp refuse", self.seen["winbar"])

    def test_the_right_side_is_what_would_come_out(self):
        proposed = self.original.replace(WITH_ELSE, WITHOUT_ELSE)
        self.assertEqual(self.seen["one_taken"].replace(WITH_ELSE, WITHOUT_ELSE), self.seen["proposed"])
        self.assertEqual(self.seen["proposed"], self.seen["proposed_then"])
        self.assertNotEqual(proposed, self.seen["proposed"])
        self.assertIn("  tests/version_test.cpp\n", self.seen["proposed_file"])

    def test_the_review_closes_when_all_is_decided(self):
        self.assertTrue(self.seen["back_in_the_source"])
        self.assertTrue(self.seen["mappings_are_gone"])

    def test_closing_the_review_decides_nothing(self):
        self.assertTrue(self.seen["closed_undecided"])

    def test_a_wrong_word_is_answered_with_the_right_ones(self):
        self.assertIn("explain, refactor, tests", self.seen["nonsense"])
        self.assertEqual(["discard"], self.seen["completed"])

    def test_status_says_what_the_editor_is_taken_for(self):
        self.assertIn("Neovim", self.seen["status"])

    def test_a_server_that_dies_is_started_again_and_has_the_proposals(self):
        self.assertIn("Proposals are kept", self.seen["crash"])
        self.assertIn("return names[i];", self.seen["kept"])


class NeovimFaults(Place):
    fetched_as = None

    @classmethod
    def setUpClass(cls):
        cls.nvim = fetched(cls.fetched_as, "nvim")
        super().setUpClass()

    def fault(self, name):
        return run_editor(self, self.root, command(self.nvim, HERE / "faults.lua"), FAULT=name, XDG_STATE_HOME=str(self.root / ("state of " + name)))

    def test_a_missing_program_is_told_once_with_what_to_do(self):
        seen = self.fault("missing")
        self.assertEqual(1, len(seen["said"]), seen["said"])
        self.assertRegex(seen["said"][0], r"countersign-that-is-not-there.*not on PATH.*bootstrap.sh build.*checkhealth")
        self.assertIn("cannot be started", seen["health"])

    def test_a_program_that_dies_each_time_is_given_up(self):
        seen = self.fault("crashing")
        self.assertEqual([1000, 2000, 4000, 8000, 16000], seen["delays"])
        self.assertEqual(1, len([text for text in seen["said"] if ":Countersign restart" in text]))

    def test_a_buffer_without_a_file_is_told_so(self):
        self.assertRegex(self.fault("no_file")["said"][-1], "has no file yet")

    def test_a_file_of_another_machine_is_told_so(self):
        self.assertRegex(self.fault("remote")["said"][-1], "scp://host//tmp/a.cpp is not on this machine")

    def test_a_server_of_another_age_is_told_so(self):
        self.assertRegex(self.fault("old_server")["said"][-1], r"\(version 0\.\d.*knows no countersign.review")

    def test_a_read_only_file_gets_its_edit_in_the_buffer(self):
        seen = self.fault("read_only")
        self.assertTrue(seen["read_only"] and seen["modified"])

    def test_deciding_on_nothing_says_so(self):
        said = self.fault("no_proposal")["said"]
        for text in said[:4]:
            self.assertIn("no proposal touches this file", text)
        self.assertIn("all|file|hunk", said[4])
        self.assertIn("no open proposal #99", said[5])

    def test_a_decision_on_this_file_is_on_no_other(self):
        build_file = (self.project / "CMakeLists.txt").read_text()
        seen = self.fault("one_of_two_files")
        for decided in ("discarded_elsewhere", "applied_elsewhere"):
            self.assertRegex(seen[decided]["said"], r"#\d changes nothing here")
            self.assertEqual(build_file, seen[decided]["build_file"])
            self.assertEqual("", seen[decided]["new_file"].strip())
            self.assertRegex(seen[decided]["rest"], r"(?i)discarded #\d\.")
        # The file was opened when all was proposed already, so nothing is marked in it.
        self.assertRegex(seen["opened_later"]["said"], r"applied .*#1")
        self.assertIn("version_test.cpp", seen["opened_later"]["build_file"].replace(build_file, ""))
        self.assertEqual("", seen["opened_later"]["new_file"])

    def test_a_smaller_name_than_it_needs_decides_on_the_only_change_or_file(self):
        original = (self.project / SOURCE).read_text()
        seen = self.fault("only_change")
        self.assertRegex(seen["hunk_refused"]["said"], r"(?i)discarded #1")
        self.assertEqual(original, seen["hunk_refused"]["text"])
        self.assertRegex(seen["hunk_taken"]["said"], r"applied #2")
        self.assertEqual(original.replace(WITH_ELSE, WITHOUT_ELSE), seen["hunk_taken"]["text"])
        self.assertRegex(seen["on_none"]["said"], r"on none of the 2 changes of #3 here; \]d")
        self.assertRegex(seen["file_taken"]["said"], r"applied #3")
        self.assertEqual(original.replace(WITH_ELSE, WITHOUT_ELSE).replace(NESTED, FLAT), seen["file_taken"]["text"])


class Neovim010(NeovimJourney):
    fetched_as = "neovim-trixie"


class Neovim010Faults(NeovimFaults):
    fetched_as = "neovim-trixie"


class NeovimNewest(NeovimJourney):
    fetched_as = "neovim-sid"


class NeovimNewestFaults(NeovimFaults):
    fetched_as = "neovim-sid"


del Journey, Place, NeovimJourney, NeovimFaults  # or their tests would run without an editor
leave_out_what_is_not_here(globals(), "nvim")
if __name__ == "__main__":
    unittest.main()
