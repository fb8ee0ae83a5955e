"""`hubspot-events report`: what a journal says, for people, for machines, and as a page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import Browser
from hubspot_events.cli import main
from hubspot_events.cli._page import page
from hubspot_events.cli._summary import summary_of
from hubspot_events_runtime.journal import Journal
from hubspot_events_runtime.journal_file import Entry, State

BEGAN = 1_772_323_200.0  # 2026-03-01T00:00:00Z


class Clock:
    def __init__(self) -> None:
        self.time = BEGAN

    def __call__(self) -> float:
        return self.time


def journal(path: Path) -> tuple[Journal, Clock]:
    clock = Clock()
    return Journal(path, {"operation": "POST /somewhere", "account": "4711"}, clock), clock


def batch(kept: Journal, clock: Clock, first: int, answer: str, *, failed: int = 0, size: int = 100) -> None:
    """Keep a batch in a second of its own."""
    clock.time += 1
    kept.admit([Entry(first + place, bytes(16), f"id-{first + place}", None) for place in range(size)])
    kept.count_request(clock.time, answer)
    if answer.startswith("2"):
        kept.settle(range(first + failed, first + size), State.WRITTEN)
        for index in range(first, first + failed):
            kept.settle([index], State.FAILED, f"Property 'pet<b>{index}' & co. does not exist", "VALIDATION_ERROR")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The journal of a run of a minute, and of ten seconds after a night."""
    path = tmp_path / "orders.journal"
    kept, clock = journal(path)
    for number in range(60):
        batch(kept, clock, number * 100, "201", failed=number % 2)
    clock.time += 1
    kept.count_request(clock.time, "429")
    kept.count_request(clock.time, "503")
    kept.count_request(clock.time, "timeout")
    kept.close()
    clock.time += 30_000
    kept = Journal(path, {}, clock)
    for number in range(60, 70):
        batch(kept, clock, number * 100, "201")
    kept.admit([Entry(7000, bytes(16), None, None)])
    kept.settle([6999], State.UNKNOWN, "The connection was lost", "TransportError")
    kept.close()
    return path


def test_a_report_has_counts_requests_and_failures(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(path)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("orders.journal: a run that has ended\nAccount: 4711\nOperation: POST /somewhere\n")
    assert "Began 2026-03-01T00:00:00Z, last activity 2026-03-01T08:21:11Z, in 2 runs." in text
    assert re.findall(r"^ *([\d,]+)  (\w+) *$", text, re.MULTILINE) == [
        ("6,969", "written"),
        ("30", "failed"),
        ("1", "unknown"),
        ("0", "postponed"),
        ("1", "waiting"),
    ]
    assert "73 requests, by answer" in text
    assert re.search(r"^429 +1 +1\.4%$", text, re.MULTILINE)
    assert "30 failed, VALIDATION_ERROR: Property … & co. does not exist" in text
    assert "    input 100, id id-100: Property 'pet<b>100' & co. does not exist" in text


def test_a_report_for_machines_is_one_json_object(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["counts"] == {"written": 6969, "failed": 30, "unknown": 1, "postponed": 0, "waiting": 1}
    assert report["requests"] == {"201": 70, "429": 1, "503": 1, "timeout": 1}
    assert (report["is_running"], report["runs"], report["requests_per_ten_seconds_allowed"]) == (False, 2, 110)
    kinds = [(kind["count"], kind["state"], kind["category"]) for kind in report["failures"]]
    assert kinds == [(30, "failed", "VALIDATION_ERROR"), (1, "unknown", "TransportError")]
    assert sum(span["written"] for span in report["spans"]) == 6969
    assert sum(sum(span["requests"].values()) for span in report["spans"]) == 73


def test_a_run_that_goes_on_can_be_asked_from_another_process(tmp_path: Path) -> None:
    path = tmp_path / "orders.journal"
    kept, clock = journal(path)
    batch(kept, clock, 0, "201")
    command = [sys.executable, "-W", "error", "-m", "hubspot_events.cli", "report", str(path), "--json"]
    report = json.loads(subprocess.check_output(command))
    assert (report["is_running"], report["counts"]["written"]) == (True, 100)
    batch(kept, clock, 100, "201")
    assert json.loads(subprocess.check_output(command))["counts"]["written"] == 200
    kept.close()
    assert json.loads(subprocess.check_output(command))["is_running"] is False


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str, kind: str | None = None) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag and (kind is None or found.get("class") == kind)]


