"""The hours of a day, as they were told on the forum."""

from roman.numerals import to_roman


class Sundial:
    """Tells twelve hours between sunrise and sunset, in minutes since midnight."""

    def __init__(self, sunrise: int = 360, sunset: int = 1080) -> None:
        if sunset <= sunrise:
            raise ValueError("the sun sets after it rises")
        self.sunrise = sunrise
        self.sunset = sunset

    def hour(self, minute: int) -> str:
        """`hora III`, or `nox` while there is no sun."""
        if minute >= self.sunrise:
            if minute < self.sunset:
                passed = (minute - self.sunrise) * 12 // (self.sunset - self.sunrise)
                return f"hora {to_roman(passed + 1)}"
        return "nox"

    def length_of_hour(self) -> float:
        return (self.sunset - self.sunrise) / 12

    @staticmethod
    def noon(sunrise: int, sunset: int) -> int:
        return (sunrise + sunset) // 2
