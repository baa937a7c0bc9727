"""Every error that Linli raises on purpose.

A refusal by a rule is not an error: it is a step, kept and explained. An error means that nothing of the
action was stored. Its message says what is wrong, where, and what to do; it is written for the person who
made the call, so most messages are Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.faults import Fault


class LinliError(Exception):
    """The root of all errors raised on purpose."""

    code = "error"
    status = 500

    def __init__(self, message: str, *, where: str = "", cure: str = "", basis: str = "") -> None:
        """Say what is wrong (``message``), in which file, key or field (``where``), and what helps (``cure``).

        ``basis`` names the article or the agreement that it rests on, where a person has a right to know.
        """
        super().__init__(message)
        self.message = message
        self.where = where
        self.cure = cure
        self.basis = basis

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        cure = f"（{self.cure}）" if self.cure else ""
        basis = f"（依据：{self.basis}）" if self.basis else ""
        return f"{place}{self.message}{cure}{basis}"


class BadInput(LinliError):
    """What was handed in cannot be read: a malformed form, an unknown field, an amount that is no amount."""

    code = "bad-input"
    status = 422


class ManyFaults(BadInput):
    """Several things are wrong with one input, all reported at once."""

    code = "bad-input"

    def __init__(self, faults: list[LinliError]) -> None:
        super().__init__("；".join(str(fault) for fault in faults))
        self.faults = faults


class NotFound(LinliError):
    """There is no such matter, place, document or moment, or the caller may not know that there is."""

    code = "not-found"
    status = 404


class Forbidden(LinliError):
    """The caller's posts do not allow this, here, today."""

    code = "forbidden"
    status = 403


class WrongStage(LinliError):
    """The matter is at a stage at which this action cannot be taken."""

    code = "wrong-stage"
    status = 409


class Conflict(LinliError):
    """Someone else wrote first; read again and decide again."""

    code = "conflict"
    status = 409


class ClaimTaken(Conflict):
    """A claim that may be made once was made before."""

    code = "claim-taken"

    def __init__(self, message: str, *, key: str, value: bytes) -> None:
        super().__init__(message)
        self.key = key
        self.value = value


class Overdrawn(LinliError):
    """An account that holds money or an allowance would fall below zero."""

    code = "overdrawn"
    status = 409


class RuleFault(LinliError):
    """A rule raised, looped, or answered something that is no finding. Only its own decision stops."""

    code = "rule-fault"
    status = 500


class LoadFault(LinliError):
    """A deployment cannot be loaded: the configuration or a plugin is wrong. ``faults`` lists everything found."""

    code = "load-fault"
    status = 500

    def __init__(
        self, message: str, *, where: str = "", cure: str = "", faults: Sequence[Fault] = ()
    ) -> None:
        super().__init__(message, where=where, cure=cure)
        self.faults = tuple(faults)


class Corrupt(LinliError):
    """Store, ledger and log do not fit each other."""

    code = "corrupt"
    status = 500
