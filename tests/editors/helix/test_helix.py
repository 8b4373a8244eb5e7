"""The whole way in a real Helix on a real screen, with the configuration of editors/helix: those that tests/editors/fetch.sh unpacked.

Keys go in through tmux as a person presses them. What a buffer holds comes out through Helix's own `:pipe-to`, which changes nothing.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from journey import NOT_SAVED, PATIENCE, REPOSITORY, SOURCE, Journey, binary, environment, fetched, leave_out_what_is_not_here, only_the_person_saves  # noqa: E402
from terminal import Terminal, has_tmux, keep_picture  # noqa: E402

CONFIGURATION = REPOSITORY / "editors" / "helix" / "languages.toml"
ENTRIES = r"Explain|Refactor|Add tests|Fix|Ask|Review #|Run the tests|Apply|Undo|Deny|Allow|Discard|Cancel|Countersign: status"


class Helix:
    def __init__(self, hx, root, arguments, **more):
        self.root, self.copies, self.log = root, 0, root / "helix.log"
        programs = root / "programs"
        programs.mkdir(exist_ok=True)
        if not (programs / "countersign").exists():
            (programs / "countersign").symlink_to(os.path.abspath(binary()))
        settings = root / "config" / "helix"
        surroundings = environment(root, **more)
        settings.mkdir(exist_ok=True)
        shutil.copy(CONFIGURATION, settings)
        (settings / "config.toml").write_text('[editor]\nauto-save = false\n[editor.lsp]\ndisplay-progress-messages = true\n[editor.file-picker]\nhidden = false\n')
        surroundings["PATH"] = "%s:%s" % (programs, surroundings["PATH"])
        self.screen = Terminal([hx, "-vv", "--log", str(self.log), *arguments], environment=surroundings, folder=root / "a project", patience=PATIENCE)

    def command(self, text):
        """A `:` command. Returns once Helix has taken it."""
        self.screen.type(":" + text)
        self.screen.wait(re.escape(text.rstrip()[-30:]) + r"\s*$|" + re.escape(text[-20:]))
        self.screen.press("Enter")

    def wait_for_servers(self):
        """Until each was told of the file: what is typed before, 25.01 tells clangd of first, which then answers nothing."""
        servers = ["countersign", *(["clangd"] if shutil.which("clangd") else [])]
        told = lambda server: re.search(server + r" -> .*textDocument/didOpen", self.log.read_text() if self.log.exists() else "")
        self.screen.until(lambda: all(told(server) for server in servers), "servers: " + ", ".join(servers))

    def text(self):
        """What the buffer in front holds."""
        self.copies += 1
        copy = self.root / ("copy-%d" % self.copies)
        self.screen.type("%")
        self.command("pipe-to cat > %s.part && mv %s.part %s" % (copy, copy, copy))
        self.screen.until(copy.exists, "what the buffer holds")
        return copy.read_text()

    def search(self, pattern):
        """To the first match. Its prompt was once seen to close by itself, the match selected: then the Enter does nothing."""
        self.screen.type("gg")
        self.screen.wait(r" sel +1:1\s")
        self.screen.type("/" + pattern)
        self.screen.wait("search:.*" + re.escape(pattern[-15:]) + r"| sel +(?!1:1\s)\d+:\d+\s")
        self.screen.press("Enter")

    def menu(self):
        """The entries of the code action menu that is open, in order."""
        rows = self.screen.screen().split("\n")
        last = next(row for row, text in enumerate(rows) if "Countersign: status" in text)
        column = rows[last].index("Countersign: status")
        first = last
        while first > 0 and re.match(ENTRIES, rows[first - 1][column:]):
            first -= 1
        return [re.split(r"\s{2,}", rows[row][column:])[0] for row in range(first, last + 1)]

    def open_menu(self):
        """The code action menu. It begins on its first entry."""


        def opened():
            if "Countersign: status" in self.screen.screen():
                return True
            self.screen.type("zt a")  # the line on top: room for all of the menu beneath it
            return self.screen_has("Countersign: status", 3)
        self.screen.until(opened, "the menu")

    def pick(self, title):
        """Chooses the code action whose title begins so."""
        self.open_menu()
        entries = self.menu()
        at = [index for index, entry in enumerate(entries) if entry.startswith(title)]
        if not at:
            raise AssertionError("not offered: %s in %s; the screen:\n%s" % (title, entries, self.screen.screen()))
        for _ in range(at[0]):
            self.screen.press("Down")
        self.screen.press("Enter")

    def screen_has(self, text, seconds):
        """Whether it appears within so long; only to press again where Helix has not heard."""
        import time

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if text in self.screen.screen():
                return True
            time.sleep(0.05)
        return False

    def show(self, path):
        """One window, with this file in it."""
        self.screen.press("C-w", "o")
        self.command("open " + path)

    def wait_for_document(self, proposal, revision):
        """Until its top is on the screen; Helix opens it beside the code and goes there."""
        self.screen.wait(r"# countersign-proposal: %d\b.*\n.*# countersign-revision: %d\b" % (proposal, revision))

    def close(self):
        self.screen.close()


class HelixJourney(Journey):
    fetched_as = None
    opens_beside = False  # else a document that a server shows takes the place of the one in front

    @classmethod
    def setUpClass(cls):
        cls.hx = fetched(cls.fetched_as, "hx")
        if not has_tmux():
            raise unittest.SkipTest("no tmux: apt-get install tmux")
        super().setUpClass()

    def go(self):
        return self.in_helix(self.walk)

    def go_at_work(self, settings):
        return self.in_helix(self.walk_at_work, **settings)

    def in_helix(self, walk, **settings):
        with only_the_person_saves(self, self.root):
            helix = Helix(self.hx, self.root, [SOURCE], **settings)
            try:
                helix.screen.wait(r"NOR .*version\.cpp")
                helix.wait_for_servers()
                return walk(helix)
            finally:
                helix.close()

    def proposals(self):
        return self.root / "state" / "countersign" / "proposals"

    def walk(self, helix):
        seen, screen = {}, helix.screen
        screen.type("geo")
        screen.wait("INS ")
        screen.paste(NOT_SAVED)  # what is typed within a millisecond, 25.01 tells servers of in no order
        screen.wait(re.escape(NOT_SAVED))
        screen.press("Escape")
        screen.wait("NOR ")  # an Escape that is read together with the next key would be another key

        helix.search("std::string change_between")
        helix.pick("Explain")
        screen.wait(r"explanations/\S+\.md|# `change_between`")
        seen["explanation"] = helix.text()

        helix.show(SOURCE)
        screen.type("%")
        helix.pick("Refactor")
        helix.wait_for_document(1, 1)
        seen["review"] = helix.text()
        if self.opens_beside:
            screen.press("C-w", "h")
            screen.type("gg")
            screen.press("C-w", "l")
            helix.search("hunk 1[.]1")
            helix.open_menu()
            keep_picture("helix-review", screen.picture("Helix with the review document of a refactoring beside the code, and what can be done with a hunk of it"))
            screen.press("Escape")
        helix.show(SOURCE)
        seen["text_before"] = helix.text()
        helix.show(str(self.proposals() / "1.1.diff"))
        helix.search("hunk 1[.]1")
        helix.pick("Apply this hunk")
        helix.wait_for_document(1, 2)
        helix.show(SOURCE)
        seen["one_taken"] = helix.text()
        helix.show(str(self.proposals() / "1.2.diff"))
        helix.search("hunk 1[.]2")
        helix.pick("Discard this hunk")
        screen.wait(r"iscarded #1")
        helix.show(SOURCE)
        seen["one_refused"] = helix.text()

        helix.command("lsp-workspace-command countersign.undo")
        helix.wait_for_document(2, 1)
        seen["undo_review"] = helix.text()
        helix.show(SOURCE)
        seen["text_before_undo"] = helix.text()
        helix.show(str(self.proposals() / "2.1.diff"))
        helix.search("hunk 1[.]1")
        helix.pick("Apply all")
        screen.wait(r"pplied #2")
        helix.show(SOURCE)
        seen["undone"] = helix.text()

        helix.search("std::string change_between")
        helix.pick("Add tests")
        helix.wait_for_document(3, 1)
        helix.search("hunk 1[.]1")
        helix.pick("Discard this hunk")
        helix.wait_for_document(3, 2)
        helix.search("b/tests/version_test.cpp")
        helix.pick("Apply this file")
        screen.wait(r"pplied")
        helix.show("CMakeLists.txt")
        seen["file_refused"] = helix.text()
        helix.show("tests/version_test.cpp")
        seen["file_taken"] = helix.text()
        seen["modified"] = bool(screen.wait(r"version_test\.cpp \[\+\]"))

        helix.show(SOURCE)
        seen["before_discard"] = helix.text()
        screen.type("%")
        helix.pick("Refactor")
        helix.wait_for_document(4, 1)
        helix.show(SOURCE)
        helix.pick("Discard #4")
        seen["discarded"] = screen.wait(r"(?i)discarded #4").group(0)
        seen["after_discard"] = helix.text()

        # The person saves, for the first time.
        (self.root / "markers" / "saving").touch()
        helix.command("write")
        screen.wait(r"written, \d+L")
        seen["saved"] = helix.text()
        return seen


    def walk_at_work(self, helix):
        """A run whose model never answers: seen, and stopped."""
        seen, screen = {}, helix.screen
        helix.search("std::string change_between")
        helix.pick("Explain")
        screen.wait(r"explain in src/version\.cpp|asking with about")  # in the status line; 25.01 shows a run's last word only
        helix.open_menu()
        seen["at_work"] = next((entry for entry in helix.menu() if entry.startswith("Cancel ")), "")
        helix.pick("Cancel ")
        seen["cancelled"] = screen.wait(r"cancelled; nothing is proposed").group(0)
        helix.open_menu()
        seen["after_work"] = "\n".join(helix.menu())
        return seen


def servers_of(hx, language, root, configuration):
    """The servers that Helix would start for a language."""
    settings = root / "config" / "helix"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "languages.toml").write_text(configuration)
    said = subprocess.run([hx, "--health", language], env=environment(root), capture_output=True, text=True, timeout=PATIENCE).stdout
    block = re.search(r"Configured language servers:(.*?)Configured debug adapter", re.sub(r"\x1b\[[0-9;]*m", "", said), re.S)
    return set(re.findall(r"^\s+\S+ ([\w-]+):", block.group(1), re.M)) if block else set()


class Beside(unittest.TestCase):
    def test_no_language_loses_a_server(self):
        text = CONFIGURATION.read_text()
        languages = re.findall(r'^name = "(.+)"', text, re.M)
        self.assertGreater(len(languages), 15)
        for version in ("helix-trixie", "helix-sid"):
            hx = fetched(version, "hx")
            if not hx:
                print("LEFT OUT: %s: get it with tests/editors/fetch.sh %s" % (version, version), file=sys.stderr)
                continue
            for language in languages:
                with self.subTest(version, language=language), tempfile.TemporaryDirectory() as folder:
                    before, after = (servers_of(hx, language, pathlib.Path(folder), each) for each in ("", text))
                    self.assertLessEqual(before | {"countersign"}, after)


class Helix2501(HelixJourney):
    fetched_as = "helix-trixie"
    opens_beside = True


class HelixNewest(HelixJourney):
    fetched_as = "helix-sid"


del Journey, HelixJourney  # or their tests would run without an editor
leave_out_what_is_not_here(globals(), "hx")
if __name__ == "__main__":
    unittest.main()
