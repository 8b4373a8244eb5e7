"""The test of the lock-in can fail: in a program whose lock-in leaves Landlock out, it does, and names what hostile code then did."""

import os
import subprocess
import unittest

PROGRAM = os.environ["COUNTERSIGN_INJECTED_WITHOUT_LANDLOCK"]
TEST = "LockIn.refuses_on_every_thread_what_the_server_must_never_do"


class WithoutLandlock(unittest.TestCase):
    def test_the_same_test_fails_and_names_a_file_deleted_from_each_thread(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GTEST_")}
        run = subprocess.run([PROGRAM, f"--gtest_filter={TEST}"], env=environment, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=240, check=False)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        for thread in ("main", "run", "http", "thread"):
            self.assertIn(f"\n{thread}: unlink: done\n", run.stdout)


if __name__ == "__main__":
    unittest.main()
