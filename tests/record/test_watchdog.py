from __future__ import annotations

import os
import sys
import threading

import pytest

from linli import watchdog
from linli.errors import RuleFault
from linli.watchdog import TookTooLong, Watch


def loop() -> None:
    while True:
        pass


def test_a_function_that_loops_is_stopped_and_named() -> None:
    with pytest.raises(TookTooLong, match=r"beijing\.access\.loops") as caught:
        Watch(0.05, "beijing.access.loops").run(loop)
    assert isinstance(caught.value, RuleFault)
    assert caught.value.name == "beijing.access.loops"


def test_the_error_names_what_was_running_when_time_was_over() -> None:
    watch = Watch(0.05, "the whole")

    def rules() -> None:
        watch.name = "the second rule"
        loop()

    with pytest.raises(TookTooLong, match="the second rule"):
        watch.run(rules)


def test_a_loop_that_catches_everything_is_stopped_as_well() -> None:
    caught: list[type[BaseException]] = []

    def stubborn() -> None:
        while len(caught) < 3:
            try:
                loop()
            except BaseException as error:
                caught.append(type(error))

    with pytest.raises(TookTooLong):
        Watch(0.05, "stubborn").run(stubborn)
    assert len(caught) == 3


def test_a_result_and_an_error_pass_through() -> None:
    assert Watch(5, "fine").run(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        Watch(5, "fails").run(divmod, 7, 0)


def test_of_eight_threads_only_the_one_that_loops_is_stopped() -> None:
    stop = threading.Event()
    ended: dict[int, str] = {}

    def work(number: int) -> None:
        def patient() -> str:
            while not stop.is_set():
                pass
            return "finished"

        try:
            ended[number] = (
                Watch(0.05 if number == 3 else 60, str(number)).run(loop if number == 3 else patient) or ""
            )
        except TookTooLong as error:
            ended[number] = f"stopped {error.name}"
            stop.set()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == {number: "stopped 3" if number == 3 else "finished" for number in range(8)}


def test_nothing_leaks_out_of_a_thousand_runs_that_are_shot_at_as_they_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The watchdog looks all the time, and threads change places after each few bytecodes.
    monkeypatch.setattr(watchdog, "_POLL_SECONDS", 0)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    outcomes = []
    try:
        for number in range(1000):
            watch = Watch(0, "edge")
            watch._since = 1.0  # As if it had been looked at before: the next look shoots.
            try:
                outcomes.append(watch.run(sum, range(number % 50)) == sum(range(number % 50)))
            except TookTooLong:
                outcomes.append(True)
            divmod(number, 7)  # An interruption that leaked would strike here and end the test.
    finally:
        sys.setswitchinterval(interval)
    assert outcomes == [True] * 1000


def test_an_interruption_that_was_sent_but_not_delivered_is_taken_back() -> None:
    watch = Watch(0, "late")

    def shoot_at_the_end() -> str:
        watch._fired = "late"
        watchdog._send(watch._thread, watchdog._INTERRUPT)
        return "finished"

    with pytest.raises(TookTooLong, match="late"):
        watch.run(shoot_at_the_end)
    for _ in range(10_000):
        divmod(7, 2)


def test_an_inner_limit_stops_only_the_inner_part() -> None:
    def outer() -> str:
        with pytest.raises(TookTooLong, match="inner"):
            Watch(0.05, "inner").run(loop)
        return "went on"

    assert Watch(60, "outer").run(outer) == "went on"


def test_an_outer_limit_stops_through_an_inner_one() -> None:
    with pytest.raises(TookTooLong, match="outer"):
        Watch(0.05, "outer").run(lambda: Watch(60, "inner").run(loop))


def test_a_stop_leaves_the_next_run_alone() -> None:
    for _ in range(3):
        with pytest.raises(TookTooLong):
            Watch(0.05, "loops").run(loop)
        assert Watch(60, "fine").run(sum, range(1000)) == 499_500


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_a_watchdog_of_its_own() -> None:
    Watch(60, "parent").run(sum, range(3))
    child = os.fork()
    if child == 0:
        try:
            Watch(0.05, "child").run(loop)
        except TookTooLong:
            os._exit(42)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 42
