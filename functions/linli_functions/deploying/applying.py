"""Putting a deployment into the cloud: package, change, keys, health, pages; and back again where it is not well.

Every part may be done again: what is there already is left as it is. So whoever was interrupted runs it once more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from linli.errors import LinliError
from linli.store_dynamodb_calls import Refused
from linli_functions.deploying.calls import Cloud, CloudFailed
from linli_functions.deploying.packages import Packages
from linli_functions.deploying.planning import Plan
from linli_functions.deploying.stack import (
    Pause,
    Stack,
    StackFailed,
    clear,
    function_of,
    make,
    prepare,
)
from linli_functions.keyring import fill

ASKED = {
    "Judge": "/api/v1/health",
    "Matters": "/api/v1/matters",
    "Documents": "/api/v1/documents/0",
    "Workbench": "/desk",
}
"""What each function that answers the web is asked to see whether it is well; it need not let a stranger in."""

Tell = Callable[[str], None]


class Unwell(CloudFailed):
    """What was deployed does not work."""

    code = "unwell"


class Applied(Struct, frozen=True):
    """What was done: the package, whether the stack changed, the keys that were made, what publishing said."""

    stack: str
    package: str
    changed: dict[str, str]
    keys: tuple[str, ...]
    published: dict[str, Any]
    outputs: dict[str, str]


def apply(plan: Plan, tell: Tell, pause: Pause = time.sleep, *, awaiting: bool = False) -> Applied:
    """Make it so. Raises `StackFailed` or `Unwell` after what ran before was put back, where something ran before.

    ``awaiting`` is for a deployment whose store is still to be moved in: it gets no keys, so that no function writes
    into the empty store; `linli.moving` brings them.
    """
    packages = Packages(plan.cloud, plan.table.package_bucket)
    if not plan.bucket:
        packages.make()
        tell(f"建好存储桶 {packages.bucket}，不对外公开")
    sent = packages.keep(plan.package, plan.picture)
    size = len(plan.package.data) / 2**20
    tell(f"函数包 {plan.package.digest[:12]}：{f'已上传 {size:.1f} MB' if sent else '已经在了'}")
    if plan.found is not None and plan.stands is None:
        clear(plan.cloud, plan.found, pause)
    new = plan.stands is None
    change = prepare(plan.cloud, plan.config, plan.template, plan.parameters, new=new, pause=pause)
    stack = plan.stands
    if change is not None:
        tell(f"{plan.stack}：{'建立' if new else '改动'} {len(change.actions)} 个资源")
        stack = make(plan.cloud, change, pause)
    elif stack is not None:
        tell(f"{plan.stack}：没有变化")
    if stack is None:
        raise StackFailed("云上说没有变化，但是没有栈", where=plan.stack, cure="再运行一次")
    changed = change.actions if change else {}
    if awaiting:
        tell("没有补密钥：等 linli move in 搬入，再运行一次")
        return Applied(plan.stack, plan.package.digest, changed, (), {}, stack.outputs)
    made = fill(stack.outputs["Keys"], randomness=os.urandom)
    if made:
        tell(f"密钥已补上：{'、'.join(made)}")
    try:
        check_health(plan.cloud, stack, plan.config.slug, plan.deployment.lock)
        tell("函数都正常")
        published = publish(plan.cloud, stack)
        tell(f"公开页面已更新：写出 {published.get('written', 0)} 个文件")
    except LinliError as error:
        put_back = _back(plan, changed=change is not None, pause=pause)
        raise Unwell(f"{error}；{put_back}", where=plan.stack) from error
    return Applied(plan.stack, plan.package.digest, changed, made, published, stack.outputs)


def check_health(cloud: Cloud, stack: Stack, slug: str, lock: str = "") -> None:
    """See that every function answers, and by the rules of a lock where one is named.

    The functions are called as the cloud's own caller, because a China region answers nobody who does not sign before
    the site is filed. Raises `Unwell`.
    """
    for name, path in ASKED.items():
        answer = call_function(cloud, stack, name, function_event(f"/{slug}{path}"))
        status = answer.get("statusCode", 500)
        if status >= 500:
            raise Unwell(f"{name} 答复 {status}", where=path, cure="看它的日志")
        if name == "Judge":
            told = msgspec.json.decode(answer.get("body") or "{}", type=dict[str, Any])
            if status != 200 or told.get("deployment") != slug or lock not in ("", told.get("lock")):
                raise Unwell(f"{name} 跑的不是这一份规则", where=path, cure="再运行一次 linli deploy apply")


def publish(cloud: Cloud, stack: Stack) -> dict[str, Any]:
    """Publish what waits and put out what changed; what the function said."""
    return call_function(cloud, stack, "Publish", {})


def call_function(cloud: Cloud, stack: Stack, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Call one of the stack's functions and wait for what it answers; raises `Unwell` where it fails."""
    function = stack.outputs.get(name) or function_of(cloud, stack.name, name)
    try:
        told = cloud.call("lambda", "Invoke", FunctionName=function, Payload=msgspec.json.encode(event))
    except Refused as error:
        raise Unwell(f"{name} 叫不动：{error.message}", where=function, cure="看它的日志") from error
    body = told["Payload"].read()
    if told.get("FunctionError"):
        raise Unwell(f"{name} 出错：{_said(body)}", where=function, cure="看它的日志和失败队列")
    answer: dict[str, Any] = msgspec.json.decode(body or b"{}", type=dict[str, Any])
    return answer


def _back(plan: Plan, *, changed: bool, pause: Pause) -> str:
    """Put back what ran before, where something did; what was done about it, in words."""
    if plan.stands is None:
        return "这是第一次部署，原来没有可以恢复的；改正之后再运行一次"
    if not changed:
        return "栈没有改动过，所以没有可以恢复的"
    try:
        change = prepare(plan.cloud, plan.config, plan.before, plan.stands.parameters, new=False, pause=pause)
        if change is not None:
            make(plan.cloud, change, pause)
    except LinliError as error:
        return f"恢复原来的也没有成功：{error}"
    return "已恢复成原来的"


def function_event(path: str) -> dict[str, Any]:
    """A call of an HTTP API (payload 2.0), as small as one may be."""
    http = {
        "method": "GET",
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "linli",
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "localhost", "accept": "application/json"},
        "requestContext": {
            "http": http,
            "domainName": "localhost",
            "stage": "$default",
            "requestId": "deploy",
        },
        "isBase64Encoded": False,
    }


def _said(body: bytes) -> str:
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return "没有说原因"
    return f"{told.get('errorType', '')} {told.get('errorMessage', '')}".strip()[:300]
