"""The town of a demo: one deployment as its people meet it, and the only way in which the story acts.

Everything goes through the JSON API, as it would from a clerk's browser; only the first administrator and the clock
come from outside, as they do in any deployment.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from msgspec import Struct

from linli.deployment import Deployment
from linli.registry import find_register, write_entries
from linli.service import Service
from linli_functions.api import VERSION, api
from linli_functions.clocks import DemoClock
from linli_functions.demo_cast import SINCE, Member, subject_of
from linli_functions.demo_wire import Wire
from linli_functions.identity import DemoIdentity
from linli_functions.tables import row_of, table_fields

TICK_EVERY = timedelta(days=7)
ADMINISTRATOR = subject_of("administrator")


class Taken(Struct, frozen=True):
    """What came of an act: the matter, where it stands, the matters that were opened under it, and what rules said."""

    matter: str
    stage: str
    children: tuple[str, ...] = ()
    why: str = ""


class Town:
    """A deployment with its day. The day only goes forward."""

    def __init__(
        self, service: Service, identity: DemoIdentity, clock: DemoClock, tick: Callable[[], object]
    ) -> None:
        """Take an open service, who may be signed in, the clock it runs by, and what the clock does on a new day."""
        self.deployment: Deployment = service.deployment
        self._service = service
        self._identity = identity
        self._clock = clock
        self._tick = tick
        self._tokens: dict[str, str] = {}
        self._root = f"/{service.deployment.slug}{VERSION}"
        self._wire = Wire(api(service, identity))
        self._count = 0
        self._ticked = clock.today()

    def close(self) -> None:
        """Let go of the way to the API."""
        self._wire.close()

    @property
    def day(self) -> date:
        """The day in the town."""
        return self._clock.today()

    def turn_to(self, day: date, *, last: bool = False) -> None:
        """Let it become a later day. The clock acts once a week and on the ``last`` day of the story.

        A real clock acts every night; its checks of every community would be most of the time that a demo takes.
        """
        assert day >= self.day, "the story never goes back"
        self._clock.set_day(day)
        if last or day >= self._ticked + TICK_EVERY:
            self._tick()
            self._ticked = day

    def take(
        self,
        subject: str,
        procedure: str,
        action: str,
        facts: Mapping[str, Any],
        *,
        matter: str = "",
        **more: Any,
    ) -> Taken:
        """Act as someone: begin a matter, or act in one. Raises `Problem` for what the API refuses."""
        body = {"facts": dict(facts), **more}
        if matter:
            told = self._write("POST", f"/matters/{matter}/actions/{action}", subject, body)
        else:
            told = self._write(
                "POST", "/matters", subject, {"procedure": procedure, "action": action, **body}
            )
        heard = (told["judgement"] or {}).get("findings", ())
        adverse = [f"{each['rule']}：{each['reason']}" for each in heard if each["verdict"] in _ADVERSE]
        return Taken(told["matter"], told["stage"], tuple(told["children"]), "；".join(adverse))

    def made(self, made_by: str, matter: str, facts: Any) -> Any:
        """The facts as a tool of whoever acts makes them: a plugin's function, by its path; as they are without one."""
        if not made_by:
            return facts
        module, _, name = made_by.partition(":")
        return getattr(import_module(module), name)(self._service, matter, facts)

    def save_draft(
        self, subject: str, procedure: str, action: str, place: str, facts: Mapping[str, Any]
    ) -> str:
        """Save facts as a draft; returns its id."""
        body = {"procedure": procedure, "action": action, "place": place, "facts": dict(facts)}
        return str(self._write("POST", "/drafts", subject, body)["id"])

    def upload(self, subject: str, matter: str, name: str, text: str, visibility: str = "public") -> str:
        """Hand in a text document, of a matter where there is one; returns its hash."""
        query = {"name": name, "visibility": visibility, **({"matter": matter} if matter else {})}
        return str(self._write("POST", "/documents", subject, text.encode(), query)["hash"])

    def stage(self, matter: str) -> str:
        """The stage of a matter today."""
        return str(self._wire.call("GET", f"/matters/{matter}", self._token(_LOOKING))["stage"]["id"])

    def admit_administrator(self, member: Member) -> None:
        """Appoint the first administrator, as who sets a deployment up does on the command line."""
        desk = self._service.desk
        rows = member.appointments
        write_entries(desk, find_register(desk, "appointments"), rows, SINCE, "system", "开通")

    def enter(self, register: str, rows: Iterable[Mapping[str, Any]], otherwise: date = SINCE) -> None:
        """Import rows of a register as the administrator: one table for each day from which rows hold.

        A row says that day in ``since``. Where the register has such a field of its own, an entry that begins before
        the demo holds from then on, for what is entered from paper, and every other from the demo's first day.
        """
        known = {field.name for field in find_register(self._service.desk, register).fields()}
        tables: dict[date, list[Mapping[str, Any]]] = {}
        for row in rows:
            said = _day(row.get("since", otherwise))
            since = min(said, otherwise) if "since" in known else said
            tables.setdefault(since, []).append({name: row[name] for name in row if name in known})
        for since, table in sorted(tables.items()):
            query = {"name": f"{register}.csv", "since": since.isoformat()}
            data = self._table(register, table)
            self._write("POST", f"/registers/{register}/import", ADMINISTRATOR, data, query)

    def _table(self, register: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Rows as the .csv file that a clerk would hand in, with the headings of the template."""
        fields = table_fields(find_register(self._service.desk, register))
        written = io.StringIO()
        writer = csv.writer(written)
        writer.writerow([field.title for field in fields])
        for row in rows:
            cells = row_of(fields, row)
            writer.writerow([cells.get(field.name, "") for field in fields])
        return written.getvalue().encode()

    def _write(
        self, method: str, path: str, subject: str, body: Any, query: Mapping[str, str] | None = None
    ) -> Any:
        self._count += 1
        key = f"demo-{self._count}"
        return self._wire.call(method, path, self._token(subject), body=body, query=query, key=key)

    def _token(self, subject: str) -> str:
        if subject not in self._tokens:
            self._tokens[subject] = self._identity.token(subject, self.deployment.slug)
        return self._tokens[subject]


_LOOKING = subject_of("decider")
_ADVERSE = ("refuse", "require", "review")


def _day(said: date | str) -> date:
    return said if isinstance(said, date) else date.fromisoformat(said)
