"""An editor for tests: open buffers, code actions, and answers to what the server asks, in the manner of a real client.

`BEHAVIOURS` says how each real client was seen to behave where they differ: what it answers to an edit, when its didChange
comes, what it does with a new file. The `initialize` parameters are data, clients/<name>.json. All waiting happens
in `until`, which answers the server's requests meanwhile; the deadline is connection.PATIENCE.
"""
import dataclasses
import json
import os
import pathlib
import re
import time
import urllib.parse

from connection import PATIENCE, Connection, Overdue, ServerGone
from texts import apply_edits, offset_of, range_of

HERE = pathlib.Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Behaviour:
    parameters: str  # file in clients/
    checks_version: str = "all"  # of an edit's documents: "all", "first", "none"
    on_stale: str = "skips"  # a document whose version moved: "skips" it, "stops" there, "refuses" the whole edit, answers an "error"
    admits_failure: bool = True  # answers applied: false when something was not applied
    changes_first: bool = False  # didChange is sent before the answer to applyEdit
    makes_new_buffers: bool = True  # a text edit on a file that is not there makes an unsaved buffer
    new_buffer: str = ""  # what that buffer holds before the edit
    needs_folder: bool = False  # for a file in a folder that is not there it answers an error and leaves an empty buffer
    saves_refactorings: bool = False  # what comes with a code action or is called a refactoring goes to the disk at once
    previews: bool = False  # annotated edits are ticked one by one, and a part that was ticked counts as applied
    opens_documents: str = "yes"  # showDocument: "yes", "null" (answers null, opens nothing), "unknown" (-32601)
    answers_questions: bool = True  # showMessageRequest
    loses_requests: bool = False  # does not process a request that comes in one read with a response
    profile: str = "unknown"  # what status calls it


BEHAVIOURS = {
    "vscode": Behaviour("vscode-1.139.json", on_stale="refuses", makes_new_buffers=False, saves_refactorings=True, previews=True, profile="vscode"),
    "neovim-0.7": Behaviour("neovim-0.7.json", checks_version="first", admits_failure=False, opens_documents="unknown", new_buffer="\n", profile="neovim"),
    "neovim-0.10": Behaviour("neovim-0.10.json", checks_version="first", admits_failure=False, new_buffer="\n", profile="neovim"),
    "neovim-0.12": Behaviour("neovim-0.12.json", checks_version="first", admits_failure=False, new_buffer="\n", profile="neovim"),
    "eglot-1.9": Behaviour("eglot-1.9.json", on_stale="error", opens_documents="null", loses_requests=True, profile="eglot"),
    "eglot-30": Behaviour("eglot-30.json", on_stale="error", admits_failure=False, needs_folder=True, profile="eglot"),
    "helix-25.01": Behaviour("helix-25.01.json", on_stale="stops", changes_first=True, answers_questions=False, new_buffer="\n", profile="helix"),
    "helix-25.07": Behaviour("helix-25.07.json", on_stale="stops", changes_first=True, new_buffer="\n", profile="helix"),
    "kate": Behaviour("kate-22.12.json", profile="no edits", opens_documents="unknown"),
    "plain": Behaviour("plain.json", profile="no edits", opens_documents="unknown", answers_questions=False),
    "unknown": Behaviour("unknown.json", opens_documents="unknown", answers_questions=False),
}
CAN_APPLY = [name for name in BEHAVIOURS if BEHAVIOURS[name].profile != "no edits"]


class Refused(Exception):
    """An error response."""

    def __init__(self, error):
        super().__init__("%(code)s: %(message)s" % error)
        self.code, self.text = error["code"], error["message"]


class Stopped(Exception):
    """An edit that the client answers with an error, half way: what it did before that document stays."""

    def __init__(self, changed):
        super().__init__()
        self.changed = changed


@dataclasses.dataclass
class Buffer:
    text: str
    version: int
    language: str
    modified: bool = False


def uri_of(path):
    return "file://" + urllib.parse.quote(str(path))


def path_of(uri):
    return urllib.parse.unquote(urllib.parse.urlparse(uri).path)


