"""Stops code that loops: a rule that never answers takes down its own decision and nothing else.

One daemon thread looks every 50 ms at what is running under a limit and raises inside the thread that has run
too long. Python delivers such an exception between two bytecodes, so a hang inside a C call is beyond it;
only a restart of the process helps there.

The hard part is the end. An exception that was sent but not yet delivered must never strike code that runs
after the limited function returned. Both sides therefore first raise their own flag and then look at the
other's: the thread that ends sets ``_done`` and reads ``_firing`` and ``_fired``; the watchdog sets
``_firing`` and ``_fired`` and reads ``_done``. Whatever the order, at least one of them sees the other.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from linli.errors import RuleFault

P = ParamSpec("P")
R = TypeVar("R")

_POLL_SECONDS: Final = 0.05


class TookTooLong(RuleFault):
    """Code under a limit did not come to an end in time; ``name`` says which."""

    code = "took-too-long"

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(f"运行超过 {seconds:g} 秒，已停止", where=name, cure="检查其中是否有不会结束的循环")
        self.name = name
        self.seconds = seconds


class _Interrupt(BaseException):
    """What the watchdog sends; no Exception, so that a rule's ``except Exception`` lets it through."""


class Watch:
    """One run under a limit. Use it once.

    ``name`` may be set anew while the function runs (the rule that is being asked now), which costs nothing
    and tells the error whom to blame. ``seconds`` count from the watchdog's first look, so a run is stopped
    up to a tenth of a second late and never early.
    """

    __slots__ = ("_done", "_fired", "_firing", "_since", "_thread", "name", "seconds")

    def __init__(self, seconds: float, name: str) -> None:
        self.seconds = seconds
        self.name = name
        self._thread = _get_ident()
        self._done = False
        self._firing = False
        self._fired = ""
        self._since = 0.0

    def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns; limits may be nested and threads do not touch each other.

        :raises TookTooLong: when it ran beyond the limit, even where it caught the interruption and went on.
        """
        error: BaseException | None = None
        try:
            if _watchdog is None:
                _start()
            _running.add(self)
            result = function(*args, **kwargs)
            self._done = True
            if not self._firing and not self._fired:
                _running.discard(self)
                return result
        except BaseException as caught:
            # No call may stand before the next try: a call is where Python delivers a second interruption.
            error = caught
        # The interruption may strike anywhere in here once, so each step can be done twice.
        while True:
            try:
                self._settle()
                break
            except _Interrupt:
                continue
        try:
            if self._fired:
                raise TookTooLong(self._fired, self.seconds) from (
                    None if isinstance(error, _Interrupt) else error
                )
            if error is not None:
                raise error
            return result
        finally:
            del error  # It holds this frame, and the frame would hold it.

    def _settle(self) -> None:
        """Wait until nothing more can be sent, and take back what was sent but not delivered."""
        self._done = True
        while self._firing:
            time.sleep(0)
        if self._fired:
            _send(self._thread, _NOTHING)
        _running.discard(self)

    def _look(self, now: float) -> None:
        """Interrupt the run when its time is over, and again at each look until it ends."""
        if not self._since:
            self._since = now
        elif now - self._since >= self.seconds:
            self._firing = True
            if not self._done:
                self._fired = self._fired or self.name or "?"
                _send(self._thread, _INTERRUPT)
            self._firing = False


# Fetched by index, the function object is ours alone; as an attribute it would be shared with every other
# user.
_set_async_exc = ctypes.pythonapi["PyThreadState_SetAsyncExc"]
_set_async_exc.argtypes = (ctypes.c_ulong, ctypes.py_object)
_INTERRUPT: Final[Any] = ctypes.py_object(_Interrupt)
_NOTHING: Final[Any] = ctypes.py_object()
_get_ident = threading.get_ident

_running: set[Watch] = set()
_watchdog: threading.Thread | None = None
_starting = threading.Lock()


def _send(thread: int, what: Any) -> None:
    _set_async_exc(thread, what)


def _start() -> None:
    global _watchdog
    with _starting:
        if _watchdog is None:
            thread = threading.Thread(target=_watch, name="linli-watchdog", daemon=True)
            thread.start()
            _watchdog = thread


def _watch() -> None:
    while True:
        time.sleep(_POLL_SECONDS)
        now = time.monotonic()
        for watch in tuple(_running):
            if watch._done:
                _running.discard(watch)
            else:
                watch._look(now)


def _forget_parent() -> None:
    """Start over in a forked child: its only thread is the one that forked, and no watchdog came along."""
    global _watchdog, _starting
    _watchdog = None
    _starting = threading.Lock()
    here = _get_ident()
    for watch in tuple(_running):
        if watch._thread != here:
            _running.discard(watch)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
