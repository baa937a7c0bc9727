"""Looking up a receipt on a page: how far a case is, for whoever holds the number; no sign-in and no script.

The portal's form sends ``GET /<slug>/receipts?code=…`` here. The page is drawn with the portal's own frame. What it
tells is what the API tells (`linli_functions.api_matters.followed`), with the lead sentence where it is published.

A number is a key to a case, so it must not travel: the page is kept by nobody, sends no ``Referer``, has no link that
leaves the house, and names the number nowhere.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from linli.errors import BadInput, NotFound
from linli.matters import Matter
from linli.public_steps import stage_title
from linli.record import RECORD
from linli.service import Service
from linli_functions.api import LIMITS, Limits, Seconds
from linli_functions.limits import TokenBuckets
from linli_functions.refusals import TooMany
from linli_functions.views import brief, shown
from linli_site.frame import Frame
from linli_site.plan import Page
from linli_site.portal import frame_of
from linli_site.render import Renderer
from linli_site.wording import day as in_words

ADDRESS = "receipts"
"""Where the page lies below the portal of a deployment: beside its pages, so that links between them are short."""
FORM = "receipts.html"
LONGEST = 64
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


def receipts_page(
    service: Service, limits: Limits = LIMITS, seconds: Seconds = time.monotonic, notice: str = ""
) -> Route:
    """The route ``/<slug>/receipts`` of a deployment; ``notice`` is a sentence above the page."""
    buckets = TokenBuckets(limits.receipts_per_minute, limits.receipts_burst, seconds)
    # The footer's link to the registry of sites leads out of the house: here it is left out.
    frame = msgspec.structs.replace(frame_of(service.deployment, notice), icp="")

    def look_up(code: str, address: str) -> Response:
        try:
            buckets.take(address)
            return _page(frame, _told(service, code))
        except TooMany as error:
            wait = {"retry-after": str(error.after)}
            return _page(frame, _refused("查得太频繁了。", f"请过 {error.after} 秒再查。"), 429, wait)
        except BadInput as error:
            return _page(frame, _refused("这个回执号填得不对。", f"{error.message}；{error.cure}。"), 400)
        except NotFound:
            return _page(frame, _refused("没有这个回执号。", "请照回执逐字核对，或者带回执到窗口询问。"), 404)

    async def shown_page(request: Request) -> Response:
        code = request.query_params.get("code", "").strip()
        if not code:
            return _page(frame, _refused("把回执上的号码填在下面，就能看到这件事办到哪一步。", ""))
        address = request.client.host if request.client else ""
        return await run_in_threadpool(look_up, code[:LONGEST], address)

    return Route(f"/{service.deployment.slug}/{ADDRESS}", shown_page, methods=["GET"])


def _told(service: Service, code: str) -> dict[str, Any]:
    """What the holder of a code may know; raises `NotFound`, and `BadInput` for what cannot be a code."""
    matter = service.matter(service.by_receipt(code))
    state, stage = matter.state, matter.stage
    assert state is not None and stage is not None, "a stored matter has a state and a stage"
    # The lead and the name may rest on facts of a step that is not published; the day and the stage do not.
    published = shown(service, matter, None)
    public = brief(service, published) if published else {}
    on_portal = service.store.row(RECORD, f"matters/{matter.id}") is not None
    return {
        "answer": public.get("lead") or f"这件事现在是“{stage.title}”。",
        "next": _next(service, matter),
        "facts": [
            ("编号", matter.id),
            *([("事项", public["name"])] if public else []),
            ("办理", matter.procedure.title),
            ("现在", stage.title),
            ("从哪天起", in_words(state.since)),
        ],
        "steps": [(step.recorded, stage_title(matter.procedure, step.stage)) for step in matter.steps],
        "matter": f"matters/{matter.id}/index.html" if on_portal else "",
        "found": True,
    }


def _next(service: Service, matter: Matter) -> str:
    """Who has to do something next, and by when; empty where nobody has to."""
    state, stage, posts = matter.state, matter.stage, service.deployment.posts
    assert state is not None and stage is not None, "a stored matter has a state and a stage"
    waiting = sorted((due for due in state.due if not due.lapses_to), key=lambda due: due.day)
    if waiting:
        due = waiting[0]
        who = posts[due.post].title if due.post in posts else "经办单位"
        said = f"{who}应在{in_words(due.day, weekday=True)}前{due.title or '办理'}"
        return said + ("（日期暂定，放假安排公布后重新确定）。" if due.provisional else "。")
    titles = [posts[post].title for post in stage.waits_for if post in posts]
    return f"等待{'、'.join(titles)}办理。" if titles and not stage.final else ""


def _refused(answer: str, hint: str) -> dict[str, Any]:
    return {"answer": answer, "next": hint, "found": False}


def _page(
    frame: Frame, told: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    html = (
        _renderer()
        .environment.get_template("pages/receipt.html")
        .render({"title": "凭回执号查询", "path": (), "target": ADDRESS, **told}, site=frame, page=Page(FORM))
    )
    return HTMLResponse(html, status, {**HEADERS, **(headers or {})})


@cache
def _renderer() -> Renderer:
    return Renderer(())
