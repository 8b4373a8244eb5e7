"""What it costs to run `true` confined: through a server's broker, and by whole programs, interleaved in one run.

Beside ours: the command bare, bubblewrap alone, and `codex sandbox` of the npm package @openai/codex. That one is no dependency: it is
taken from a folder named in CODEX_PREFIX (npm install --prefix FOLDER @openai/codex), or, with --install, put into a temporary folder
for the time of the run. Without it, that is said and its ratio is not judged. Status 1 when a limit is missed.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BWRAP = ["/usr/bin/bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]


def milliseconds(argv, folder, environment):
    """Of one run to its end, by posix_spawn; the child's folder is this process's."""
    began = time.perf_counter()
    process = os.posix_spawn(argv[0], argv, environment)
    _, status = os.waitpid(process, 0)
    took = (time.perf_counter() - began) * 1000
    if status != 0:
        raise SystemExit("%s ended with %d" % (" ".join(argv), os.waitstatus_to_exitcode(status)))
    return took


def through_broker(bench):
    """Milliseconds of one command in a server that runs already, by the benchmarks of the parts; nothing if they are not built."""
    if not os.access(bench, os.X_OK):
        return None
    done = subprocess.run([bench, "--benchmark_filter=sandboxed_command/files:10", "--benchmark_format=json"], capture_output=True, check=True)
    return json.loads(done.stdout)["benchmarks"][0]["real_time"]


def codex_program(prefix):
    found = sorted(pathlib.Path(prefix).glob("node_modules/@openai/codex-*/vendor/*/bin/codex")) if prefix else []
    return str(found[0]) if found else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--install", action="store_true", help="fetch the npm package for the time of the run")
    parser.add_argument("--smoke", action="store_true", help="three runs, no limit is judged")
    options = parser.parse_args()
    ours = os.environ.get("COUNTERSIGN", str(ROOT / "build" / "release" / "countersign"))
    # Not beneath /tmp: codex keeps no helpers of its own there.
    room = tempfile.mkdtemp(prefix="countersign-bench-", dir="/var/tmp")
    try:
        prefix = os.environ.get("CODEX_PREFIX")
        if options.install and not prefix:
            prefix = os.path.join(room, "npm")
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", prefix, "@openai/codex"], check=True, stdout=subprocess.DEVNULL)
        codex = codex_program(prefix)
        work = os.path.join(room, "work")
        os.mkdir(work)
        os.mkdir(os.path.join(room, "home"))
        os.chdir(work)
        environment = {"PATH": "/usr/bin:/bin", "HOME": os.path.join(room, "home")}
        rows = {"bare": ["/bin/true"], "bwrap": [*BWRAP, "/bin/true"], "countersign sandbox": [ours, "sandbox", "--", "/bin/true"]}
        if codex:
            rows["codex sandbox"] = [codex, "sandbox", "--", "/bin/true"]
        else:
            print("NOT MEASURED: codex sandbox; name its npm prefix in CODEX_PREFIX, or pass --install", file=sys.stderr)
        times = {name: [] for name in rows}
        for turn in range((3 if options.smoke else options.runs) + 1):
            for name, argv in rows.items():
                took = milliseconds(argv, work, environment)
                if turn > 0:  # the first warms up
                    times[name].append(took)
        medians = {name: statistics.median(values) for name, values in times.items()}
        broker = through_broker(os.path.join(os.path.dirname(ours), "tests", "bench", "bench"))
        if broker:
            medians["through the broker"] = broker
        for name, median in medians.items():
            print("%-20s %7.2f ms, %7.2f ms more than bare" % (name, median, median - medians["bare"]))
        if not broker:
            return 0
        more = {name: median - medians["bare"] for name, median in medians.items()}
        print("through the broker %.2f ms more than bubblewrap; the limit is 2" % (more["through the broker"] - more["bwrap"]))
        good = more["through the broker"] <= more["bwrap"] + 2
        if codex:
            print("codex sandbox costs %.1f times as much; the limit is 5" % (more["codex sandbox"] / more["through the broker"]))
            good = good and more["codex sandbox"] >= 5 * more["through the broker"]
        return 0 if good or options.smoke else 1
    finally:
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
