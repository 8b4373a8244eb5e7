"""What the program says to a person who mistypes."""
import os
import subprocess
import tempfile
import unittest

COUNTERSIGN = os.environ["COUNTERSIGN"]


class CommandLine(unittest.TestCase):
    def call(self, *arguments):
        with tempfile.TemporaryDirectory() as room:
            environment = dict(os.environ, XDG_STATE_HOME=room + "/state", XDG_CONFIG_HOME=room + "/config", NO_COLOR="1")
            return subprocess.run([COUNTERSIGN, *arguments], cwd=room, env=environment, capture_output=True, text=True, timeout=60)

    def test_names_the_commands_when_one_is_not_known(self):
        done = self.call("frobnicate")
        self.assertEqual(2, done.returncode)
        self.assertIn('there is no command "frobnicate"; there are: lsp, run, tool', done.stderr)
        self.assertEqual("", done.stdout)

    def test_names_a_flag_as_it_is_written(self):
        done = self.call("--max-steps", "-1", "doctor")
        self.assertEqual(2, done.returncode)
        self.assertIn("--max-steps: max_steps must be a whole number", done.stderr)

    def test_help_names_the_tools(self):
        done = self.call("tool", "--help")
        self.assertEqual(0, done.returncode)
        for name in ("read_file", "search", "references", "edit_file"):
            self.assertIn(name, done.stdout)


if __name__ == "__main__":
    unittest.main()
