#!/usr/bin/env python3
"""The samples judge what the built-in engine proposes.

    COUNTERSIGN_BINARY=build/release/countersign python3 tests/samples/test_samples.py [-k NAME]

For every function of every sample: what `refactor` changes leaves the sample's own tests passing, and what `add_tests` adds compiles,
runs, and is reported as skipped, case for case. Changes of one sample are applied one upon the other and tested together; with
COUNTERSIGN_SAMPLES_EACH=1 every change is tested alone, which names the one to blame.

A sample whose tools are missing is skipped loudly; with CI=true it fails.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import run  # noqa: E402

SOURCES = {
    "cpp-gtest": ["src/interval_set.cpp", "src/version.cpp", "src/wrap.cpp"],
    "python-pytest": ["stock/durations.py", "stock/shelf.py"],
    "python-unittest": ["roman/numerals.py", "roman/clock.py"],
    "js-jest": ["src/csv.js", "src/ledger.js"],
    "ts-vitest": ["src/price.ts", "src/query.ts"],
    "go": ["money.go", "cache/cache.go"],
}
# What a new case begins with in a diff.
NEW_CASE = {
    "cpp-gtest": r"^\+TEST\(",
    "python-pytest": r"^\+def test_",
    "python-unittest": r"^\+ +def test_",
    "js-jest": r"^\+ +(?:test|it)\.skip\(",
    "ts-vitest": r"^\+ +(?:test|it)\.skip\(",
    "go": r"^\+func Test",
}
# Samples in which the built-in rules must find something: else these tests would pass by doing nothing.
LEAST_REFACTORED = {"cpp-gtest": 4, "python-pytest": 3, "python-unittest": 2, "js-jest": 2, "ts-vitest": 1, "go": 1}
EACH = os.environ.get("COUNTERSIGN_SAMPLES_EACH") == "1"


class SamplesTest(unittest.TestCase):
    def setUp(self):
        binary = os.environ.get("COUNTERSIGN_BINARY")
        if not binary:
            self.missing("COUNTERSIGN_BINARY is not set")
        self.binary = str(Path(binary).resolve())
        scratch = tempfile.TemporaryDirectory(prefix="countersign-samples-")
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")},
            "XDG_STATE_HOME": str(self.scratch / "state"),
            "XDG_CONFIG_HOME": str(self.scratch / "config"),
            "NO_COLOR": "1",
        }

    def missing(self, what):
        """A test that cannot run says so; in CI that is a failure."""
        if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
            self.fail(f"{what} (and CI is set)")
        print(f"NOT RUN: {self.id()}: {what}", file=sys.stderr)
        self.skipTest(what)

    def sample(self, name):
        sample = next(sample for sample in run.SAMPLES if sample.name == name)
        if sample.missing():
            self.missing(f"{name} needs {', '.join(sample.missing())}")
        return sample

    def countersign(self, workspace, *arguments):
        done = subprocess.run(
            [self.binary, *arguments, "--workspace", str(workspace)],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )
        self.assertIn(done.returncode, (0, 1), f"{arguments}: {done.stderr}")
        return done

    def callables(self, workspace, path):
        """(line, name) of each function and method, as the outline tool lists them."""
        done = self.countersign(workspace, "tool", "outline", json.dumps({"path": path}))
        rows = re.findall(r"^\s*(\d+)-\d+ (?:function|method) (\S+)", done.stdout, re.M)
        self.assertTrue(rows, f"{path} has no functions? {done.stdout}{done.stderr}")
        return [(int(line), name) for line, name in rows]

    def propose(self, workspace, action, path, line):
        """A unified diff; empty if nothing was proposed."""
        done = self.countersign(workspace, "run", action, f"{path}:{line}", "--format", "diff")
        if done.returncode == 1:
            self.assertEqual(done.stdout, "", "nothing proposed, yet there is a diff")
        return done.stdout if done.returncode == 0 else ""

    def apply(self, workspace, diff):
        done = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=workspace, input=diff, capture_output=True, text=True, check=False,
                              env={**os.environ, "GIT_CEILING_DIRECTORIES": str(workspace.parent)})
        self.assertEqual(done.returncode, 0, f"the diff does not apply: {done.stderr}\n{diff}")

    def propose_for_each(self, sample, workspace, action, check):
        """Goes through all functions, last first: what is added below leaves the lines above where they are."""
        diffs = []
        for path in SOURCES[sample.name]:
            for line, name in reversed(self.callables(workspace, path)):
                diff = self.propose(workspace, action, path, line)
                if not diff:
                    continue
                self.apply(workspace, diff)
                diffs.append((f"{path}: {name}", diff))
                if EACH:
                    check(diffs)
        if not EACH:
            check(diffs)
        return diffs

    def refactor(self, name):
        sample = self.sample(name)
        workspace = sample.copy(self.scratch)
        before = sample.run(workspace)
        self.assertTrue(before.passed, before.output)

        def check(diffs):
            after = sample.run(workspace)
            story = "\n".join(f"{where}\n{diff}" for where, diff in diffs)
            self.assertTrue(after.passed, f"the sample's tests fail after:\n{story}\n{after.output}")
            self.assertEqual(after.ran, before.ran)

        diffs = self.propose_for_each(sample, workspace, "refactor", check)
        self.assertGreaterEqual(len(diffs), LEAST_REFACTORED[name], "the rules found less than there is")
        # A second time there is nothing left to improve.
        for path in SOURCES[name]:
            for line, symbol in self.callables(workspace, path):
                self.assertEqual(self.propose(workspace, "refactor", path, line), "", f"{path}: {symbol} is not at its end after one run")

    def add_tests(self, name):
        sample = self.sample(name)
        workspace = sample.copy(self.scratch)
        before = sample.run(workspace)
        self.assertTrue(before.passed, before.output)

        def check(diffs):
            after = sample.run(workspace)
            story = "\n".join(f"{where}\n{diff}" for where, diff in diffs)
            self.assertTrue(after.passed, f"the tests do not run after:\n{story}\n{after.output}")
            wanted = sum(len(re.findall(NEW_CASE[name], diff, re.M)) for _, diff in diffs)
            self.assertEqual(len(after.skipped - before.skipped), wanted, f"not every new case is reported as skipped\n{after.output}")
            self.assertEqual(after.ran - after.skipped, before.ran - before.skipped, "the sample's own tests must go on as they were")

        diffs = self.propose_for_each(sample, workspace, "add_tests", check)
        self.assertEqual(len(diffs), sum(len(self.callables(workspace, path)) for path in SOURCES[name]), "a function got no tests")
        for _, diff in diffs:
            self.assertIn("TODO", diff)

    def explain(self, name):
        sample = self.sample(name)
        workspace = sample.copy(self.scratch)
        for path in SOURCES[name]:
            for line, symbol in self.callables(workspace, path):
                done = self.countersign(workspace, "run", "explain", f"{path}:{line}")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("no AI", done.stdout)
                self.assertIn("## What it does", done.stdout, f"{path}: {symbol}")


def add_cases():
    """One test for each sample and action, so that one failure does not hide another."""
    for sample in run.SAMPLES:
        for action in ("refactor", "add_tests", "explain"):
            def case(self, name=sample.name, action=action):
                getattr(self, action)(name)

            setattr(SamplesTest, f"test_{action}_{sample.name.replace('-', '_')}", case)


add_cases()

if __name__ == "__main__":
    unittest.main(verbosity=2)
