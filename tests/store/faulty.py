"""Wires that fail: what DynamoDB, its network, or the process that calls it may do to a call."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Lock
from typing import Any

from linli.store_dynamodb_calls import CANCELLED, NoAnswer, Refused, Wire

Call = Callable[[], dict[str, Any]]


def _conflict(call: Call, operation: str) -> dict[str, Any]:
    if operation == "TransactWriteItems":
        raise Refused(CANCELLED, reasons=["None", "TransactionConflict"])
    raise Refused("TransactionConflictException")


def _throttled(call: Call, operation: str) -> dict[str, Any]:
    raise Refused("ThrottlingException")


def _exceeded(call: Call, operation: str) -> dict[str, Any]:
    if operation == "TransactWriteItems":
        raise Refused(CANCELLED, reasons=["ProvisionedThroughputExceeded", "None"])
    raise Refused("ProvisionedThroughputExceededException")


def _timed_out(call: Call, operation: str) -> dict[str, Any]:
    raise NoAnswer("timed out before it arrived")


def _lost(call: Call, operation: str) -> dict[str, Any]:
    call()
    raise NoAnswer("the answer was lost")


def _broken(call: Call, operation: str) -> dict[str, Any]:
    raise Refused("InternalServerError", status=500)


def _broken_after(call: Call, operation: str) -> dict[str, Any]:
    call()
    raise Refused("InternalServerError", status=500)


def _unprocessed(call: Call, operation: str) -> dict[str, Any]:
    """Of many keys the service answers for some; everything else is throttled."""
    if operation != "BatchGetItem":
        raise Refused("RequestLimitExceeded")
    answer = call()
    (table,) = answer["Responses"]
    items = answer["Responses"][table]
    left = [{name: item[name] for name in ("pk", "sk")} for item in items[1:]]
    return {"Responses": {table: items[:1]}, "UnprocessedKeys": {table: {"Keys": left}} if left else {}}


FAULTS: dict[str, Callable[[Call, str], dict[str, Any]]] = {
    "conflict": _conflict,
    "throttled": _throttled,
    "exceeded": _exceeded,
    "timed out": _timed_out,
    "answer lost": _lost,
    "broken": _broken,
    "broken after it was done": _broken_after,
    "partly unprocessed": _unprocessed,
}


class EveryCallFailsFirst:
    """Each call fails once in one way, and goes through when it is made again."""

    def __init__(self, wire: Wire, fault: str) -> None:
        self._wire = wire
        self._fault = FAULTS[fault]
        self._failing = True
        self.failures = 0

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        failing, self._failing = self._failing, not self._failing
        if not failing:
            return self._wire.call(operation, arguments)
        self.failures += 1
        return self._fault(lambda: self._wire.call(operation, arguments), operation)

    def close(self) -> None:
        self._wire.close()


class SomeCallsFail:
    """Calls fail now and then in any way; several threads may call."""

    def __init__(self, wire: Wire, seed: int, share: float = 0.25) -> None:
        self._wire = wire
        self._random = Random(seed)
        self._share = share
        self._lock = Lock()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            failing = self._random.random() < self._share
            fault = self._random.choice(list(FAULTS))
        if not failing:
            return self._wire.call(operation, arguments)
        return FAULTS[fault](lambda: self._wire.call(operation, arguments), operation)

    def close(self) -> None:
        self._wire.close()


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """The process dies at its n-th call, before or after the call is made; nothing catches it."""

    def __init__(self, wire: Wire, at: int, after: bool) -> None:
        self._wire, self._left, self._after = wire, at, after

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self._left -= 1
        if self._left > 0:
            return self._wire.call(operation, arguments)
        if self._left == 0 and self._after:
            self._wire.call(operation, arguments)
        raise Killed

    def close(self) -> None:
        self._wire.close()


class Counting:
    """Counts calls, and what each transaction writes: by item, and by partition."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.calls: list[str] = []
        self.transactions: list[list[tuple[str, str, str]]] = []
        self.arguments: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if operation in ("TransactWriteItems", "Query", "GetItem", "BatchGetItem", "PutItem", "DeleteItem"):
            arguments = {**arguments, "ReturnConsumedCapacity": "TOTAL"}
        answer = self._wire.call(operation, arguments)
        self.calls.append(operation)
        self.arguments.append(arguments)
        self.answers.append(answer)
        if operation == "TransactWriteItems":
            self.transactions.append([_touched(action) for action in arguments["TransactItems"]])
        return answer

    def close(self) -> None:
        self._wire.close()


def _touched(action: dict[str, Any]) -> tuple[str, str, str]:
    ((kind, told),) = action.items()
    key = told.get("Item") or told["Key"]
    return kind, key["pk"]["S"], key["sk"]["S"]
