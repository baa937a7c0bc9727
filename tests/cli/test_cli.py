"""The commands, called as a script calls them: arguments in, exit code and text out."""

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from linli_cli.main import BAD_USAGE, COMMANDS, FINE, FOUND, main

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
COMMUNITY = "320613001001"
KEYS_OF_A_FINDING = {"rule", "verdict", "reason", "cure", "cites", "values"}


@pytest.fixture
def cli(capsys, monkeypatch):
    """Run a command; returns exit code, standard output and standard error."""
    monkeypatch.setenv("LINLI_INFRA", str(INFRA))

    def run(*arguments):
        code = main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def infra(tmp_path):
    """A copy of the shipped configurations, to break."""
    return Path(shutil.copytree(INFRA, tmp_path / "infra"))


@pytest.fixture
def facts(tmp_path):
    def write(**given):
        path = tmp_path / "facts.json"
        shares = [{"community": COMMUNITY}]
        path.write_text(json.dumps({"title": "入户统计", "communities": shares, **given}), "utf-8")
        return path

    return write


def test_without_a_command_the_commands_are_listed(cli):
    code, out, _ = cli()
    assert code == BAD_USAGE
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_its_help(cli, command):
    code, out, _ = cli(command, "--help")
    assert code == FINE
    assert f"usage: linli {command}" in out.replace("\n", " ")
    assert "退出码" in out


def test_an_unknown_command_is_bad_usage(cli):
    code, _, err = cli("dance")
    assert code == BAD_USAGE
    assert "dance" in err


def test_a_missing_infra_folder_is_told(cli, tmp_path):
    code, _, err = cli("--infra", tmp_path, "check")
    assert code == BAD_USAGE
    assert str(tmp_path) in err


def test_an_unknown_deployment_is_told_with_those_there_are(cli):
    code, _, err = cli("--deployment", "nowhere", "check")
    assert code == BAD_USAGE
    assert "lugu" in err


def test_a_deployment_may_be_called_like_a_command(cli):
    code, _, err = cli("--deployment", "judge", "schema")
    assert code == BAD_USAGE
    assert "judge" in err


def test_check_reports_every_fault_with_file_and_key(cli, infra):
    street = infra / "jurisdictions" / "110107011000-lugu.toml"
    street.write_text(
        'colour = "red"\n'
        + street.read_text("utf-8")
        + '[[parameters]]\nid = "access.stars"\nvalue = 1\nsince = 2020-01-01\nexample = true\n',
        "utf-8",
    )
    code, out, _ = cli("--infra", infra, "check", "--on", "2026-11-22", "--json", street)
    told = json.loads(out)
    assert code == FOUND
    assert told["checked"] == ["lugu.toml"]
    stopping = [(fault["file"], fault["key"]) for fault in told["faults"] if not fault["alarm"]]
    assert stopping == [(street.name, "colour"), (street.name, "parameters[1].id")]
    assert all(fault["message"] and fault["cure"] for fault in told["faults"])


def test_check_reports_a_loosened_figure_with_both_citations(cli, infra):
    folder = infra / "jurisdictions"
    (folder / "320600000000-nantong.toml").write_text(
        'place = "320600000000"\ntitle = "南通市"\n'
        '[[sources]]\nid = "city"\ntitle = "市办法"\nrank = "rule"\nsince = 2020-01-01\n'
        '[[parameters]]\nid = "burden.minimum_count"\nvalue = 30\nsince = 2020-01-01\n'
        'cites = { source = "city", article = 3 }\n',
        "utf-8",
    )
    (folder / "320613001000-chengdong.toml").write_text(
        'place = "320613001000"\ntitle = "城东街道"\n'
        '[[sources]]\nid = "street"\ntitle = "街道约定"\nrank = "agreement"\nsince = 2021-01-01\n'
        '[[parameters]]\nid = "burden.minimum_count"\nvalue = 2\nsince = 2021-01-01\n'
        'cites = { source = "street", article = 1 }\n',
        "utf-8",
    )
    deployment = infra / "deployments" / "chongchuan.toml"
    deployment.write_text(
        deployment.read_text("utf-8").replace(
            "jurisdictions = [",
            'jurisdictions = ["320600000000-nantong.toml", "320613001000-chengdong.toml",',
        ),
        "utf-8",
    )
    code, out, _ = cli("--infra", infra, "check", deployment, "--json")
    (fault,) = [fault for fault in json.loads(out)["faults"] if not fault["alarm"]]
    assert code == FOUND
    assert fault["file"] == "320613001000-chengdong.toml"
    assert [(cite["source"], cite["rank"]) for cite in fault["cites"]] == [
        ("street", "agreement"),
        ("city", "rule"),
    ]
    code, out, _ = cli("--infra", infra, "check", deployment)
    assert "《街道约定》第一条" in out
    assert "《市办法》第三条" in out


