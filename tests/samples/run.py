#!/usr/bin/env python3
"""Runs the sample projects' own tests, each on a copy in a temporary directory.

    run.py [NAME...]     all samples, or those named; exit 1 if one fails, 2 if a tool is missing
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE.parent / "node_modules"
BUILD_OUTPUT = ("build", "node_modules", "__pycache__", ".pytest_cache")


@dataclass
class Outcome:
    """How a sample's tests ended. Names are the framework's own."""

    passed: bool
    output: str
    ran: set = field(default_factory=set)
    skipped: set = field(default_factory=set)


def node_version():
    """The major version of the Node that is first in PATH."""
    return int(subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.lstrip("v").split(".")[0])


@dataclass(frozen=True)
class Sample:
    name: str
    tools: tuple  # programs that must be there
    needs_node_modules: bool
    test: object  # (directory) -> Outcome
    node: int = 0  # the least major version, if it needs Node

    def missing(self):
        """What is not installed; empty if the sample can run."""
        missing = [tool for tool in self.tools if not shutil.which(tool)]
        if self.needs_node_modules and not NODE_MODULES.is_dir():
            missing.append("tests/node_modules (cd tests && npm ci --ignore-scripts)")
        if self.node and shutil.which("node") and node_version() < self.node:
            missing.append(f"Node {self.node} (this is {node_version()})")
        return missing

    def copy(self, parent):
        target = Path(parent) / self.name
        shutil.copytree(HERE / self.name, target, ignore=shutil.ignore_patterns(*BUILD_OUTPUT))
        return target

    def run(self, directory):
        """Runs the tests of a copy. Node's packages are linked in for just that long: they are no part of the project."""
        modules = Path(directory) / "node_modules"
        if self.needs_node_modules:
            modules.symlink_to(NODE_MODULES)
        try:
            return self.test(Path(directory))
        finally:
            if self.needs_node_modules:
                modules.unlink()


def call(argv, directory, **environment):
    done = subprocess.run(
        argv,
        cwd=directory,
        env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=600,
        check=False,
    )
    return done.returncode == 0, done.stdout


def run_cpp(directory):
    # The build tree stands beside the copy, so that a run never lists it as part of the project.
    build = directory.parent / f"{directory.name}-build"
    log = ""
    for argv in (
        ["cmake", "-S", str(directory), "-B", str(build), "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0"]
        + (["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []),
        ["cmake", "--build", str(build), "-j2"],
    ):
        passed, output = call(argv, directory)
        log += output
        if not passed:
            return Outcome(False, log)
    passed, output = call([str(build / "paragraphs_tests")], directory)
    return Outcome(
        passed,
        log + output,
        set(re.findall(r"^\[ RUN      \] (\S+)", output, re.M)),
        set(re.findall(r"^\[  SKIPPED \] (\S+\.\S+)", output, re.M)),
    )


def python():
    """Debian's interpreter, which Debian's pytest belongs to."""
    return "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else "python3"


def run_pytest(directory):
    passed, output = call([python(), "-B", "-m", "pytest", "-v", "-rs", "-p", "no:cacheprovider"], directory)
    rows = re.findall(r"^(\S+::\S+).* (PASSED|FAILED|SKIPPED|ERROR)", output, re.M)
    return Outcome(passed, output, {name for name, _ in rows}, {name for name, how in rows if how == "SKIPPED"})


def run_unittest(directory):
    passed, output = call([python(), "-B", "-m", "unittest", "discover", "-v", "-t", ".", "-s", "tests"], directory)
    rows = re.findall(r"^(\w+) \(([\w.]+)\).*?\.\.\. (ok|FAIL|ERROR|skipped)", output, re.M | re.S)
    return Outcome(passed, output, {f"{where}.{name}" for name, where, _ in rows},
                   {f"{where}.{name}" for name, where, how in rows if how == "skipped"})


def node_outcome(passed, output, report):
    """Jest's and Vitest's JSON reports are alike."""
    ran, skipped = set(), set()
    if report.exists():
        for file in json.loads(report.read_text())["testResults"]:
            for case in file["assertionResults"]:
                ran.add(case["fullName"])
                if case["status"] in ("pending", "skipped", "todo"):
                    skipped.add(case["fullName"])
        report.unlink()
    return Outcome(passed, output, ran, skipped)


def run_jest(directory):
    report = directory.parent / "jest-report.json"
    passed, output = call(["node", str(NODE_MODULES / "jest" / "bin" / "jest.js"), "--ci", "--json", f"--outputFile={report}",
                           f"--cacheDirectory={directory.parent / 'jest-cache'}"], directory, CI="true")
    return node_outcome(passed, output, report)


def run_vitest(directory):
    report = directory.parent / "vitest-report.json"
    passed, output = call(["node", str(NODE_MODULES / "vitest" / "vitest.mjs"), "run", "--no-cache", "--reporter=default", "--reporter=json",
                           f"--outputFile={report}"], directory, CI="true")
    return node_outcome(passed, output, report)


def run_go(directory):
    passed, output = call(["go", "test", "-v", "./..."], directory, GOFLAGS="-mod=mod", GOPROXY="off")
    return Outcome(passed, output, set(re.findall(r"^=== RUN   (\S+)", output, re.M)), set(re.findall(r"^\s*--- SKIP: (\S+)", output, re.M)))


SAMPLES = (
    Sample("cpp-gtest", ("cmake", "c++"), False, run_cpp),
    Sample("python-pytest", ("pytest",), False, run_pytest),
    Sample("python-unittest", ("python3",), False, run_unittest),
    Sample("js-jest", ("node",), True, run_jest, node=16),
    Sample("ts-vitest", ("node",), True, run_vitest, node=20),
    Sample("go", ("go",), False, run_go),
)


def main(names):
    unknown = set(names) - {sample.name for sample in SAMPLES}
    if unknown:
        print(f"no such sample: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    status = 0
    for sample in SAMPLES:
        if names and sample.name not in names:
            continue
        if sample.missing():
            print(f"{sample.name}: NOT RUN, missing: {', '.join(sample.missing())}", file=sys.stderr)
            status = max(status, 2)
            continue
        with tempfile.TemporaryDirectory(prefix="countersign-sample-") as parent:
            outcome = sample.run(sample.copy(parent))
        print(f"{sample.name}: {'passed' if outcome.passed else 'FAILED'}, {len(outcome.ran)} tests")
        if not outcome.passed:
            print(outcome.output, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
