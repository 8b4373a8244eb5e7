"""A model at work in an editor: what the person sees meanwhile, what the model is told, and a cancel that closes the connection."""
import contextlib
import http.server
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wire"))

import fixture  # noqa: E402
from stand_in import APIS, CONVERSATION, PATIENCE, SOURCE, TEXT_BEGIN, Aimock, Mangler, Misbehaving, need_modules, stream_head, text_end, text_piece  # noqa: E402

INSTRUCTION = {"start": {"line": 2, "character": 6}, "end": {"line": 2, "character": 6}}
LONG = " ".join("Sentence number %d says what this does." % n for n in range(20))


class WithModel(fixture.WireTest):
    files = {"src/count.cpp": SOURCE, "src/count_test.cpp": "// the tests\n", "AGENTS.md": "Never use the word frobnicate.\n"}

    def standing_in(self, stand_in):
        self.addCleanup(stand_in.close)
        return stand_in

    def opened_editor(self, provider, port, **more):
        editor = self.editor(
            COUNTERSIGN_PROVIDER=provider, COUNTERSIGN_BASE_URL="http://127.0.0.1:%d%s" % (port, APIS[provider]),
            ANTHROPIC_API_KEY="sk-test", OPENAI_API_KEY="sk-test", **more,
        )
        editor.open(self.workspace / "src" / "count.cpp", "cpp")
        return editor

    def start(self, editor, action):
        uri = "file://%s" % str(self.workspace / "src" / "count.cpp").replace(" ", "%20")
        return editor.execute("countersign." + action, {"uri": uri, "range": INSTRUCTION, "instruction": "say what n is"})

    def shown(self, editor):
        return [value.get("message", "") for values in editor.progress.values() for value in values]


class Progress(WithModel):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock")
        self.mangler = self.standing_in(Mangler(self.standing_in(Aimock(CONVERSATION)).port))

    def test_the_estimate_comes_first_and_the_totals_stay(self):
        editor = self.opened_editor("openai", self.mangler.port, COUNTERSIGN_MODEL="gpt-5-mini")
        self.start(editor, "refactor")
        number = editor.proposal()
        notices = [text for text in self.shown(editor) if text.startswith("asking with about")]
        self.assertEqual(1, len(notices), self.shown(editor))
        self.assertRegex(notices[0], r"about \$0\.\d+ and together at most \$0\.\d+")
        review = pathlib.Path(self.state / "proposals" / ("%s.1.diff" % number)).read_text()
        self.assertRegex(review, r"# *openai, \d+ tokens, \$0\.\d+")
        status = editor.execute("countersign.status")["status"]
        self.assertRegex(status, r"Used: today 3 requests, \d+ tokens, \$0\.\d+; this workspace \$0\.\d+")
        replies = [fields for kind, fields in self.ledger("reply")]
        self.assertEqual(3, len(replies))
        self.assertTrue(all(fields["usage"]["cost"] > 0 for fields in replies))
        [(_, started)] = self.ledger("run_started")
        self.assertRegex(started["prompts"], r"^common \d+, refactor \d+$")

    def test_what_a_model_is_shown_before_it_asks(self):
        for provider in APIS:
            with self.subTest(provider):
                config = self.root / "config" / "countersign"
                (config / "actions").mkdir(parents=True, exist_ok=True)
                (config / "actions" / "refactor.md").write_text("<!-- version 7 -->\nMy own words for refactoring.\n")
                (config / "config.toml").write_text('instruction_files = ["%s", "/elsewhere/AGENTS.md"]\n' % (self.workspace / "AGENTS.md"))
                self.mangler.requests.clear()
                editor = self.opened_editor(provider, self.mangler.port)
                self.start(editor, "refactor")
                editor.proposal()
                _, _, first = self.mangler.requests[0]
                system = json.dumps(first.get("system") or first.get("instructions") or first["messages"][0], ensure_ascii=False)
                for words in ("My own words for refactoring.", "Never use the word frobnicate.", "is data"):
                    self.assertIn(words, system)
                self.assertNotIn("version 7", system)
                said = json.dumps(first.get("input") or first["messages"][-1], ensure_ascii=False)
                for words in ("src/count.cpp, the whole file", "int count_of(", "function count_of", "src/count_test.cpp", "say what n is"):
                    self.assertIn(words, said)
                self.assertLess(said.index("the whole file"), said.index("say what n is"), "what changes least comes first")
                _, _, last = self.mangler.requests[-1]
                self.assertIn("<data ", json.dumps(last.get("input") or last["messages"][2:]), "what tools return is marked as data")
                if provider == "anthropic":
                    marked = [block for message in last["messages"] for block in message["content"] if "cache_control" in block]
                    self.assertLessEqual(len(marked) + 1, 4)
                    self.assertIn("the whole file", marked[0]["text"])
                    self.assertNotIn("say what n is", marked[0]["text"])

    def test_the_same_task_is_the_same_bytes(self):
        """Or no provider's prompt cache would ever hold."""
        editor = self.opened_editor("anthropic", self.mangler.port)
        bodies = []
        for _ in range(2):
            self.mangler.requests.clear()
            self.start(editor, "refactor")
            editor.proposal()
            bodies.append(self.mangler.requests[0][2])
        self.assertEqual(*bodies)


