"""Who may do what, asked of the API for every action of every procedure, every person and several places.

What is expected is worked out here anew, from the table of people and the reach of the posts, not by asking the code
that decides it.
"""

from pathlib import Path

import pytest

from linli.procedures import Reach
from linli.standing import standing_actions
from linli.steps import Actor, Publication, Step, encode
from linli.store import Commit, StepWrite
from tests.functions.offices import (
    COMMUNITY,
    OTHER_STREET,
    POSTS,
    STREET,
    SUBJECTS,
    TODAY,
    TOP,
    Office,
    deployment,
)

UNIT = "区卫健委"
PLACES = (TOP, STREET, COMMUNITY, OTHER_STREET)
INSIDE = {TOP: PLACES, STREET: (STREET, COMMUNITY), COMMUNITY: (COMMUNITY,), OTHER_STREET: (OTHER_STREET,)}
REFUSED = {403, 404}


def every_action():
    for procedure in deployment().procedures.values():
        table = {**standing_actions(procedure), **procedure.actions}
        for action in table.values():
            if not action.system:
                yield procedure, action


ACTIONS = list(every_action())
NAMES = [f"{procedure.id}.{action.id}" for procedure, action in ACTIONS]


def is_allowed(subject, action, place, unit):
    """Whether one of the posts that the person holds today reaches the place, by the table alone."""
    for _, person, post, held_at, held_unit, since, until, _ in POSTS:
        if person != subject or not since <= TODAY.isoformat() or (until and until < TODAY.isoformat()):
            continue
        reach = {each.id: each.reach for each in action.by}.get(post)
        if reach is None:
            continue
        if reach is Reach.OWN_PLACE and held_at == place:
            return True
        if reach is Reach.BELOW and place in INSIDE[held_at]:
            return True
        if reach is Reach.OWN_UNIT and place in INSIDE[held_at] and unit in ("", held_unit):
            return True
    return False


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    return Office(tmp_path_factory.mktemp("keys"))


def staged(office: Office, procedure, action, place: str) -> str:
    """A matter of the procedure at the first stage at which the action can be taken, opened by the unit."""
    id = f"110101-2026-{procedure.id}-{action.id}-{place}"
    stage = action.at[0].id
    opener = procedure.openers()[0] if procedure.openers() else action
    step = Step(
        matter=id,
        number=1,
        procedure=procedure.id,
        version=procedure.version,
        action=opener.id,
        place=place,
        happened=TODAY,
        decided=TODAY,
        recorded=TODAY,
        actor=Actor("someoneelse00000", "department", TOP, UNIT),
        stage=stage,
        suspended=stage == "suspended",
        publication=opener.publication,
    )
    if office.service.store.head(id) == 0:
        write = StepWrite(id, 1, encode(step), b"s" * 16, b"l" * 32)
        office.service.store.commit(Commit(steps=(write,)))
    return id


@pytest.mark.parametrize(("procedure", "action"), ACTIONS, ids=NAMES)
def test_an_action_is_open_to_exactly_those_whose_post_reaches_the_place(office, procedure, action):
    wrong = []
    for place in PLACES:
        for subject in ("", *SUBJECTS):
            client = office.client(subject)
            if action.opens:
                body = {"procedure": procedure.id, "action": action.id, "place": place, "facts": {"?": 1}}
                answer = client.post("matters", json=body, headers=office.key())
                expected = is_allowed(subject, action, place, "")
            else:
                matter = staged(office, procedure, action, place)
                # An unknown field: whoever may act is told so, and nobody moves the matter on to another stage.
                address = f"matters/{matter}/actions/{action.id}"
                answer = client.post(address, json={"facts": {"?": 1}}, headers=office.key())
                expected = is_allowed(subject, action, place, UNIT)
                # A resident may object to what is public; of what someone else keeps to themselves, none knows.
                shown = procedure.openers()[0].publication if procedure.openers() else Publication.PUBLIC
                expected = expected and not (subject == "resident" and shown is not Publication.PUBLIC)
            refused = answer.status_code == 401 if not subject else answer.status_code in REFUSED
            if refused == expected or (expected and answer.status_code != 422):
                wrong.append((subject or "public", place, answer.status_code, answer.json().get("detail")))
    assert not wrong


