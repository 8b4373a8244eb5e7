"""A room links and includes only the rooms that the table gives it."""
import re
import unittest

from house import TidyTest, code_only, includes

# The house: what each room may see. A new edge is a decision, made here and in server/README.md.
MAY_SEE = {
    "support": "",
    "protocol": "support",
    "ledger": "support",
    "workspace": "support",
    "syntax": "support",
    "refactor": "support syntax",
    "sandbox": "support",
    "model": "support ledger",
    "tools": "support workspace syntax sandbox",
    "agent": "support model tools workspace sandbox ledger",
    "builtin": "support model syntax refactor",
    "actions": "support workspace syntax refactor agent",
    "review": "support workspace ledger",
    "rpc": "support protocol",
    "session": "support protocol rpc workspace sandbox syntax tools agent actions review ledger",
}
MAY_SEE["cli"] = " ".join(MAY_SEE)  # the wiring sees everything

ROOM = re.compile(r"countersign_room\(\s*(\w+)([^)]*)\)")


def folder_of(room):
    return "protocol" if room == "protocol" else f"server/{room}"


def linked_rooms(tree):
    """Room to (its CMakeLists.txt, the rooms that it links)."""
    rooms = {}
    for path in tree.paths:
        if path != "protocol/CMakeLists.txt" and not re.fullmatch(r"server/\w+/CMakeLists\.txt", path):
            continue
        for name, arguments in ROOM.findall(tree.text(path)):
            words = arguments.split()
            rooms_at = words.index("ROOMS") + 1 if "ROOMS" in words else len(words)
            linked = []
            for word in words[rooms_at:]:
                if word == "LIBRARIES":
                    break
                linked.append(word)
            rooms[name] = (path, linked)
    return rooms


def check_links(tree):
    problems = []
    for name, (path, linked) in sorted(linked_rooms(tree).items()):
        if path != folder_of(name) + "/CMakeLists.txt":
            problems.append(f"{path}: the room {name} belongs into {folder_of(name)}/")
        if name not in MAY_SEE:
            problems.append(f"{path}: the room {name} is not in the table of tests/tidy/test_layering.py")
            continue
        problems += [f"{path}: {name} links {other}, which it may not see" for other in linked if other not in MAY_SEE[name].split()]
    return problems


def room_of_include(path):
    """The room that an include like "workspace/diff.h" or "protocol/uri.h" names, or nothing."""
    first, _, rest = path.partition("/")
    return first if rest and first in MAY_SEE else None


def check_includes(tree):
    problems = []
    linked = {name: rooms for name, (_, rooms) in linked_rooms(tree).items()}
    for path in tree.under("protocol", "server", endings=(".h", ".cpp")):
        parts = path.split("/")
        room = "protocol" if parts[0] == "protocol" else parts[1] if len(parts) > 2 else "cli"
        for line, mark, included in includes(tree.text(path)):
            other = room_of_include(included)
            if mark == "<":
                if other and (tree.root / folder_of(other) / included.partition("/")[2]).exists():
                    problems.append(f"{path}:{line}: a room of ours is included with quotes: \"{included}\"")
                continue
            if included.startswith(("..", "server/")) or "/../" in included:
                problems.append(f"{path}:{line}: include as \"room/file.h\", not \"{included}\"")
            if other and other != room and room in linked and other not in linked[room] and room != "cli":
                problems.append(f"{path}:{line}: {room} includes {other}, which its CMakeLists.txt does not link")
    return problems


def check_namespaces(tree):
    """A file of a room that opens another room's namespace gets round the table."""
    problems = []
    for path in tree.under("server", endings=(".h", ".cpp")):
        parts = path.split("/")
        if len(parts) < 3:
            continue
        for opened in re.findall(r"^namespace countersign::(\w+)", code_only(tree.text(path)), re.MULTILINE):
            if opened != parts[1] and opened in MAY_SEE:
                problems.append(f"{path}: opens the namespace of the room {opened}")
    return problems


class Layering(TidyTest):
    def test_rooms_link_only_what_the_table_allows(self):
        self.assert_none(check_links(self.house()))

    def test_rooms_include_only_what_they_link(self):
        self.assert_none(check_includes(self.house()))

    def test_rooms_stay_in_their_namespace(self):
        self.assert_none(check_namespaces(self.house()))

    def test_every_room_of_the_house_is_looked_at(self):
        self.assertGreaterEqual(len(linked_rooms(self.house())), 12)

    def test_the_table_has_no_cycle(self):
        for room, seen in MAY_SEE.items():
            for other in seen.split():
                self.assertTrue(other == room == "cli" or room not in MAY_SEE[other].split(), f"{room} and {other} see each other")


class CanFail(TidyTest):
    def test_finds_a_link_upwards(self):
        tree = self.tree_of({"server/model/CMakeLists.txt": "countersign_room(model ROOMS support\n  agent LIBRARIES tools)\n"})
        self.assertEqual(["server/model/CMakeLists.txt: model links agent, which it may not see"], check_links(tree))

    def test_finds_a_room_that_nobody_decided_on(self):
        tree = self.tree_of({"server/extra/CMakeLists.txt": "countersign_room(extra)"})
        self.assertEqual(1, len(check_links(tree)))

    def test_finds_an_include_of_a_room_that_is_not_linked(self):
        tree = self.tree_of({
            "server/review/CMakeLists.txt": "countersign_room(review ROOMS support workspace)",
            "server/workspace/diff.h": "",
            "server/review/a.cpp": '#include "review/a.h"\n#include "workspace/diff.h"\n#include "session/x.h"\n# include "../model/y.h"\n#include <workspace/diff.h>\n',
        })
        self.assertEqual([
            "server/review/a.cpp:3: review includes session, which its CMakeLists.txt does not link",
            'server/review/a.cpp:4: include as "room/file.h", not "../model/y.h"',
            'server/review/a.cpp:5: a room of ours is included with quotes: "workspace/diff.h"',
        ], check_includes(tree))

    def test_finds_a_borrowed_namespace(self):
        tree = self.tree_of({"server/tools/a.cpp": "// namespace countersign::agent\nnamespace countersign::agent {\n}\n"})
        self.assertEqual(["server/tools/a.cpp: opens the namespace of the room agent"], check_namespaces(tree))


if __name__ == "__main__":
    unittest.main()