def test_check_refuses_a_file_that_is_not_there(cli, tmp_path):
    code, _, err = cli("check", tmp_path / "no.toml")
    assert code == BAD_USAGE
    assert "no.toml" in err


def test_a_day_that_is_none_is_bad_usage(cli):
    code, _, err = cli("check", "--on", "tomorrow")
    assert code == BAD_USAGE
    assert "2026-03-01" in err


def test_schema_is_a_schema_that_the_facts_of_a_judgement_meet(cli, facts):
    code, out, _ = cli("schema", "access.admit")
    assert code == FINE
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(facts().read_text("utf-8")), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"communities": []}, schema)


def test_schema_without_a_moment_lists_the_moments(cli):
    code, out, _ = cli("schema", "--json")
    assert code == FINE
    assert json.loads(out)["access.admit"].startswith("社区工作准入")


def test_schema_of_an_unknown_moment_names_those_there_are(cli):
    code, _, err = cli("schema", "access.dance")
    assert code == BAD_USAGE
    assert "access.admit" in err


def test_judge_prints_the_public_shape(cli, facts):
    path = facts(theme="investment")
    code, out, _ = cli("judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01", "--json")
    told = json.loads(out)
    assert code == FOUND
    assert list(told) == ["verdict", "findings", "terms"]
    assert told["verdict"] == "refused"
    for finding in told["findings"]:
        assert set(finding) - {"struck_by"} == KEYS_OF_A_FINDING
        assert all(set(cite) == {"source", "article", "rank", "since"} for cite in finding["cites"])
        assert all(set(value) == {"name", "value", "since"} for value in finding["values"])
        assert finding["cites"], "every rule cites"
    refusing = [finding for finding in told["findings"] if finding["verdict"] == "refuse"]
    assert any(finding["rule"].startswith("national.access.admit.") for finding in refusing)
    assert all(finding["reason"] and finding["cites"][0]["rank"].islower() for finding in refusing)


def test_judge_tells_a_person_the_verdict_first_and_what_is_violated_next(cli, facts):
    path = facts(theme="investment")
    code, out, _ = cli("judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01")
    lines = out.splitlines()
    assert code == FOUND
    assert lines[0].startswith("结论：不予通过")
    assert lines[2].startswith("[不符合]")
    assert any(line.startswith("  依据：《") for line in lines)
    assert any(line.startswith("  规则：national.access.admit.") for line in lines)


def test_a_person_reads_what_each_value_is_and_since_when_it_holds(cli, facts):
    _, out, _ = cli("judge", "access.submit", facts(), "--at", "110107011001", "--on", "2026-03-01")
    assert re.search(r"^  提前申请：10 个工作日（自 2020-01-01 起）$", out, re.MULTILINE)
    assert re.search(r"^  申请到开始之间的工作日：0 个工作日$", out, re.MULTILINE)


def test_a_finding_that_an_exemption_strikes_out_is_shown_and_said_not_to_count(cli, facts):
    given = [
        "judge",
        "access.submit",
        facts(requested_by_community=True),
        "--at",
        COMMUNITY,
        "--on",
        "2026-03-01",
    ]
    _, out, _ = cli(*given, "--json")
    struck = [finding for finding in json.loads(out)["findings"] if "struck_by" in finding]
    assert [finding["rule"] for finding in struck] == ["national.access.submit.applied-in-time"]
    _, out, _ = cli(*given)
    assert f"  不计入：被 {struck[0]['struck_by']} 排除" in out.splitlines()


