"""审计: the audits that someone may see today, and the package of each; every package that was had stands below it."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from linli.auditing import Handed, audit_for, audits_for, hand_over, handed_over
from linli.calendar import SHANGHAI
from linli.desk import SYSTEM
from linli.errors import Forbidden
from linli.posts import AUDITOR
from linli_functions.workbench_sittings import Sitting
from linli_site.wording import day

ZIP = "application/zip"


def audits(sitting: Sitting) -> Response:
    """The audits of the person's places, with what is in a package and who had it when."""
    if AUDITOR.id not in sitting.person.posts():
        raise Forbidden("您现在不是审计人员", where="audits", cure="请系统管理员在任职名册里登记岗位和任期")
    found = audits_for(sitting.service, sitting.person)
    shown = [
        (
            each,
            sitting.room.place(each.place),
            [_told(handed) for handed in handed_over(sitting.service, each)],
        )
        for each in found
    ]
    return sitting.page("audits.html", audits=shown)


def _told(handed: Handed) -> dict[str, str]:
    """A package that was had, in words: the civil time, a pseudonym, the hash."""
    at = datetime.fromisoformat(handed.at).astimezone(SHANGHAI)
    who = "命令行" if handed.by == SYSTEM else handed.by
    return {"at": f"{day(at.date())} {at:%H:%M}", "by": who, "sha256": handed.sha256}


def package(sitting: Sitting) -> Response:
    """The package of an audit, which is noted: a POST, so that no link that is looked at in passing takes one."""
    audit = audit_for(sitting.service, sitting.part("audit"), sitting.person)
    data = hand_over(sitting.service, audit, sitting.person)
    headers = {"content-disposition": f'attachment; filename="audit-{audit.since}-{audit.until}.zip"'}
    return Response(data, 200, headers, ZIP)
