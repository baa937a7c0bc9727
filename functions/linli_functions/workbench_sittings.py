"""A sitting: one request of someone who is signed in at the workbench, with what was typed and sent.

A handler is a plain function ``(sitting) -> Response`` that may block; it runs in a thread. Finding out who asks,
checking the form's token, reading files and turning errors into pages that say what to do is done around it, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from linli.appointments import Person
from linli.calendar import working_days_left
from linli.errors import BadInput, LinliError, ManyFaults
from linli.money import yuan
from linli.posts import ADMINISTRATOR, AUDITOR, CLOCK, PUBLISHER, RESIDENT
from linli.service import Service
from linli_functions.bodies import DOCUMENT_LIMIT
from linli_functions.identity import Caller, Identity, person_of
from linli_functions.refusals import IssuerSilent, TooLarge
from linli_site import wording

LARGE = "linli_large"
MOST_FIELDS = 12_000
MOST_FILES = 20
BODY_LIMIT = 2 * DOCUMENT_LIMIT

_EVERYWHERE = {post.id: post for post in (ADMINISTRATOR, AUDITOR, CLOCK, PUBLISHER, RESIDENT)}


class Room:
    """What every sitting of one workbench shares: the service, the identity, the templates."""

    def __init__(self, service: Service, identity: Identity) -> None:
        """Take the parts. Templates come from this package, the pieces that the portal uses too from the site's."""
        self.service = service
        self.identity = identity
        self.templates = jinja2.Environment(
            loader=jinja2.ChoiceLoader(
                [jinja2.PackageLoader("linli_functions"), jinja2.PackageLoader("linli_site")]
            ),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters.update(
            day=wording.day, span=wording.span, yuan=wording.yuan, number=wording.number
        )
        self.templates.globals.update(link=_link)

    def left(self, day: date) -> int:
        """How many working days are left until a day; below zero where it has passed."""
        return working_days_left(self.service.clock.today(), day, self.service.deployment.calendar)

    def place(self, code: str) -> str:
        """The title of a place as people here call it, from the top place of the deployment on."""
        places = self.service.deployment.places
        if code not in places:
            return code
        return places.title(code, since=self.service.deployment.place) or places[code].title

    def post(self, id: str) -> str:
        """The title of a post."""
        known = self.service.deployment.posts.get(id) or _EVERYWHERE.get(id)
        return known.title if known is not None else "经办人"


@dataclass(frozen=True)
class Sitting:
    """One request: who sits there, what was typed, which files came along."""

    room: Room
    request: Request
    person: Person
    csrf: str
    typed: Mapping[str, list[str]]
    files: Mapping[str, tuple[str, bytes]]

    @property
    def service(self) -> Service:
        """The service of this deployment."""
        return self.room.service

    @property
    def today(self) -> date:
        """The civil day."""
        return self.service.clock.today()

    def said(self, name: str, otherwise: str = "") -> str:
        """The first value typed under a name, else the query's."""
        values = self.typed.get(name)
        return (values[0] if values else self.request.query_params.get(name, otherwise)).strip()

    def many(self, name: str) -> list[str]:
        """All values under a name, typed or of the query, each once."""
        return list(dict.fromkeys([*self.typed.get(name, ()), *self.request.query_params.getlist(name)]))

    def part(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def day(self, name: str) -> date | None:
        """A day that was typed, None where nothing was; raises `BadInput` for what is no day."""
        said = self.said(name)
        if not said:
            return None
        try:
            return date.fromisoformat(said)
        except ValueError:
            raise BadInput(f"“{said[:20]}”不是日期", where=name, cure="写成 2026-03-01 这样") from None

    def to(self, path: str = "/", **query: str) -> str:
        """The address of a page of the workbench."""
        return address(self.request, path, **query)

    def go(self, path: str, **query: str) -> Response:
        """Send the browser to another page after something was done."""
        return RedirectResponse(self.to(path, **query), 303)

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """Draw a page."""
        return draw(
            self.room,
            self.request,
            template,
            status,
            person=self.person,
            csrf=self.csrf,
            to=self.to,
            **context,
        )


Handler = Callable[[Sitting], Response]


def _link(address: str, fragment: str = "") -> str:
    return f"{address}#{fragment}" if fragment else address


def address(request: Request, path: str = "/", **query: str) -> str:
    """The address of a page of the workbench that a request came to, wherever it is mounted."""
    said = {name: value for name, value in query.items() if value}
    return str(request.scope.get("root_path", "")) + quote(path) + (f"?{urlencode(said)}" if said else "")


def draw(room: Room, request: Request, template: str, status: int, **context: Any) -> Response:
    """Draw a template with what every page shows."""
    deployment = room.service.deployment
    person: Person | None = context.get("person")
    posts = [(room.post(a.post), room.place(a.place), a.unit) for a in person.appointments] if person else []
    html = room.templates.get_template(f"desk/{template}").render(
        deployment=deployment,
        here=request.scope.get("root_path", "")
        + request.scope["path"].removeprefix(request.scope.get("root_path", "")),
        path_and_query=_path_and_query(request),
        posts=posts,
        publisher=person is not None and PUBLISHER.id in person.posts(),
        auditor=person is not None and AUDITOR.id in person.posts(),
        keeper=person is not None and _keeps(person, deployment.place),
        large=request.cookies.get(LARGE) == "1",
        today=room.service.clock.today(),
        room=room,
        money=yuan,
        **context,
    )
    return HTMLResponse(html, status)


def _keeps(person: Person, top: str) -> bool:
    return any(each.post == ADMINISTRATOR.id and each.place == top for each in person.appointments)


def _path_and_query(request: Request) -> str:
    root = request.scope.get("root_path", "")
    path = str(request.scope["path"]).removeprefix(root)
    if path.startswith(
        "/login/"
    ):  # an issuer's answer holds what stands on no page and is not asked for again
        return "/login"
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def route(path: str, handler: Handler, *methods: str, room: Room) -> Route:
    """A route of the workbench: for people who are signed in, and with the token of their session where it writes."""

    async def endpoint(request: Request) -> Response:
        caller: Caller | None = None
        try:
            caller = room.identity.caller(request.headers, room.service.deployment.slug)
            if caller is None or caller.program:
                return _sign_in(request)
            typed, files = await read_form(request) if request.method == "POST" else ({}, {})
            if request.method == "POST":
                room.identity.check_csrf(caller, "".join(typed.get("csrf", ())))
            return await run_in_threadpool(_handle, room, handler, request, caller, typed, files)
        except LinliError as error:
            return await run_in_threadpool(explain, room, request, error, caller)
        except ClientDisconnect:
            return Response(status_code=400)

    return Route(path, endpoint, methods=list(methods) or ["GET"], name=path)


def _handle(
    room: Room,
    handler: Handler,
    request: Request,
    caller: Caller,
    typed: Mapping[str, list[str]],
    files: Mapping[str, tuple[str, bytes]],
) -> Response:
    person = person_of(room.service, caller)
    return handler(Sitting(room, request, person, caller.csrf, typed, files))


def _sign_in(request: Request) -> Response:
    """Send whoever is not signed in to the sign-in page, and back to the page asked for afterwards."""
    back = _path_and_query(request) if request.method == "GET" else "/"
    return RedirectResponse(address(request, "/login", back=back), 303)


async def read_form(request: Request) -> tuple[dict[str, list[str]], dict[str, tuple[str, bytes]]]:
    """What a form sent: texts by name, files by name as (file name, bytes).

    Raises `TooLarge` for more than is taken, `BadInput` for what is no form.
    """
    stated = request.headers.get("content-length", "")
    if not stated.isdecimal() or int(stated) > BODY_LIMIT:
        raise TooLarge(
            f"内容超过 {BODY_LIMIT // 2**20} MB", where="表单", cure="附件请压缩后再传，或分几次上传"
        )
    try:
        form: FormData = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=2**20)
    except HTTPException as error:
        raise BadInput(f"表单读不懂：{error.detail}", where="表单", cure="请返回上一页重新提交") from None
    typed: dict[str, list[str]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = (value.filename, await value.read())
        else:
            # Browsers end the lines of a text area with CRLF; a lone zero byte has no place in any field.
            typed.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\x00", ""))
    await form.close()
    return typed, files


_TITLES = {
    400: "登录没有完成",
    401: "请先登录",
    403: "您不能办理或查看这一项",
    404: "没有找到",
    409: "现在不能这样办理",
    413: "内容太大",
    422: "填写有误",
    429: "请求太频繁",
    503: "暂时不能办理",
}


def explain(room: Room, request: Request, error: LinliError, caller: Caller | None = None) -> Response:
    """An error as a page: what is wrong and what to do. One of the inside says only that it is one."""
    faults = error.faults if isinstance(error, ManyFaults) else [error]
    lines = [
        (fault.message, f"{fault.cure}（依据：{fault.basis}）" if fault.basis else fault.cure)
        for fault in faults
    ]
    if error.status >= 500 and not isinstance(error, IssuerSilent):
        lines = [("系统出错，这一步没有保存。", "请稍后再试；仍不行，请把时间和正在办的事告诉系统管理员。")]
    person = person_of(room.service, caller) if caller and not caller.program else None

    def to(path: str = "/", **query: str) -> str:
        return address(request, path, **query)

    return draw(
        room,
        request,
        "error.html",
        error.status,
        title=_TITLES.get(error.status, "出错了"),
        lines=lines,
        person=person,
        csrf=caller.csrf if caller else "",
        to=to,
    )
