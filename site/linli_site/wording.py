"""How pages write days, periods, amounts and counts: the filters of the templates."""

from __future__ import annotations

from datetime import date

_WEEKDAYS = "一二三四五六日"


def _as_date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def day(value: date | str, weekday: bool = False) -> str:
    """Return a day as 2026年11月22日, with ``weekday`` as 2026年11月22日（星期日）; takes ISO text too."""
    found = _as_date(value)
    text = f"{found.year}年{found.month}月{found.day}日"
    return f"{text}（星期{_WEEKDAYS[found.weekday()]}）" if weekday else text


def span(start: date | str, end: date | str | None) -> str:
    """Return a period with both its ends: 从2026年3月1日到2027年2月28日, or 从…起 when it has no end."""
    return f"从{day(start)}起" if end is None else f"从{day(start)}到{day(end)}"


def yuan(fen: int) -> str:
    """Return an amount of fen in yuan, exact and with thousands separated: 1,234.50."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def number(count: int) -> str:
    """Return a count with thousands separated."""
    return f"{count:,}"