@pytest.mark.parametrize(
    ("procedure", "action"), [each for each in ACTIONS if each[1].at], ids=lambda e: e.id
)
def test_the_inside_of_a_matter_is_seen_by_those_who_may_act_in_it_and_by_nobody_else(
    office, procedure, action
):
    table = [each for known, each in ACTIONS if known is procedure]
    for place in PLACES:
        matter = staged(office, procedure, action, place)
        for subject in ("", *SUBJECTS):
            acting = any(is_allowed(subject, each, place, UNIT) for each in table) and subject != "resident"
            answer = office.client(subject).get(f"matters/{matter}")
            seen = answer.status_code == 200 and answer.json()["internal"]
            assert seen == acting, (subject, place, answer.text)


OWN_ROUTES = [
    "waiting",
    "drafts",
    "drafts/x",
    "registers/appointments",
    "matters/x/personal/1.contact?reason=x",
]


@pytest.mark.parametrize("route", OWN_ROUTES)
def test_what_belongs_to_a_person_asks_the_public_to_sign_in(office, route):
    answer = office.client().get(route)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


WRITES = [
    ("POST", "matters"),
    ("POST", "matters/x/actions/submit"),
    ("POST", "drafts"),
    ("PUT", "drafts/x"),
    ("DELETE", "drafts/x"),
    ("POST", "registers/stations/import"),
    ("PUT", "registers/stations/x"),
    ("DELETE", "registers/stations/x"),
    ("POST", "documents"),
]


@pytest.mark.parametrize(("method", "route"), WRITES)
def test_the_public_writes_nothing(office, method, route):
    assert office.client().request(method, route, headers=office.key()).status_code == 401


STATION = {"code": "S1", "title": "史家服务站", "place": STREET, "serves": [COMMUNITY]}


def test_a_register_is_written_by_those_whose_post_writes_it_at_that_place(tmp_path: Path):
    writers = {"reviewer", "administrator", "street-administrator", "deputy"}
    for subject in SUBJECTS:
        office = Office(tmp_path / subject)
        answer = office.client(subject).put(
            "registers/stations/S1", json={"values": STATION}, headers=office.key()
        )
        assert (answer.status_code == 200) == (subject in writers), (subject, answer.text)
        assert answer.status_code in (200, 403)


def test_an_entry_of_another_street_cannot_be_taken_over_by_writing_a_new_place_into_it(tmp_path):
    office = Office(tmp_path)
    taken = {**STATION, "place": OTHER_STREET, "serves": ["110101006001"]}
    assert (
        office.client("reviewer")
        .put("registers/stations/S1", json={"values": taken}, headers=office.key())
        .is_success
    )
    answer = office.client("street-administrator").put(
        "registers/stations/S1", json={"values": STATION}, headers=office.key()
    )
    assert answer.status_code == 403
    assert office.client().get("registers/stations/S1").json()["values"]["place"] == OTHER_STREET


def test_a_leaver_loses_the_post_on_the_next_day_and_a_deputy_after_the_dates(tmp_path):
    office = Office(tmp_path)
    office.clock.day = TODAY.replace(day=1)
    office.applied()
    assert len(office.client("leaver").get("waiting").json()["matters"]) == 1
    office.clock.day = TODAY
    ids = {
        subject: office.client(subject).get("waiting").json()["matters"] for subject in ("leaver", "deputy")
    }
    assert (len(ids["leaver"]), len(ids["deputy"])) == (0, 1)
    office.clock.day = TODAY.replace(month=4, day=1)
    assert office.client("deputy").get("waiting").json()["matters"] == []
