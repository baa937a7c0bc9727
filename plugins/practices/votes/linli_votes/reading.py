"""Read an election from a file in Pabulib's .pb format, strictly.

A file has three sections, META, PROJECTS and VOTES, each a table with semicolons. Everything wrong with a file
is reported at once with its line, up to `MOST_FAULTS`; nothing of a file with faults is counted. Rows are
checked as whole columns first and looked at one by one only where something is wrong: 90,000 ballots are read
in a tenth of a second.

Source of the format: pabulib.org/format, and what pabulib-checker accepts.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linli.errors import BadInput, LinliError, ManyFaults
from linli_votes.elections import Amount, Ballot, Election, Kind, Project
from linli_votes.limits import Limits
from linli_votes.numbers import amount

LARGEST_FILE = 256 * 1024 * 1024
"""The largest file that is read, in bytes."""

MOST_FAULTS = 50
"""How many faults are listed; the rest is only counted."""

LONGEST_ID = 200
KNOWN_COLUMNS = frozenset({"project_id", "cost", "name", "votes", "score", "selected"})
SECTIONS = ("META", "PROJECTS", "VOTES")


class Faults:
    """Collects what is wrong with one file, and refuses it at the end."""

    def __init__(self, name: str) -> None:
        """Begin for the file of this name."""
        self._name = name
        self._found: list[LinliError] = []
        self._more = 0

    def add(self, line: int, message: str, cure: str = "") -> None:
        """Note a fault in a line (0: in the file as a whole)."""
        if len(self._found) >= MOST_FAULTS:
            self._more += 1
            return
        where = f"{self._name}：第 {line} 行" if line else self._name
        self._found.append(BadInput(message, where=where, cure=cure))

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def full(self) -> bool:
        """Whether further faults would only be counted."""
        return len(self._found) >= MOST_FAULTS

    def refuse(self) -> None:
        """Raise `ManyFaults` where something was found."""
        if self._found:
            rest = [BadInput(f"另有 {self._more} 处", where=self._name)] if self._more else []
            raise ManyFaults([*self._found, *rest])


class Table(NamedTuple):
    """One section: its columns, its rows, and where in the file each row stands."""

    columns: list[str]
    rows: list[list[str]]
    lines: Sequence[int]

    def column(self, name: str) -> list[str] | None:
        """The values of a column, or None where there is no such column."""
        if name not in self.columns:
            return None
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


def read(data: bytes, name: str = "选票文件") -> Election:
    """Return the election in a file; ``name`` is how messages call it.

    Raises ManyFaults with every fault that was found, each with its line.
    """
    faults = Faults(name)
    sections = _sections(_text(data, faults), faults)
    faults.refuse()
    meta = _meta(sections["META"], faults)
    kind, budget, limits = _conditions(meta, faults)
    projects = _projects(sections["PROJECTS"], faults)
    _compare(meta, "num_projects", len(sections["PROJECTS"].rows), "项目", faults)
    ballots = _ballots(sections["VOTES"], kind, projects, limits, faults)
    _compare(meta, "num_votes", len(sections["VOTES"].rows), "选票", faults)
    faults.refuse()
    assert kind is not None and budget is not None  # nothing was wrong with them
    remarks = limits.remarks(projects, ballots)
    values = {key: value for key, (value, _) in meta.items()}
    return Election(kind, values.get("rule", ""), budget, projects, ballots, values, remarks)


def _text(data: bytes, faults: Faults) -> str:
    if len(data) > LARGEST_FILE:
        faults.add(0, f"文件有 {len(data)} 字节，最多读 {LARGEST_FILE} 字节", "分开清点，或检查文件")
        return ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.add(line, "不是 UTF-8 文字", "另存为 UTF-8 编码")
        return ""
    if "\0" in text:
        faults.add(text.count("\n", 0, text.index("\0")) + 1, "含有空字节", "检查文件是否损坏")
        return ""
    return text.replace("\r\n", "\n") if "\r" in text else text


def _sections(text: str, faults: Faults) -> dict[str, Table]:
    """Cut the text at the titles of its sections and read each as a table."""
    lines = text.split("\n")
    starts = _starts(lines)
    found: dict[str, Table] = {}
    named = [title for title, _ in starts]
    for title in SECTIONS:
        if named.count(title) > 1:
            faults.add(starts[len(named) - 1 - named[::-1].index(title)][1] + 1, f"{title} 部分出现了两次")
    if not faults and named != list(SECTIONS):
        missing = [title for title in SECTIONS if title not in named]
        said = f"缺少 {'、'.join(missing)} 部分" if missing else "各部分的次序不对"
        faults.add(0, said, "依次写 META、PROJECTS、VOTES 三部分，各占一行标题")
    if faults:
        return found
    for number in range(starts[0][1]):
        if lines[number].strip():
            faults.add(number + 1, "META 之前还有内容", "文件从 META 一行开始")
            break
    ends = [*(start for _, start in starts[1:]), len(lines)]
    for (title, start), end in zip(starts, ends, strict=True):
        found[title] = _table(title, lines, start + 1, end, faults)
    return found


def _starts(lines: list[str]) -> list[tuple[str, int]]:
    """The titles of sections and their positions, in the order of the file."""
    # Nearly all lines are ballots, and they start with anything but these letters in this spelling.
    return [
        (title, at)
        for at, line in enumerate(lines)
        if line[:1] in "MPVmpv \t" and (title := line.strip(" \t;").upper()) in SECTIONS
    ]


def _table(title: str, lines: list[str], start: int, end: int, faults: Faults) -> Table:
    """The table in the lines from start to end; a row that does not fit the columns is a fault."""
    part = lines[start:end]
    while part and not part[-1].strip():
        part.pop()
    numbers: Sequence[int] = range(start + 1, start + 1 + len(part))
    if any('"' in line for line in part):
        rows, numbers = _quoted(part, start, faults)
    else:
        rows = [line.split(";") for line in part]
    if not rows:
        faults.add(start + 1, f"{title} 部分是空的", "写上列名和各行")
        return Table([], [], [])
    if not all(part):
        kept = [(row, number) for row, number in zip(rows, numbers, strict=True) if row and row != [""]]
        rows, numbers = [row for row, _ in kept], [number for _, number in kept]
    columns = [cell.strip().lower() for cell in rows[0]]
    while columns and not columns[-1]:
        columns.pop()
    for twice in [column for column, times in Counter(columns).items() if times > 1]:
        faults.add(numbers[0], f"列 {twice} 出现了两次", "每列只写一次")
    rows, numbers = rows[1:], numbers[1:]
    if set(map(len, rows)) - {len(columns)}:
        _fit(title, rows, numbers, len(columns), faults)
    return Table(columns, rows, numbers)


def _quoted(part: list[str], start: int, faults: Faults) -> tuple[list[list[str]], list[int]]:
    """Read lines in which cells are quoted, and may run over several lines."""
    reader = csv.reader((line + "\n" for line in part), delimiter=";", strict=True)
    rows, numbers, at = list[list[str]](), list[int](), start + 1
    try:
        for row in reader:
            rows.append(row)
            numbers.append(at)
            at = start + 1 + reader.line_num
    except csv.Error as error:
        faults.add(at, f"引号用得不对（{error}）", '含分号的内容用引号括起来，内容里的引号写成 ""')
    return rows, numbers


def _fit(title: str, rows: list[list[str]], numbers: Sequence[int], width: int, faults: Faults) -> None:
    """Fill up rows that leave out empty cells at the end, drop empty cells beyond it, refuse other rows."""
    for row, number in zip(rows, numbers, strict=True):
        while len(row) > width and not row[-1].strip():
            row.pop()
        if len(row) > width:
            said = f"有 {len(row)} 格，{title} 只有 {width} 列"
            faults.add(number, said, "含分号的内容用引号括起来")
            del row[width:]
        row.extend([""] * (width - len(row)))


def _meta(table: Table, faults: Faults) -> dict[str, tuple[str, int]]:
    """The values of META with their lines."""
    if table.columns[:2] != ["key", "value"]:
        faults.add(table.lines[0] - 1 if table.lines else 0, "META 的列名应是 key;value")
        return {}
    meta: dict[str, tuple[str, int]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        key, value = row[0].strip(), row[1].strip()
        if key in meta:
            faults.add(line, f"{key} 出现了两次（先前在第 {meta[key][1]} 行）", "只留一个")
        elif key:
            meta[key] = value, line
    return meta


def _conditions(
    meta: dict[str, tuple[str, int]], faults: Faults
) -> tuple[Kind | None, Amount | None, Limits]:
    """What META says of ballots and money."""
    kind = budget = None
    for wanted in ("budget", "vote_type"):
        if not meta.get(wanted, ("", 0))[0]:
            faults.add(meta.get(wanted, ("", 0))[1], f"META 里没有 {wanted}", f"补上 {wanted}")
    if "vote_type" in meta and meta["vote_type"][0]:
        named, line = meta["vote_type"]
        try:
            kind = Kind(named.lower())
        except ValueError:
            faults.add(line, f"不认识投票方式 {named!r}", f"可用的有：{'、'.join(Kind)}")
    if "budget" in meta and meta["budget"][0]:
        text, line = meta["budget"]
        budget = amount(text)
        if budget is None or budget <= 0:
            faults.add(line, f"预算 {text!r} 不是正数", "写成数字，例如 500000")
    return kind, budget, Limits.of(meta, kind, faults.add)


def _compare(meta: dict[str, tuple[str, int]], key: str, found: int, what: str, faults: Faults) -> None:
    """Hold the number that META declares against what was found."""
    text, line = meta.get(key, ("", 0))
    if text and (not text.isascii() or not text.isdigit() or text.lstrip("0") != str(found).lstrip("0")):
        faults.add(line, f"{key} 写的是 {text}，文件里有 {found} 个{what}", "核对文件是否完整")


def _projects(table: Table, faults: Faults) -> tuple[Project, ...]:
    """The projects; a project with a fault in its number or cost still counts as known."""
    missing = [wanted for wanted in ("project_id", "cost") if wanted not in table.columns]
    if missing:
        faults.add(table.lines[0] - 1 if table.lines else 0, f"PROJECTS 缺少列 {'、'.join(missing)}")
        return ()
    found: dict[str, tuple[Project, int]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        cells = {column: cell.strip() for column, cell in zip(table.columns, row, strict=True)}
        id = cells["project_id"]
        if not id or len(id) > LONGEST_ID or "," in id:
            faults.add(line, f"项目编号 {id[:30]!r} 不能用", f"写 1 至 {LONGEST_ID} 个字，不含逗号")
        elif id in found:
            faults.add(line, f"项目编号 {id} 重复（先前在第 {found[id][1]} 行）", "每个项目一个编号")
        else:
            found[id] = _project(id, cells, line, faults), line
    return tuple(project for project, _ in found.values())


def _project(id: str, cells: dict[str, str], line: int, faults: Faults) -> Project:
    """A project from its cells."""

    def number(column: str) -> Amount | None:
        text = cells.get(column, "")
        if not text:
            return None
        value = amount(text)
        if value is None or (value < 0 and column != "score"):
            faults.add(line, f"项目 {id} 的 {column} {text[:30]!r} 不是有效的数", "写成数字")
            return None
        return value

    cost, votes, selected = number("cost"), number("votes"), number("selected")
    if not cells.get("cost"):
        faults.add(line, f"项目 {id} 没有费用", "填 cost")
    if not isinstance(votes, int | None) or selected not in (None, 0, 1, 2, 3):
        faults.add(line, f"项目 {id} 的 votes 或 selected 不是有效的整数", "selected 写 0、1、2 或 3")
        votes = selected = None
    chosen = None if selected is None else int(selected)
    details = {column: cell for column, cell in cells.items() if column not in KNOWN_COLUMNS}
    return Project(id, cost or 0, cells.get("name", ""), votes, number("score"), chosen, details)


def _ballots(
    table: Table, kind: Kind | None, projects: tuple[Project, ...], limits: Limits, faults: Faults
) -> tuple[tuple[Ballot, int], ...]:
    """The different ballots and their numbers."""
    voters, votes = table.column("voter_id"), table.column("vote")
    if voters is None or votes is None:
        absent = "voter_id" if voters is None else "vote"
        faults.add(table.lines[0] - 1 if table.lines else 0, f"VOTES 缺少列 {absent}")
        return ()
    points = table.column("points")
    if points is None and kind in (Kind.CUMULATIVE, Kind.SCORING):
        faults.add(table.lines[0] - 1 if table.lines else 0, f"{kind} 的选票要有 points 一列")
        return ()
    _one_each(voters, table.lines, faults)
    positions = {project.id: position for position, project in enumerate(projects)}
    # Equal rows are read once; a plain text is hashed once, a pair of texts each time.
    cast: Sequence[str] | Sequence[tuple[str, str]] = (
        votes if points is None else [*zip(votes, points, strict=True)]
    )
    found: dict[Ballot, int] = {}
    for row, number in Counter[str | tuple[str, str]](cast).items():
        vote, given = (row, "") if isinstance(row, str) else row
        ballot, wrong = _ballot(vote, given, kind, positions, limits)
        if ballot is not None:
            found[ballot] = found.get(ballot, 0) + number
        elif faults.full:
            faults.add(0, wrong)
        else:
            first = next(at for at, other in enumerate(cast) if other == row)
            others = f"（共 {number} 张这样的选票）" if number > 1 else ""
            faults.add(table.lines[first], f"选票 {voters[first][:40]}：{wrong}{others}")
    return tuple(found.items())


def _ballot(
    vote: str, given: str, kind: Kind | None, positions: dict[str, int], limits: Limits
) -> tuple[Ballot | None, str]:
    """A ballot, or what is wrong with it."""
    ids = vote.split(",") if vote.strip() else []
    try:
        choices = tuple(map(positions.__getitem__, ids))
    except KeyError:
        ids = [id.strip() for id in ids]
        unknown = [id for id in ids if id not in positions]
        if unknown:
            return None, f"没有项目 {'、'.join(id[:30] for id in unknown[:5])}"
        choices = tuple([positions[id] for id in ids])
    if len(set(choices)) != len(choices):
        twice = [id for id, times in Counter(ids).items() if times > 1]
        return None, f"项目 {'、'.join(twice[:5])} 写了两次"
    weights: tuple[Amount, ...] = ()
    if given.strip():
        if kind is not None and not kind.has_points:
            return None, f"{kind} 的选票不能有 points"
        values = [amount(text) for text in given.split(",")]
        if len(values) != len(choices):
            return None, f"选了 {len(choices)} 个项目，却有 {len(values)} 个分数"
        weights = tuple(value for value in values if value is not None)
        if len(weights) != len(values):
            return None, f"分数 {given[:40]!r} 不都是数"
    elif choices and kind in (Kind.CUMULATIVE, Kind.SCORING):
        return None, "没有分数"
    wrong = limits.fault(choices, weights)
    if wrong:
        return None, wrong
    # The order of an approval ballot says nothing: two that choose the same are the same ballot.
    return Ballot(choices if kind is Kind.ORDINAL or weights else tuple(sorted(choices)), weights), ""


def _one_each(voters: list[str], lines: Sequence[int], faults: Faults) -> None:
    """Refuse a voter who stands there twice, and a ballot without a voter."""
    if len(set(voters)) == len(voters) and "" not in voters:
        return
    first: dict[str, int] = {}
    for voter, line in zip(voters, lines, strict=True):
        if not voter.strip():
            faults.add(line, "没有 voter_id", "每张选票一个编号")
        elif voter in first:
            faults.add(line, f"选票 {voter[:40]} 重复（先前在第 {first[voter]} 行）", "一人一票，去掉一张")
        first.setdefault(voter, line)


def declared_winners(projects: Iterable[Project]) -> frozenset[str]:
    """The ids that a file marks as won: only ``selected = 1``, as 2 and 3 were paid from other money."""
    return frozenset(project.id for project in projects if project.selected == 1)
