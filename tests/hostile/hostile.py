"""What every hostile test has: a workspace beside things that must not be reached, and the binary run as whoever we are and, where
we are root, as an ordinary user too. After each test the workspace's bytes, times and modes are as they were.
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wire"))

from fixture import PATIENCE, WireTest, binary  # noqa: E402
from scripted import ScriptedModel  # noqa: E402

NOBODY = 65534
OUTSIDE = "OUTSIDE-MUST-NOT-BE-SEEN"


class HostileTest(WireTest):
    """`people` are the user ids that a case is tried as."""

    def setUp(self):
        super().setUp()
        (self.root / "work space-evil").mkdir()
        (self.root / "work space-evil" / "secret.txt").write_text(OUTSIDE + "\n")
        (self.root / "secret.txt").write_text(OUTSIDE + "\n")
        self.people = [os.geteuid()] + ([NOBODY] if os.geteuid() == 0 else [])

    def give_to(self, person):
        if os.geteuid() == 0:
            for folder, folders, files in os.walk(self.root):
                for name in [*folders, *files, "."]:
                    os.lchown(os.path.join(folder, name), person, person)

    def run_as(self, person, *arguments, **options):
        self.give_to(person)
        if person != os.geteuid():
            options |= {"user": person, "group": person, "extra_groups": []}
        done = subprocess.run(
            [binary(), *arguments], env=self.environment(**options.pop("variables", {})), cwd=self.workspace, capture_output=True,
            timeout=PATIENCE * 2, **options
        )
        self.assertGreaterEqual(done.returncode, 0, "died by a signal: %r" % done.stderr[-2000:])
        for shown in (done.stdout, done.stderr):
            self.assertNotIn(OUTSIDE.encode(), shown)
            self.assertNotRegex(shown, rb"AddressSanitizer|LeakSanitizer|runtime error")
        return done

    def scripted(self, *turns, **answer):
        model = ScriptedModel(*turns, **answer)
        self.addCleanup(model.close)
        return model

    def run_model(self, person, *turns, level="verify", action="ask", place="a.txt:1", options=(), answers="", model=None, variables=None):
        """`countersign run` as this person, with a model that follows the script: (the process, its JSON, the model)."""
        model = model or self.scripted(*turns)
        done = self.run_as(
            person, "run", action, place, "--instruction", "go", "--format", "json", "--level", level, "--provider", "openai",
            "--base-url", model.address, *options, input=answers.encode(), variables=variables or {},
        )
        return done, json.loads(done.stdout) if done.stdout.strip() else None, model

    def each_person(self):
        """Root, where we are it, and an ordinary user; what the tests say of a failure names who it was."""
        for person in self.people:
            self.person = person
            yield person

    def _formatMessage(self, message, standard):
        return super()._formatMessage(message, standard) + (" (as user %d)" % self.person if hasattr(self, "person") else "")