def test_the_verdict_decides_the_exit_code(cli, facts):
    path = facts(theme="ordinary")
    code, out, _ = cli("judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01", "--json")
    assert json.loads(out)["verdict"] != "refused"
    assert code == FINE


def test_each_day_is_judged_by_its_own_law(cli, facts):
    def rules_on(day):
        _, out, _ = cli("judge", "access.admit", facts(), "--at", COMMUNITY, "--on", day, "--json")
        return {cite["source"] for finding in json.loads(out)["findings"] for cite in finding["cites"]}

    assert rules_on("2025-12-31") != rules_on("2026-01-01")


def test_the_day_of_the_act_is_that_of_the_decision_unless_it_is_given(cli, facts):
    path = facts(starts="2026-03-20")
    given = ["judge", "access.submit", path, "--at", COMMUNITY, "--on", "2026-03-01", "--json"]

    def ahead(*more):
        _, out, _ = cli(*given, *more)
        values = [
            v
            for f in json.loads(out)["findings"]
            for v in f["values"]
            if v["name"] == "access.working_days_ahead"
        ]
        return values[0]["value"]

    assert ahead("--happened", "2026-02-27") > ahead() == ahead("--happened", "2026-03-01")


def test_figures_that_are_not_given_are_told_and_given_ones_are_used(cli, facts, tmp_path):
    path = facts(item="A-1")
    given = ["judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01", "--json"]
    _, _, err = cli(*given)
    assert "work_items/A-1" in err
    figures = tmp_path / "figures.json"
    item = {"code": "A-1", "title": "入户统计", "place": COMMUNITY, "duty": "assist"}
    figures.write_text(json.dumps({"entries": {"work_items": {"A-1": item}}}), "utf-8")
    _, out, err = cli(*given, "--figures", figures)
    assert "work_items/A-1" not in err
    values = [
        v["value"]
        for f in json.loads(out)["findings"]
        for v in f["values"]
        if v["name"] == "access.listed_item"
    ]
    assert values
    assert all(value["code"] == "A-1" for value in values)


def test_malformed_figures_are_told(cli, facts, tmp_path):
    figures = tmp_path / "figures.json"
    figures.write_text('{"balance": {}}', "utf-8")
    code, _, err = cli(
        "judge", "access.admit", facts(), "--at", COMMUNITY, "--on", "2026-03-01", "--figures", figures
    )
    assert code == BAD_USAGE
    assert "figures.json" in err


def test_all_fields_that_are_wrong_are_told_at_once(cli, tmp_path):
    path = tmp_path / "facts.json"
    path.write_text('{"persons": -1, "starts": "soon", "colour": 1}', "utf-8")
    code, out, _ = cli("judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01", "--json")
    told = json.loads(out)
    assert code == BAD_USAGE
    assert {fault["key"] for fault in told["faults"]} == {
        "persons",
        "starts",
        "colour",
        "title",
        "communities",
    }
    _, out, err = cli("judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01")
    assert out == ""
    assert len(err.splitlines()) == 5


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"title": '])
def test_facts_that_are_no_json_object_are_told(cli, tmp_path, body):
    path = tmp_path / "facts.json"
    path.write_bytes(body)
    code, _, err = cli("judge", "access.admit", path, "--at", COMMUNITY, "--on", "2026-03-01")
    assert code == BAD_USAGE
    assert "facts.json" in err


def test_a_place_in_no_deployment_is_told(cli, facts):
    code, _, err = cli("judge", "access.admit", facts(), "--at", "440106001000", "--on", "2026-03-01")
    assert code == BAD_USAGE
    assert "440106001000" in err


def test_a_broken_deployment_elsewhere_does_not_stop_a_judgement(cli, infra, facts):
    (infra / "deployments" / "jinjiang.toml").write_text("slug = ", "utf-8")
    code, out, _ = cli(
        "--infra", infra, "judge", "access.admit", facts(), "--at", COMMUNITY, "--on", "2026-03-01", "--json"
    )
    assert code in (FINE, FOUND)
    assert "verdict" in json.loads(out)


