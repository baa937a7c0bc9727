"""What stands in a script, and how its blanks are filled in."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from linli.errors import LoadFault
from linli_functions.demo_blanks import Begun, Scene, filled
from linli_functions.demo_script import Case, _cases


class Hall:
    """A town that only knows its day and keeps what is handed in."""

    day = date(2026, 3, 2)

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, str]] = []

    def upload(self, subject: str, matter: str, name: str, text: str, visibility: str = "public") -> str:
        self.kept.append((subject, text, visibility))
        return f"hash-{len(self.kept)}"


def scene(hall: Hall) -> Scene:
    begun = {"社区基金": Begun("m-1", ["m-1.a", "m-1.b"])}
    return Scene(hall, "demo-clerk", "990101001000", begun)  # type: ignore[arg-type]


def test_blanks_are_filled_at_any_depth() -> None:
    facts = {"fund": "{matter:社区基金}", "rows": [{"of": "{matter:社区基金/2}", "on": "{day+30}"}], "n": 3}
    assert filled(facts, scene(Hall())) == {
        "fund": "m-1",
        "rows": [{"of": "m-1.b", "on": "2026-04-01"}],
        "n": 3,
    }
    assert filled("{day} {day-2} {place}", scene(Hall())) == "2026-03-02 2026-02-28 990101001000"


def test_a_document_is_handed_in_by_whoever_acts() -> None:
    hall = Hall()
    assert filled(["{document:发票}", "{public:决议}"], scene(hall)) == ["hash-1", "hash-2"]
    assert hall.kept == [("demo-clerk", "发票", "internal"), ("demo-clerk", "决议", "public")]


def test_what_is_no_blank_stays() -> None:
    assert filled("{year} {名称} 100%", scene(Hall())) == "{year} {名称} 100%"


@pytest.mark.parametrize("blank", ["{matter:没有}", "{matter:社区基金/3}"])
def test_a_case_that_has_not_begun_is_an_error(blank: str) -> None:
    with pytest.raises((KeyError, IndexError)):
        filled(blank, scene(Hall()))


ROWS = """
name = "公约"
on = 2026-03-02
by = "committee"
gap = 3
facts = { kind = "community", title = "居民公约" }
rows = [ { at = "990101001000" }, { name = "停车公约", by = "resident", title = "停车" } ]
"""


def test_a_case_with_rows_is_played_once_for_each() -> None:
    first, second = _cases(Path("demo.toml"), [msgspec.toml.decode(ROWS)])
    assert first == Case(
        name="公约 1",
        on=date(2026, 3, 2),
        by="committee",
        at="990101001000",
        gap=3,
        facts={"kind": "community", "title": "居民公约"},
    )
    assert (second.name, second.on, second.by) == ("停车公约", date(2026, 3, 5), "resident")
    assert second.facts == {"kind": "community", "title": "停车"}


def test_a_case_that_is_written_wrongly_is_named_with_its_file() -> None:
    with pytest.raises(LoadFault, match="公约"):
        _cases(Path("demo.toml"), [{"name": "公约", "by": "committee", "on": date(2026, 3, 2), "weather": 1}])
