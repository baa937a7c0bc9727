"""Refusals of the outermost layer, before any procedure is asked: who are you, how much, how often."""

from __future__ import annotations

from linli.errors import LinliError


class NotSignedIn(LinliError):
    """Nobody is signed in, or the session or token is not valid any more."""

    code = "not-signed-in"
    status = 401


class SignInFailed(LinliError):
    """Signing in failed: it was begun elsewhere, took too long, or the issuer's answer is not believed.

    Which of its checks an answer failed is told to the log, not to whoever brought it.
    """

    code = "sign-in-failed"
    status = 400


class IssuerSilent(LinliError):
    """The issuer of identities cannot be reached, or answers what cannot be used."""

    code = "issuer-silent"
    status = 503


class Malformed(LinliError):
    """The body is not what its media type says."""

    code = "malformed"
    status = 400


class WrongMedia(LinliError):
    """The body is of a media type that is not read here."""

    code = "wrong-media"
    status = 415


class TooLarge(LinliError):
    """The body is larger than allowed; it was not read to its end."""

    code = "too-large"
    status = 413


class TooMany(LinliError):
    """The address asks too often. ``after`` is the number of whole seconds to wait."""

    code = "too-many"
    status = 429

    def __init__(self, after: int) -> None:
        super().__init__("请求太频繁", cure=f"请在 {after} 秒后再试")
        self.after = after
