"""The hostile cases: what somebody might try, and what must come of it. Data, in cases/<topic>.json, one line a case.

Each case has an `id`, says `what` is tried, and holds whatever its topic's runner needs. A case with a `note` differs from what its
inventor expected, for the reason given. `from_cases` makes every case of a topic one test method of a class, so none can be left out:
either the class has `try_case`, which takes the case as data, or a method of the case's own, as test_rpc_001 for RPC-001; what has neither
fails when the module is loaded. test_coverage.py holds that every topic has its class.
"""
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "cases"
TAKEN = {}
"""Topic -> ids of the cases that a class has taken on."""


def load(topic):
    return json.loads((FOLDER / (topic + ".json")).read_text(encoding="utf-8"))


def method_of(case):
    return "test_" + case["id"].replace("-", "_").lower()


def from_cases(topic):
    def decorate(cls):
        TAKEN[topic] = []
        for case in load(topic):
            name = method_of(case)
            own = getattr(cls, name, None)
            if own is None:
                if not hasattr(cls, "try_case"):
                    raise TypeError("%s has no test of %s" % (cls.__name__, case["id"]))

                def own(self, case=case):
                    self.try_case(case)

            def method(self, own=own):
                own(self)

            method.__doc__ = "%s: %s" % (case["id"], case["what"])
            setattr(cls, name, method)
            TAKEN[topic].append(case["id"])
        return cls

    return decorate
