"""The commands that work on a store of this machine, called as a script calls them."""

import json

import pytest

from linli_cli.main import BAD_USAGE, FINE, FOUND, main
from tests.functions.offices import APPLICATION, INFRA, TOP

DAY = ("--day", "2026-03-02")
POSTS = (
    "编号,人员标识,岗位,地方,任职日期,离任日期,单位,代理谁\n"
    f"1,clerk,department,{TOP},2025-01-01,,区卫健委,\n"
    f"2,reviewer,access_reviewer,{TOP},2025-01-01,,,\n"
)


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    """Run a command in a home with two people in their posts; returns exit code, standard output, standard error."""
    monkeypatch.setenv("LINLI_INFRA", str(INFRA))
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    (tmp_path / "posts.csv").write_text(POSTS, "utf-8")
    (tmp_path / "request.json").write_text(json.dumps(APPLICATION), "utf-8")
    posts = ("import", "appointments", "posts.csv", "--since", "2025-01-01")
    code, out, err = run("--deployment", "dongcheng", *posts, *DAY)
    assert (code, err) == (FINE, ""), err
    assert "新增 2" in out
    return run


def begun(cli, *more):
    code, out, err = cli(
        "take", "access.submit", "request.json", "--at", TOP, "--as", "clerk", "--json", *DAY, *more
    )
    assert code == FINE, err
    return json.loads(out)


def test_a_matter_is_begun_shown_and_listed(cli):
    told = begun(cli)
    assert (told["stage"], told["stored"]) == ("under_review", True)
    code, out, _ = cli("show", told["matter"], "--steps", *DAY)
    assert code == FINE and "提交申请 → 待审核" in out and "区卫健委" in out
    code, out, _ = cli("list", "access", "--at", TOP, *DAY)
    assert code == FINE and told["matter"] in out
    code, out, _ = cli("--deployment", "dongcheng", "list", "--waiting", "--as", "reviewer", "--json", *DAY)
    assert [each["id"] for each in json.loads(out)["matters"]] == [told["matter"]]


def test_without_a_person_a_command_shows_what_everybody_may_see(cli):
    matter = begun(cli)["matter"]
    everybody = json.loads(cli("show", matter, "--json", *DAY)[1])
    inside = json.loads(cli("show", matter, "--as", "reviewer", "--json", *DAY)[1])
    assert not everybody["internal"] and "content" not in everybody["facts"]["request"]
    assert inside["internal"] and inside["facts"]["request"]["content"].startswith("doc:")


def test_a_dry_run_stores_nothing(cli):
    assert begun(cli, "--dry-run")["leads_to"] == "待审核"
    assert cli("list", "access", "--at", TOP, *DAY)[1] == ""


def test_the_same_key_has_effect_once(cli):
    first, second = begun(cli, "--key", "k"), begun(cli, "--key", "k")
    assert first["matter"] == second["matter"]


def test_what_the_rules_refuse_is_stored_and_ends_with_one(cli, tmp_path):
    (tmp_path / "request.json").write_text(json.dumps({**APPLICATION, "duty": "prohibited"}), "utf-8")
    code, out, _ = cli("take", "access.submit", "request.json", "--at", TOP, "--as", "clerk", *DAY)
    assert code == FOUND and "不予准入" in out and "[" in out


def test_who_has_no_post_is_told_who_could(cli):
    code, _, err = cli("take", "access.submit", "request.json", "--at", TOP, "--as", "reviewer", *DAY)
    assert code == FOUND and "部门经办人" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "110101-2026-NOTTHERE"), "没有编号为"),
        (("list", "nothing", "--at", TOP), "access"),
        (("list", "access"), "--deployment"),
        (("list", "access", "--at", "999999000000"), "--deployment"),
        (("take", "submit", "--at", TOP, "--as", "clerk"), "access.submit"),
        (("--deployment", "dongcheng", "list", "--waiting"), "--as"),
        (("--deployment", "dongcheng", "import", "nothing", "posts.csv"), "stations"),
        (("--deployment", "dongcheng", "import", "stations", "none.csv"), "none.csv"),
        (("--deployment", "dongcheng", "import", "stations", "posts.csv"), "服务站名称"),
    ],
)
def test_a_wrong_call_ends_with_two_and_says_what_would_do(cli, arguments, said):
    code, out, err = cli(*arguments, *DAY)
    assert (code, out) == (BAD_USAGE, "")
    assert said in err


def test_who_only_reads_makes_no_store_in_a_mistyped_folder(cli, tmp_path):
    nowhere = tmp_path / "nowhere"
    for command in (("show", "110101-2026-NOTTHERE"), ("list", "access", "--at", TOP)):
        code, _, err = cli(*command, "--home", nowhere, *DAY)
        assert code == 2 and "没有存储：dongcheng.sqlite" in err and "--home" in err
    assert not nowhere.exists()


def test_a_register_is_exported_and_imported_again(cli, tmp_path):
    choose = ("--deployment", "dongcheng")
    assert cli(*choose, "export", "appointments", "a.xlsx", *DAY)[0] == FOUND
    assert cli(*choose, "export", "appointments", "a.xlsx", "--all", *DAY)[0] == FINE
    told = json.loads(cli(*choose, "import", "appointments", "a.xlsx", "--json", *DAY)[1])
    assert told == {"rows": 2, "stored": True, "new": 0, "changed": 0, "same": 2}
    assert cli(*choose, "export", "appointments", "a.xlsx", "--all", *DAY)[0] == BAD_USAGE, (
        "nothing is overwritten"
    )
    assert cli(*choose, "export", "stations", "t.xlsx", "--template", *DAY)[0] == FINE
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("command", ["take", "show", "list", "import", "export", "serve"])
def test_help_teaches_with_an_example(cli, command):
    code, out, _ = cli(command, "--help")
    assert code == FINE
    assert f"linli {command} " in out or f"river {command} " in out
