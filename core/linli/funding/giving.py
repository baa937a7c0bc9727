"""The grants of a call as 360Giving data, which those who work with grant data read: one package a call.

Amounts are numbers of yuan with the currency CNY. A grant is told as soon as it is awarded; one that was voided is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from linli.canonical import canonical
from linli.funding.told import (
    BOOKS,
    Values,
    choice,
    facts_of,
    mentioned,
    organization,
    project_address,
    terms_of,
)
from linli.funding.vocabulary import FUNDED_BY
from linli.ledger import OUTSIDE
from linli.pages import FileKind, PagePlan, Reader, stage_now
from linli.workbooks import decimal

VERSION = "1.4"
CURRENCY = "CNY"
COUNTRY = "CN"


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for key in reader.keys("listed/call/"):
        call = key.rpartition("/")[2]
        if _awarded(reader, call):
            yield PagePlan(BOOKS.address(call, "360giving.json"), call, "资助数据")


def _awarded(reader: Reader, call: str) -> list[Values]:
    return [
        each
        for each in mentioned(reader, f"call/{call}")
        if each["values"].get("award_fen") and stage_now(reader, each["line"])["id"] != "void"
    ]


def _content(reader: Reader, page: PagePlan) -> bytes:
    call = page.subject
    said = facts_of(reader.get(f"matters/{call}")).get("call", {})
    title = BOOKS.title(reader, call)
    programme = {"code": call, "title": title}
    grants = [_grant(reader, each, programme, said) for each in _awarded(reader, call)]
    return canonical({"version": VERSION, "title": title, "grants": grants}) + b"\n"


def _grant(reader: Reader, each: Values, programme: Mapping[str, str], said: Values) -> dict[str, Any]:
    line, values = each["line"], each["values"]
    grant = str(line["id"])
    matter = reader.get(f"matters/{grant}")
    facts, terms = facts_of(matter), terms_of(matter)
    request = facts.get("request", {})
    slug = str(reader.get("deployment")["slug"])
    known = organization(reader, str(values["code"])) or {}
    awarded = next(str(step["decided"]) for step in reversed(matter["steps"]) if step["action"] == "award")
    place = reader.get(f"places/{line['place']}")
    told: dict[str, Any] = {
        "id": f"linli-{slug}-{grant}",
        "title": line["name"],
        "description": _description(request) or line["name"],
        "currency": CURRENCY,
        "amountAppliedFor": _yuan(int(values["asked_fen"])),
        "amountAwarded": _yuan(int(values["award_fen"])),
        "amountDisbursed": _yuan(_paid(matter, grant)),
        "awardDate": awarded,
        "recipientOrganization": [
            {"id": f"CN-USCC-{values['code']}", "name": str(known.get("title") or values["code"])}
        ],
        "fundingOrganization": [
            {"id": f"linli-{slug}-{terms.get(FUNDED_BY.id, '')}", "name": str(terms.get(FUNDED_BY.id, ""))}
        ],
        "grantProgramme": [programme],
        "classifications": [
            {
                "vocabulary": "linli",
                "code": values["theme"],
                "title": choice(reader, "grant/request", "theme", str(values["theme"])),
            }
        ],
        "dateModified": f"{line['updated']}T00:00:00+08:00",
    }
    if place:
        told["beneficiaryLocation"] = [
            {
                "name": place["full_title"],
                "countryCode": COUNTRY,
                "geoCode": line["place"],
                "geoCodeType": "统计用区划代码",
            }
        ]
    if facts.get("contract"):
        dates = {"startDate": facts["contract"].get("starts"), "endDate": facts["contract"].get("ends")}
        told["plannedDates"] = [{name: day for name, day in dates.items() if day}]
    base = str((reader.get("portal") or {}).get("address", ""))
    if base:
        told["url"] = f"{base}/{project_address(grant)}"
    return told


def _description(request: Values) -> str:
    parts = (request.get(name) for name in ("goal", "target_group", "plan"))
    return "；".join(str(part) for part in parts if part)


def _paid(matter: Values, grant: str) -> int:
    """What was paid out to the project and not paid back, in fen."""
    paid = 0
    for step in matter["steps"]:
        for posting in step.get("postings", ()):
            if posting["destination"] == f"project:{grant}":
                paid += posting["amount"]
            elif posting["source"].startswith("receivable:") and posting["destination"].startswith(OUTSIDE):
                paid -= posting["amount"]
    return paid


def _yuan(fen: int) -> msgspec.Raw:
    # The format wants a number; written as text it stays exact.
    return msgspec.Raw(decimal(fen).removesuffix(".00").encode())


GIVING = FileKind("funding.giving", "资助数据（360Giving）", _plan, _content)
