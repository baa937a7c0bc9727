"""Documents: what may come in, who may have it, and until when."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from linli.documents import documents_of, take_down_expired
from linli.forgetting import forget_values, held_in
from linli_functions.bodies import DOCUMENT_LIMIT
from tests.functions.offices import TODAY, Office, application

TEXT = "会议纪要：同意。".encode()


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def upload(office, data=TEXT, subject="clerk", **query):
    query.setdefault("name", "纪要.txt")
    return office.client(subject).post("documents", params=query, content=data, headers=office.key())


def seen_by(office, hash, **query):
    people = ("", "clerk", "reviewer", "other-unit", "committee", "leaver", "nobody-special")
    found = set()
    for subject in people:
        answer = office.client(subject).get(f"documents/{hash}", params=query)
        assert answer.status_code in (200, 404), answer.text
        if answer.status_code == 200:
            found.add(subject)
    return found


def test_an_internal_document_is_for_those_who_act_in_its_matter(office):
    matter = office.applied()
    hash = upload(office, matter=matter).json()["hash"]
    assert seen_by(office, hash) == {"clerk", "reviewer"}


def test_a_document_of_a_matter_to_be_is_its_givers_alone(office):
    assert seen_by(office, upload(office).json()["hash"]) == {"clerk"}


def test_a_public_document_is_everybodys_and_holds_no_personal_data(office):
    matter = office.applied()
    hash = upload(office, matter=matter, visibility="public").json()["hash"]
    assert "" in seen_by(office, hash)
    told = upload(office, "联系 13800138000".encode(), matter=matter, visibility="public")
    assert told.status_code == 422 and "个人信息" in told.json()["detail"]
    assert upload(office, visibility="public").json()["where"] == "matter"


def test_a_personal_document_is_sealed_and_every_opening_is_logged_with_its_reason(office):
    matter = office.applied()
    hash = upload(office, matter=matter, visibility="personal").json()["hash"]
    assert office.service.store.blob(hash) is None
    reviewer = office.client("reviewer")
    assert reviewer.get(f"documents/{hash}").json()["where"] == "reason"
    assert reviewer.get(f"documents/{hash}", params={"reason": "核对"}).content == TEXT
    assert office.client("other-unit").get(f"documents/{hash}", params={"reason": "看看"}).status_code == 404
    assert [b"\xe6\xa0\xb8\xe5\xaf\xb9" in row.value for row in office.service.store.rows("vault-reads")] == [
        True
    ]
    office.service.desk.vault.forget("clerk")
    assert reviewer.get(f"documents/{hash}", params={"reason": "核对"}).status_code == 200
    held = held_in(office.service.desk, matter)
    assert f"document.{hash}" in held.fields
    assert office.act("clerk", matter, "retract", {"reason": "不办了"}).status_code == 200
    forget_values(office.service.desk, matter, [f"document.{hash}"], "keeper", "本人来函")
    assert reviewer.get(f"documents/{hash}", params={"reason": "核对"}).status_code == 410


def test_a_document_is_handed_over_as_a_file_that_runs_nothing(office):
    hash = upload(office).json()["hash"]
    headers = office.client("clerk").get(f"documents/{hash}").headers
    assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7%BA%AA")
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "a.txt"),
        (b"MZ\x90\x00", "a.pdf"),
        (b"%PDF-1.7", "a.png"),
        (b"PK\x03\x04nothing", "a.docx"),
        (b"\x89PNG\r\n\x1a\nbroken", "a.png"),
        (b"", "a.txt"),
        (b"#!/bin/sh", "a.sh"),
    ],
    ids=["page as text", "program as pdf", "pdf as picture", "no docx", "broken picture", "empty", "script"],
)
def test_a_file_that_lies_about_itself_is_refused(office, data, name):
    assert upload(office, data, name=name).status_code == 422
    assert office.service.store.rows("documents") == []


@pytest.mark.parametrize(
    "name", ["", "../a.txt", "a/b.txt", "13800138000.txt", "x" * 200 + ".txt", "a\u202e.txt"]
)
def test_a_name_that_is_a_path_or_worse_is_refused(office, name):
    assert upload(office, name=name).status_code == 422


def test_a_picture_loses_where_it_was_taken(office):
    picture, out = Image.new("RGB", (8, 8)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    picture.save(out, "JPEG", exif=exif)
    assert b"SECRETCAMERA" in out.getvalue()
    hash = upload(office, out.getvalue(), name="a.jpg").json()["hash"]
    kept = office.client("clerk").get(f"documents/{hash}").content
    assert b"SECRETCAMERA" not in kept and kept.startswith(b"\xff\xd8")


def test_a_document_that_is_too_large_is_refused(office):
    assert upload(office, b"a" * (DOCUMENT_LIMIT + 1)).status_code == 413


def test_the_same_document_twice_is_one(office):
    first, second = upload(office).json(), upload(office).json()
    assert first == second
    assert len(office.service.store.rows("documents")) == 1


def test_a_document_goes_when_its_time_is_over(office):
    until = TODAY + timedelta(days=3)
    hash = upload(office, until=until.isoformat()).json()["hash"]
    office.clock.day = until
    assert take_down_expired(office.service) == []
    assert seen_by(office, hash) == {"clerk"}
    office.clock.day = until + timedelta(days=1)
    assert seen_by(office, hash) == set()
    assert [each.hash for each in take_down_expired(office.service)] == [hash]
    assert documents_of(office.service, hash) == []
    assert take_down_expired(office.service) == []


def test_the_bytes_stay_while_another_document_needs_them(office):
    until = TODAY + timedelta(days=3)
    picture, out = Image.new("RGB", (8, 8)), io.BytesIO()
    picture.save(out, "PNG")
    hash = upload(office, out.getvalue(), name="a.png", until=until.isoformat()).json()["hash"]
    upload(office, out.getvalue(), "other-unit", name="b.png")
    office.clock.day = until + timedelta(days=1)
    take_down_expired(office.service)
    assert office.client("other-unit").get(f"documents/{hash}").status_code == 200
    assert office.client("clerk").get(f"documents/{hash}").status_code == 404


def test_nobody_reads_a_document_by_writing_its_hash_into_facts(office):
    secret = upload(office, b"inside", "reviewer", name="a.txt").json()["hash"]
    told = office.begin("clerk", application(content=f"doc:{secret}", attachment=secret))
    assert told.status_code == 422
    assert {fault["where"] for fault in told.json()["faults"]} == {"content", "attachment"}
    own = upload(office, b"own").json()["hash"]
    assert office.begin("clerk", application(attachment=own)).status_code == 201


def test_a_text_of_a_matter_is_read_by_those_who_see_the_inside_of_it(office):
    matter = office.applied()
    step = office.client("clerk").get(f"matters/{matter}/steps").json()["steps"][0]
    hash = step["facts"]["content"].removeprefix("doc:")
    assert seen_by(office, hash, matter=matter) == {"clerk", "reviewer"}
    assert (
        office.client("clerk").get(f"documents/{hash}", params={"matter": matter}).text
        == "更新档案，上门两次"
    )


def test_what_is_not_there_and_what_may_not_be_seen_are_told_in_the_same_words(office):
    hash = upload(office).json()["hash"]
    hidden = office.client().get(f"documents/{hash}").json()
    absent = office.client().get(f"documents/{'0' * 64}").json()
    assert hidden == absent
