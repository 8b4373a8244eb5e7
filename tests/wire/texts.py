"""Positions and edits over text, as an editor counts them: lines, and units of the negotiated encoding."""

UNITS = {
    "utf-8": lambda character: len(character.encode("utf-8")),
    "utf-16": lambda character: 2 if ord(character) > 0xFFFF else 1,
    "utf-32": lambda character: 1,
}


def line_starts(text):
    """Offsets at which lines begin; a line ends at \\n, \\r\\n or a lone \\r."""
    starts, at = [0], 0
    while at < len(text):
        if text[at] == "\r" and text[at + 1 : at + 2] == "\n":
            at += 1
            starts.append(at + 1)
        elif text[at] in "\r\n":
            starts.append(at + 1)
        at += 1
    return starts


def offset_of(text, position, encoding="utf-16"):
    starts = line_starts(text)
    if position["line"] >= len(starts):
        return len(text)
    start = starts[position["line"]]
    end = starts[position["line"] + 1] if position["line"] + 1 < len(starts) else len(text)
    units, at = 0, start
    while at < end and units < position["character"] and text[at] not in "\r\n":
        units += UNITS[encoding](text[at])
        at += 1
    return at


def position_of(text, offset, encoding="utf-16"):
    starts = [start for start in line_starts(text) if start <= offset]
    return {"line": len(starts) - 1, "character": sum(map(UNITS[encoding], text[starts[-1] : offset]))}


def range_of(text, begin, end, encoding="utf-16"):
    return {"start": position_of(text, begin, encoding), "end": position_of(text, end, encoding)}


def apply_edits(text, edits, encoding="utf-16"):
    """All edits refer to `text` as it is; they must not overlap, or the editor would corrupt the buffer."""
    spans = sorted(
        (offset_of(text, edit["range"]["start"], encoding), offset_of(text, edit["range"]["end"], encoding), index, edit["newText"])
        for index, edit in enumerate(edits)
    )
    for (_, end, _, _), (begin, _, _, _) in zip(spans, spans[1:]):
        assert end <= begin, "the server sent overlapping edits: %r" % (edits,)
    parts, at = [], 0
    for begin, end, _, new in spans:
        parts += [text[at:begin], new]
        at = end
    return "".join(parts + [text[at:]])


def apply_unified_diff(diff, texts):
    """What the files of a unified diff become, {path: text}; a removed file is None. Strict: every context line must be there.

    Written apart from the server's own reader on purpose, so that the two can disagree.
    """
    results, lines, at = {}, diff.splitlines(keepends=True), 0
    while at < len(lines):
        if not lines[at].startswith("--- "):
            at += 1
            continue
        old, new = (lines[at + n][4:].rstrip("\n").split("\t")[0] for n in (0, 1))
        assert lines[at + 1].startswith("+++ "), lines[at + 1]
        at += 2
        path = (old if new == "/dev/null" else new).split("/", 1)[1]
        source = [] if old == "/dev/null" else texts[path].splitlines(keepends=True)
        out, taken = [], 0
        while at < len(lines) and lines[at].startswith("@@ "):
            (start, removed), (_, added) = (_counts(part) for part in lines[at].split()[1:3])
            begin = start if removed == 0 else start - 1
            out += source[taken:begin]
            taken, at = begin, at + 1
            while removed or added or lines[at : at + 1] and lines[at].startswith("\\"):
                kind, body = lines[at][0], lines[at][1:]
                if at + 1 < len(lines) and lines[at + 1].startswith("\\"):
                    body = body.removesuffix("\n")
                if kind in " -":
                    assert source[taken] == body, "the diff does not fit: %r against %r" % (source[taken], body)
                    taken, removed = taken + 1, removed - 1
                if kind in " +":
                    out.append(body)
                    added -= 1
                at += 1
        results[path] = None if new == "/dev/null" else "".join(out + source[taken:])
    return results


def _counts(part):
    """(start, count) of "-12,3" or "+12"."""
    start, _, count = part[1:].partition(",")
    return int(start), int(count or "1")
