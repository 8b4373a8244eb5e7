import unittest

from roman.clock import Sundial
from roman.numerals import ordinal


class SundialTest(unittest.TestCase):
    def setUp(self):
        self.dial = Sundial()

    def test_counts_twelve_hours(self):
        self.assertEqual(self.dial.hour(360), "hora I")
        self.assertEqual(self.dial.hour(1079), "hora XII")

    def test_night_has_no_hours(self):
        self.assertEqual(self.dial.hour(359), "nox")
        self.assertEqual(self.dial.hour(1080), "nox")

    def test_hours_are_as_long_as_the_day_is(self):
        self.assertEqual(Sundial(300, 1260).length_of_hour(), 80)
        self.assertEqual(Sundial.noon(300, 1260), 780)

    def test_the_sun_must_set(self):
        with self.assertRaises(ValueError):
            Sundial(600, 600)


class OrdinalTest(unittest.TestCase):
    def test_suffixes(self):
        wanted = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 21: "21st", 112: "112th", 101: "101st"}
        for number, text in wanted.items():
            self.assertEqual(ordinal(number), text)
        self.assertEqual(ordinal(3, plain=True), "3")


if __name__ == "__main__":
    unittest.main()
