"""The page of personal data: who read what, what is held of a person, and deleting it."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import Response

from linli.calendar import SHANGHAI
from linli.forgetting import Holding, forgettings
from linli.permissions import permit_privacy
from linli_functions.privacy import Forget, forget, held, read_lines
from linli_functions.workbench_sittings import Sitting

BACK_DAYS = 30
MOST = 200
NOTHING = Forget()


def privacy(sitting: Sitting) -> Response:
    """Show the log of reads; look up what is held, then delete it."""
    service = sitting.service
    permit_privacy(sitting.person, service.deployment.place, sitting.today)
    if sitting.request.method == "POST":
        return _asked(sitting)
    return _page(sitting)


def _asked(sitting: Sitting) -> Response:
    fields = tuple(each for each in sitting.said("fields").replace("、", " ").split() if each)
    asked = Forget(
        person=sitting.said("person"), matter=sitting.said("matter"), fields=fields, why=sitting.said("why")
    )
    found = held(sitting.service, sitting.person, asked)
    if sitting.said("do") != "forget":
        return _page(sitting, asked=asked, found=found)
    forget(sitting.service, sitting.person, asked)
    return sitting.go("/privacy", done="1")


def _page(sitting: Sitting, asked: Forget = NOTHING, found: list[Holding] | None = None) -> Response:
    until = sitting.day("until") or sitting.today
    since = sitting.day("since") or until - timedelta(days=BACK_DAYS)
    after = sitting.said("after")
    lines = read_lines(sitting.service, sitting.person, since, until, after, MOST)
    return sitting.page(
        "privacy.html",
        lines=lines,
        more=lines[-1].key if len(lines) == MOST else "",
        since=since,
        until=until,
        done=sitting.said("done") == "1",
        local=_local,
        acts=forgettings(sitting.service.desk, since, until),
        asked=asked,
        found=found,
    )


def _local(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
