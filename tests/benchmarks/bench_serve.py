"""Row 11: the memory that `linli serve` holds over a large store, while it is asked for lists and for single matters.

A store of 100,000 matters takes minutes to make: ``linli --home HOME demo --scale`` makes one in ``HOME/scale``, and
``LINLI_SCALE_HOME=HOME/scale`` has it measured here, on a copy. Without it a small one is made, and the row says how
large it was. Measured apart: answering (the app alone) and the whole of it, with the thread that publishes and builds.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from linli_functions.demo_scale import SLUG, TOP, scale

ROOT = Path(__file__).parents[2]
SMALL_STEPS = 1500
ASKED = 1500
SAMPLES = 6
SECONDS_WHOLE = 60

# The app of `linli serve` with nothing beside it, and a hello, each behind the same server.
ANSWERING = """
import sys
from pathlib import Path
import uvicorn
from linli_functions.clocks import SystemClock
from linli_functions.identity import Nobody
from linli_functions.opening import House
from linli_functions.serving import app
home = Path(sys.argv[1])
house = House.open(home / "infra", home, SystemClock())
uvicorn.run(app(house, Nobody(), home / "portal"), port=int(sys.argv[2]), log_level="warning")
"""
HELLO = """
import sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def hello(request):
    return JSONResponse({"hello": "world"})

uvicorn.run(Starlette(routes=[Route("/hello", hello)]), port=int(sys.argv[2]), log_level="warning")
"""


def _port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _memory(process: int) -> tuple[float, float]:
    """The memory that a process holds now and has held at most, in MB of a million bytes."""
    told = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
        if ":" in line
    )
    now, most = (int(told[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return now, most


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return bytes(answer.read())


def _started(command: list[str], url: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            _get(url)
        except OSError:
            if process.poll() is not None:
                raise SystemExit(f"#11 the server ended with {process.returncode}: {command[:4]}") from None
            time.sleep(0.1)
        else:
            return process
    process.kill()
    raise SystemExit("#11 the server did not answer within a minute")


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _hello() -> float:
    port = _port()
    url = f"http://127.0.0.1:{port}/hello"
    process = _started([sys.executable, "-c", HELLO, "", str(port)], url)
    try:
        for _ in range(ASKED):
            _get(url)
        return _memory(process.pid)[0]
    finally:
        _ended(process)


def _answering(home: Path, matters: list[str]) -> tuple[list[float], float]:
    """What it holds after each part of the asking, and at most."""
    port = _port()
    root = f"http://127.0.0.1:{port}/{SLUG}/api/v1"
    process = _started([sys.executable, "-c", ANSWERING, str(home), str(port)], f"{root}/health")
    chance, held = random.Random(7), list[float]()
    try:
        for _ in range(SAMPLES):
            _get(f"{root}/matters?procedure=access&place={TOP}&limit=200")
            for id in chance.choices(matters, k=ASKED // SAMPLES):
                with contextlib.suppress(urllib.error.HTTPError):  # 404: nothing of it is public
                    _get(f"{root}/matters/{id}")
            held.append(_memory(process.pid)[0])
        return held, _memory(process.pid)[1]
    finally:
        _ended(process)


def _whole(home: Path) -> float:
    """What `linli serve` has held at most in its first minute, in which it publishes and builds what it finds."""
    port = _port()
    linli = "from linli_cli.main import main; raise SystemExit(main())"
    command = [sys.executable, "-c", linli, "--infra", str(home / "infra"), "serve"]
    command += ["--home", str(home), "--port", str(port)]
    process = _started(command, f"http://127.0.0.1:{port}/{SLUG}/api/v1/health")
    try:
        time.sleep(SECONDS_WHOLE)
        return _memory(process.pid)[1]
    finally:
        _ended(process)


def main() -> None:
    """Print the row."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "scale"
        large = os.environ.get("LINLI_SCALE_HOME", "")
        if large:
            shutil.copytree(large, home)
        else:
            scale(ROOT / "infra", home, lambda _: None, SMALL_STEPS)
        with sqlite3.connect(home / f"{SLUG}.sqlite") as store:
            matters = [
                str(row[0]) for row in store.execute("SELECT matter FROM heads WHERE matter LIKE '990101-%'")
            ]
        store.close()
        print(f"#11 uvicorn + starlette hello: {_hello():.0f} MB")
        held, most = _answering(home, matters)
        told = json.dumps([round(each) for each in held])
        median = statistics.median(held)
        print(
            f"#11 {len(matters):,} matters, the app answering: {median:.0f} MB, {most:.0f} at most (target 120 MB)"
        )
        print(f"#11 after each of {SAMPLES} parts of {ASKED} readings: {told} MB", flush=True)
        whole = _whole(home)
        print(f"#11 linli serve, {SECONDS_WHOLE} s into publishing all of it: {whole:.0f} MB (target 120 MB)")


if __name__ == "__main__":
    main()
