"""Calls to a DynamoDB table: tried again with jitter where that helps, and explained where it does not.

The core knows no cloud. Whoever opens a store hands in a `Wire`, which makes the call of a name (``GetItem``,
``TransactWriteItems`` …) and raises `Refused` or `NoAnswer`. Nothing below it tries again by itself, so that every
attempt is seen and counted here.

A call is made again after a conflict with a transaction under way, a throttle, an error of the service, or no answer.
The pause before is random up to a bound that doubles, so that those who met once do not meet again. Attempts and
time have an end; then the caller gets `Conflict` (others wrote all the time), `StoreFailed` (nothing was written) or
`Unanswered` (it may have been).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from msgspec import Struct

from linli.errors import BadInput, Conflict, LinliError, LoadFault
from linli.store_dynamodb_layout import LONGEST_PK, LONGEST_SK, Item, Key, key_of, keyed, utf8
from linli.store_refusals import StoreFailed, Unanswered

GET_MANY = 100
NOTHING: Mapping[str, Any] = {}


class Refused(Exception):
    """The service answered with an error: its code, its message, and for a transaction the reason for each action."""

    def __init__(self, code: str, message: str = "", status: int = 400, reasons: Sequence[str] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.reasons = tuple(reasons)


class NoAnswer(Exception):
    """Nothing came back: what was asked for may have been done, or not."""


class Wire(Protocol):
    """Makes one call to DynamoDB and tries nothing again; several threads may call at once."""

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer as the protocol has it; raises `Refused`, `NoAnswer`, or a `LinliError` that explains itself."""

    def close(self) -> None:
        """Let go of connections."""


class Trouble(Enum):
    """Why a call may be made again."""

    CONFLICT = "conflict"
    THROTTLED = "throttled"
    UNANSWERED = "unanswered"


