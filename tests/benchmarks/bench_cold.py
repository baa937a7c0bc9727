"""Row 5: the first answer of a function as the cloud starts it, under the Lambda runtime interface emulator.

The emulator starts a new process with awslambdaric when the first event comes, and the clock runs from that event to
its answer. Ours are packaged: all in one folder, plugins looked up, bytecode there. The function over a table reads its
keys from a secret and answers from DynamoDB. Each stands against a hello of starlette and mangum, with a client of
DynamoDB that makes one call, or without. Table and secret are those of ministack.

Needs ministack, `pip install --target ~/.cache/linli/ric awslambdaric` and the emulator's binary, which comes with
aws-sam-cli (`~/.cache/linli/sam`, or LINLI_RIE); says so and ends where one is not there.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linli_functions.cloud import client
from linli_functions.handlers.packaging import write_packaged
from linli_functions.keyring import fill
from tests.access.conftest import INFRA
from tests.benchmarks.bench_function import HELLO, SLUG, event
from tests.store import emulators

ROUNDS = 9
CACHE = Path.home() / ".cache" / "linli"
RIC = Path(os.environ.get("LINLI_RIC", CACHE / "ric"))

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"

PEER = """
import boto3, os
table = boto3.client("dynamodb", region_name=os.environ["REGION"], endpoint_url=os.environ["ENDPOINT"])
"""
READS = 'table.get_item(TableName=os.environ["TABLE"], Key={"pk": {"S": "a"}, "sk": {"S": "b"}})'
WRITES = 'table.put_item(TableName=os.environ["TABLE"], Item={"pk": {"S": "a"}, "sk": {"S": "b"}})'

OURS = {
    "judge": "linli_functions.handlers.judge.handler",
    "matters": "linli_functions.handlers.matters.handler",
}


def emulator() -> Path:
    """The binary of the runtime interface emulator."""
    found = sorted(CACHE.glob("sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64"))
    return Path(os.environ.get("LINLI_RIE", found[-1] if found else CACHE / "aws-lambda-rie"))


def peer(call: str) -> str:
    """The source of a hello that makes one call of DynamoDB for each answer, or none."""
    if not call:
        return HELLO
    return PEER + HELLO.replace("    return JSON", f"    {call}\n    return JSON")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def emulated(handler: str, folder: Path, environment: dict[str, str]) -> Iterator[Callable[[Any], Any]]:
    """A function that nobody has called yet; yields what calls it."""
    port, inside = free_port(), free_port()
    command = [
        str(emulator()),
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{inside}",
        sys.executable,
        "-m",
        "awslambdaric",
        handler,
    ]
    # Its own group, so that what it starts ends with it.
    server = subprocess.Popen(
        command,
        cwd=folder,
        env={name: said for name, said in (os.environ | environment).items() if name != _NO_BYTECODE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def called(payload: Any) -> Any:
        address = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        with urllib.request.urlopen(address, json.dumps(payload).encode(), timeout=60) as answer:
            return json.load(answer)

    try:
        _wait_for(port)
        yield called
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise SystemExit("#5 the runtime interface emulator did not start")


def first(handler: str, folder: Path, environment: dict[str, str], asked: dict[str, Any]) -> float:
    """Seconds from the first event of a new process to its answer."""
    with emulated(handler, folder, environment) as called:
        start = time.perf_counter()
        answer = called(asked)
        seconds = time.perf_counter() - start
    if answer.get("statusCode", 500) not in (200, 201, 404):
        raise SystemExit(f"#5 {handler} answered {json.dumps(answer, ensure_ascii=False)[:500]}")
    return seconds


def compared(name: str, target: str, ours: Callable[[], float], floor: Callable[[], float]) -> None:
    """Print the ratio of two kinds of first answers, taken in turns."""
    ours(), floor()  # each makes its bytecode
    pairs = [(ours(), floor()) for _ in range(ROUNDS)]
    ratio = statistics.median(mine / other for mine, other in pairs)
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"#5 first answer, {name}: {ratio:.2f} ({mine:.3f} s vs {other:.3f} s; {target})", flush=True)


def main() -> None:
    """Print the rows."""
    for needed, how in (
        (emulator(), "pip install aws-sam-cli"),
        (RIC, f"pip install --target {RIC} awslambdaric"),
        (emulators.MINISTACK, ".ci/run"),
    ):
        if not needed.exists():
            print(f"#5 not measured: {needed} is not there ({how})")
            return
    os.environ.update(emulators.KEYS)
    with tempfile.TemporaryDirectory() as name, emulators.beside(Path(name) / "log") as endpoint:
        _rows(Path(name), endpoint)


def package(folder: Path) -> None:
    """Lay our packages into the folder of the functions, as they lie when they are packaged."""
    root = Path(__file__).resolve().parents[2]
    for pattern in ("core/linli", "site/linli_site", "functions/linli_functions", "plugins/*/*/linli_*"):
        for source in root.glob(pattern):
            shutil.copytree(
                source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__", "tests")
            )


def _rows(folder: Path, endpoint: str) -> None:
    package(folder)
    deployment, plugins = INFRA / "deployments" / f"{SLUG}.toml", folder / "plugins.json"
    write_packaged(deployment, plugins)
    personas = folder / "personas.toml"
    personas.write_text(f'[[personas]]\nsubject = "clerk"\ntitle = "c"\ndeployment = "{SLUG}"\n', "utf-8")
    table = emulators.new_table(endpoint)
    secret = client("secretsmanager", emulators.REGION, endpoint).create_secret(Name=table)["ARN"]
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    fill(secret, randomness=os.urandom)
    common = {"PYTHONPATH": str(RIC), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    ours = common | {
        "LINLI_DEPLOYMENT": str(deployment),
        "LINLI_PLUGINS": str(plugins),
        "LINLI_STORE": f"dynamodb:{table}?region={emulators.REGION}&endpoint={endpoint}",
        "LINLI_KEYS": secret,
        "LINLI_DEMO": "1",
        "LINLI_PERSONAS": str(personas),
        "AWS_ENDPOINT_URL": endpoint,
    }
    floor = common | {"REGION": emulators.REGION, "ENDPOINT": endpoint, "TABLE": table}
    for module, call in (("hello", ""), ("reads", READS), ("writes", WRITES)):
        (folder / f"{module}.py").write_text(peer(call), "utf-8")
    hello, root = event("GET", "/hello"), f"/{SLUG}/api/v1"

    def against(module: str) -> Callable[[], float]:
        return lambda: first(f"{module}.handler", folder, floor, hello)

    def of(function: str, asked: dict[str, Any]) -> Callable[[], float]:
        return lambda: first(OURS[function], folder, ours, asked)

    judged = of("judge", event("GET", f"{root}/procedures"))
    compared("judge, of starlette + mangum", "target 1.40", judged, against("hello"))
    reading = of("matters", event("GET", f"{root}/matters/none"))
    with_client = "of starlette + mangum + a client of DynamoDB"
    compared(f"matters over a table, {with_client} that reads", "target 0.90", reading, against("reads"))


if __name__ == "__main__":
    main()