class Editor:
    def __init__(self, connection, behaviour, folders):
        self.connection, self.behaviour, self.folders = connection, behaviour, [str(f) for f in folders]
        self.buffers = {}  # absolute path -> Buffer
        self.encoding = "utf-16"
        self.server = None  # the answer to initialize
        self.messages = []  # texts of showMessage and of questions
        self.questions = []  # showMessageRequest parameters
        self.answer_question = lambda parameters: None
        self.opened = []  # paths of showDocument
        self.edits = []  # applyEdit parameters
        self.progress = {}  # token -> list of values
        self.diagnostics = {}  # path -> list
        self.logged = []
        self.registrations = []
        self.lost = []  # requests that this client would not have seen
        self.accept_edits = True  # what the person does when an editor asks before applying
        self.before_edit = lambda: None  # called between an applyEdit's arrival and its handling
        self.skips = lambda path: False  # documents that the client leaves out of an edit, or the person does not tick
        self._responses = {}

    # The session

    def parameters(self):
        raw = json.loads((HERE / "clients" / self.behaviour.parameters).read_text())
        folders = [{"uri": uri_of(f), "name": os.path.basename(f)} for f in self.folders]
        raw["processId"] = os.getpid()
        for key, value in {
            "rootUri": folders[0]["uri"] if folders else None,
            "rootPath": self.folders[0] if folders else None,
            "workspaceFolders": folders,
        }.items():
            if raw.get(key) or not self.folders:  # Kate sends an empty list and a root
                raw[key] = value
        return raw

    def initialize(self, **changes):
        self.server = self.call("initialize", {**self.parameters(), **changes})
        self.encoding = self.server["capabilities"].get("positionEncoding", "utf-16")
        self.connection.notify("initialized", {})
        return self.server

    def shut_down(self):
        """Ends the session as an editor does and gives the exit status."""
        self.call("shutdown")
        self.connection.notify("exit")
        return self.connection.wait_exit()

    # Buffers

    def open(self, path, language="", text=None):
        path = str(path)
        if text is None:
            with open(path, encoding="utf-8", newline="") as stream:
                text = stream.read()
        self.buffers[path] = Buffer(text, 0 if self.behaviour.profile == "neovim" else 1, language)
        document = {"uri": uri_of(path), "languageId": language, "version": self.buffers[path].version, "text": text}
        self.connection.notify("textDocument/didOpen", {"textDocument": document})

    def close(self, path):
        del self.buffers[str(path)]
        self.connection.notify("textDocument/didClose", {"textDocument": {"uri": uri_of(path)}})

    def replace(self, path, old, new):
        """Types: the only occurrence of `old` becomes `new`, sent as an incremental change."""
        text = self.buffers[str(path)].text
        assert text.count(old) == 1, "%r occurs %d times" % (old, text.count(old))
        begin = text.index(old)
        change = {"range": range_of(text, begin, begin + len(old), self.encoding), "text": new}
        self._changed(str(path), text.replace(old, new), [change])

    def set_text(self, path, text):
        self._changed(str(path), text, [{"text": text}])

    def _changed(self, path, text, changes):
        buffer = self.buffers[path]
        buffer.text, buffer.version, buffer.modified = text, buffer.version + 1, True
        document = {"uri": uri_of(path), "version": buffer.version}
        self.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    # Requests

    def call(self, method, params=None, timeout=PATIENCE):
        """The result; raises Refused for an error response."""
        request = self.connection.request(method, params)
        self.until(lambda: request in self._responses, "an answer to " + method, timeout)
        response = self._responses.pop(request)
        if "error" in response:
            raise Refused(response["error"])
        return response["result"]

    def selection(self, path, marker, length=0):
        text = self.buffers[str(path)].text
        begin = text.index(marker)
        return range_of(text, begin, begin + length, self.encoding)

    def actions(self, path, marker=None, length=0, diagnostics=(), range=None):
        """Code actions where `marker` begins, each as {title, kind?, command: {title, command, arguments}}."""
        range = range or (self.selection(path, marker, length) if marker is not None else range_of("", 0, 0))
        context = {"diagnostics": list(diagnostics), "triggerKind": 1}
        found = self.call("textDocument/codeAction", {"textDocument": {"uri": uri_of(path)}, "range": range, "context": context})
        return [a if isinstance(a.get("command"), dict) or "disabled" in a else {"title": a["title"], "command": a} for a in found or []]

    def pick(self, path, title, marker=None, **where):
        """The one enabled action whose title begins so."""
        found = [a for a in self.actions(path, marker, **where) if a["title"].startswith(title) and "disabled" not in a]
        offered = [a["title"] for a in self.actions(path, marker, **where)]
        assert len(found) == 1, "wanted one action %r of %s" % (title, offered)
        return found[0]

    def run(self, action):
        """As editors do: an edit that the action carries first, then its command."""
        if "edit" in action:
            changed, _ = self._apply(action["edit"])
            self._report(changed)
            if self.behaviour.saves_refactorings:
                self._save(changed)
        command = action["command"]
        return self.execute(command["command"], *command.get("arguments", []))

    def execute(self, command, *arguments):
        return self.call("workspace/executeCommand", {"command": command, "arguments": list(arguments)})

    # Waiting

    def until(self, done, what, timeout=PATIENCE):
        """Handles messages until `done()`."""
        deadline = time.monotonic() + timeout
        while not done():
            try:
                self.handle(self.connection.receive(deadline))
            except Overdue:
                raise AssertionError("no %s within %.0f s.\n%s" % (what, timeout, self.story())) from None
            except ServerGone as gone:
                raise AssertionError("the server ended before %s.\n%s" % (what, gone)) from None

    def story(self):
        lines = [json.dumps(entry)[:300] for entry in self.connection.transcript[-12:]]
        return "\n".join(lines + [self.connection.stderr()[-3000:]])

    def message(self, pattern):
        """Waits for a message to the person that matches and returns the match."""
        find = lambda: next((m for m in (re.search(pattern, text, re.S) for text in self.messages) if m), None)
        self.until(find, "message like %r; there were %r" % (pattern, self.messages))
        return find()

    def applied(self, number):
        """Waits for the word that a proposal, or what was picked of it, was applied as approved."""
        return self.message(r"(?<!not )(?<!being )\bapplied #%s\b" % number)

    def proposal(self):
        """Waits for the newest proposal's announcement and returns its number as text."""
        seen = len(self.messages)
        number = lambda: next((m[1] for m in (re.search(r"proposed as #(\d+)", t) for t in reversed(self.messages)) if m), None)
        self.until(number, "announcement of a proposal; messages: %r" % (self.messages,))
        self.messages, found = self.messages[seen:], number()
        self.messages.clear()
        return found

    def handle(self, frame):
        message = frame.message
        if "method" not in message:
            self._responses[message["id"]] = message
            return
        if "id" in message and frame.follows_reply and self.behaviour.loses_requests:
            self.lost.append(message["method"])
        handler = getattr(self, "_on_" + re.sub(r"\W", "_", message["method"]), None)
        if handler is not None:
            handler(message)
        elif "id" in message:
            self.connection.reply_error(message, -32601, "not implemented here")

    # What the server sends

    def _on_window_showMessage(self, message):
        self.messages.append(message["params"]["message"])

    def _on_window_logMessage(self, message):
        self.logged.append(message["params"]["message"])

    def _on_window_showMessageRequest(self, message):
        if not self.behaviour.answers_questions:
            return self.connection.reply_error(message, -32601, "no questions here")
        self.questions.append(message["params"])
        self.messages.append(message["params"]["message"])
        self.connection.reply(message, self.answer_question(message["params"]))

    def _on_window_showDocument(self, message):
        if self.behaviour.opens_documents == "unknown":
            return self.connection.reply_error(message, -32601, "no documents here")
        self.opened.append(path_of(message["params"]["uri"]))
        self.connection.reply(message, {"success": True} if self.behaviour.opens_documents == "yes" else None)

    def _on_window_workDoneProgress_create(self, message):
        self.progress[message["params"]["token"]] = []
        self.connection.reply(message, None)

    def _on___progress(self, message):
        token = message["params"]["token"]
        assert token in self.progress, "progress under a token that was never created: %r" % (token,)
        self.progress[token].append(message["params"]["value"])

    def _on_textDocument_publishDiagnostics(self, message):
        self.diagnostics[path_of(message["params"]["uri"])] = message["params"]["diagnostics"]

    def _on_workspace_configuration(self, message):
        self.connection.reply(message, [None for _ in message["params"]["items"]])

    def _on_client_registerCapability(self, message):
        self.registrations += message["params"]["registrations"]
        self.connection.reply(message, None)

    def _on_client_unregisterCapability(self, message):
        self.connection.reply(message, None)

    def _on_workspace_codeLens_refresh(self, message):
        self.connection.reply(message, None)

    def _on_workspace_applyEdit(self, message):
        self.edits.append(message["params"])
        self.before_edit()
        edit = message["params"]["edit"]
        if not self.accept_edits:
            return self._decline(message)
        try:
            changed, complete = self._apply(edit)
        except Stopped as stopped:
            self.connection.reply_error(message, -32603, "Internal error")
            return self._report(stopped.changed)
        if self.behaviour.changes_first:
            self._report(changed)
        ticked = self.behaviour.previews and "changeAnnotations" in edit and bool(changed)
        result = {"applied": complete or ticked or not self.behaviour.admits_failure}
        if not result["applied"]:
            result["failureReason"] = "document has changed"
        self.connection.reply(message, result)
        if not self.behaviour.changes_first:
            self._report(changed)
        if self.behaviour.saves_refactorings and message["params"].get("metadata", {}).get("isRefactoring"):
            self._save(changed)

    def _save(self, paths):
        for path in paths:
            pathlib.Path(path).write_text(self.buffers[path].text)
            self.connection.notify("textDocument/didSave", {"textDocument": {"uri": uri_of(path)}})

    def _decline(self, message):
        if self.behaviour.on_stale == "error" and self.behaviour.admits_failure:
            return self.connection.reply_error(message, 32603, "User cancelled server edit")
        self.connection.reply(message, {"applied": not self.behaviour.admits_failure})

    def _report(self, changed):
        for path, (text, changes) in changed.items():
            self._changed(path, text, changes)

    def _apply(self, edit):
        """({path: (new text, content changes)}, whether all of it was applied)."""
        documents = edit.get("documentChanges")
        if documents is None:
            documents = [{"textDocument": {"uri": u, "version": None}, "edits": e} for u, e in edit.get("changes", {}).items()]
        changed, complete, created = {}, True, set()
        for index, document in enumerate(documents):
            if "kind" in document:
                complete = self._file_operation(document, created) and complete
                continue
            path = path_of(document["textDocument"]["uri"])
            if self.skips(path):
                complete = False
                continue
            if self.behaviour.needs_folder and not os.path.isdir(os.path.dirname(path)):
                self.open(path, text="")
                raise Stopped(changed)
            if path not in self.buffers and not self._load(path, path in created):
                complete = False
                continue
            buffer, wanted = self.buffers[path], document["textDocument"].get("version")
            checked = self.behaviour.checks_version == "all" or (self.behaviour.checks_version == "first" and index == 0 and wanted)
            if checked and wanted is not None and wanted != buffer.version:
                if self.behaviour.on_stale == "error":
                    raise Stopped(changed)
                if self.behaviour.on_stale != "skips":
                    return ({} if self.behaviour.on_stale == "refuses" else changed), False
                complete = False
                continue
            text = apply_edits(buffer.text, document["edits"], self.encoding)
            # From the end of the text, so that each range is that of the text the one before left.
            ordered = sorted(
                enumerate(document["edits"]), key=lambda e: (offset_of(buffer.text, e[1]["range"]["start"], self.encoding), e[0]), reverse=True
            )
            changed[path] = (text, [{"range": e["range"], "text": e["newText"]} for _, e in ordered])
        return changed, complete

    def _load(self, path, created):
        if os.path.exists(path):
            self.open(path)
        elif created or self.behaviour.makes_new_buffers:
            self.open(path, text=self.behaviour.new_buffer)
        else:
            return False
        return True

    def _file_operation(self, operation, created):
        """As real clients do it: at once and on the disk, unless it is annotated and the client asks. Tests see the disk."""
        path = path_of(operation["uri"])
        if operation["kind"] != "create":
            raise AssertionError("a file operation was sent: %r" % (operation,))
        if self.behaviour.profile == "vscode":
            assert operation.get("annotationId"), "VS Code creates a file on disk without asking: %r" % (operation,)
            created.add(path)
            return not os.path.exists(path)
        with open(path, "w", encoding="utf-8"):
            created.add(path)
        return True


def start(command, *, environment, folder, stderr_path, client, folders):
    return Editor(Connection(command, environment=environment, folder=folder, stderr_path=stderr_path), BEHAVIOURS[client], folders)
