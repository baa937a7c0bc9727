"""The OpenAPI 3.1 document of a deployment, made of its ways, its forms and its moments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from linli.deployment import Deployment
from linli.standing import standing_actions
from linli_functions.visits import Way

_PARAMETER = re.compile(r"{(\w+)}")
_PROBLEM = "#/components/responses/Problem"
_SCHEMAS = "#/components/schemas/"


def openapi(deployment: Deployment, ways: Sequence[Way], server: str) -> dict[str, Any]:
    """The document: a path for every way, for judging one for every moment, so that each names its own form."""
    forms = _Forms(deployment, [way.body for way in ways if isinstance(way.body, type)])
    paths: dict[str, dict[str, Any]] = {}
    for way in ways:
        if "{moment}" in way.path:
            for moment in deployment.moments.values():
                facts = None if way.body is None else forms.of(moment.facts)
                told = _operation(way, {"moment"}, facts, f"{moment.procedure.title}：{moment.action.title}")
                told["operationId"] += f"_{moment.id}"
                paths.setdefault(way.path.replace("{moment}", moment.id), {})[way.method.lower()] = told
            continue
        body = forms.call(way.body) if isinstance(way.body, type) else None
        paths.setdefault(way.path, {})[way.method.lower()] = _operation(way, set(), body)
    return {
        "openapi": "3.1.0",
        "info": {"title": deployment.title, "version": deployment.lock, "summary": deployment.owner},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {**forms.schemas, "Problem": _PROBLEM_SCHEMA},
            "responses": {
                "Problem": {
                    "description": "没有办成：哪里不对，怎样改正",
                    "content": {"application/problem+json": {"schema": {"$ref": _SCHEMAS + "Problem"}}},
                }
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "linli_session"},
            },
        },
    }


class _Forms:
    """The schemas of every form, moment and body, under one name each."""

    def __init__(self, deployment: Deployment, answers: list[type]) -> None:
        actions = [
            (procedure, action)
            for procedure in deployment.procedures.values()
            for action in {**standing_actions(procedure), **procedure.actions}.values()
            if not action.system
        ]
        self._openers = [(p.id, a.id, a.form) for p, a in actions if a.opens]
        self._acts = list(dict.fromkeys(a.form for _, a in actions if not a.opens))
        types = [
            *dict.fromkeys(
                [*answers, *(m.facts for m in deployment.moments.values()), *(a.form for _, a in actions)]
            )
        ]
        references, self.schemas = msgspec.json.schema_components(types, ref_template=_SCHEMAS + "{name}")
        self._reference = dict(zip(types, references, strict=True))

    def of(self, form: type) -> dict[str, Any]:
        return self._reference[form]

    def call(self, body: type) -> dict[str, Any]:
        """The schema of a body; where it holds facts, with the forms that these may be."""
        name = body.__name__
        if name == "Begin":
            return {"anyOf": [self._opening(body, *opener) for opener in self._openers]}
        if name == "Act":
            known = [self._reference[form] for form in self._acts]
            return self._with(body, {"facts": {"anyOf": known}})
        return self._reference[body]

    def _opening(self, body: type, procedure: str, action: str, form: type) -> dict[str, Any]:
        fixed = {"procedure": {"const": procedure}, "action": {"const": action}}
        return self._with(body, {**fixed, "facts": self._reference[form]})

    def _with(self, body: type, narrowed: dict[str, Any]) -> dict[str, Any]:
        plain = self.schemas[self._reference[body]["$ref"].removeprefix(_SCHEMAS)]
        return {**plain, "properties": {**plain["properties"], **narrowed}}


def _operation(way: Way, fixed: set[str], body: dict[str, Any] | None, about: str = "") -> dict[str, Any]:
    named = [name for name in _PARAMETER.findall(way.path) if name not in fixed]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in named
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": said}
        for name, said in way.query
    ]
    if way.writes:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": not any(name == "dry_run" for name, _ in way.query),
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "description": "每件新事一个新的随机值，重试时不变",
            }
        )
    answer: dict[str, Any] = {"description": way.title}
    if way.status != 204:
        answer["content"] = {
            way.result_media: {"schema": {} if way.result_media == "application/json" else True}
        }
    told: dict[str, Any] = {
        "operationId": f"{way.method.lower()}{re.sub(r'[^a-z]+', '_', way.path)}".rstrip("_"),
        "summary": f"{way.title}：{about}" if about else way.title,
        "parameters": parameters,
        "responses": {str(way.status): answer, "default": {"$ref": _PROBLEM}},
    }
    if way.status == 201 and any(name == "dry_run" for name, _ in way.query):
        told["responses"]["200"] = {
            "description": "试判的结果",
            "content": {"application/json": {"schema": {}}},
        }
    if way.signed_in:
        told["security"] = [{"bearer": []}, {"session": []}]
    if body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif way.media:
        told["requestBody"] = {"required": True, "content": {way.media: {"schema": {}}}}
    return told


_STRING = {"type": "string"}
_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _STRING,
        "title": _STRING,
        "status": {"type": "integer"},
        "detail": _STRING,
        "where": _STRING,
        "cure": _STRING,
        "basis": _STRING,
        "request_id": _STRING,
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message", "cure"],
                "properties": {"where": _STRING, "message": _STRING, "cure": _STRING, "basis": _STRING},
            },
        },
    },
}