def test_the_page_needs_no_network_and_no_script(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert main(["report", str(path), "--html", str(target)]) == 0
    text = target.read_text("utf-8")
    made = Page(text)
    assert made.open == [], "every element is closed"
    assert not {name for _, attributes in made.tags for name in attributes} & {"src", "href", "onclick", "onload"}
    assert {tag for tag, _ in made.tags}.isdisjoint({"script", "link", "img", "iframe"})
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_page_has_charts_with_a_quota_that_can_be_read_aloud_and_tables(path: Path) -> None:
    made = Page(page(summary_of(str(path), 110)))
    charts = made.named("svg")
    assert len(charts) == 2
    for chart in charts:
        assert chart["role"] == "img"
        assert "quota" in str(chart["aria-label"])
    assert "6,999 events in" in str(charts[0]["aria-label"]) or "events in" in str(charts[0]["aria-label"])
    assert len(made.named("line", "quota")) == 2
    assert len(made.named("line", "pause")) == 2, "the night between the runs is left out"
    written = [text for text in made.texts if "written" in text and "failed" in text]
    assert written, "each bar says what it is"
    assert "Property 'pet<b>100' & co. does not exist " in made.texts, "as text, and not as an element"
    assert made.named("b") == []
    assert len(made.named("table")) == 2
    assert made.named("html") == [{"lang": "en"}]


def heights(made: Page, kind: str) -> list[float]:
    return [float(str(found["height"])) for found in made.named("rect", kind)]


def test_the_bars_are_as_high_as_what_they_stand_for(tmp_path: Path) -> None:
    path = tmp_path / "even.journal"
    kept, clock = journal(path)
    for number in range(10):
        batch(kept, clock, number * 100, "201", failed=25)
    kept.close()
    made = Page(page(summary_of(str(path), 10)))
    level = made.named("line", "quota")[0]
    top, bottom = float(str(level["y1"])), 240.0 - 28
    # A quota of 10 requests in ten seconds is 100 events a second, of which 75 were written and 25 failed.
    events = Page(page(summary_of(str(path), 10)))
    written, failed = heights(events, "good")[:10], heights(events, "failed")[:10]
    assert written == pytest.approx([(bottom - top) * 0.75] * 10, abs=0.2)
    assert failed == pytest.approx([(bottom - top) * 0.25] * 10, abs=0.2)
    assert "1,000 events in 10 s: 100 a second on average, 100 at the most." in str(made.named("svg")[0]["aria-label"])


@pytest.mark.parametrize("hours", [0, 1, 30, 1000])
def test_a_run_of_any_length_has_a_page_of_bounded_size(tmp_path: Path, hours: int) -> None:
    path = tmp_path / "long.journal"
    kept, clock = journal(path)
    for number in range(300):
        clock.time += hours * 12
        batch(kept, clock, number, "201", size=1)
    kept.close()
    summary = summary_of(str(path), 110)
    assert sum(span.written for span in summary.spans) == 300
    assert 0 < len(summary.spans) <= 150
    assert len(page(summary)) < 120_000


def test_a_run_that_has_only_begun_has_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.journal"
    kept, _ = journal(path)
    assert main(["report", str(path), "--html", str(tmp_path / "page.html")]) == 0
    assert main(["report", str(path)]) == 0
    kept.close()
    assert "Nothing yet." in (tmp_path / "page.html").read_text()
    assert "0  written" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b"no journal", b"SQLite format 3\0" + bytes(84)])
def test_what_is_no_journal_is_named_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "orders.journal"
    if content is not None:
        path.write_bytes(content)
    assert main(["report", str(path)]) == 2
    assert f"journal {path}: " in capsys.readouterr().err
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_page_that_cannot_be_written_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(path), "--html", str(path.parent / "no" / "page.html")]) == 2
    assert "page.html: No such file or directory" in capsys.readouterr().err


def test_a_journal_whose_name_is_no_text_has_a_page(path: Path) -> None:
    other = path.rename(path.with_name("\udcff.journal"))
    assert main(["report", str(other), "--html", str(path.with_name("page.html"))]) == 0
    assert r"<title>\udcff.journal" in path.with_name("page.html").read_text("utf-8")


def test_a_page_does_not_go_over_the_journal(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    assert main(["report", str(path), "--html", f"{path.parent}/../{path.parent.name}/{path.name}"]) == 2
    assert "is the journal; give the page another name" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_the_quota_can_be_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(path), "--json", "--requests-per-ten-seconds", "190"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert report["requests_per_ten_seconds_allowed"] == 190


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_can_be_read_in_a_browser(path: Path, tmp_path: Path, browser: Browser, dark: bool) -> None:
    assert main(["report", str(path), "--html", str(tmp_path / "page.html")]) == 0
    browser.show((tmp_path / "page.html").as_uri())
    assert browser.complaints == []
    for width in (390, 1280):
        browser.look(dark=dark, width=width, height=4000)
        browser.screenshot(tmp_path / f"{width}.png")
        assert browser.value("document.documentElement.scrollWidth") == width
    assert browser.value("document.querySelectorAll('svg text').length") > 20
    assert browser.faint_texts() == []


def test_a_redirect_is_an_answer_and_not_a_connection_that_failed(tmp_path: Path) -> None:
    kept, clock = journal(tmp_path / "orders.journal")
    batch(kept, clock, 0, "302")  # of a proxy that wants somebody to log in
    kept.close()
    summary = summary_of(str(tmp_path / "orders.journal"), 110)
    assert [span.answers for span in summary.spans] == [{"refused": 1}]
    text = page(summary)
    assert "3xx or 4xx" in text
    assert "no connection" not in text
