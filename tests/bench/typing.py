#!/usr/bin/env python3
"""Typing into a file of 10,000 lines in Neovim: python3 tests/bench/typing.py [--smoke] [--binary PATH]

Alone, with a server that does nothing (idle_server.py), and with Countersign: the same keystrokes each time, the three taking turns, in every
Neovim that is here (Debian's by the configuration of editors/neovim/0.7, those of tests/editors/fetch.sh by the plugin). The server that does
nothing shows what Neovim itself takes for telling any server; the rest is ours. Prints medians and 99th percentiles; exits with 1 if
typing with Countersign is slower than with that one by more than the limit.
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

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests" / "bench"), str(REPOSITORY / "tests" / "editors")]

from bench import generated_source  # noqa: E402
from journey import fetched  # noqa: E402

MOST = 1.1  # times as long as with a server that does nothing, by the median
IDLE = str(REPOSITORY / "tests" / "bench" / "idle_server.py")


def neovims():
    """[(name, program, folder for the runtime path)]"""
    neovim = REPOSITORY / "editors" / "neovim"
    found = [(name, fetched(name, "nvim"), neovim) for name in ("neovim-trixie", "neovim-sid")]
    return [("Debian 12's", shutil.which("nvim"), None), *found]


def type_once(program, plugin, keys, root, server):
    report = root / "report.json"
    report.unlink(missing_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), "XDG_STATE_HOME": str(root / "state"), "TYPING_FILE": str(root / "project" / "large.cpp"),
                   "TYPING_KEYS": str(keys), "TYPING_REPORT": str(report)}
    if server:
        environment["TYPING_SERVER"] = server
    command = [program, "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "set rtp^=%s" % plugin, "-c", "luafile " + str(REPOSITORY / "tests" / "bench" / "typing.lua")]
    done = subprocess.run(command, env=environment, cwd=root / "project", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    seen = json.loads(report.read_text()) if report.exists() else {"failure": done.stdout + done.stderr}
    if "failure" in seen:
        sys.exit("typing.py: " + seen["failure"])
    return seen["times"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--binary", default=os.environ.get("COUNTERSIGN", str(REPOSITORY / "build" / "release" / "countersign")))
    given = parser.parse_args()
    rounds, keys = (1, 50) if given.smoke else (7, 1500)
    slower = []
    with tempfile.TemporaryDirectory(prefix="countersign-typing-") as place:
        root = pathlib.Path(place)
        (root / "project").mkdir()
        (root / "project" / "large.cpp").write_text(generated_source(10_000))
        configuration = root / "runtime" / "lua"
        configuration.mkdir(parents=True)
        shutil.copy(REPOSITORY / "editors" / "neovim" / "0.7" / "countersign.lua", configuration)
        for name, program, plugin in neovims():
            if not program:
                print("LEFT OUT: %s: get it with tests/editors/fetch.sh" % name, file=sys.stderr)
                continue
            times = {None: [], IDLE: [], os.path.abspath(given.binary): []}
            for _ in range(rounds):
                for server, seen in times.items():
                    seen += type_once(program, plugin or configuration.parent, keys, root, server)
            alone, idle, ours = map(sorted, times.values())
            row = lambda seen: "median %4.0f µs, 99th %4.0f µs" % (statistics.median(seen), seen[len(seen) * 99 // 100])
            against = lambda base: statistics.median(ours) / statistics.median(base)
            print("%-14s alone: %s; a server that does nothing: %s; Countersign: %s" % (name, row(alone), row(idle), row(ours)))
            print("%-14s Countersign is %.2f times alone, %.2f times a server that does nothing (limit %.2f)" % ("", against(alone), against(idle), MOST))
            if against(idle) > MOST:
                slower.append(name)
    return 1 if slower and not given.smoke else 0


if __name__ == "__main__":
    sys.exit(main())
