"""README's page for each provider works as written: its settings, word for word, in a config.toml, and only the address is the stand-in's."""
import pathlib
import re
import unittest

from stand_in import APIS, CONVERSATION, Aimock, Mangler, ModelTest, binary, need_modules

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def pages():
    """{provider: (what to export, the settings as TOML)}, from the section on models."""
    section = README.read_text().split("\n## With a language model\n")[1].split("\n## ")[0]
    found = {}
    for text, toml in re.findall(r"\*\*(.*?)```toml\n(.*?)```", section, re.S):
        provider = re.search(r'^provider = "(.*?)"', toml, re.M)[1]
        found[provider] = (re.findall(r"export (\w+)=", text), toml)
    return found


class Readme(ModelTest):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock")
        self.mangler = self.standing_in(Mangler(self.standing_in(Aimock(CONVERSATION)).port))

    def run_as_written(self, provider, toml, exported, *options):
        import json
        import subprocess

        folder = self.root / "home" / "countersign"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.toml").write_text(toml)
        self.mangler.requests.clear()
        environment = {k: v for k, v in self.environment().items() if not k.endswith("_API_KEY")}
        environment.update({name: "sk-of-the-person" for name in exported})
        done = subprocess.run(
            [binary(), "run", "refactor", "src/count.cpp:3", "--instruction", "say what n is", "--format", "json", *options],
            cwd=self.workspace, env=environment, capture_output=True, text=True, timeout=120,
        )
        self.assertEqual(0, done.returncode, done.stderr)
        printed = json.loads(done.stdout)
        self.assertIn("+    int n = 0; // caf\u00e9", printed["diff"])
        return self.mangler.requests

    def test_every_provider_has_its_page(self):
        self.assertEqual({"anthropic", "openai", "ollama"}, set(pages()))

    def test_the_settings_in_the_config_file(self):
        for provider, (exported, toml) in pages().items():
            with self.subTest(provider):
                address = "http://127.0.0.1:%d%s" % (self.mangler.port, APIS[provider])
                requests = self.run_as_written(provider, 'base_url = "%s"\n%s' % (address, toml), exported)
                path, headers, body = requests[0]
                self.assertEqual(re.search(r'^model = "(.*?)"', toml, re.M)[1], body["model"])
                if exported:
                    self.assertIn("sk-of-the-person", headers.get("x-api-key", headers.get("authorization", "")))

    def test_the_same_as_flags(self):
        exported, toml = pages()["openai"]
        for provider, model in (("openai", "gpt-5-mini"), ("openai-responses", "gpt-5-mini"), ("ollama", "qwen3")):
            with self.subTest(provider):
                address = "http://127.0.0.1:%d%s" % (self.mangler.port, APIS[provider])
                requests = self.run_as_written(provider, "", exported, "--provider", provider, "--base-url", address, "--model", model)
                self.assertEqual(model, requests[0][2]["model"])

    def test_a_server_on_this_machine_needs_no_key(self):
        address = "http://127.0.0.1:%d/v1" % self.mangler.port
        requests = self.run_as_written("openai", 'provider = "openai"\nmodel = "any"\nbase_url = "%s"\n' % address, [])
        self.assertNotIn("authorization", requests[0][1])

    def test_a_model_without_tool_calls(self):
        """As the page says for one: tools are described in the prompt, none is sent, and the model's text is read as calls."""
        text = [
            {"match": {"userMessage": "edited src/count.cpp"}, "response": {"content": "Done."}},
            {
                "match": {},
                "response": {"content": "src/count.cpp\n```\n<<<<<<< SEARCH\n    int n = 0;\n=======\n    int n = 0; // caf\u00e9\n>>>>>>> REPLACE\n```\n"},
            },
        ]
        mangler = self.standing_in(Mangler(self.standing_in(Aimock(text)).port))
        self.mangler = mangler
        for provider in APIS:
            with self.subTest(provider):
                toml = 'provider = "%s"\nmodel = "small"\nbase_url = "http://127.0.0.1:%d%s"\ntool_calls = "text"\n' % (provider, mangler.port, APIS[provider])
                requests = self.run_as_written(provider, toml, ["COUNTERSIGN_API_KEY"])
                self.assertTrue(all("tools" not in body for _, _, body in requests))
                self.assertIn("<data ", str(requests[-1][2]), "what a tool returned is marked as data")


if __name__ == "__main__":
    unittest.main()
