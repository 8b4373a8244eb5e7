"""The whole way with countersign.el in real Emacsen, in batch: Debian's, beside eglot and lsp-mode with clangd too, and what fetch.sh unpacked."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from emacs_flow import batch  # noqa: E402
from journey import FLAT, NESTED, REPOSITORY, SOURCE, WITH_ELSE, WITHOUT_ELSE, Journey, Place, fetched, leave_out_what_is_not_here, run_editor  # noqa: E402
from test_clients import table_of_editors  # noqa: E402

FOLDER = REPOSITORY / "editors" / "emacs"
FILES = ("countersign-buffers.el", "countersign-server.el", "countersign.el")
# With clients that a plain Emacs lacks, so looked at where Debian's packages are.
CLIENTS = ("countersign-eglot.el", "countersign-lsp-mode.el")
WITH_PACKAGES = "(dolist (folder (file-expand-wildcards \"/usr/share/emacs/site-lisp/elpa/*\")) (add-to-list 'load-path folder))"
ELPA = pathlib.Path("/usr/share/emacs/site-lisp/elpa")


def emacs_of(case):
    """The class's Emacs; a skip if it is Debian's and not installed."""
    found = fetched(case.fetched_as, "emacs") if getattr(case, "fetched_as", None) else shutil.which("emacs")
    if not found:
        raise unittest.SkipTest("no Emacs: apt-get install emacs-nox elpa-eglot")
    return found


class EmacsJourney(Journey):
    surroundings = {}

    @classmethod
    def setUpClass(cls):
        cls.emacs = emacs_of(cls)
        super().setUpClass()

    def go(self, **more):
        return run_editor(self, self.root, batch(self.emacs, "mode_journey.el"), **self.surroundings, **more)

    def go_at_work(self, settings):
        return self.go(STEPS="at_work", **settings)

    def test_the_cursor_stays_in_the_source(self):
        self.assertTrue(self.seen["focus_stayed"])

    def test_the_review_is_a_diff_that_one_process_serves_with_the_source(self):
        self.assertEqual("diff-mode", self.seen["review_mode"])
        self.assertTrue(self.seen["review_is_shown"])
        self.assertTrue(self.seen["one_process"])

    def test_letters_decide_only_while_the_diff_is_read_only(self):
        decisions = ["apply-hunk", "discard-hunk", "apply-file", "discard-file", "apply", "discard"]
        self.assertEqual([*("countersign-" + decision for decision in decisions), "diff-hunk-next", "diff-hunk-prev"], self.seen["letters"])
        self.assertTrue(self.seen["letters_insert_where_edited"])

    def test_a_revision_that_is_out_of_date_is_not_left_around(self):
        self.assertTrue(self.seen["old_revision_is_gone"])

    def test_progress_is_in_the_mode_line(self):
        self.assertIn(" Countersign[explain in src/version.cpp", self.seen["at_work"])
        self.assertEqual(" Countersign", self.seen["after_work"])

    def test_status_says_what_the_editor_is_taken_for(self):
        self.assertIn("countersign.el", self.seen["status"])
        self.assertIn("treated as %s\n" % table_of_editors()["Emacs, countersign.el"], self.seen["status"])

    def test_a_server_that_dies_is_started_again_and_has_the_proposals(self):
        self.assertIn("Proposals are kept", self.seen["crash"])
        self.assertRegex(self.seen["kept"], "iscarded #5")


class EmacsOfDebian(EmacsJourney):
    pass


class EmacsBeside(EmacsJourney):
    """The buffer is managed by another client with clangd at the same time."""

    other = None

    @classmethod
    def setUpClass(cls):
        if not shutil.which("clangd") and not shutil.which("clangd-14"):
            raise unittest.SkipTest("no clangd: apt-get install clangd-14")
        if not list(ELPA.glob(cls.other + "-*")):
            raise unittest.SkipTest("no %s: apt-get install elpa-%s" % (cls.other, cls.other))
        cls.surroundings = {"JOURNEY_BESIDE": cls.other}
        super().setUpClass()

    def test_both_serve_the_buffer(self):
        self.assertTrue(self.seen["both"])


class EmacsBesideEglot(EmacsBeside):
    other = "eglot"


class EmacsBesideLspMode(EmacsBeside):
    other = "lsp-mode"


class Emacs30(EmacsJourney):
    fetched_as = "emacs-trixie"


class EmacsFaults(Place):
    @classmethod
    def setUpClass(cls):
        cls.emacs = emacs_of(cls)
        super().setUpClass()

    def fault(self, name):
        return run_editor(self, self.root, batch(self.emacs, "mode_journey.el"), FAULT=name, XDG_STATE_HOME=str(self.root / ("state of " + name)))

    def test_a_missing_program_is_told_once_with_what_to_do(self):
        seen = self.fault("missing")
        told = [text for text in seen["said"] if "countersign-that-is-not-there" in text]
        self.assertEqual(1, len(told), seen["said"])
        self.assertRegex(seen["caught"], r"countersign-that-is-not-there.*not on PATH.*bootstrap.sh build.*countersign-command")

    def test_a_program_that_dies_each_time_is_given_up(self):
        seen = self.fault("crashing")
        self.assertEqual([1, 2, 4, 8, 16], seen["delays"])

    def test_a_buffer_without_a_file_is_told_so(self):
        self.assertIn("has no file yet", self.fault("no_file")["caught"])

    def test_a_file_of_another_machine_is_told_so(self):
        self.assertRegex(self.fault("remote")["caught"], "/ssh:host:/tmp/a.cpp is not on this machine")

    def test_a_read_only_buffer_is_left_alone_and_told_how(self):
        seen = self.fault("read_only")
        self.assertIn("read-only; C-x C-q there", seen["refused"])
        self.assertFalse(seen["modified"])

    def test_an_edit_to_a_changed_buffer_that_the_server_never_saw_is_refused(self):
        seen = self.fault("unseen")
        self.assertRegex(seen["refused"], "version.cpp is not as it is on disk.*countersign-mode")
        self.assertEqual(seen["before"], seen["after"])

    def test_a_renamed_buffer_is_edited_where_it_says(self):
        seen = self.fault("renamed")
        self.assertIn("as approved", seen["applied"])
        self.assertTrue(seen["after"].startswith("// mine\n\n\n#include"), seen["after"][:80])
        self.assertIn("continue;", seen["after"])
        self.assertNotIn("} else {\n                return names", seen["after"])

    def test_a_smaller_name_than_it_needs_decides_on_the_only_change_or_file(self):
        original = (self.project / SOURCE).read_text()
        seen = self.fault("only_change")
        self.assertRegex(seen["hunk_refused"]["said"], r"(?i)discarded #1")
        self.assertEqual(original, seen["hunk_refused"]["text"])
        self.assertRegex(seen["hunk_taken"]["said"], r"applied #2")
        self.assertEqual(original.replace(WITH_ELSE, WITHOUT_ELSE), seen["hunk_taken"]["text"])
        self.assertRegex(seen["on_none"]["said"], r"on none of the 2 changes of #3 here")
        self.assertRegex(seen["file_taken"]["said"], r"applied #3")
        self.assertEqual(original.replace(WITH_ELSE, WITHOUT_ELSE).replace(NESTED, FLAT), seen["file_taken"]["text"])

    def test_a_decision_on_this_file_is_on_no_other(self):
        build_file = (self.project / "CMakeLists.txt").read_text()
        seen = self.fault("one_of_two_files")
        for decided in ("discarded_elsewhere", "applied_elsewhere"):
            self.assertRegex(seen[decided]["said"], r"#\d changes nothing here")
            self.assertEqual(build_file, seen[decided]["build_file"])
            self.assertEqual("", seen[decided]["new_file"])
            self.assertRegex(seen[decided]["rest"], r"(?i)discarded #\d\.")
        # The file was opened when all was proposed already, so nothing is marked in it.
        self.assertRegex(seen["opened_later"]["said"], r"applied .*#1")
        self.assertIn("version_test.cpp", seen["opened_later"]["build_file"].replace(build_file, ""))
        self.assertEqual("", seen["opened_later"]["new_file"])

    def test_a_server_of_another_age_is_told_so(self):
        self.assertRegex(self.fault("old_server")["said"][-1], r"version 0\.\d.*knows no countersign.review")


class Emacs30Faults(EmacsFaults):
    fetched_as = "emacs-trixie"


class Quality(unittest.TestCase):
    """As package archives look at a package."""

    def batch(self, *arguments, emacs="emacs"):
        done = subprocess.run([emacs, "-Q", "--batch", *arguments], cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.stdout + done.stderr

    def compiled(self, emacs, files=FILES, before="nil"):
        with tempfile.TemporaryDirectory() as folder:
            place = '(setq byte-compile-dest-file-function (lambda (f) (concat "%s/" (file-name-nondirectory f) "c")))' % folder
            return self.batch("--eval", before, "-L", ".", "--eval", place, "-f", "batch-byte-compile", *files, emacs=emacs)

    def test_compiles_without_a_warning(self):
        self.assertEqual("", self.compiled(emacs_of(type(self))))

    def test_compiles_without_a_warning_in_a_newer_one(self):
        newer = fetched("emacs-trixie", "emacs")
        if newer:
            self.assertEqual("", self.compiled(newer))

    def test_what_joins_other_clients_compiles_without_a_warning(self):
        emacs = emacs_of(type(self))
        for client in ("eglot", "lsp-mode"):
            if not list(ELPA.glob(client + "-*")):
                self.skipTest("no %s: apt-get install elpa-%s" % (client, client))
        self.assertEqual("", self.compiled(emacs, CLIENTS, WITH_PACKAGES))

    def test_checkdoc_is_content(self):
        emacs_of(type(self))
        for name in FILES + CLIENTS:
            self.assertEqual("", self.batch("--eval", "(progn (require 'checkdoc) (checkdoc-file \"%s\"))" % name))

    def test_package_lint_is_content(self):
        emacs_of(type(self))
        if not list(ELPA.glob("package-lint-*")):
            self.skipTest("no package-lint: apt-get install elpa-package-lint")
        code = """(progn (dolist (f (file-expand-wildcards "%s/*")) (add-to-list 'load-path f))
                    (require 'package-lint) (setq package-lint-main-file "countersign.el")
                    (dolist (f '(%s)) (find-file f)
                      (dolist (e (package-lint-buffer)) (princ (format "%%S\\n" e) #'external-debugging-output))))""" % (
            ELPA,
            " ".join('"%s"' % name for name in FILES + CLIENTS),
        )
        found = [line for line in self.batch("--eval", code).splitlines() if re.match(r"\(\d+ \d+ ", line)]
        # The project has no home page to name; this package-lint is older than Emacs 28.
        self.assertEqual([], [line for line in found if "Homepage" not in line and "uninstallable in all released" not in line])


del Journey, Place, EmacsJourney, EmacsBeside  # or their tests would run without an editor
leave_out_what_is_not_here(globals(), "emacs")
if __name__ == "__main__":
    unittest.main()
