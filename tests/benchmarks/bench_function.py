"""Rows 4, 5 and 13: a whole request through a function, warm and cold, and what a function has to carry.

Warm: an API Gateway event goes in and an answer comes out, in this process, against a hello of starlette and mangum.
What a matter looks like is asked for again and again, once with what was shown before at hand, once without. Cold: a
new Python process imports the handler and answers once, as it is packaged, against the same hello in a new process;
seconds of the clock and of the processor, because other processes on the machine stretch the first.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import structs

from linli.places import Level
from linli.store_sqlite import SqliteStore
from tests.access.conftest import INFRA, Office, request, staffed

CALLS = 400
ROUNDS = 5
COLD_ROUNDS = 9
SLUG = "chongchuan"

HELLO = """
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def hello(request):
    return JSONResponse({"hello": "world"})

handler = Mangum(Starlette(routes=[Route("/hello", hello)]), lifespan="off")
"""


def event(method: str, path: str, query: str = "", body: str = "") -> dict[str, Any]:
    """An event of an HTTP API with payload format 2.0."""
    http = {
        "method": method,
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "bench",
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "example.invalid", "content-type": "application/json"},
        "requestContext": {"http": http, "stage": "$default", "requestId": "bench", "timeEpoch": 0},
        "body": body,
        "isBase64Encoded": False,
    }


def _rate(call: Callable[[], dict[str, Any]], calls: int = CALLS) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        answered = call()
        if answered["statusCode"] >= 300:
            raise SystemExit(f"#4 answered {answered['statusCode']}: {answered['body'][:300]}")
    return calls / (time.perf_counter() - start)


def warm(folder: Path) -> None:
    """Print the rates of reading a matter and of a dry run, as ratios to hello."""
    from mangum import Mangum

    from linli_functions.api import Limits, function_app, judge_ways, matter_ways
    from linli_functions.api_matters import one
    from linli_functions.identity import Nobody

    office = staffed(Office(SLUG, date(2026, 3, 2), folder, SqliteStore(folder / "store.sqlite", SLUG)))
    community = office.deployment.places.below(office.top, Level.COMMUNITY)[0].code
    facts = request(community)
    matter = office.take("clerk", "access", "submit", facts, place=office.top).matter
    scope: dict[str, Any] = {}
    exec(HELLO, scope)
    endless = Limits(judge_per_minute=10**9, judge_burst=10**9)
    judging = Mangum(
        function_app(judge_ways(endless, time.monotonic), office.deployment, None, Nobody()), lifespan="off"
    )
    ways = matter_ways(endless, time.monotonic)
    reading = Mangum(function_app(ways, office.deployment, office.service, Nobody()), lifespan="off")
    anew = [structs.replace(way, answer=one) if way.path == "/matters/{matter}" else way for way in ways]
    reading_anew = Mangum(function_app(anew, office.deployment, office.service, Nobody()), lifespan="off")
    root = f"/{SLUG}/api/v1"
    body = json.dumps(facts)
    query = f"place={office.top}&on=2026-03-02"
    hello = event("GET", "/hello")
    read = event("GET", f"{root}/matters/{matter}")
    dry = event("POST", f"{root}/moments/access.submit/judge", query, body)
    calls: dict[str, Callable[[], dict[str, Any]]] = {
        "hello": lambda: scope["handler"](hello, None),
        "read": lambda: reading(read, None),
        "read made anew": lambda: reading_anew(read, None),
        "dry run": lambda: judging(dry, None),
    }
    rates: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            rates[name].append(_rate(call))
    for name, target in (("read", 0.6), ("read made anew", 0.6), ("dry run", 0.4)):
        ratio = statistics.median(
            ours / floor for ours, floor in zip(rates[name], rates["hello"], strict=True)
        )
        rate = statistics.median(rates[name])
        print(f"#4 {name} of a whole request: {ratio:.2f} of hello ({rate:,.0f}/s; target {target:.2f})")


def _cold(code: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of the clock and of the processor that a new process takes for some code."""
    environment = {**os.environ, **environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cold(folder: Path) -> None:
    """Print the time to the first answer of a function that judges, as a ratio to hello."""
    from linli_functions.handlers.packaging import write_packaged

    deployment, plugins = INFRA / "deployments" / f"{SLUG}.toml", folder / "plugins.json"
    write_packaged(deployment, plugins)
    environment = {
        "LINLI_DEPLOYMENT": str(deployment),
        "LINLI_HOME": str(folder),
        "LINLI_PLUGINS": str(plugins),
    }
    # What is installed has its bytecode beside it; a checkout may not. Each side makes its own in the first run.
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment |= compiled
    hello = HELLO + f"\nassert handler({event('GET', '/hello')!r}, None)['statusCode'] == 200"
    path = event("GET", f"/{SLUG}/api/v1/procedures")
    ours = "from linli_functions.handlers.judge import handler\n"
    ours += f"answer = handler({path!r}, None)\nassert answer['statusCode'] == 200, answer"
    for _ in range(2):
        _cold(ours, environment)
        _cold(hello, compiled)
    pairs = [(_cold(ours, environment), _cold(hello, compiled)) for _ in range(COLD_ROUNDS)]
    for what, at in (("by the clock", 0), ("of processor time", 1)):
        ratio = statistics.median(a[at] / b[at] for a, b in pairs)
        mine, floor = (statistics.median(each[at] for each in column) for column in zip(*pairs, strict=True))
        figures = f"{mine:.3f} s vs {floor:.3f} s"
        print(
            f"#5 first answer, no store, {what}: {ratio:.2f} of starlette + mangum ({figures}; target 1.40)"
        )


def carried() -> None:
    """Print the installed size of the package and its dependencies, without the extras."""
    wanted, seen, size = ["linli"], set(), 0
    while wanted:
        name = wanted.pop().replace("_", "-")
        if name.lower() in seen:
            continue
        seen.add(name.lower())
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # wanted on another platform only
        for needed in found.requires or ():
            if "extra ==" not in needed and ("; " not in needed or "python_version" not in needed):
                wanted.append(
                    needed.split(";")[0].split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip()
                )
        if name != "linli":
            files = [Path(str(file.locate())) for file in found.files or ()]
            size += sum(
                path.stat().st_size for path in files if path.is_file() and "__pycache__" not in path.parts
            )
    root = Path(__file__).resolve().parents[2]
    for package in ("core/linli", "site/linli_site", "functions/linli_functions", "functions/linli_cli"):
        size += sum(
            p.stat().st_size
            for p in (root / package).rglob("*")
            if p.is_file() and "__pycache__" not in p.parts
        )
    print(f"#13 installed on the path of a function: {size / 1e6:.1f} MB without boto3 (target 25 MB)")


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as folder:
        warm(Path(folder))
        cold(Path(folder))
    carried()


if __name__ == "__main__":
    main()
