"""A budget is never passed: what the stand-in's own journal says was asked, times what each answer costs, stays below the limit."""
import json
import time
import unittest

from stand_in import APIS, Aimock, Misbehaving, ModelTest, good_answer, need_modules

TURNS = 60
INPUT, OUTPUT = 3000, 200
PRICE = 1e-5  # dollars a token, in and out
EACH = (INPUT + OUTPUT) * PRICE

# A model that never comes to an end: every turn looks for something else.
USAGE = {"input_tokens": INPUT, "output_tokens": OUTPUT, "prompt_tokens": INPUT, "completion_tokens": OUTPUT, "total_tokens": INPUT + OUTPUT}
ENDLESS = [
    {"match": {"sequenceIndex": n}, "response": {"toolCalls": [{"id": "call_%d" % n, "name": "search", "arguments": {"pattern": "p%d" % n}}], "usage": USAGE}}
    for n in range(TURNS)
]


class Budget(ModelTest):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock")
        self.prices = self.root / "prices.json"
        self.prices.write_text(json.dumps({"priced": {"input_cost_per_token": PRICE, "output_cost_per_token": PRICE}}))

    def spend(self, provider, aimock, *options):
        return self.run_action(provider, aimock.port, "--model", "priced", "--price-file", str(self.prices), *options)

    def test_money_by_run_by_day_and_by_workspace(self):
        for provider in APIS:
            if provider == "ollama":
                continue  # on this machine it costs nothing
            for setting, limit, runs in (("--max-cost-per-run", 0.30, 1), ("--max-cost-per-day", 0.45, 4), ("--max-cost-per-workspace", 0.60, 4)):
                with self.subTest(provider, setting=setting):
                    for path in (self.root / "home" / "countersign").glob("ledger*"):
                        path.unlink()
                    aimock = self.standing_in(Aimock(ENDLESS))
                    for _ in range(runs):
                        status, printed, errors = self.spend(provider, aimock, setting, str(limit))
                        self.assertEqual(4, status, errors)
                        self.assertEqual("limit", printed["ended"])
                        self.assertEqual("", printed["diff"])
                    asked = len(aimock.journal())
                    self.assertGreater(asked, 2, "the budget is there to be used")
                    self.assertLessEqual(asked * EACH, limit)
                    # Cautious, not wasteful: what was left would not have been safe for another request with a whole reply.
                    self.assertGreater(asked * EACH, limit / 3)

    def test_the_person_is_told_before_and_near_the_end(self):
        aimock = self.standing_in(Aimock(ENDLESS))
        _, printed, errors = self.spend("openai", aimock, "--max-cost-per-run", "0.60", "--max-output-tokens", "300")
        self.assertRegex(errors, r"asking with about \d+ tokens; the reply is at most 300 tokens, about \$0\.\d+ and together at most \$0\.\d+")
        self.assertRegex(errors, r"(8\d|9\d) % of the budget of this run is used up")
        self.assertRegex(printed["error"], r"\$0\.6")
        self.assertRegex(errors, r"today \d+ requests, \d+ tokens, \$0\.\d+; this workspace \$0\.\d+")
        self.assertAlmostEqual(len(aimock.journal()) * EACH, printed["usage"]["cost"], 6)

    def test_requests_and_tokens(self):
        for provider in APIS:
            with self.subTest(provider):
                aimock = self.standing_in(Aimock(ENDLESS))
                status, _, errors = self.spend(provider, aimock, "--max-requests-per-run", "3")
                self.assertEqual((4, 3), (status, len(aimock.journal())), errors)
                aimock = self.standing_in(Aimock(ENDLESS))
                status, _, errors = self.spend(provider, aimock, "--max-tokens-per-run", "30000", "--max-output-tokens", "300")
                self.assertEqual(4, status, errors)
                if provider != "ollama":  # whose stand-in counts nothing
                    self.assertLessEqual(len(aimock.journal()) * (INPUT + OUTPUT), 30000)

    def test_requests_tokens_and_waiting_by_day_and_by_workspace(self):
        for setting, limit, expected in (
            ("--max-requests-per-day", 3, "budget of 3 requests for a day"),
            ("--max-requests-per-workspace", 4, "budget of 4 requests for this workspace"),
            ("--max-tokens-per-workspace", 30000, "budget of 30000 tokens for this workspace"),
        ):
            with self.subTest(setting):
                for path in (self.root / "home" / "countersign").glob("ledger*"):
                    path.unlink()
                aimock = self.standing_in(Aimock(ENDLESS))
                for _ in range(2):
                    status, printed, errors = self.spend("openai", aimock, setting, str(limit), "--max-output-tokens", "300")
                    self.assertEqual(4, status, errors)
                    self.assertIn(expected, printed["error"])
                asked = len(aimock.journal())
                self.assertLessEqual(asked * (INPUT + OUTPUT if "tokens" in setting else 1), limit)
                self.assertGreater(asked, 2)

    def test_no_request_begins_when_the_time_for_waiting_is_used_up(self):
        def late(connection, number):
            time.sleep(1.01)
            connection.sendall(good_answer("openai"))

        def never(connection, number):
            connection.recv(1)  # until the other side closes

        for setting, limit in (("--max-seconds-per-day", "for a day"), ("--max-seconds-per-workspace", "for this workspace")):
            for behave, ends in ((late, 0), (never, 4)):
                with self.subTest(setting, behave=behave.__name__):
                    for path in (self.root / "home" / "countersign").glob("ledger*"):
                        path.unlink()
                    server = self.standing_in(Misbehaving(behave))
                    options = ["openai", server.port, setting, "1", "--first-byte-timeout", "2"]
                    base = "http://127.0.0.1:%d/v1" % server.port
                    status, printed, errors = self.run_action(*options, action="explain", base=base)
                    self.assertEqual((ends, 1), (status, len(server.requests)), errors)
                    status, printed, errors = self.run_action(*options, action="explain", base=base)
                    self.assertEqual((4, 1), (status, len(server.requests)), errors)
                    self.assertRegex(printed["error"], "1 seconds of waiting .* " + limit)

    def test_what_has_no_known_price_is_refused_under_a_limit_of_money(self):
        aimock = self.standing_in(Aimock(ENDLESS))
        status, printed, _ = self.run_action("openai", aimock.port, "--model", "nobody-knows", "--max-cost-per-run", "1")
        self.assertEqual(4, status)
        self.assertIn("price_file", printed["error"])
        self.assertEqual([], aimock.journal())


if __name__ == "__main__":
    unittest.main()