_CONFLICTS = {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
_THROTTLES = {
    "ProvisionedThroughputExceededException",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ThrottlingException",
    "ThrottlingError",
    "Throttling",
    "LimitExceededException",
}
CANCELLED = "TransactionCanceledException"
CONDITION = "ConditionalCheckFailed"
CONDITION_FAILED = "ConditionalCheckFailedException"


def trouble_of(error: Refused | NoAnswer) -> Trouble | None:
    """Why a call that failed so may be made again, or None where another attempt would change nothing."""
    if isinstance(error, NoAnswer):
        return Trouble.UNANSWERED
    codes = {error.code, *error.reasons}
    if codes & _CONFLICTS:
        return Trouble.CONFLICT
    if codes & _THROTTLES:
        return Trouble.THROTTLED
    return Trouble.UNANSWERED if error.status >= 500 else None


class Patience(Struct, frozen=True):
    """How often and how long a call is made again; the longest pause doubles from ``first`` to ``most``."""

    attempts: int = 10
    first_seconds: float = 0.02
    most_seconds: float = 1.0
    total_seconds: float = 20.0


class Surroundings(Struct, frozen=True):
    """What a store takes from outside, so that a test can hand in its own.

    ``now`` is the time in seconds since 1970, ``elapsed`` seconds of a clock that never goes back, ``chance`` a number
    from 0 up to 1, ``randomness`` so many unpredictable bytes.
    """

    now: Callable[[], float]
    elapsed: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    randomness: Callable[[int], bytes]


class Attempts:
    """The attempts at one thing. ``commits`` says whether it matters that one went unanswered."""

    def __init__(self, table: str, patience: Patience, around: Surroundings, *, commits: bool) -> None:
        self._table = table
        self._patience = patience
        self._around = around
        self._since = around.elapsed()
        self._made = 0
        self._commits = commits
        self._doubtful = False  # whether an attempt went unanswered, so that it may have had effect

    def again(self, error: Refused | NoAnswer) -> LinliError | None:
        """Wait for the next attempt; or, where there is to be none, the error to raise."""
        trouble = trouble_of(error)
        if trouble is None:
            return explained(error, self._table)
        self._doubtful = self._doubtful or (self._commits and trouble is Trouble.UNANSWERED)
        patience, self._made = self._patience, self._made + 1
        bound = min(patience.most_seconds, patience.first_seconds * 2.0 ** (self._made - 1))
        pause = bound * self._around.chance()
        if self._made >= patience.attempts or (
            self._around.elapsed() - self._since + pause > patience.total_seconds
        ):
            return _given_up(trouble, self._doubtful, self._table)
        self._around.sleep(pause)
        return None


class Table:
    """The calls that a store makes to its table. Reads are strongly consistent."""

    def __init__(self, wire: Wire, name: str, patience: Patience, around: Surroundings) -> None:
        self.name = name
        self._wire = wire
        self._patience = patience
        self._around = around

    def attempts(self, *, commits: bool = False) -> Attempts:
        """Attempts at something that begins now; ``commits`` for what must not happen twice."""
        return Attempts(self.name, self._patience, self._around, commits=commits)

    def once(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Make a call a single time; raises `Refused` or `NoAnswer`."""
        return self._wire.call(operation, arguments)

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Make a call until it succeeds; raises `Refused` for a condition that does not hold, else a `LinliError`."""
        attempts = self.attempts()
        while True:
            try:
                return self.once(operation, arguments)
            except (Refused, NoAnswer) as error:
                if isinstance(error, Refused) and _is_condition(error):
                    raise
                given_up = attempts.again(error)
                if given_up is not None:
                    raise given_up from error

    def get(self, key: Key) -> Item | None:
        """The item of a key, or None."""
        if not _can_be(key):
            return None
        asked = {"TableName": self.name, "Key": keyed(key), "ConsistentRead": True}
        found: Item | None = self.call("GetItem", asked).get("Item")
        return found

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items that there are among the keys."""
        wanted = [key for key in dict.fromkeys(keys) if _can_be(key)]
        if len(wanted) == 1:
            found = self.get(wanted[0])
            return {} if found is None else {wanted[0]: found}
        items: dict[Key, Item] = {}
        attempts = self.attempts()
        while wanted:
            asked = {"Keys": [keyed(key) for key in wanted[:GET_MANY]], "ConsistentRead": True}
            answer = self.call("BatchGetItem", {"RequestItems": {self.name: asked}})
            for item in answer.get("Responses", {}).get(self.name, ()):
                items[key_of(item)] = item
            left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ())
            wanted = [key_of(key) for key in left] + wanted[GET_MANY:]
            if left:
                # What the service leaves over it had no capacity for.
                given_up = attempts.again(Refused("ThrottlingException"))
                if given_up is not None:
                    raise given_up
        return items

    def query(
        self, pk: str, after: str = "", until: str = "", *, page: int = 0, names: Sequence[str] = ()
    ) -> Iterator[Item]:
        """The items of a partition with ``after < sk`` and, if given, ``sk < until``, in order, page by page.

        ``page`` is about how many the caller will take; ``names`` are the attributes to read, all if there are none.
        """
        if until and utf8(until) <= utf8(after):
            return
        asked: dict[str, Any] = {"TableName": self.name, "ConsistentRead": True}
        values = {":pk": {"S": pk}}
        condition = "pk = :pk"
        # A bound that is longer than any key can be is held to here, and not asked for.
        upper = until if len(utf8(until)) <= LONGEST_SK else ""
        lower = after if len(utf8(after)) <= LONGEST_SK else ""
        if lower and upper:
            condition += " AND sk BETWEEN :after AND :until"
        elif lower:
            condition += " AND sk > :after"
        elif upper:
            condition += " AND sk < :until"
        values |= {name: {"S": value} for name, value in ((":after", lower), (":until", upper)) if value}
        asked |= {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
        if page:
            asked["Limit"] = page + 2  # both ends of BETWEEN belong to it, and are dropped
        if names:
            asked["ProjectionExpression"] = ", ".join(f"#{number}" for number in range(len(names)))
            asked["ExpressionAttributeNames"] = {f"#{number}": name for number, name in enumerate(names)}
        while True:
            answer = self.call("Query", asked)
            for item in answer.get("Items", ()):
                sk = item["sk"]["S"]
                if sk > after and (not until or sk < until):
                    yield item
            if not answer.get("LastEvaluatedKey"):
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(
        self,
        item: Item,
        condition: str = "",
        values: Mapping[str, Any] = NOTHING,
        names: Mapping[str, str] = NOTHING,
    ) -> bool:
        """Write one item; whether its condition held.

        Where an answer was lost, the condition may fail because the first attempt succeeded: look who wrote.
        """
        return self._conditional("PutItem", {"Item": item}, condition, values, names)

    def delete(
        self,
        key: Key,
        condition: str = "",
        values: Mapping[str, Any] = NOTHING,
        names: Mapping[str, str] = NOTHING,
    ) -> bool:
        """Delete one item; whether its condition held. Deleting what is not there is no error."""
        return self._conditional("DeleteItem", {"Key": keyed(key)}, condition, values, names)

    def scan(self) -> Iterator[Item]:
        """Every item of the table, in no order: for checks, never for a request."""
        asked: dict[str, Any] = {"TableName": self.name, "ConsistentRead": True}
        while True:
            answer = self.call("Scan", asked)
            yield from answer.get("Items", ())
            if not answer.get("LastEvaluatedKey"):
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def close(self) -> None:
        """Let go of connections."""
        self._wire.close()

    def _conditional(
        self,
        operation: str,
        asked: dict[str, Any],
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> bool:
        asked = {"TableName": self.name, **asked}
        if condition:
            asked["ConditionExpression"] = condition
        if values:
            asked["ExpressionAttributeValues"] = dict(values)
        if names:
            asked["ExpressionAttributeNames"] = dict(names)
        try:
            self.call(operation, asked)
        except Refused:
            return False
        return True


def _is_condition(error: Refused) -> bool:
    return error.code == CONDITION_FAILED or (error.code == CANCELLED and CONDITION in error.reasons)


def checked_key(key: Key) -> Key:
    """A key to write under; raises `BadInput` for one that is empty, too long, or no Unicode."""
    if not key[1]:
        raise BadInput("标识不能为空", where=key[0])
    if not _can_be(key):
        raise BadInput(f"标识太长，最多 {LONGEST_SK} 字节", where=key[1][:80], cure="请缩短")
    return key


def explained(error: Refused | NoAnswer, table: str) -> LinliError:
    """Say in our words what the service reports, and what helps."""
    if isinstance(error, NoAnswer):
        return _given_up(Trouble.UNANSWERED, False, table)
    match error.code:
        case "ResourceNotFoundException":
            return LoadFault("没有这张表", where=table, cure="检查表名和区域，或先建表")
        case "AccessDeniedException":
            return StoreFailed("没有访问这张表的权限", where=table, cure="检查函数角色的权限和表的区域")
        case (
            "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "IncompleteSignatureException"
            | "ExpiredTokenException"
            | "MissingAuthenticationTokenException"
        ):
            return StoreFailed("访问凭证无效或已过期", where=table, cure="检查凭证、区域和本机时间")
        case "ValidationException" if "key" in error.message.lower() and "schema" in error.message.lower():
            return LoadFault("这张表的主键不是 pk 和 sk", where=table, cure="使用 Linli 建的表")
        case _:
            return StoreFailed(f"存储出错：{error}", where=table)


def _given_up(trouble: Trouble, doubtful: bool, table: str) -> LinliError:
    if doubtful:
        return Unanswered(
            "存储没有答复，不知道是否已经写入", where=table, cure="请用同一个幂等键重试，或重新读取后再办理"
        )
    if trouble is Trouble.CONFLICT:
        return Conflict("同时写这一处的人太多，没有轮到", where=table, cure="请重新读取后再办理")
    if trouble is Trouble.THROTTLED:
        return StoreFailed("存储繁忙，没有写入任何内容", where=table, cure="请稍后重试")
    return StoreFailed("存储没有答复", where=table, cure="请稍后重试")


def _can_be(key: Key) -> bool:
    """Whether there can be an item of that key: one is neither empty nor longer than DynamoDB takes."""
    return len(utf8(key[0])) <= LONGEST_PK and 0 < len(utf8(key[1])) <= LONGEST_SK
