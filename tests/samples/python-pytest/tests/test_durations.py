import pytest

from stock.durations import DurationError, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("45s", 45), ("1h30m", 5400), (" 2d ", 172800), ("0s", 0), ("1m1m", 120)],
)
def test_parse_duration_reads_units(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "  ", "h", "1x", "1h30", "1hm"])
def test_parse_duration_refuses_what_is_none(text):
    with pytest.raises(DurationError):
        parse_duration(text)


def test_format_duration_keeps_the_largest_parts():
    assert format_duration(5400) == "1h30m"
    assert format_duration(86400 + 59) == "1d"
    assert format_duration(3661, parts=3) == "1h1m1s"
    assert format_duration(0) == "0s"
    assert format_duration(-60) == "-1m"
