"""Commands that a model might ask for: whether each is asked about, refused or run, with the whole program between; then the person says
yes, and it is run for real. Whatever it is, the workspace, the home directory and what lies beside them stay as they were."""
import os
import re
import unittest

from cases import from_cases
from hostile import HostileTest
from test_walls import processes_with

from fixture import fingerprint


@from_cases("commands")
class CommandCases(HostileTest):
    files = {"a.txt": "x\n", "a": "x\n", "x.sh": "#!/bin/sh\necho ran\n", ".git/config": "[core]\n", "Makefile": "all:\n\techo made\n"}

    def setUp(self):
        super().setUp()
        planted = self.write("git", "#!/bin/sh\necho the planted git\n")
        planted.chmod(0o755)
        (self.root / "home" / "precious").write_text("mine\n")

    def arguments_of(self, case, mark):
        if "text" in case:
            argv = ["sh", "-c", case["text"]]
        elif "repeat" in case:
            argv = case["argv"] + [case["repeat"]["argument"]] * case["repeat"]["times"]
        else:
            argv = case["argv"]
        return {"argv": [word.replace("{mark}", mark) for word in argv], **({"timeout_seconds": case["seconds"]} if "seconds" in case else {})}

    def decided(self, done, result):
        """What became of it: "asked", "run", "refused", or the error of an argument vector that is none."""
        error = re.match(r"(invalid_params|too_large): argv", result)
        if error:
            return error[1]
        if b"Run it? [y/N" in done.stderr:
            return "asked"
        return "refused" if result.startswith("denied: ") else "run"

    def try_case(self, case):
        mark = "86401.%d" % os.getpid()
        for name, target in case.get("links", {}).items():
            os.symlink(target.replace("{home}", str(self.root / "home")), self.workspace / name)
        call = [("run_command", self.arguments_of(case, mark))]
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            home = fingerprint(self.root / "home")
            done, _, model = self.run_model(person, call, level="propose", answers="n\n")
            self.assertEqual(case["propose"], self.decided(done, model.results()[0]), model.results())
            if case["propose"] == "asked":
                self.assertRegex(model.results()[0], "denied: .* is not run: you said no")
            done, _, model = self.run_model(person, call, level="verify", answers="y\n")
            result = model.results()[0]
            self.assertEqual(case["verify"], self.decided(done, result), result)
            if case["verify"] in ("asked", "run"):
                self.assertRegex(result, r"^(exit status|killed by|stopped after|not_found: )", "it was to be run: " + result)
            self.assertIn(case.get("ends", ""), result)
            self.assertIn(case.get("prints", ""), result)
            self.assertNotRegex(result, "[\x00-\x08\x0b-\x1f\u202a-\u202e]")
            self.assertEqual([], processes_with(mark))
            self.assertEqual(home, fingerprint(self.root / "home"))
            self.assertTrue((self.root / "secret.txt").exists())

    def test_a_text_in_the_arguments_place_is_refused(self):
        for case in ("ls -l", "PATH=.:$PATH git status", "ls\nid"):
            done, _, model = self.run_model(self.people[0], [("run_command", {"argv": case})])
            self.assertRegex(model.results()[0], "^invalid_params: argv: expected an array")
            self.assertNotIn(b"Run it?", done.stderr)

    def test_a_program_is_looked_up_in_fixed_folders_only(self):
        _, _, model = self.run_model(
            self.people[0], [("run_command", {"argv": ["git", "--version"]})], variables={"PATH": "%s:.:/usr/bin:/bin" % self.workspace}
        )
        self.assertNotIn("planted", model.results()[0])


if __name__ == "__main__":
    unittest.main()
