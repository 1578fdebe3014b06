"""Text of a terminal as HTML: with its colours, and without what was written over.

The HTML of each stretch of one colour is nbconvert's; which colour it has is found here, as nbconvert takes time that
grows with the square of the number of colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup
from nbconvert.filters.ansi import ansi2html

from pyscript_jupyter.export.text import escape, preformatted, readable

_SEQUENCE = re.compile("\x1b\\[([^@-~\n]*)([@-~])")
_OFF = {21: 1, 22: 1, 24: 4, 27: 7, 39: 30, 49: 40}


def terminal(text: str) -> Markup:
    """Return text with its colours; what a terminal would have written over is there, and not seen."""
    lines = []
    style: dict[int, str] = {}
    for line in text.split("\n"):
        seen = line.rstrip("\r").rfind("\r") + 1
        over = Markup().join(_coloured(line[:seen], style))
        hidden = Markup('<span hidden="">{}</span>').format(over) if over else over
        lines.append(hidden + Markup().join(_coloured(line[seen:], style)))
    return Markup('<pre tabindex="0">{}</pre>').format(preformatted(Markup("\n").join(lines)))


def _coloured(text: str, style: dict[int, str]) -> Iterator[Markup]:
    """Yield the HTML of each stretch. `style` is what holds at its beginning, and then at its end."""
    end = 0
    for found in _SEQUENCE.finditer(text):
        yield _stretch(text[end : found.start()], style)
        end = found.end()
        if found[2] == "m":
            _apply(found[1], style)
    yield _stretch(text[end:], style)


def _stretch(text: str, style: dict[int, str]) -> Markup:
    if not text:
        return Markup()
    if not style or "\x1b[" in text:
        return escape(text)
    return Markup(ansi2html(f"\x1b[{';'.join(style.values())}m{readable(text)}").replace("\r", "&#13;"))


def _apply(codes: str, style: dict[int, str]) -> None:
    """Do what the numbers of a sequence say: https://en.wikipedia.org/wiki/ANSI_escape_code#SGR."""
    try:
        numbers = [int(code or 0) for code in codes.split(";")]
    except ValueError:
        return
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            style.clear()
        elif number in (1, 4, 7):
            style[number] = str(number)
        elif number in _OFF:
            style.pop(_OFF[number], None)
        elif number in (38, 48):
            count = {5: 2, 2: 4}.get(numbers[0] if numbers else 0, 0)
            colour, numbers = numbers[:count], numbers[count:]
            if not count or len(colour) != count or not all(0 <= each <= 255 for each in colour):
                return  # nobody knows where the next one would begin
            style[number - 8] = ";".join(map(str, [number, *colour]))
        elif 30 <= number <= 37 or 90 <= number <= 97:
            style[30] = str(number)
        elif 40 <= number <= 47 or 100 <= number <= 107:
            style[40] = str(number)
