"""The ways of the API for auditors: which audits they may see today, and the package of one."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from linli.auditing import audit_for, audits_for, hand_over, handed_over
from linli_functions.answers import answer
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way

ZIP = "application/zip"


def ways() -> list[Way]:
    """The ways."""
    return [
        Way(method="GET", path="/audits", answer=audits, title="我现在可以查看的审计", signed_in=True),
        Way(
            method="GET",
            path="/audits/{audit}/package",
            answer=package,
            title="一项审计的账册包（zip）；每次取走都有记录",
            signed_in=True,
            result_media=ZIP,
        ),
    ]


def audits(visit: Visit) -> Reply:
    """List the audits whose package the person may have today, with the times that it was had."""
    told = [
        {
            **msgspec.to_builtins(each),
            "handed_over": [msgspec.to_builtins(handed) for handed in handed_over(visit.service, each)],
        }
        for each in audits_for(visit.service, visit.person)
    ]
    return answer({"audits": told})


def package(visit: Visit) -> Reply:
    """Give the package of an audit to who may have it, and note that it was had."""
    person = visit.person
    audit = audit_for(visit.service, visit.path["audit"], person)
    return zipped(hand_over(visit.service, audit, person), audit.id)


def zipped(data: bytes, id: str) -> Reply:
    """A package as a file to take home."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(f'{id}.zip')}",
        "cache-control": "no-store",
    }
    return Reply(data, 200, headers, ZIP)
