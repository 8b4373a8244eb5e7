"""Emacs as a person has it, on a real screen: started with the README's lines in init.el, driven by keys. Draws its picture."""
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from journey import PATIENCE, REPOSITORY, SOURCE, Place, binary, environment, leave_out_what_is_not_here, only_the_person_saves  # noqa: E402
from terminal import Terminal, has_tmux, keep_picture  # noqa: E402
from test_mode import emacs_of  # noqa: E402

# Emacs's own files beside what is edited, and what it says about itself at the start, and of Debian's packages while it compiles them.
QUIET = "(setq create-lockfiles nil auto-save-default nil make-backup-files nil inhibit-startup-screen t)\n(menu-bar-mode 1)\n"
QUIET += "(setq native-comp-async-report-warnings-errors nil)\n"


def lines_of_the_readme():
    """The lines that the README gives for init.el, with this checkout's path."""
    blocks = re.findall(r"^```elisp\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.M | re.S)
    (found,) = [block for block in blocks if "global-countersign-mode" in block]
    return found.replace("/path/to/countersign", str(REPOSITORY))


class EmacsScreen(Place):
    @classmethod
    def setUpClass(cls):
        cls.emacs = emacs_of(cls)
        if not has_tmux():
            raise unittest.SkipTest("no tmux: apt-get install tmux")
        super().setUpClass()

    def start(self):
        surroundings = environment(self.root)
        programs, settings = self.root / "programs", self.root / "home" / ".emacs.d"
        programs.mkdir()
        settings.mkdir()
        (programs / "countersign").symlink_to(pathlib.Path(binary()).resolve())
        (settings / "init.el").write_text(QUIET + lines_of_the_readme())
        surroundings["PATH"] = "%s:%s" % (programs, surroundings["PATH"])
        screen = Terminal([self.emacs, "-nw", SOURCE], environment=surroundings, folder=self.project, patience=PATIENCE, width=170)
        self.addCleanup(screen.close)
        screen.wait(r"version\.cpp .*Countersign")
        return screen

    def test_is_explained_refactored_and_decided_by_keys(self):
        with only_the_person_saves(self, self.root):
            screen = self.start()
            screen.press("C-s")
            screen.type("std::string change_between")
            screen.wait("I-search: std::string change_between")
            screen.press("Enter")
            screen.press("C-c", "n", "e")
            screen.wait("# `change_between`")
            screen.press("C-x", "1")
            screen.until(lambda: "# `change_between`" not in screen.screen(), "the explanation to go")

            screen.press("C-x", "h")
            screen.press("C-c", "n", "r")
            screen.wait(r"1\.1\.diff")
            screen.press("C-x", "o")
            screen.wait("a/k take/refuse hunk, f/x file, A/D all")
            screen.press("n")
            screen.wait(r"\+ +if \(left == right\) \{")
            keep_picture("emacs-review", screen.picture("Emacs with the diff of a refactoring beside the code; letters decide on it"))
            screen.press("a")
            screen.wait(r"applied #1")
            screen.wait(r"1\.2\.diff")
            screen.press("D")
            screen.wait(r"discarded #1")


class EmacsScreenOfDebian(EmacsScreen):
    pass


class EmacsScreen30(EmacsScreen):
    fetched_as = "emacs-trixie"


del EmacsScreen, Place  # or their tests would run without an editor
leave_out_what_is_not_here(globals(), "emacs")
if __name__ == "__main__":
    unittest.main()
