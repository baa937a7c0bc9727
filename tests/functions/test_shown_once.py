"""What the public is shown of a matter is kept, and never older than the matter and never more than is public."""

import json

import pytest

from linli.notes import LocalSigner
from linli.publication import HELD, publish
from linli.store import Commit, Row
from linli_functions.api import document_ways, function_app, judge_ways, matter_ways
from linli_functions.api_ways import LIMITS
from linli_functions.handlers.adapting import adapted
from linli_functions.replies import Reply
from linli_functions.shown_once import ShownOnce
from linli_functions.visits import Visit
from tests.functions.offices import APPLICATION, Office, application, randomness
from tests.functions.test_handlers import event


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def events(office):
    ways = [*judge_ways(LIMITS, lambda: 0.0), *matter_ways(LIMITS, lambda: 0.0), *document_ways()]
    app = function_app(ways, office.service.deployment, office.service, office.identity)
    adapter = adapted(app)
    return lambda sent: adapter(sent, None)


def bearer(office, subject):
    return {"authorization": f"Bearer {office.identity.token(subject, 'dongcheng')}"}


def begun(office, answer):
    headers = {**bearer(office, "clerk"), "idempotency-key": "a"}
    told = answer(event("POST", "/matters", application(), headers=headers))
    assert told["statusCode"] == 201, told["body"]
    return json.loads(told["body"])["matter"]


def read(answer, path, headers=None):
    told = answer(event("GET", path, headers=headers))
    return told["statusCode"], json.loads(told["body"])


def both_ways(office, kept, path):
    """The answer of a function that keeps what it showed; it must be that of one that has kept nothing."""
    warm, fresh = read(kept, path), read(events(office), path)
    assert warm == fresh
    return warm


def test_a_matter_that_moves_is_shown_as_it_stands(office):
    kept = events(office)
    matter = begun(office, kept)
    before = both_ways(office, kept, f"/matters/{matter}")
    headers = {**bearer(office, "clerk"), "idempotency-key": "b"}
    facts = {"facts": {"reason": "不办了"}}
    moved = kept(event("POST", f"/matters/{matter}/actions/retract", facts, headers=headers))
    assert moved["statusCode"] == 200, moved["body"]
    assert both_ways(office, kept, f"/matters/{matter}") != before
    assert len(both_ways(office, kept, f"/matters/{matter}/steps")[1]["steps"]) == 2


def test_what_is_held_back_is_gone_and_comes_again(office):
    kept = events(office)
    matter = begun(office, kept)
    path = f"/matters/{matter}/steps"
    assert both_ways(office, kept, path)[0] == 200
    store = office.service.store
    store.commit(Commit(rows=(Row(HELD, f"{matter}/000001", b"held"),)))
    assert both_ways(office, kept, path)[0] == 404
    store.commit(Commit(rows=(Row(HELD, f"{matter}/000001", None),)))
    assert both_ways(office, kept, path)[0] == 200


def test_publication_and_the_day_are_followed(office, tmp_path):
    signer = LocalSigner.from_file(tmp_path / "log.key", "linli/dongcheng", randomness(3))
    kept = events(office)
    matter = begun(office, kept)
    before = both_ways(office, kept, f"/matters/{matter}/steps")
    publish(office.service.desk, signer)
    after = both_ways(office, kept, f"/matters/{matter}/steps")
    assert before[0] == after[0] == 200
    office.clock.day = office.clock.day.replace(day=office.clock.day.day + 20)
    both_ways(office, kept, f"/matters/{matter}")


def test_what_the_inside_sees_is_never_shown_to_the_public(office):
    kept = events(office)
    matter = begun(office, kept)
    for path in (f"/matters/{matter}", f"/matters/{matter}/steps"):
        inside = read(kept, path, bearer(office, "clerk"))[1]
        outside = both_ways(office, kept, path)[1]
        again = read(kept, path, bearer(office, "clerk"))[1]
        assert inside == again != outside
        assert APPLICATION["contact"] not in json.dumps(outside, ensure_ascii=False)
    assert read(kept, f"/matters/{matter}")[1]["internal"] is False
    assert "actions" not in read(kept, f"/matters/{matter}")[1]


def test_every_answer_has_a_request_id_of_its_own(office):
    kept = events(office)
    matter = begun(office, kept)
    ids = {kept(event("GET", f"/matters/{matter}"))["headers"]["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def visit_of(office, matter):
    return Visit(
        deployment=office.service.deployment,
        held=office.service,
        caller=None,
        path={"matter": matter},
        query={},
        headers={},
        address="",
    )


def test_no_more_is_kept_than_there_is_room_for(office):
    made = []
    kept = ShownOnce(most=2)

    def make(visit):
        made.append(visit.path["matter"])
        return Reply(visit.path["matter"].encode())

    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.reply(visit_of(office, name), make).body == name.encode()
    assert made == ["a", "b", "c", "b"]


def test_what_moves_while_it_is_told_is_not_kept(office):
    made = []
    kept = ShownOnce()

    def make(visit):
        made.append(1)
        if len(made) == 1:
            office.clock.day = office.clock.day.replace(day=office.clock.day.day + 1)
        return Reply(b"%d" % len(made))

    told = [kept.reply(visit_of(office, "a"), make).body for _ in range(3)]
    assert told == [b"1", b"2", b"2"]


def test_a_refusal_is_not_kept(office):
    kept = ShownOnce()

    def refuse(visit):
        raise KeyError("a")

    with pytest.raises(KeyError):
        kept.reply(visit_of(office, "a"), refuse)
    assert kept.reply(visit_of(office, "a"), lambda visit: Reply(b"now")).body == b"now"