def test_a_broken_deployment_is_what_a_judgement_in_it_reports(cli, infra, facts):
    path = infra / "deployments" / "chongchuan.toml"
    path.write_text('colour = "red"\n' + path.read_text("utf-8"), "utf-8")
    code, out, _ = cli(
        "--infra", infra, "judge", "access.admit", facts(), "--at", COMMUNITY, "--on", "2026-03-01", "--json"
    )
    told = json.loads(out)
    assert code == FOUND
    assert (told["error"], told["faults"][0]["key"]) == ("load-fault", "colour")


def test_plugins_says_what_is_switched_on_where(cli):
    code, out, _ = cli("plugins", "--json")
    told = json.loads(out)
    rows = {row["id"]: row for row in told["plugins"]}
    assert code == FINE
    assert told["not_loaded"] == []
    assert rows["access"]["kind"] == "core"
    assert rows["national"]["enabled"]["lugu"] == ["000000000000"]
    assert rows["chongchuan"]["enabled"] == {"chongchuan": ["320613000000"]}
    assert rows["national"]["version"]


def test_plugins_show_gives_each_rule_its_citation_rank_and_dates(cli):
    code, out, _ = cli("plugins", "show", "national", "--json")
    told = json.loads(out)
    assert code == FINE
    assert len(told["rules"]) == len({rule["id"] for rule in told["rules"]}) > 10
    for rule in told["rules"]:
        assert rule["id"].startswith("national.")
        assert rule["cites"]
        assert rule["rank"]
        assert date.fromisoformat(rule["since"])
    _, text, _ = cli("plugins", "show", "national")
    assert all(rule["id"] in text for rule in told["rules"])


def test_plugins_show_of_an_unknown_plugin_names_those_there_are(cli):
    code, _, err = cli("plugins", "show", "nowhere")
    assert code == BAD_USAGE
    assert "national" in err


@pytest.fixture
def plugin_folder(tmp_path, monkeypatch):
    """Stands in for the folder of every plugin's code, so that nothing is written into the repository."""
    monkeypatch.setattr("linli.plugins.Plugins.folder", lambda self, plugin: tmp_path)
    return tmp_path


def test_revisions_are_told_when_missing_and_fit_once_written(cli, plugin_folder):
    code, out, _ = cli("plugins", "revisions", "national", "--json")
    assert code == FOUND
    assert json.loads(out)["faults"][0]["alarm"]
    code, _, _ = cli("plugins", "revisions", "national", "--write")
    assert code == FINE
    assert "national.access.admit." in (plugin_folder / "revisions.toml").read_text("utf-8")
    code, _, _ = cli("plugins", "revisions", "national")
    assert code == FINE


def test_revisions_refuse_to_write_over_a_change_without_a_number(cli, plugin_folder):
    cli("plugins", "revisions", "national", "--write")
    file = plugin_folder / "revisions.toml"
    stale = re.sub(r'code = "\w+"', 'code = "0000"', file.read_text("utf-8"), count=1)
    file.write_text(stale, "utf-8")
    code, out, _ = cli("plugins", "revisions", "national", "--write")
    assert code == FOUND
    assert "版次" in out
    assert file.read_text("utf-8") == stale


def test_no_infra_folder_anywhere_is_told(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("LINLI_INFRA", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("linli_cli.main.__file__", str(tmp_path / "a" / "b" / "main.py"))
    assert main(["check"]) == BAD_USAGE
    assert "LINLI_INFRA" in capsys.readouterr().err


def test_the_installed_command_runs(tmp_path):
    done = subprocess.run(
        [Path(sys.executable).parent / "linli", "--infra", INFRA, "schema", "access.admit"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == FINE, done.stderr
    assert json.loads(done.stdout)["$ref"]


def test_asking_for_help_imports_no_command_and_no_web():
    script = (
        "import sys; from linli_cli.main import main; main(['--help']);"
        "print(sorted(m for m in sys.modules if m in "
        "('linli_cli.judge', 'linli_cli.check', 'linli.deployment', 'starlette', 'jinja2', 'boto3', 'openpyxl')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
