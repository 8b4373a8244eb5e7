"""Durations as people write them: 1h30m, 45s, 2d."""

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class DurationError(ValueError):
    """A text that is no duration."""


def parse_duration(text: str) -> int:
    """Seconds in a text such as `1h30m`; a bare number is seconds."""
    text = text.strip()
    if not text:
        raise DurationError("an empty text is no duration")
    if text.isdigit():
        return int(text)
    else:
        total = 0
        number = ""
        for character in text:
            if character.isdigit():
                number += character
            else:
                if character not in SECONDS:
                    raise DurationError(f"unknown unit {character!r}")
                if not number:
                    raise DurationError(f"no number before {character!r}")
                total += int(number) * SECONDS[character]
                number = ""
        if number:
            raise DurationError(f"no unit behind {number}")
        return total


def format_duration(seconds: int, parts: int = 2) -> str:
    """The largest `parts` units, rounded down: 5400 is `1h30m`."""
    if seconds < 0:
        return "-" + format_duration(-seconds, parts)
    text = ""
    used = 0
    for unit in ("d", "h", "m", "s"):
        amount, seconds = divmod(seconds, SECONDS[unit])
        if amount > 0:
            if used < parts:
                text += f"{amount}{unit}"
        if text:
            used += 1
    return text if text else "0s"


def is_expired(age: int, lifetime: int, grace: int = 0) -> bool:
    """Whether something of this age is past its lifetime; a lifetime of 0 never ends."""
    if lifetime > 0:
        if age > lifetime + grace:
            return True
    return False
