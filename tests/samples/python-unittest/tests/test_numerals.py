import unittest

from roman.numerals import from_roman, is_roman, to_roman


class NumeralsTest(unittest.TestCase):
    def test_every_number_comes_back(self):
        for number in range(1, 4000):
            self.assertEqual(from_roman(to_roman(number)), number)

    def test_subtracts_where_romans_did(self):
        self.assertEqual(to_roman(1994), "MCMXCIV")
        self.assertEqual(from_roman("xlix"), 49)

    def test_refuses_numbers_without_numeral(self):
        for number in (0, -1, 4000):
            with self.assertRaises(ValueError):
                to_roman(number)

    def test_refuses_other_spellings(self):
        for text in ("", "IIII", "IC", "VV", "A", "MMMM"):
            self.assertFalse(is_roman(text), text)
        self.assertTrue(is_roman("MMXXVI"))


if __name__ == "__main__":
    unittest.main()
