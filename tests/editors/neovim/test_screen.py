"""Neovim as a person has it, on a real screen: started with the README's line in init.lua and nothing else, driven by keys. Draws its picture."""
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from journey import PATIENCE, REPOSITORY, SOURCE, Place, binary, environment, fetched, leave_out_what_is_not_here, only_the_person_saves  # noqa: E402
from terminal import Terminal, has_tmux, keep_picture  # noqa: E402


def line_of_the_readme():
    """The line that the README gives for init.lua, with this checkout's path."""
    found = re.search(r"^vim\.opt\.runtimepath:prepend\('/path/to/countersign/(.*)'\)$", (REPOSITORY / "README.md").read_text(), re.M)
    return "vim.opt.runtimepath:prepend('%s/%s')\n" % (REPOSITORY, found.group(1))


class NeovimScreen(Place):
    fetched_as = None

    @classmethod
    def setUpClass(cls):
        if not has_tmux():
            raise unittest.SkipTest("no tmux: apt-get install tmux")
        super().setUpClass()

    def start(self):
        surroundings = environment(self.root)
        programs, settings = self.root / "programs", self.root / "config" / "nvim"
        programs.mkdir()
        settings.mkdir()
        (programs / "countersign").symlink_to(pathlib.Path(binary()).resolve())
        (settings / "init.lua").write_text(line_of_the_readme())
        surroundings["PATH"] = "%s:%s" % (programs, surroundings["PATH"])
        # A Neovim that was only unpacked cannot start itself anew, as one does for its screen: here the editor and its screen are started apart.
        nvim, socket = fetched(self.fetched_as, "nvim"), self.root / "nvim.socket"
        editor = subprocess.Popen([nvim, "--headless", "--listen", socket, SOURCE], env=surroundings, cwd=self.project, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(editor.wait)
        self.addCleanup(editor.kill)
        screen = Terminal(["sh", "-c", 'until [ -S "$1" ]; do sleep 0.05; done; exec "$0" --server "$1" --remote-ui', nvim, str(socket)],
                          environment=surroundings, folder=self.project, patience=PATIENCE)
        self.addCleanup(screen.close)
        screen.wait("compare_versions")
        return screen

    def command(self, screen, text):
        screen.type(":" + text)
        screen.wait("(?m)^:" + re.escape(text) + "$")
        screen.press("Enter")

    def test_is_explained_refactored_and_reviewed_by_keys(self):
        with only_the_person_saves(self, self.root):
            screen = self.start()
            self.command(screen, "/^std::string change_between")
            self.command(screen, "Countersign explain")
            screen.wait(r"explanations/\S+\.md")
            screen.wait("# `change_between`")
            self.command(screen, "only")
            screen.until(lambda: ".md" not in screen.screen(), "the explanation to go")

            self.command(screen, "set termguicolors nohlsearch")  # for the picture
            self.command(screen, "%Countersign refactor")
            screen.wait(r"proposals/1\.1\.diff")
            screen.wait(r"2 changes in 1 file proposed as #1\. .* … :messages")
            self.assertNotIn("Press ENTER", screen.screen())
            self.command(screen, "Countersign review")
            screen.wait(r"now: src/version\.cpp +do take, dp refuse.*proposed by #1: 2 to decide +dp take, do refuse")
            keep_picture("neovim-review", screen.picture("Neovim with a refactoring under review: what is there on the left, what is proposed on the right"))
            seen = screen.screen()
            self.assertRegex(seen, r"if \(left != right\) \{.*if \(left == right\) \{")
            screen.type("do")
            screen.wait(r"applied #1")
            screen.wait(r"proposed by #1: 1 to decide")
            self.assertNotIn("if (left != right) {", screen.screen())


class NeovimScreenNewest(NeovimScreen):
    fetched_as = "neovim-sid"


class NeovimScreen010(NeovimScreen):
    fetched_as = "neovim-trixie"


del NeovimScreen, Place  # or their tests would run without an editor
leave_out_what_is_not_here(globals(), "nvim")
if __name__ == "__main__":
    unittest.main()
