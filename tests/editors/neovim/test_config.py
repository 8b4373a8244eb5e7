"""The whole way in a real Neovim, headless, with the configuration that the README gives."""
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from flow import REPOSITORY, EditorFlow  # noqa: E402

HERE = pathlib.Path(__file__).parent


@unittest.skipUnless(shutil.which("nvim"), "no nvim: apt-get install neovim")
class Neovim(EditorFlow):
    def setUp(self):
        super().setUp()
        plugin = self.root / "runtime" / "lua"
        plugin.mkdir(parents=True)
        shutil.copy(REPOSITORY / "editors" / "neovim" / "0.7" / "countersign.lua", plugin)
        self.command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "set rtp^=" + str(plugin.parent)]
        self.command += ["-c", "luafile " + str(HERE / "config_flow.lua")]

    def test_the_review_document_has_the_same_process_and_takes_no_focus(self):
        seen = self.flow(decision="Discard #")
        self.assertEqual(seen["client"], seen["review_client"])
        self.assertTrue(seen["focus_stayed"])


del EditorFlow  # or its tests would run without an editor
if __name__ == "__main__":
    unittest.main()
