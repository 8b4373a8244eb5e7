"""What a command tries from inside the sandbox. Each case is a script that ends with 0 where the wall stands; the workspace on disk
stays as it was, and no process is left."""
import os
import pathlib
import unittest

from cases import from_cases
from hostile import HostileTest


def processes_with(mark):
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in folder.joinpath("cmdline").read_bytes().decode("utf-8", "replace"):
                found.append(folder.name)
        except OSError:
            pass
    return found


@from_cases("walls")
class WallCases(HostileTest):
    files = {
        "src/a.txt": "x\n",
        ".git/config": "[core]\n",
        ".git/HEAD": "ref: refs/heads/main\n",
        "vendor/sub/.git/config": "[core]\n",
        ".env": "TOKEN=%s\n" % "of-the-person",
    }

    def try_case(self, case):
        mark = "%d.%d" % (86_400, os.getpid())
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            done = self.run_as(person, "sandbox", "--diff", "--", "bash", "-c", case["script"].replace("{mark}", mark))
            said = done.stderr.decode()
            self.assertEqual(0, done.returncode, said + done.stdout.decode())
            for words in case.get("says", []):
                self.assertIn(words, said)
            self.assertEqual([], processes_with(mark))
            self.assertNotIn(b"of-the-person", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
