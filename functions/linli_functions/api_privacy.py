"""The ways of the API to what the keeper of personal data needs: the log of reads, and deleting."""

from __future__ import annotations

from typing import Any

from linli_functions.answers import answer
from linli_functions.once import once
from linli_functions.privacy import Forget, forget, held, holding_view, line_view, read_lines
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way


def ways() -> list[Way]:
    """The ways."""
    return [
        Way(
            method="GET",
            path="/reads",
            answer=read,
            title="谁在什么时候查看过哪一项个人信息",
            signed_in=True,
            query=(
                ("since", "从哪一天"),
                ("until", "到哪一天，默认同一天"),
                ("after", "从哪一行之后"),
                ("limit", "最多几行"),
            ),
        ),
        Way(
            method="POST",
            path="/forgettings",
            answer=forgotten,
            title="删除个人信息；依法要保存的只存不用",
            writes=True,
            signed_in=True,
            body=Forget,
            query=(("dry_run", "1：只看保存了什么、能不能删"),),
        ),
    ]


def read(visit: Visit) -> Reply:
    """List the reads of some days, oldest first."""
    since = visit.day("since") or visit.service.clock.today()
    limit = visit.limit()
    lines = read_lines(
        visit.service, visit.person, since, visit.day("until") or since, visit.query.get("after", ""), limit
    )
    after = lines[-1].key if len(lines) == limit else ""
    return answer({"reads": [line_view(line) for line in lines], "after": after})


def forgotten(visit: Visit) -> Reply:
    """Delete, or say with ``dry_run=1`` what is held and what stands against it."""
    asked, service, person = visit.json(Forget), visit.service, visit.person
    if visit.flag("dry_run"):
        return answer({"held": [holding_view(each) for each in held(service, person, asked)]})

    def act() -> dict[str, Any]:
        done = forget(service, person, asked)
        return {"done": done.done, "values": done.values}

    return answer(once(visit, act))
