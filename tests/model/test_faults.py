"""Every way in which a provider can fail: a message that names it, the cause and what to do; the run ended cleanly; no key printed."""
import json
import socket
import ssl
import subprocess
import threading
import time
import unittest

from stand_in import APIS, PATIENCE, STREAM_HEAD, TEXT_BEGIN, Misbehaving, ModelTest, answer, binary, good_answer, need, stream_head, text_piece

GOOD = good_answer("openai")


def error(provider, message, kind="", code=None):
    """An error's body as this API writes it."""
    if provider == "ollama":
        return json.dumps({"error": message})
    if provider == "anthropic":
        return json.dumps({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
    return json.dumps({"error": {"message": message, "type": kind, "code": code}})


# What is too long for the model, in each API's own words.
OVERFLOW = {
    "anthropic": ("prompt is too long: 250000 tokens > 200000 maximum", "invalid_request_error", None),
    "openai": ("This model's maximum context length is 8192 tokens.", "invalid_request_error", "context_length_exceeded"),
    "openai-responses": ("Your input exceeds the context window of this model.", "invalid_request_error", "context_length_exceeded"),
    "ollama": ("the input exceeds the context length", None, None),
}


class Faults(ModelTest):
    def serve(self, behave, context=None):
        return self.standing_in(Misbehaving(behave, context))

    def explain(self, server, *options, scheme="http", provider="openai", **environment):
        base = "%s://127.0.0.1:%d%s" % (scheme, server.port, APIS[provider])
        if provider == "ollama":  # which has no variable of its own
            environment.setdefault("COUNTERSIGN_API_KEY", "sk-test-ollama-key")
        return self.run_action(provider, server.port, *options, action="explain", environment=environment, base=base)

    def assert_fails(self, server, expected, *options, status=3, attempts=1, provider="openai", **more):
        """Named, explained, ended cleanly, nothing half-applied, no key anywhere."""
        code, printed, errors = self.explain(server, *options, provider=provider, **more)
        if printed:
            self.assertEqual(("", []), (printed["diff"], printed["changes"]))
        said = printed["error"] if printed else errors
        self.assertRegex(said, expected)
        self.assertEqual(status, code, said)
        self.assertNotIn("sk-test", said + errors)
        self.assertNotIn(b"sk-test", self.everything_written())
        if attempts is not None:
            self.assertEqual(attempts, len(server.requests))
        return said

    def test_what_the_server_answers(self):
        keys = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY", "openai-responses": "OPENAI_API_KEY", "ollama": "COUNTERSIGN_API_KEY"}
        for provider in APIS:
            key = "sk-test-%s-key" % provider.split("-")[0]
            table = [
                (401, error(provider, "Incorrect API key provided: " + key, "authentication_error", "invalid_api_key"), "does not accept the key .*" + keys[provider], 1),
                (402, error(provider, "pay", "billing_error"), "no credit left", 1),
                (403, error(provider, "no", "permission_error"), "does not allow this", 1),
                (404, error(provider, "no such model", "not_found_error", "model_not_found"), "does not know the model .*base_url", 1),
                (413, "<html>too large</html>", "request is too large", 1),
                (429, error(provider, "You exceeded your current quota", "insufficient_quota", "insufficient_quota"), "no credit left", 1),
                (429, error(provider, "slow down", "rate_limit_error"), "limits how often it is asked", 3),
                (500, error(provider, "boom", "api_error"), r"failed \(HTTP 500\): boom", 3),
                (503, "Service Unavailable", r"is overloaded \(HTTP 503\)", 3),
                (529, error(provider, "Overloaded", "overloaded_error"), "is overloaded", 3),
                (400, error(provider, *OVERFLOW[provider]), "conversation is too long", 1),
                (404, "<!DOCTYPE html><html>nginx</html>", "not its API .*a web page", 1),
                (405, "", "not its API", 1),
            ]
            for status, body, expected, attempts in table:
                with self.subTest(provider, status=status, body=body):
                    server = self.serve(lambda connection, number: connection.sendall(answer(status, body)))
                    self.assert_fails(server, "^%s .*%s" % (provider, expected), attempts=attempts, provider=provider)

    def test_a_limit_is_waited_for_and_a_long_one_is_told(self):
        for provider in APIS:
            with self.subTest(provider):
                slow, good = error(provider, "slow", "rate_limit_error"), good_answer(provider)
                server = self.serve(lambda connection, number: connection.sendall(answer(429, slow, headers=["retry-after: 0.01"]) if number == 1 else good))
                self.assertEqual(0, self.explain(server, provider=provider)[0])
                self.assertEqual(2, len(server.requests))
                server = self.serve(lambda connection, number: connection.sendall(answer(429, slow, headers=["retry-after: 900"])))
                self.assert_fails(server, "limits how often it is asked .*900 seconds", provider=provider)

    def test_a_redirect_is_not_followed(self):
        other = self.serve(lambda connection, number: connection.sendall(GOOD))
        server = self.serve(lambda connection, number: connection.sendall(answer(307, "", headers=["location: http://127.0.0.1:%d/v1/chat/completions" % other.port])))
        for provider in APIS:
            server.requests.clear()
            self.assert_fails(server, "points elsewhere.*not followed", provider=provider)
        self.assertEqual([], other.requests)

    def test_what_is_no_stream(self):
        for provider in APIS:
            head = stream_head(provider)
            table = [
                (b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>Log in</html>", "(not its API: a web page|cannot be read)"),
                (answer(200, "{malformed json: <<<chaos>>>"), "cannot be read"),
                (head, "ended its answer before it was complete"),
                (b"", "ended its answer before it was complete"),
                (b"\x00\x01\x02\x03 nonsense", "cannot be read"),
                (head + b"\xff\xfe\x00 bytes", "(not its API|cannot be read)"),
                (b"HTTP/1.1 200 OK\r\n" + b"x-filler: %s\r\n" % (b"a" * 1000) * 500, "sent more than is accepted"),
                (b"HTTP/1.1 200 OK\r\nx-filler: " + b"a" * 500_000, "sent more than is accepted"),
            ]
            for bytes_, expected in table:
                with self.subTest(provider, bytes_=bytes_[:40]):
                    server = self.serve(lambda connection, number: connection.sendall(bytes_))
                    self.assert_fails(server, "^%s .*%s" % (provider, expected), attempts=None, provider=provider)

    def test_silence_a_stall_and_a_drip(self):
        def quiet(connection, number):
            connection.recv(1)  # until the other side closes

        for provider in APIS:
            begin = stream_head(provider) + TEXT_BEGIN[provider] + text_piece(provider, "Hello")

            def stall(connection, number):
                connection.sendall(begin)
                connection.recv(1)

            def drip(connection, number):
                connection.sendall(stream_head(provider))
                while True:
                    connection.sendall(b"\n" if provider == "ollama" else b":")
                    time.sleep(0.2)

            with self.subTest(provider):
                self.assert_fails(self.serve(quiet), "accepted the request and said nothing.*first_byte_timeout", "--first-byte-timeout", "1", attempts=3, provider=provider)
                self.assert_fails(self.serve(stall), "stopped in the middle of its answer.*idle_timeout", "--idle-timeout", "1", attempts=3, provider=provider)
                self.assert_fails(self.serve(drip), "time limit of 2 seconds while it waited for %s$" % provider, "--max-seconds-per-run", "2", status=4, provider=provider)

    def test_a_connection_that_stays_open_behind_the_answer(self):
        for provider in APIS:
            def linger(connection, number):
                connection.sendall(good_answer(provider))
                while True:  # until the other side closes
                    connection.sendall(b"\n" if provider == "ollama" else b":\n\n")
                    time.sleep(0.05)

            with self.subTest(provider):
                server = self.serve(linger)
                code, printed, errors = self.explain(server, "--max-seconds-per-run", "20", provider=provider)
                self.assertEqual((0, "Hello", 1), (code, printed["text"].strip(), len(server.requests)), errors)

    def test_a_flood_ends_in_bounded_memory(self):
        def flood(provider, piece):
            def send(connection, number):
                connection.sendall(stream_head(provider) + TEXT_BEGIN[provider])
                while True:
                    connection.sendall(piece)

            return send

        for provider in APIS:
            with self.subTest(provider):
                self.assert_fails(self.serve(flood(provider, b"x" * 65536)), "sent more than is accepted: one event", provider=provider)
                empty = b"\n" if provider == "ollama" else b": comment\n\n"
                self.assert_fails(self.serve(flood(provider, empty * 6000)), "sent more than is accepted: more than 64 MiB", provider=provider)
                self.assert_fails(self.serve(flood(provider, text_piece(provider, "Hello" * 50) * 100)), "sent more than is accepted", provider=provider)

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]

        class Nobody:
            requests = []

        Nobody.port = port
        for provider in APIS:
            self.assert_fails(Nobody, "^%s cannot be reached.*127.0.0.1:%d" % (provider, port), attempts=0, provider=provider)

    def test_a_name_without_an_address(self):
        for provider in APIS:
            code, printed, errors = self.run_action(provider, 1, action="explain", base="https://no-such-host.invalid/v1")
            self.assertRegex(printed["error"], "^%s (cannot be found|cannot be reached)" % provider)
            self.assertEqual(3, code)

    def certificate(self, name, *options):
        folder = self.root / "tls"
        folder.mkdir(exist_ok=True)
        key, certificate = folder / (name + ".key"), folder / (name + ".pem")
        done = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=" + name, *options], capture_output=True
        )
        need(self, done.returncode == 0, "openssl cannot make a certificate")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context, str(certificate)

    def test_certificates_are_verified(self):
        context, own = self.certificate("127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
        server = self.serve(lambda connection, number: connection.sendall(GOOD), context)
        for provider in APIS:
            self.assert_fails(server, "certificate that cannot be verified.*ca_file", scheme="https", attempts=0, provider=provider)
        self.assertEqual(0, self.explain(server, "--ca-file", own, scheme="https")[0])
        context, other = self.certificate("elsewhere", "-addext", "subjectAltName=DNS:elsewhere.example")
        server = self.serve(lambda connection, number: connection.sendall(GOOD), context)
        self.assert_fails(server, "certificate that cannot be verified", "--ca-file", other, scheme="https", attempts=0)

    def test_what_would_leave_this_machine_must_be_encrypted(self):
        code, _, errors = self.run_action("openai", 1, action="explain", base="http://192.0.2.1:9/v1")
        self.assertEqual(2, code)
        self.assertRegex(errors, "not encrypted.*allow_http")
        for address in ("ftp://127.0.0.1/", "http://user:secret@127.0.0.1/", "127.0.0.1:80", "http://127.0.0.1:99999/", "http://"):
            code, _, errors = self.run_action("openai", 1, action="explain", base=address)
            self.assertEqual(2, code, errors)
            self.assertNotIn("secret", errors)

    def test_a_proxy_is_never_asked_for_this_machine(self):
        server = self.serve(lambda connection, number: connection.sendall(GOOD))
        proxy = self.serve(lambda connection, number: connection.sendall(answer(502, "")))
        code, _, errors = self.explain(server, http_proxy="http://127.0.0.1:%d" % proxy.port, all_proxy="http://127.0.0.1:%d" % proxy.port)
        self.assertEqual(0, code, errors)
        self.assertEqual([], proxy.requests)

    def test_a_key_from_a_command(self):
        server = self.serve(lambda connection, number: connection.sendall(GOOD))
        self.assertEqual(0, self.explain(server, "--api-key-command", "echo sk-from-command; echo more", OPENAI_API_KEY="")[0])
        self.assertIn("Authorization: Bearer sk-from-command\r\n", server.requests[-1][0] + "\r\n")
        self.assertEqual(0, self.explain(server, COUNTERSIGN_API_KEY="sk-own")[0])
        self.assertIn("Bearer sk-own", server.requests[-1][0])
        for command, expected in (("false", "exit status 1"), ("true", "holds no key"), ("echo a b", "holds no key"), ("yes", "holds no key|far more|signal")):
            code, _, errors = self.explain(server, "--api-key-command", command, OPENAI_API_KEY="")
            self.assertEqual(3, code)
            self.assertRegex(errors, expected)

    def test_a_stop_closes_the_connection(self):
        began, closed = threading.Event(), threading.Event()

        def stall(connection, number):
            connection.sendall(STREAM_HEAD + text_piece("openai", "Hello"))
            began.set()
            try:
                connection.recv(1)
            finally:
                closed.set()

        server = self.serve(stall)
        process = subprocess.Popen(
            [binary(), "run", "explain", "src/count.cpp:3", "--provider", "openai", "--base-url", "http://127.0.0.1:%d/v1" % server.port],
            cwd=self.workspace, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.assertTrue(began.wait(PATIENCE))
        process.terminate()
        process.wait(PATIENCE)
        self.assertTrue(closed.wait(PATIENCE))

    def test_models_are_asked_in_the_order_of_the_route(self):
        down = self.serve(lambda connection, number: connection.sendall(answer(503, "")))
        up = self.serve(lambda connection, number: connection.sendall(GOOD))
        code, printed, errors = self.explain(down, "--model-explain", "small-one", "--fallback", "openai big-one http://127.0.0.1:%d/v1" % up.port)
        self.assertEqual(0, code, errors)
        self.assertIn(b'"model":"small-one"', down.requests[0][1])
        self.assertIn(b'"model":"big-one"', up.requests[0][1])
        self.assertNotIn("authorization", up.requests[0][0].lower(), "a key goes to no address that it was not set for")

    def test_an_answer_is_used_again_only_if_the_person_wants_it(self):
        server = self.serve(lambda connection, number: connection.sendall(GOOD))
        for expected, options in ((1, ["--response-cache-hours", "1"]), (1, ["--response-cache-hours", "1"]), (2, []), (3, ["--response-cache-hours", "1", "--model", "other"])):
            self.assertEqual(0, self.explain(server, *options)[0])
            self.assertEqual(expected, len(server.requests), options)

    def test_a_recording_plays_without_the_server(self):
        server = self.serve(lambda connection, number: connection.sendall(GOOD))
        recording = str(self.root / "recording")
        code, first, _ = self.explain(server, "--recording", recording)
        self.assertEqual(0, code)
        code, second, errors = self.run_action("replay", 1, "--recording", recording, action="explain", base="http://127.0.0.1:1")
        self.assertEqual(0, code, errors)
        self.assertEqual(first["text"], second["text"])
        self.assertEqual(1, len(server.requests))

    def test_each_run_is_recorded_apart(self):
        recording = self.root / "recording"
        said = {}
        for text in ("one", "two"):
            server = self.serve(lambda connection, number: connection.sendall(good_answer("openai", text)))
            before = set(recording.iterdir()) if said else set()
            self.assertEqual(0, self.explain(server, "--recording", str(recording))[0])
            said[text] = (set(recording.iterdir()) - before).pop()
        for text, run in said.items():
            code, printed, errors = self.run_action("replay", 1, "--recording", str(run), action="explain", base="http://127.0.0.1:1")
            self.assertEqual(0, code, errors)
            self.assertIn(text, printed["text"])
        code, _, errors = self.run_action("replay", 1, "--recording", str(recording), action="explain", base="http://127.0.0.1:1")
        self.assertEqual(2, code)
        self.assertRegex(errors, "holds 2 runs; set recording to the one to play.*" + said["one"].name)
        code, _, errors = self.run_action("replay", 1, "--recording", str(self.root / "nowhere"), action="explain", base="http://127.0.0.1:1")
        self.assertEqual(2, code)
        self.assertRegex(errors, "no recorded run in .*nowhere")

    def test_a_recording_plays_the_way_through_the_fallback(self):
        key = b"sk-test-openai-key"
        slow = answer(503, "busy with " + key.decode(), headers=["retry-after: 0.01", "x-echo: Bearer " + key.decode()])
        down = self.serve(lambda connection, number: connection.sendall(slow))
        up = self.serve(lambda connection, number: connection.sendall(good_answer("ollama")))
        recording = self.root / "recording"
        code, first, errors = self.explain(down, "--recording", str(recording), "--fallback", "ollama other http://127.0.0.1:%d" % up.port)
        self.assertEqual(0, code, errors)
        files = [path.read_bytes() for path in sorted(recording.glob("*/*"))]
        self.assertEqual([b"openai"] * 3 + [b"ollama"], [file.split(b"\n")[1] for file in files])
        self.assertNotIn(key, b"".join(files))
        code, second, errors = self.run_action("replay", 1, "--recording", str(recording), action="explain", base="http://127.0.0.1:1")
        self.assertEqual(0, code, errors)
        self.assertEqual(first["text"], second["text"])
        self.assertEqual((3, 1), (len(down.requests), len(up.requests)))


if __name__ == "__main__":
    unittest.main()
