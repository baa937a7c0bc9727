"""Checking a portal from outside: what fits is found to fit, and whatever was changed is named."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linli.errors import NotFound
from linli.notes import BadNote, Handover, LocalSigner, Signer
from linli.publication import publish
from linli.reviewing import approve
from linli.verification import verify
from linli_cli.main import main
from linli_site.bucket import Folder
from linli_site.outside import check_portal
from tests.portal.conftest import Town

SIGNER = LocalSigner("log.example", b"1" * 32)


@pytest.fixture
def portal(open_town: Callable[..., Town], tmp_path: Path) -> tuple[Town, Path]:
    """A portal in a folder, with steps and a reviewed text."""
    out = tmp_path / "portal"
    town = open_town(Folder(out))
    matter = town.submit(town.home, town.near)
    town.decide(matter)
    town.refuse()
    publish(town.office.service.desk, SIGNER)
    town.office.appoint("publisher", "publisher")
    person, desk = town.office.service.person("publisher"), town.office.service.desk
    words = "入户更新六十五岁以上老人的健康档案".encode()
    approve(
        desk, person, matter, 1, "content", words, basis="政府信息公开条例第十九条", takedown=date(2030, 1, 1)
    )
    built(town)
    return town, out


def built(town: Town) -> None:
    publish(town.office.service.desk, SIGNER)
    town.portal = town.opened(town.out)
    town.portal.build(town.office.clock.today())


def fetch_of(folder: Path) -> Callable[[str], bytes | None]:
    return lambda address: (folder / address).read_bytes() if (folder / address).is_file() else None


def test_a_portal_that_was_not_touched_fits(portal: tuple[Town, Path]) -> None:
    _, folder = portal
    found = check_portal(fetch_of(folder), key=str(SIGNER.key))
    assert found.faults == ()
    assert (found.origin, found.own_word, found.taken_down) == ("log.example", False, 0)
    assert found.matters >= 4 and found.bodies >= 6 and found.size >= 2 * found.bodies
    assert found.texts == 1


def test_a_changed_text_is_named(portal: tuple[Town, Path]) -> None:
    _, folder = portal
    (file,) = folder.glob("matters/*/texts.json")
    changed(folder, str(file.relative_to(folder)), "六十五岁", "八十岁")
    (fault,) = check_portal(fetch_of(folder)).faults
    assert "公开的内容不在日志里" in fault and "第 1 步" in fault


def test_an_earlier_checkpoint_must_be_the_beginning_of_the_log(portal: tuple[Town, Path]) -> None:
    town, folder = portal
    kept = (folder / "log/checkpoint").read_text("utf-8")
    town.submit()
    built(town)
    assert check_portal(fetch_of(folder), earlier=kept).faults == ()
    newer = (folder / "log/checkpoint").read_text("utf-8")
    (folder / "log/checkpoint").write_text(kept, "utf-8")
    assert any("变短了" in fault for fault in check_portal(fetch_of(folder), earlier=newer).faults)


def test_a_log_that_was_written_anew_does_not_fit_what_was_kept(
    portal: tuple[Town, Path], open_town: Callable[..., Town], tmp_path: Path
) -> None:
    _, folder = portal
    kept = (folder / "log/checkpoint").read_text("utf-8")
    other = open_town(Folder(tmp_path / "other"))
    for _ in range(4):
        other.decide(other.submit(other.home, other.near))
    built(other)
    assert any(
        "被改动过" in fault for fault in check_portal(fetch_of(tmp_path / "other"), earlier=kept).faults
    )


def test_a_key_is_exchanged_while_both_sign(portal: tuple[Town, Path], tmp_path: Path) -> None:
    town, folder = portal
    new = LocalSigner("log.example", b"2" * 32)
    old_key, new_key = str(SIGNER.key), str(new.key)
    kept = (folder / "log/checkpoint").read_text("utf-8")

    def signed_with(signer: Signer) -> None:
        publish(town.office.service.desk, signer)
        town.portal = town.opened(town.out)
        town.portal.build(town.office.clock.today())

    signed_with(Handover(new, SIGNER))  # the log has not grown
    by_old = check_portal(fetch_of(folder), key=old_key, earlier=kept)
    assert (by_old.faults, by_old.handed_to) == ((), new_key)
    by_new = check_portal(fetch_of(folder), key=new_key, earlier=kept, earlier_key=old_key)
    assert (by_new.faults, by_new.handed_to, by_new.key) == ((), "", new_key)
    assert verify(town.office.service.desk) == []
    signed_with(new)
    assert check_portal(fetch_of(folder), key=new_key, earlier=kept, earlier_key=old_key).faults == ()
    with pytest.raises(BadNote):
        check_portal(fetch_of(folder), key=old_key)
    (folder / "log/key").write_text(old_key, "utf-8")  # a key that does not sign is no successor
    assert check_portal(fetch_of(folder), key=new_key).faults == ("网站写的验证公钥与给出的不同",)


def changed(folder: Path, address: str, old: str, new: str) -> None:
    file = folder / address
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_a_changed_body_is_named(portal: tuple[Town, Path]) -> None:
    _, folder = portal
    file = next(
        path
        for path in folder.glob("matters/*/matter.json")
        if "老年人健康档案更新" in path.read_text("utf-8")
    )
    changed(folder, str(file.relative_to(folder)), "老年人健康档案更新", "老年人健康档案补录")
    (fault,) = check_portal(fetch_of(folder)).faults
    assert fault == f"事项 {file.parent.name} 第 1 步：公开的内容不在日志里"


def test_a_matter_that_is_listed_and_not_there_is_named(portal: tuple[Town, Path]) -> None:
    _, folder = portal
    file = next(iter(folder.glob("matters/*/matter.json")))
    file.unlink()
    assert any("文件没有" in fault for fault in check_portal(fetch_of(folder)).faults)


def test_a_changed_entry_or_tile_is_named(portal: tuple[Town, Path]) -> None:
    _, folder = portal
    for path in (*folder.glob("log/tile/entries/**/*"), *folder.glob("log/tile/0/**/*")):
        if path.is_file():
            whole = path.read_bytes()
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            assert check_portal(fetch_of(folder)).faults != ()
            path.write_bytes(whole)
    assert check_portal(fetch_of(folder)).faults == ()


def test_a_checkpoint_of_another_key_is_refused(portal: tuple[Town, Path]) -> None:
    _, folder = portal
    with pytest.raises(BadNote):
        check_portal(fetch_of(folder), key=str(LocalSigner("log.example", b"2" * 32).key))
    with pytest.raises(NotFound):
        check_portal(lambda address: None)


def test_the_command_checks_a_folder_and_says_whose_word_the_key_is(
    portal: tuple[Town, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, folder = portal
    assert main(["verify", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["own_word"] is True
    assert main(["verify", str(folder)]) == 0
    assert "公钥是网站自己写的" in capsys.readouterr().out
    next(iter(folder.glob("matters/*/matter.json"))).unlink()
    assert main(["verify", str(folder)]) == 1
    assert main(["verify", str(folder / "nowhere")]) == 2
