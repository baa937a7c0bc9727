"""Pictures drawn as SVG when a page is built: pure functions from numbers to markup.

Every picture has a title and a description, uses the ink of the page (so that it follows the dark scheme and
print), and tells its parts apart by patterns and words, so that it reads in greyscale. All geometry is in
whole numbers: the same figures give the same bytes on every machine. The page shows the same figures in a
table beside the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO

from markupsafe import Markup, escape

from linli_site.wording import day, number, yuan

WIDTH = 440
"""All pictures are this wide in their own units, so that their words stay readable on a phone."""
_TEXT = 18
_PATTERNS = ("p-solid", "hatch", "p-light", "dots", "p-mid")


def bars(title: str, rows: Sequence[tuple[str, int]], unit: str = "") -> Markup:
    """Draw one horizontal bar for each pair of label and count, in the order given.

    Counts are whole and not negative. Labels stand above their bars, so that long ones fit on a phone.
    """
    most = max((count for _, count in rows), default=0) or 1
    parts = []
    for at, (label, count) in enumerate(rows):
        top = at * 58
        width = max(count * 330 // most, 2)
        parts.append(_text(0, top + 20, label))
        parts.append(f'<rect class="p-solid" x="0" y="{top + 28}" width="{width}" height="18"/>')
        parts.append(_text(width + 8, top + 44, f"{number(count)}{unit}"))
    said = "；".join(f"{label} {number(count)}{unit}" for label, count in rows)
    return _svg(title, said or "没有数据", max(len(rows) * 58, 30), parts)


def month_strip(title: str, counts: Sequence[int], labels: Sequence[str] = (), unit: str = "") -> Markup:
    """Draw a column for each month (or other equal period), oldest first, with its count above it.

    Without ``labels`` the periods are the months from 1 on. Labels must be short: two or three characters.
    """
    most = max(counts, default=0) or 1
    names = labels or [str(at + 1) for at in range(len(counts))]
    step = WIDTH // max(len(counts), 1)
    gap = step // 6
    parts = [f'<path class="p-line" d="M0 140H{WIDTH}"/>']
    for at, count in enumerate(counts):
        left, height = at * step, max(count * 108 // most, 2) if count else 0
        if count:
            parts.append(
                f'<rect class="p-solid" x="{left + gap}" y="{140 - height}" '
                f'width="{step - 2 * gap}" height="{height}"/>'
            )
        parts.append(_text(left + step // 2, 134 - height, number(count), "middle"))
        parts.append(_text(left + step // 2, 162, names[at], "middle"))
    spoken = names if labels else [f"{name}月" for name in names]
    said = "；".join(f"{name} {number(count)}{unit}" for name, count in zip(spoken, counts, strict=True))
    return _svg(title, said or "没有数据", 170, parts)


def deadline_strip(title: str, start: date, end: date, marks: Sequence[tuple[date, str]]) -> Markup:
    """Draw a period as a line with numbered days of note on it, and below it what each number means.

    ``end`` is after ``start``. What lies outside of the period is drawn at its nearer end. Labels have room
    for about a dozen characters.
    """
    days = max((end - start).days, 1)
    line = WIDTH - 32
    parts = [
        f'<path class="p-line" stroke-width="3" d="M16 40H{16 + line}M16 28V52M{16 + line} 28V52"/>',
        _text(0, 78, day(start)),
        _text(WIDTH, 78, day(end), "end"),
    ]
    ordered = sorted(marks)
    last = -99
    for at, (when, label) in enumerate(ordered, 1):
        left = 16 + min(max((when - start).days, 0), days) * line // days
        # Days close to each other share the line, but their numbers stand side by side.
        middle = max(left, last + 20)
        last = middle
        parts.append(f'<circle class="p-solid" cx="{left}" cy="40" r="8"/>')
        parts.append(_text(middle, 22, str(at), "middle", weight="700"))
        parts.append(_text(0, 84 + at * 28, f"{at}　{day(when)}　{label}"))
    said = "；".join(f"{day(when)} {label}" for when, label in ordered)
    return _svg(title, f"{day(start)} 至 {day(end)}。{said}", 96 + len(ordered) * 28, parts)


def threshold_bar(title: str, present: int, needed: int, total: int, unit: str = "人") -> Markup:
    """Draw how many of ``total`` there are and where the line lies that has to be reached."""
    whole = max(total, present, needed, 1)
    here, line = present * WIDTH // whole, min(needed * WIDTH // whole, WIDTH - 2)
    right_half = line > WIDTH // 2
    word = "达到" if present >= needed else "没有达到"
    parts = [
        f'<rect class="p-light" x="0" y="34" width="{WIDTH}" height="32"/>',
        f'<rect class="p-solid" x="0" y="34" width="{here}" height="32"/>',
        f'<path class="p-accent" d="M{max(line - 2, 0)} 8h4v66h-4z"/>',
        _text(
            line + (-8 if right_half else 10), 22, f"需要 {number(needed)}{unit}", "end" if right_half else ""
        ),
        _text(0, 94, f"现有 {number(present)}{unit}，{word}"),
        _text(WIDTH, 94, f"共 {number(total)}{unit}", "end"),
    ]
    said = f"共 {number(total)}{unit}，需要 {number(needed)}{unit}，现有 {number(present)}{unit}，{word}。"
    return _svg(title, said, 104, parts)


def flow(
    title: str,
    sources: Sequence[tuple[str, int]],
    uses: Sequence[tuple[str, int]],
    unit: str = "",
    *,
    fen: bool = False,
) -> Markup:
    """Draw where something came from (left) and what became of it (right), as two columns of one scale.

    Amounts are whole and not negative, in one unit; pass what is left over as a use of its own. With ``fen`` they are
    fen and written in yuan. A part too small for its label keeps the room that the label needs, so only the bars are
    to scale.
    """

    def said_of(count: int) -> str:
        return f"{yuan(count).removesuffix('.00')} 元" if fen else f"{number(count)}{unit}"

    most = max(sum(n for _, n in sources), sum(n for _, n in uses), 1)
    tall = max(len(sources), len(uses)) * 70 + 60
    parts = []
    bottom = 0
    for column, left, head in ((sources, 0, "来源"), (uses, 228, "去向")):
        parts.append(_text(left, 20, head, weight="700"))
        top = 32
        for at, (label, count) in enumerate(column):
            height = max(count * tall // most, 2)
            parts.append(_patterned(at, left, top, 24, height))
            words = [label[cut : cut + 9] for cut in range(0, len(label), 9)] or [""]
            for row, word in enumerate(words):
                parts.append(_text(left + 34, top + 16 + row * 22, word))
            parts.append(_text(left + 34, top + 16 + len(words) * 22, said_of(count), soft=True))
            top += max(height, len(words) * 22 + 24) + 8
        bottom = max(bottom, top)
    said = "来源：" + "，".join(f"{label} {said_of(n)}" for label, n in sources)
    said += "。去向：" + "，".join(f"{label} {said_of(n)}" for label, n in uses) + "。"
    return _svg(title, said, bottom, parts)


@lru_cache(maxsize=256)
def qr_svg(text: str) -> Markup:
    """Return a QR code of ``text`` (as a rule an address) in black on white, for print."""
    import segno  # needed by few pages, and not on the way to the others

    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, title=f"二维码：{text}"
    )
    return Markup(out.getvalue().decode().replace("<svg ", '<svg role="img" ', 1).strip())  # noqa: S704


def _svg(title: str, said: str, height: int, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704 - every text in it went through escape()
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}。{escape(said)}" font-size="{_TEXT}">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>{''.join(parts)}</svg>"
    )


def _text(x: int, y: int, text: str, anchor: str = "", *, soft: bool = False, weight: str = "") -> str:
    more = f' text-anchor="{anchor}"' if anchor else ""
    more += ' class="p-soft"' if soft else ""
    more += f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x}" y="{y}"{more}>{escape(text)}</text>'


def _patterned(at: int, x: int, y: int, width: int, height: int) -> str:
    name = _PATTERNS[at % len(_PATTERNS)]
    if name.startswith("p-"):
        return f'<rect class="{name}" x="{x}" y="{y}" width="{width}" height="{height}"/>'
    # Patterns are drawn as lines inside the bar: a <pattern> needs an id, and two pictures on one page would
    # then share it.
    lines = []
    if name == "hatch":
        for top in range(y, y + height, 8):
            rise = min(8, y + height - top)
            lines.append(f"M{x} {top + rise}L{x + width} {top}")
    else:
        for top in range(y + 4, y + height, 8):
            lines.append(f"M{x + 4} {top}h{width - 8}")
    dash = ' stroke-dasharray="2 6"' if name == "dots" else ""
    return (
        f'<rect class="p-light" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        f'<path class="p-hatch" stroke-width="2"{dash} d="{"".join(lines)}"/>'
    )
