"""A program in a real terminal: tmux gives it a screen, keys go in, and what is on the screen comes out, as text or as a picture.

The picture is an SVG of the cells with their colours, so that it can be read, searched and compared; no font is embedded.
"""
import collections
import html
import itertools
import pathlib
import re
import shutil
import subprocess
import time
import uuid

SGR = re.compile(r"\x1b\[([0-9;:]*)m")
BASIC = ["#1d1f21", "#cc6666", "#8fae5d", "#d7a65f", "#6f93b8", "#a57fb0", "#6fb3b8", "#c5c8c6"]
BRIGHT = ["#7c7f7e", "#e27878", "#b5d080", "#f0c674", "#8fb4dd", "#c9a0d6", "#8fd6dc", "#ffffff"]
FOREGROUND, BACKGROUND = "#c5c8c6", "#1d1f21"
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 17, 10


def has_tmux():
    return shutil.which("tmux") is not None


class Overdue(AssertionError):
    pass


class Terminal:
    """tmux needs a locale and a terminal type; the program gets `environment` and nothing else."""

    def __init__(self, command, *, environment, folder, patience, width=150, height=45):
        self.socket = "countersign-" + uuid.uuid4().hex[:12]
        self.patience = patience
        self.environment = {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "-c", str(folder), *command)
        self._tmux("set", "-g", "escape-time", "0", ";", "set", "-g", "status", "off", ";", "set", "-g", "default-terminal", "tmux-256color")

    def _tmux(self, *arguments):
        return subprocess.run(["tmux", "-u", "-L", self.socket, *arguments], env=self.environment, capture_output=True, text=True, check=False).stdout

    def close(self):
        self._tmux("kill-server")

    def press(self, *keys):
        """Keys as tmux names them: Enter, Escape, C-w, Down."""
        self._tmux("send-keys", *keys)

    def type(self, text):
        self._tmux("send-keys", "-l", "--", text)

    def paste(self, text):
        """All of it at once, as from a clipboard; the program is told that it is a paste."""
        self._tmux("set-buffer", "--", text, ";", "paste-buffer", "-p")

    def screen(self):
        return self._tmux("capture-pane", "-p")

    def wait(self, pattern, what=None):
        """The match of `pattern` on the screen, once it is there."""
        return self.until(lambda: re.search(pattern, self.screen()), what or pattern)

    def until(self, condition, what):
        deadline = time.monotonic() + self.patience
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise Overdue("waited in vain for %s; the screen:\n%s" % (what, self.screen()))
            time.sleep(0.05)

    def picture(self, title, lines=None):
        """The screen as SVG text."""
        captured = self._tmux("capture-pane", "-p", "-e", "-N").rstrip("\n").split("\n")
        return svg(captured[:lines] if lines else captured, title)


def keep_picture(name, picture):
    """Leaves it where a person finds what the tests of this checkout drew, to look at it or to copy it to editors/pictures."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "build" / "editors" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (name + ".svg")).write_text(picture)


def palette(number):
    if number < 8:
        return BASIC[number]
    if number < 16:
        return BRIGHT[number - 8]
    if number < 232:
        number -= 16
        levels = [0, 95, 135, 175, 215, 255]
        return "#%02x%02x%02x" % (levels[number // 36], levels[number // 6 % 6], levels[number % 6])
    return "#%02x%02x%02x" % ((8 + 10 * (number - 232),) * 3)


class Style:
    def __init__(self):
        self.foreground, self.background, self.bold, self.italic, self.underlined, self.reverse = None, None, False, False, False, False

    def take(self, codes):
        """Applies one SGR sequence."""
        numbers = [int(part or 0) for part in re.split("[;:]", codes)] if codes else [0]
        while numbers:
            code = numbers.pop(0)
            if code == 0:
                self.__init__()
            elif code in (38, 48):
                colour = None
                if numbers[:1] == [5]:
                    colour, numbers = palette(numbers[1]), numbers[2:]
                elif numbers[:1] == [2]:
                    colour, numbers = "#%02x%02x%02x" % tuple(numbers[1:4]), numbers[4:]
                setattr(self, "foreground" if code == 38 else "background", colour)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.foreground = palette(code - 30 if code < 90 else code - 82)
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.background = palette(code - 40 if code < 100 else code - 92)
            elif code == 39:
                self.foreground = None
            elif code == 49:
                self.background = None
            elif code in (1, 22):
                self.bold = code == 1
            elif code in (3, 23):
                self.italic = code == 3
            elif code in (4, 24):
                self.underlined = code == 4
            elif code in (7, 27):
                self.reverse = code == 7

    def colours(self):
        pair = self.foreground or FOREGROUND, self.background or BACKGROUND
        return pair[::-1] if self.reverse else pair


def runs(line, style):
    """[(column, text, style facts)] of a captured line."""
    found, column, position = [], 0, 0
    for match in [*SGR.finditer(line), None]:
        text = line[position : match.start() if match else len(line)]
        if text:
            look = (*style.colours(), style.bold, style.italic, style.underlined)
            if found and found[-1][2] == look:
                found[-1] = (found[-1][0], found[-1][1] + text, look)
            else:
                found.append((column, text, look))
            column += len(text)
        if match:
            style.take(match.group(1))
            position = match.end()
    return found


def svg(lines, title):
    style, rows, width = Style(), [], 0
    for line in lines:
        rows.append(runs(line, style))
        width = max([width, *(column + len(text) for column, text, _ in rows[-1])])
    full = (width * CELL_WIDTH + 2 * MARGIN, len(rows) * CELL_HEIGHT + 2 * MARGIN)
    covered = collections.Counter()
    for _, text, (_, background, *_) in itertools.chain(*rows):
        covered[background] += len(text)
    page = covered.most_common(1)[0][0] if covered else BACKGROUND
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img">' % (*full, *full),
        "<title>%s</title>" % html.escape(title),
        '<rect width="100%%" height="100%%" rx="6" fill="%s"/>' % page,
        "<g font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">",
    ]
    for row, cells in enumerate(rows):
        top = MARGIN + row * CELL_HEIGHT
        for column, text, (foreground, background, bold, italic, underlined) in cells:
            if background != page:
                out.append('<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>' % (MARGIN + column * CELL_WIDTH, top, len(text) * CELL_WIDTH, CELL_HEIGHT, background))
            if not text.strip():
                continue
            # Spaces at an end are dropped where they are drawn, and the rest would be stretched over their place.
            column += len(text) - len(text.lstrip())
            text = text.strip()
            left, length = MARGIN + column * CELL_WIDTH, len(text) * CELL_WIDTH
            look = (' font-weight="bold"' if bold else "") + (' font-style="italic"' if italic else "") + (' text-decoration="underline"' if underlined else "")
            out.append(
                '<text x="%.1f" y="%d" textLength="%.1f" fill="%s"%s>%s</text>' % (left, top + 13, length, foreground, look, html.escape(text.replace(" ", "\u00a0"), quote=False))
            )
    return "\n".join([*out, "</g>", "</svg>", ""])
