"""What is tried again, how long, and what is said in the end: against a wire that answers what the test wrote down."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from msgspec import structs

from linli.errors import Conflict, LinliError, LoadFault
from linli.store import Commit, Row
from linli.store_dynamodb import DynamoStore
from linli.store_dynamodb_calls import CANCELLED, CONDITION, NoAnswer, Patience, Refused, Surroundings
from linli.store_dynamodb_layout import Layout, keyed
from linli.store_refusals import StoreFailed, Unanswered

META = {"Item": {**keyed(Layout("town").meta()), "schema": {"N": "1"}}}
ROW = Commit(rows=(Row("i", "a"),))


class Scripted:
    """Answers `GetItem` of the version, and everything else as it was told."""

    def __init__(self, *answers: Exception | dict[str, Any]) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments.get("Key") == keyed(Layout("town").meta()):
            return META
        self.calls.append((operation, arguments))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        pass


class Around:
    """A clock that only sleeping moves, and chance that is always the same."""

    def __init__(self, chance: float = 1.0) -> None:
        self.slept: list[float] = []
        self.chance = chance

    def surroundings(self) -> Surroundings:
        return Surroundings(
            lambda: 1_000_000.0,
            lambda: sum(self.slept),
            self.slept.append,
            lambda: self.chance,
            lambda count: b"r" * count,
        )


def opened(wire: Scripted, around: Around | None = None, patience: Patience | None = None) -> DynamoStore:
    surroundings = (around or Around()).surroundings()
    return DynamoStore("river", "town", wire, surroundings, patience=patience)


THROTTLED = Refused("ThrottlingException")
CONFLICT = Refused(CANCELLED, reasons=["None", "TransactionConflict"])


def test_pauses_double_up_to_a_bound_and_chance_shortens_them() -> None:
    patience = Patience(attempts=7, first_seconds=0.1, most_seconds=1.0, total_seconds=100)
    for chance in (1.0, 0.25):
        around = Around(chance)
        with pytest.raises(StoreFailed):
            opened(Scripted(THROTTLED), around, patience).head("m")
        assert around.slept == [pytest.approx(chance * pause) for pause in (0.1, 0.2, 0.4, 0.8, 1.0, 1.0)]


def test_attempts_end_by_number_and_by_time() -> None:
    wire = Scripted(THROTTLED)
    with pytest.raises(StoreFailed):
        opened(wire, patience=Patience(attempts=4)).head("m")
    assert len(wire.calls) == 4
    wire, around = Scripted(THROTTLED), Around()
    with pytest.raises(StoreFailed):
        opened(wire, around, Patience(attempts=100, most_seconds=2.0, total_seconds=10)).head("m")
    assert sum(around.slept) <= 10
    assert len(wire.calls) < 20


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (THROTTLED, StoreFailed),
        (Refused("ProvisionedThroughputExceededException"), StoreFailed),
        (CONFLICT, Conflict),
        (NoAnswer("timed out"), Unanswered),
        (Refused("InternalServerError", status=500), Unanswered),
    ],
)
def test_a_commit_that_never_gets_through_says_whether_it_may_have_taken_effect(
    answer: Exception, error: type[LinliError]
) -> None:
    # The store looks for its own trace before it says that it does not know.
    with pytest.raises(LinliError) as raised:
        opened(Scripted(*[answer] * 10, {})).commit(ROW)
    assert type(raised.value) is error
    assert raised.value.cure


def test_doubt_once_is_doubt_for_good_unless_the_trace_is_there() -> None:
    commit = Scripted(NoAnswer("lost"), *[THROTTLED] * 9, {})
    with pytest.raises(Unanswered):
        opened(commit).commit(ROW)
    token = commit.calls[0][1]["ClientRequestToken"]
    found = {"Item": {"pk": {"S": ""}, "sk": {"S": ""}, "id": {"S": token}}}
    opened(Scripted(NoAnswer("lost"), *[THROTTLED] * 9, found)).commit(ROW)


def test_a_repetition_asks_for_the_same_under_the_same_token() -> None:
    wire = Scripted(NoAnswer("lost"), CONFLICT, {})
    opened(wire).commit(ROW)
    assert [operation for operation, _ in wire.calls] == ["TransactWriteItems"] * 3
    assert wire.calls[0][1] == wire.calls[1][1] == wire.calls[2][1]
    assert 0 < len(wire.calls[0][1]["ClientRequestToken"]) <= 36


def test_a_refusal_that_nothing_stands_behind_any_more_is_tried_again_under_a_new_token() -> None:
    wire = Scripted(Refused(CANCELLED, reasons=[CONDITION]), {}, {}, {})
    opened(wire).commit(Commit(rows=(Row("i", "a"),)))
    tokens = [
        asked["ClientRequestToken"] for operation, asked in wire.calls if operation == "TransactWriteItems"
    ]
    assert len(set(tokens)) == 2
    assert all(len(token) <= 36 for token in tokens)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Refused("ResourceNotFoundException"), LoadFault, "没有这张表"),
        (Refused("AccessDeniedException"), StoreFailed, "权限"),
        (Refused("ExpiredTokenException"), StoreFailed, "凭证"),
        (Refused("UnrecognizedClientException"), StoreFailed, "凭证"),
        (
            Refused("ValidationException", "The provided key element does not match the schema"),
            LoadFault,
            "pk 和 sk",
        ),
        (Refused("SomethingNew", "of tomorrow"), StoreFailed, "of tomorrow"),
    ],
)
def test_what_another_attempt_would_not_change_is_said_at_once(
    answer: Refused, error: type[LinliError], said: str
) -> None:
    wire, around = Scripted(answer), Around()
    with pytest.raises(error, match=said) as raised:
        opened(wire, around).head("m")
    assert raised.value.where == "river"
    assert (len(wire.calls), around.slept) == (1, [])


def test_a_table_of_another_version_is_refused_before_anything_is_read_or_written() -> None:
    class Other(Scripted):
        def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
            self.calls.append((operation, arguments))
            return {"Item": {**META["Item"], "schema": {"N": "2"}}}

    wire = Other({})
    with pytest.raises(LoadFault, match="版本是 2"):
        opened(wire).commit(ROW)
    assert [operation for operation, _ in wire.calls] == ["GetItem"]


def test_a_closed_store_says_so() -> None:
    store = opened(Scripted({}))
    store.close()
    with pytest.raises(StoreFailed, match="已经关闭"):
        store.head("m")


def test_nothing_is_asked_before_the_first_call() -> None:
    wire = Scripted({})
    opened(wire)
    assert wire.calls == []


def test_ids_sort_by_time_and_never_go_back() -> None:
    times = cycle([5.0, 4.0])
    around = structs.replace(Around().surroundings(), now=lambda: next(times))
    wire = Scripted({})
    store = DynamoStore("river", "town", wire, around)
    for _ in range(3):
        store.commit(Commit(rows=(Row("i", "a"),)))
    tokens = [asked["ClientRequestToken"] for _, asked in wire.calls]
    assert tokens == sorted(tokens)
    assert len(set(tokens)) == 3
