"""Roman numerals from 1 to 3999."""

VALUES = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]
LETTERS = {letters: value for value, letters in VALUES if len(letters) == 1}


def to_roman(number: int) -> str:
    if number < 1 or number > 3999:
        raise ValueError("only 1 to 3999 have a numeral")
    text = ""
    for value, letters in VALUES:
        while number >= value:
            text += letters
            number -= value
    return text


def from_roman(text: str) -> int:
    """The number of a numeral in its one right spelling; case does not matter."""
    total = 0
    previous = 0
    for letter in reversed(text.upper()):
        value = LETTERS.get(letter, 0)
        if value == 0:
            raise ValueError(f"{letter!r} is no numeral")
        if value < previous:
            total -= value
        else:
            total += value
            previous = value
    # IIII adds up to 4 but is not how 4 is written.
    if total < 1 or total > 3999 or to_roman(total) != text.upper():
        raise ValueError(f"{text!r} is not written as a numeral")
    return total


def is_roman(text: str) -> bool:
    try:
        from_roman(text)
    except ValueError:
        return False
    else:
        return True


def ordinal(number: int, plain: bool = False) -> str:
    """1st, 2nd, 3rd, 4th; the bare number if `plain`."""
    if plain:
        return str(number)
    else:
        if 10 <= number % 100 <= 20:
            return f"{number}th"
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{suffix}"
