"""Every kind of page in a browser, on a phone and on a desk: accessible, never wider than the window."""

from __future__ import annotations

from pathlib import Path

from linli.deployment import Deployment
from tests.site.browser import chromium
from tests.workbench.desk_browser import page_faults, served, sign_in
from tests.workbench.offices import APPLICATION, COMMUNITY, NEIGHBOUR, STREET, open_office


def test_every_kind_of_page_is_accessible_and_fits_its_window(deployment: Deployment, tmp_path: Path) -> None:
    office = open_office(deployment, tmp_path)
    matter, waiting = office.apply(), office.apply()
    office.admit(matter)
    station = {
        "f.code": "S1",
        "f.title": "服务站",
        "f.place": STREET,
        "f.serves": f"{COMMUNITY}\n{NEIGHBOUR}",
    }
    office.person("reviewer").send("/registers/stations/new", station | {"since": "2026-01-01"}, "")
    office.person("health").send("/new/access/submit", {"f.title": "草稿"}, "save")
    pages = {
        "health": [
            "/",
            "/new",
            "/new/access/submit",
            f"/new/access/submit?from={matter}",
            "/drafts",
            "/search",
        ],
        "committee": ["/", "/new/burden/note", f"/matters/{matter}.{COMMUNITY}"],
        "decider": [
            f"/matters/{matter}",
            "/list",
            f"/matters/{matter}/sheets/approval",
            f"/matters/{matter}/do/correct",
        ],
        "reviewer": [
            "/",
            f"/matters/{waiting}/do/review",
            f"/bulk?action=access.review&m={waiting}",
            "/notices",
            "/registers",
            "/registers/stations",
            "/registers/stations/entries/S1",
            "/registers/stations/entries/S1/edit",
            "/registers/stations/import",
            "/matters/none",
        ],
        "publisher": ["/publication", f"/matters/{matter}/publish/1/content"],
    }
    faults: list[str] = []
    with chromium() as browser, served(office) as address:
        page = browser.new_page()
        page.goto(f"{address}/login")
        faults += page_faults(page, "/login")
        for subject, paths in pages.items():
            sign_in(browser, office, subject)
            for path in paths:
                page.goto(address + path)
                faults += page_faults(page, path)
    assert not faults, "\n".join(faults)


def test_a_form_with_mistakes_a_dry_run_and_a_receipt_are_accessible(
    deployment: Deployment, tmp_path: Path
) -> None:
    office = open_office(deployment, tmp_path)
    faults: list[str] = []
    with chromium() as browser, served(office) as address:
        sign_in(browser, office, "health")
        page = browser.new_page()
        page.goto(f"{address}/new/access/submit")
        page.fill("[name='f.title']", "健康宣传")
        page.select_option("[name='f.communities.0.community']", COMMUNITY)
        page.fill("[name='f.communities.0.need_fen']", "一千")
        page.click("button[value=take]:not(.unseen)")
        assert "改这 1 处" in page.inner_text("main")
        faults += page_faults(page, "mistakes")
        page.fill("[name='f.communities.0.need_fen']", "1000")
        page.click("button.second[value=try]")
        assert "这样会被退回" in page.inner_text("main")
        faults += page_faults(page, "dry run")
        page.click("button[value=take]:not(.unseen)")
        assert "回执号" in page.inner_text("main")
        faults += page_faults(page, "receipt")
    assert not faults, "\n".join(faults)


def test_the_workbench_works_without_javascript_in_large_print(
    deployment: Deployment, tmp_path: Path
) -> None:
    office = open_office(deployment, tmp_path)
    matter = office.apply()
    with chromium() as browser, served(office) as address:
        page = browser.new_page()
        browser.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
        page.goto(f"{address}/matters/{matter}")
        page.click("text=区卫健委经办人")
        assert APPLICATION["f.title"] in page.inner_text("h1")
        page.click("text=大字")
        assert page.locator("html.large").count() == 1
        assert APPLICATION["f.title"] in page.inner_text("h1")
