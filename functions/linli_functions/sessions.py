"""Sessions of people who came from an issuer: a signed cookie with an end, and a list of those ended before it.

The cookie holds who the person is; nothing else is kept of a session that runs. One that was ended by signing out is
noted in the store until it would have ended by itself, so that a copy of the cookie is worth nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from linli.store import Commit, Row, Store
from linli_functions.identity import COOKIE, Caller, cookie_of, set_cookie
from linli_functions.signing import fingerprint, sign, signed

ENDED = "sessions-ended"
"""The index of what may not be used again: ``<last day>/<id>``."""

_TOGETHER = 50


class Session(Struct, frozen=True, array_like=True):
    """What a cookie says: who, where, until when (seconds since 1970), and what makes it unlike every other."""

    subject: str
    title: str
    home: str
    deployment: str
    until: int
    id: str


class Sessions:
    """The sessions of one deployment; the cookie goes to ``path`` and below."""

    def __init__(
        self,
        deployment: str,
        key: bytes,
        store: Store,
        now: Callable[[], datetime],
        randomness: Callable[[int], bytes],
        *,
        path: str,
        secure: bool,
        hours: int,
    ) -> None:
        self._deployment = deployment
        self._key = key
        self._store = store
        self._now = now
        self._randomness = randomness
        self._path = path
        self._secure = secure
        self._hours = hours
        # A browser takes a cookie of this name over https only: nobody on the way can plant one.
        self._name = f"__Secure-{COOKIE}" if secure else COOKIE

    def begin(self, caller: Caller, headers: Mapping[str, str]) -> str:
        """The value of ``Set-Cookie`` of a new session; one that the browser had before is ended."""
        self.end(headers)
        until = int((self._now() + timedelta(hours=self._hours)).timestamp())
        id = self._randomness(16).hex()
        session = Session(caller.subject, caller.title, caller.home, self._deployment, until, id)
        return self._cookie(sign(self._key, "issued session", session), self._hours * 3600)

    def caller(self, headers: Mapping[str, str]) -> Caller | None:
        """Who holds a session that runs; None for nobody."""
        text = cookie_of(headers.get("cookie", ""), self._name)
        session = self._running(text)
        if session is None:
            return None
        csrf = fingerprint(self._key, "csrf", text)
        return Caller(session.subject, session.title, csrf, session.home)

    def end(self, headers: Mapping[str, str]) -> str:
        """End the session that a browser has, if any; the value of ``Set-Cookie`` that takes its cookie away."""
        session = self._running(cookie_of(headers.get("cookie", ""), self._name))
        if session is not None:
            use_up(self._store, session.id, session.until)
        return self._cookie("", 0)

    def _running(self, text: str) -> Session | None:
        session = signed(self._key, "issued session", text, Session) if text else None
        if session is None or session.deployment != self._deployment:
            return None
        if session.until <= self._now().timestamp() or used_up(self._store, session.id, session.until):
            return None
        return session

    def _cookie(self, value: str, seconds: int) -> str:
        return set_cookie(self._name, value, self._path, seconds, secure=self._secure)


def use_up(store: Store, id: str, until: int) -> None:
    """Note that a session, or an attempt to sign in, may not be used again before its end."""
    store.commit(Commit(rows=(Row(ENDED, _key(id, until)),)))


def used_up(store: Store, id: str, until: int) -> bool:
    """Whether that was noted."""
    return store.row(ENDED, _key(id, until)) is not None


def clear_ended(store: Store, today: date) -> None:
    """Drop the notes of what has ended by itself since; for the clock."""
    # A day of tolerance: the days here are those of UTC.
    before = (today - timedelta(days=1)).isoformat()
    while old := store.rows(ENDED, "", before, _TOGETHER):
        store.commit(Commit(rows=tuple(Row(ENDED, row.key, None) for row in old)))


def _key(id: str, until: int) -> str:
    return f"{datetime.fromtimestamp(until, UTC).date().isoformat()}/{id}"
