"""What a command of the level connected asks the proxy for, from inside the sandbox, with the whole program between. No name here exists, so
what is allowed ends with that its name is not known; everything else is refused before anybody is asked for a name."""
import base64
import json
import re
import unittest

from cases import from_cases
from hostile import HostileTest

ASK = """
import base64, json, socket, sys
for head in json.loads(base64.b64decode(sys.argv[1])):
    try:
        connection = socket.create_connection(("127.0.0.1", 3128), 10)
        connection.sendall(head.encode() + b"\\r\\n\\r\\n")
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        print(json.dumps(answer.decode("utf-8", "replace")))
    except ConnectionRefusedError:
        print(json.dumps("nobody listens"))
"""


@from_cases("network")
class NetworkCases(HostileTest):
    files = {"a.txt": "x\n", "ask.py": ASK}

    def ask(self, person, heads, hosts="allowed.invalid,*.wide.invalid"):
        encoded = base64.b64encode(json.dumps(heads).encode()).decode()
        done = self.run_as(
            person, "sandbox", "--level", "3", "--", "python3", "ask.py", encoded, variables={"COUNTERSIGN_ALLOW_HOSTS": hosts} if hosts else {}
        )
        self.assertEqual(0, done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.decode().splitlines()], done.stderr.decode()

    def try_case(self, case):
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            answers, said = self.ask(person, case["heads"])
            self.assertEqual(len(case["heads"]), len(answers))
            for head, answer in zip(case["heads"], answers):
                self.assertTrue(answer.startswith("HTTP/1.1 403 "), (head, answer))
                self.assertRegex(answer, case["says"], head)
            self.assertEqual(len(answers), len(re.findall("(?m)^countersign: network: .* is refused: ", said)), said)

    def test_net_012(self):
        for person in self.each_person():
            self.assertEqual((["nobody listens"], ""), self.ask(person, ["CONNECT allowed.invalid:443 HTTP/1.1"], hosts=""))
            done = self.run_as(
                person, "sandbox", "--level", "2", "--", "python3", "ask.py", base64.b64encode(b'["x"]').decode(),
                variables={"COUNTERSIGN_ALLOW_HOSTS": "allowed.invalid"},
            )
            self.assertEqual(b'"nobody listens"\n', done.stdout)

    def test_net_016(self):
        script = "import socket\ntry: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 443)); print('sent')\nexcept OSError as error: print(error.strerror)"
        for person in self.each_person():
            done = self.run_as(person, "sandbox", "--level", "3", "--", "python3", "-c", script, variables={"COUNTERSIGN_ALLOW_HOSTS": "allowed.invalid"})
            self.assertEqual(b"Network is unreachable\n", done.stdout)

    def test_only_the_person_names_hosts(self):
        self.write(".countersign.toml", 'allow_hosts = ["evil.invalid"]\n')
        done = self.run_as(self.people[0], "tool", "run_command", '{"argv": ["true"]}')
        self.assertRegex(done.stderr, b"^denied: .*allow_hosts")
        for bad in ("*", "*.com", "http://x.invalid", "127.0.0.1"):
            self.assertEqual(2, self.run_as(self.people[0], "config", "check", variables={"COUNTERSIGN_ALLOW_HOSTS": bad}).returncode, bad)


if __name__ == "__main__":
    unittest.main()
