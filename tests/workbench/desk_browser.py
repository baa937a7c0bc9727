"""The workbench in a browser: served at a port of this machine, seen by axe on a phone and on a desk."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from tests.workbench.offices import SLUG, Office

WIDTHS = (360, 1280)


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The workbench at a free port of this machine."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(office.app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/{SLUG}/desk"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def sign_in(browser: Any, office: Office, subject: str) -> None:
    """Let someone be signed in."""
    clerk = office.person(subject)
    browser.clear_cookies()
    for cookie in clerk.browser.cookies.jar:
        browser.add_cookies(
            [{"name": cookie.name, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
        )


def page_faults(page: Any, name: str) -> Iterator[str]:
    """What axe finds on a page, and by how much it is wider than a window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-playwright-python")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            yield f"{name}: {wider} px wider than {width}"
        for found in axe.Axe().run(page).response["violations"]:
            yield from (f"{name} at {width}: {found['id']}: {node['html'][:120]}" for node in found["nodes"])
