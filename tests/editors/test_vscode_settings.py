"""Every setting of the server is one of the Visual Studio Code extension, with the same default, and the reverse."""
import json
import re
import subprocess
import tempfile
import unittest

from flow import REPOSITORY, binary

# Of the extension alone: how it finds the server.
OWN = {"countersign.serverPath"}


def server_settings():
    """{name: default} as `countersign config show` prints them: name = "text" # default."""
    with tempfile.TemporaryDirectory() as empty:
        shown = subprocess.run([binary(), "config", "show"], env={"HOME": empty}, capture_output=True, text=True, check=True).stdout
    return {name: json.loads(value) for name, value in re.findall(r"^(\w+) = (.*) # default$", shown, re.M)}


class Settings(unittest.TestCase):
    def setUp(self):
        package = json.loads((REPOSITORY / "editors/vscode/package.json").read_text())
        self.declared = package["contributes"]["configuration"]["properties"]

    def test_both_have_the_same(self):
        server = {"countersign." + name for name in server_settings()}
        self.assertTrue(server)
        self.assertEqual(server, set(self.declared) - OWN, "editors/vscode/package.json, contributes.configuration.properties")

    def test_the_defaults_are_the_same(self):
        for name, value in server_settings().items():
            self.assertEqual(value, self.declared["countersign." + name].get("default"), name)

    def test_each_says_what_it_is_for(self):
        for name, setting in self.declared.items():
            self.assertGreater(len(setting.get("markdownDescription", "")), 20, name)

    def test_a_repository_can_set_none_of_them(self):
        for name, setting in self.declared.items():
            self.assertEqual("machine", setting.get("scope"), name)


if __name__ == "__main__":
    unittest.main()
