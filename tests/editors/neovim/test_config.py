"""The whole way in a real Neovim, headless, with the configuration that the README gives."""
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from flow import REPOSITORY, EditorFlow  # noqa: E402
from journey import PATIENCE, SOURCE, Place, environment  # noqa: E402

HERE = pathlib.Path(__file__).parent


def command(root, script):
    plugin = root / "runtime" / "lua"
    plugin.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "editors" / "neovim" / "0.7" / "countersign.lua", plugin)
    return ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "set rtp^=" + str(plugin.parent), "-c", "luafile " + str(HERE / script)]


@unittest.skipUnless(shutil.which("nvim"), "no nvim: apt-get install neovim")
class Neovim(EditorFlow):
    def setUp(self):
        super().setUp()
        self.command = command(self.root, "config_flow.lua")

    def test_the_review_document_has_the_same_process_and_takes_no_focus(self):
        seen = self.flow(decision="Discard #")
        self.assertEqual(seen["client"], seen["review_client"])
        self.assertTrue(seen["focus_stayed"])


@unittest.skipUnless(shutil.which("nvim"), "no nvim: apt-get install neovim")
class NeovimFaults(Place):
    def fault(self, name):
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        (self.root / "trace.jsonl").unlink(missing_ok=True)
        done = subprocess.run(command(self.root, "config_faults.lua"), env=environment(self.root, FAULT=name), cwd=self.project, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE * 5)
        self.assertTrue(report.exists(), done.stdout + done.stderr)
        seen = json.loads(report.read_text())
        self.assertNotIn("failure", seen, seen)
        return seen

    def test_a_missing_program_is_told_once_with_what_to_do(self):
        (said,) = self.fault("missing")["said"]
        self.assertRegex(said, r"countersign-that-is-not-there.*not on PATH.*bootstrap.sh build.*setup\(\{ cmd")

    def test_a_server_that_died_is_started_again_as_it_says(self):
        seen = self.fault("crashing")
        (said,) = [text for text in seen["said"] if text.startswith("Countersign: the server")]
        self.assertRegex(said, r"a project ended\. :lua require\('countersign'\)\.attach\(0\).*proposals are kept")
        self.assertTrue(seen["served"])

    def test_a_buffer_saved_under_another_name_is_followed(self):
        seen = self.fault("renamed")
        messages = [json.loads(line) for line in (self.root / "trace.jsonl").read_text().splitlines()]
        told = []
        for each in messages:
            method = each["message"].get("method", "")
            if each["from"] == "client" and method in ("textDocument/didOpen", "textDocument/didClose", "textDocument/didChange"):
                told.append((method.split("/")[1], pathlib.Path(each["message"]["params"]["textDocument"]["uri"]).name))
        self.assertEqual([("didOpen", "version.cpp"), ("didClose", "version.cpp"), ("didOpen", "other.cpp"), ("didChange", "other.cpp"), ("didOpen", "version.cpp")],
                         [each for each in told if each != ("didClose", "other.cpp")])
        self.assertNotIn("not known any more", " ".join(seen["said"]))
        self.assertEqual((self.project / SOURCE).read_text(), (self.project / "src" / "other.cpp").read_text())


del EditorFlow, Place  # or its tests would run without an editor
if __name__ == "__main__":
    unittest.main()