class LocalServers(WithModel):
    """Where Ollama usually listens, something that answers as it does."""

    def setUp(self):
        super().setUp()
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"version":"0.12.0"}')

            do_POST = do_GET

            def log_message(self, *_):
                pass

        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 11434), Handler)
        except OSError:
            self.skipTest("port 11434 of this machine is in use")
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def test_it_is_named_and_never_used_unasked(self):
        editor = self.editor()
        editor.open(self.workspace / "src" / "count.cpp", "cpp")
        status = editor.execute("countersign.status")["status"]
        self.assertRegex(status, r'port 11434 answers as Ollama does; it is not used\. To use it, put provider = "ollama"')
        self.start(editor, "explain")
        editor.until(lambda: editor.opened or editor.messages, "an explanation")
        self.assertIn("port 11434 answers as Ollama does", self.command_line("doctor").stdout)
        self.assertEqual({"/api/version"}, set(self.asked), "it was looked at, and asked for nothing")


class Streaming(WithModel):
    def served(self, provider, behave):
        return self.standing_in(Misbehaving(behave))

    def test_an_explanation_grows_in_its_document(self):
        for provider in APIS:
            with self.subTest(provider):
                go_on = threading.Event()

                def behave(connection, number):
                    connection.sendall(stream_head(provider) + TEXT_BEGIN[provider] + text_piece(provider, LONG))
                    go_on.wait(PATIENCE)
                    connection.sendall(text_piece(provider, " The end.") + text_end(provider, LONG + " The end."))

                editor = self.opened_editor(provider, self.served(provider, behave).port)
                self.start(editor, "explain")
                editor.until(lambda: editor.opened, "the document, while the model still speaks")
                document = pathlib.Path(editor.opened[0])
                self.assertEqual(LONG, document.read_text())
                editor.until(lambda: any("Sentence number 19" in text for text in self.shown(editor)), "the words so far in the progress")
                go_on.set()
                editor.until(lambda: any(v["kind"] == "end" for values in editor.progress.values() for v in values), "the end")
                deadline = time.monotonic() + PATIENCE
                while document.read_text() != LONG + " The end." and time.monotonic() < deadline:
                    editor.execute("countersign.status")
                self.assertEqual(LONG + " The end.", document.read_text())
                self.assertEqual(1, len(editor.opened))

    def test_where_files_are_not_followed_it_is_shown_once_it_is_whole(self):
        def behave(connection, number):
            connection.sendall(stream_head("openai") + text_piece("openai", LONG) + text_end("openai"))

        port = self.served("openai", behave).port
        editor = self.editor("helix-25.01", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL="http://127.0.0.1:%d/v1" % port)
        editor.open(self.workspace / "src" / "count.cpp", "cpp")
        self.start(editor, "explain")
        editor.until(lambda: editor.opened, "the document")
        self.assertEqual(LONG, pathlib.Path(editor.opened[0]).read_text())

    def test_cancel_closes_the_connection_and_the_server_lives_on(self):
        for provider in APIS:
            with self.subTest(provider):
                began, closed = threading.Event(), threading.Event()

                def behave(connection, number):
                    connection.sendall(stream_head(provider) + TEXT_BEGIN[provider] + text_piece(provider, "Hello"))
                    began.set()
                    with contextlib.suppress(ConnectionResetError):  # it need not have read all of it
                        if connection.recv(1):
                            return
                    closed.set()

                editor = self.opened_editor(provider, self.served(provider, behave).port)
                run = self.start(editor, "explain")["run"]
                self.assertTrue(began.wait(PATIENCE))
                editor.execute("countersign.cancel", {"run": run})
                self.assertTrue(closed.wait(PATIENCE))
                editor.message("was cancelled; nothing is proposed")
                self.assertIn("Countersign", editor.execute("countersign.status")["status"])


if __name__ == "__main__":
    unittest.main()
