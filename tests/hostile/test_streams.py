"""What a provider's server might send. No call is carried out that did not come whole, no redirect is followed, nothing is unpacked."""
import gzip
import ssl
import subprocess
import unittest

from cases import from_cases
from hostile import HostileTest
from scripted import call_of, chunk, event, stream_of



@from_cases("streams")
class StreamCases(HostileTest):
    files = {"a.txt": "one\n"}
    CREATE = ("create_file", {"path": "new.txt", "content": "x\n"})

    def created(self, printed):
        return [change["path"] for change in printed["changes"]]

    def test_sse_002(self):
        for person in self.each_person():
            whole = stream_of([self.CREATE])
            for stream in (
                whole.replace(b"\n", b"\r\n"),
                whole.replace(b"\n", b"\r"),
                b"\xef\xbb\xbf" + whole,
                b": comment\r\r" + whole.replace(b"\n\n", b"\r\n\n"),
            ):
                done, printed, _ = self.run_model(person, stream, "Done.")
                self.assertEqual(["new.txt"], self.created(printed), done.stderr)

    def test_sse_004(self):
        begun = event(chunk({"role": "assistant", "tool_calls": [call_of(0, "create_file", '{"path": "new.txt", "cont')]}))
        for person in self.each_person():
            done, printed, model = self.run_model(person, begun + event(b"[DONE]"), begun + event(b"[DONE]"), begun + event(b"[DONE]"))
            self.assertEqual([], self.created(printed))
            self.assertNotIn("created", " ".join(model.results()))

    def test_sse_005(self):
        for person in self.each_person():
            for arguments in ('{"path": "new.txt", "content": }', '{"path": "new.txt", "content": "x"', "[1, 2]", '"new.txt"', '{"path": 5, "content": "x"}'):
                stream = event(chunk({"role": "assistant", "tool_calls": [call_of(0, "create_file", arguments)]})) + event(chunk({}, "tool_calls")) + event(b"[DONE]")
                done, printed, model = self.run_model(person, stream, "Done.")
                self.assertEqual([], self.created(printed), arguments)
                if model.results():
                    self.assertRegex(model.results()[0], "^invalid_params: ")
            twice = '{"path": "new.txt", "path": "../outside.txt", "content": "x"}'
            stream = event(chunk({"role": "assistant", "tool_calls": [call_of(0, "create_file", twice)]})) + event(chunk({}, "tool_calls")) + event(b"[DONE]")
            _, printed, model = self.run_model(person, stream, "Done.")
            self.assertEqual([], self.created(printed))
            self.assertRegex(model.results()[0], "^(invalid_params|denied): ")

    def test_sse_006(self):
        calls = [call_of(n, "create_file", {"path": "new%d.txt" % n, "content": "x\n"}, "same") for n in range(2)]
        stream = event(chunk({"role": "assistant", "tool_calls": calls})) + event(chunk({}, "tool_calls")) + event(b"[DONE]")
        for person in self.each_person():
            done, printed, model = self.run_model(person, stream, "Done.")
            ids = [m["tool_call_id"] for m in model.requests[-1]["messages"] if m["role"] == "tool"]
            self.assertEqual(len(ids), len(set(ids)))
            self.assertEqual(sorted(set(self.created(printed))), sorted(self.created(printed)), "each once")

    def test_sse_009(self):
        other = self.scripted("Done.")
        for person in self.each_person():
            for target in ("http://169.254.169.254/latest", other.address + "/chat/completions"):
                for status in (301, 302, 307, 308):
                    model = self.scripted(b"", b"", b"", headers=[("Location", target)], status=status)
                    done, printed, _ = self.run_model(person, model=model)
                    self.assertEqual(3, done.returncode, done.stderr)
                    self.assertIn(b"points elsewhere", done.stderr)
        self.assertEqual([], other.requests)

    def test_sse_011(self):
        folder = self.root / "tls"
        folder.mkdir()
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key", "-out", folder / "pem", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1"], capture_output=True,
        )
        self.assertEqual(0, made.returncode, "openssl cannot make a certificate: %r" % made.stderr)
        model = self.scripted("Done.")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "pem", folder / "key")
        model.server.socket = context.wrap_socket(model.server.socket, server_side=True)
        for person in self.each_person():
            done = self.run_as(
                person, "run", "ask", "a.txt:1", "--instruction", "go", "--provider", "openai", "--base-url", model.address.replace("http:", "https:"),
            )
            self.assertEqual(3, done.returncode)
            self.assertIn(b"certificate that cannot be verified", done.stderr)
            self.assertEqual([], model.requests)
            self.write(".countersign.toml", "ca_file = \"%s\"\n" % (folder / "pem"))
            done = self.run_as(
                person, "run", "ask", "a.txt:1", "--instruction", "go", "--provider", "openai", "--base-url", model.address.replace("http:", "https:"),
            )
            self.assertNotEqual(0, done.returncode, "a repository must not say whom to trust")
            (self.workspace / ".countersign.toml").unlink()
        self.assertEqual([], model.requests)

    def test_sse_012(self):
        bomb = gzip.compress(b"data: " + b"x" * (64 << 20) + b"\n\n")
        model = self.scripted(*[bomb] * 6, headers=[("Content-Encoding", "gzip")])
        for person in self.each_person():
            done, printed, _ = self.run_model(person, model=model)
            self.assertEqual(3, done.returncode, done.stderr)
            self.assertEqual([], self.created(printed))


if __name__ == "__main__":
    unittest.main()
