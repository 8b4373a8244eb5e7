"""Every hostile case is a test: each topic's file is read by exactly one class of this folder, and no case is told twice."""
import importlib
import pathlib
import unittest

import cases

HERE = pathlib.Path(__file__).resolve().parent


class Coverage(unittest.TestCase):
    def setUp(self):
        cases.TAKEN.clear()
        self.modules = [
            importlib.reload(importlib.import_module(path.stem)) for path in sorted(HERE.glob("test_*.py")) if path.stem != "test_coverage"
        ]

    def test_every_case_of_every_topic_is_a_test(self):
        topics = sorted(path.stem for path in cases.FOLDER.glob("*.json"))
        self.assertEqual(topics, sorted(cases.TAKEN))
        for topic in topics:
            self.assertEqual([case["id"] for case in cases.load(topic)], cases.TAKEN[topic], topic)
        methods = {
            name for module in self.modules for test in vars(module).values() if isinstance(test, type) and issubclass(test, unittest.TestCase)
            for name in unittest.defaultTestLoader.getTestCaseNames(test)
        }
        for topic in topics:
            for case in cases.load(topic):
                self.assertIn(cases.method_of(case), methods)

    def test_no_id_stands_for_two_cases_and_each_says_what_it_is(self):
        seen = [case for topic in cases.FOLDER.glob("*.json") for case in cases.load(topic.stem)]
        self.assertEqual(len(seen), len({case["id"] for case in seen}))
        for case in seen:
            self.assertTrue(case["what"], case)

    def test_none_is_skipped_by_decoration(self):
        for module in self.modules:
            for test in vars(module).values():
                if isinstance(test, type) and issubclass(test, unittest.TestCase):
                    self.assertFalse(getattr(test, "__unittest_skip__", False), test)


if __name__ == "__main__":
    unittest.main()
