"""The pages are whole: built as `make docs` builds them, every link of theirs leads somewhere, and all is described."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import hubspot_events
import hubspot_events.bulk
import hubspot_events.dask
import hubspot_events.testing
import pytest
import reference
from browser import Browser
from bundle import read_spec
from bundled_spec import BUNDLE, OPERATIONS
from hubspot_events import HubSpotError
from reference import resources
from sphinx.util.inventory import InventoryFile

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@dataclass
class Page(HTMLParser):
    """What a page links to, and what can be linked to on it."""

    links: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name == "id":
                self.anchors.add(value)
            if value and name in ("href", "src"):
                self.links.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages. A warning fails the build: a page outside the navigation, a name that is described twice."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--fail-on-warning", "-d", str(folder / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder / "html")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def test_every_link_within_the_pages_leads_to_a_page_and_an_anchor_that_are_there(site: Path) -> None:
    pages = {path: read(path) for path in site.rglob("*.html")}
    dead = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file() or (anchor and target in pages and anchor not in pages[target].anchors):
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []


PUBLIC = [hubspot_events, hubspot_events.bulk, hubspot_events.dask, hubspot_events.testing]


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_every_public_name_stands_in_the_reference(site: Path, module: ModuleType) -> None:
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    described = {name for kind, names in inventory.data.items() if kind.startswith("py:") for name in names}
    assert {f"{module.__name__}.{name}" for name in module.__all__} <= described


def test_every_operation_stands_in_the_reference_with_its_path(site: Path) -> None:
    of_many = {f"{one.method} {one.path}" for sync, _ in resources().values() for one in sync._many.values()}
    for path, item in BUNDLE["paths"].items():
        for method, operation in item.items():
            page = (site / f"reference/generated/operations-{operation['tags'][0]}.html").read_text("utf-8")
            place = rf"{method.upper()} {re.escape(path)}(?![\w/])"
            found = len(re.findall(place, re.sub(r"<[^>]*>", "", page)))
            methods = 1 + (f"{method.upper()} {path}" in of_many)
            assert found == 2 * methods, "in the table, and at the methods"


def test_every_method_of_a_resource_stands_in_the_reference_sync_and_async(site: Path) -> None:
    methods = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data["py:method"]
    for sync, asynchronous in resources().values():
        for kind in (sync, asynchronous):
            names = {
                name.rpartition(".")[2] for name in methods if name.startswith(f"{kind.__module__}.{kind.__name__}.")
            }
            assert names == {name for name in vars(kind) if not name.startswith("_")}


def test_a_spec_without_a_title_has_a_page_with_the_name_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "read_spec", lambda path: read_spec(path) | {"info": {}})
    headings = {name: blocks[0].partition("\n")[0] for name, blocks in reference.model_pages()}
    assert headings["models-timeline-v3"] == "Timeline-v3: models"


def test_a_deprecated_operation_is_marked_with_its_successor_and_its_last_month(site: Path) -> None:
    text = re.sub(r"<[^>]*>", "", (site / "reference/generated/operations-timeline.html").read_text("utf-8"))
    marks = re.findall(
        r"Deprecated\s+HubSpot supports this version until (\w+ \d+); its successor is\s+([\w.]+)\.", text
    )
    assert marks == [
        ("September 2027", "timeline.create_2026_03"),
        ("September 2027", "timeline.create_batch_2026_03"),
        ("September 2027", "timeline.create_many_2026_03"),
    ]


def test_the_table_of_operations_names_the_successor_of_each_method_its_like(site: Path) -> None:
    successors = {}
    for tag in resources():
        page = (site / f"reference/generated/operations-{tag}.html").read_text("utf-8")
        for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
            method, *_, after = (
                re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)
            )
            successors[tag, method] = after
    assert successors["timeline", "create"] == "create_2026_03"
    assert successors["timeline", "create_batch"] == "create_batch_2026_03"
    assert successors["timeline", "create_many"] == "create_many_2026_03"
    assert successors["marketing_events", "upsert"] == "upsert_2026_09"
    assert successors["marketing_events", "upsert_many_2025_09"] == "upsert_many_2026_09"


def test_what_an_argument_of_a_class_means_stands_in_the_reference(site: Path) -> None:
    classes = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data["py:class"]
    for name in hubspot_events.__all__:
        made = getattr(hubspot_events, name)
        if "Args:\n" in (inspect.getdoc(getattr(made, "__init__", None)) or ""):
            full = f"hubspot_events.{name}"
            page = (site / classes[full].uri.partition("#")[0]).read_text("utf-8")
            about, _, _ = page.partition(f'id="{full}"')[2].partition('<dt class="sig')  # which its first member has
            (first, *_) = inspect.signature(made).parameters
            assert f"<strong>{first}</strong>" in about, full


def test_no_heading_stands_twice_in_the_sidebar(site: Path) -> None:
    (tree,) = re.findall(r'<div class="sidebar-tree">(.*?)</div>', (site / "index.html").read_text("utf-8"), re.DOTALL)
    titles = re.findall(r'class="reference internal" href="[^"]*">(.*?)</a>', tree)
    assert len(titles) > 10
    assert sorted(titles) == sorted({*titles})


@pytest.mark.parametrize("words", ["429", "chunk", "back-fill", "backfill", "outbox", "deprecated"])
def test_the_search_finds_what_a_reader_looks_for(site: Path, words: str) -> None:
    index = json.loads((site / "searchindex.js").read_text("utf-8").removeprefix("Search.setIndex(").removesuffix(")"))
    # Sphinx's search does not look for a number in the text of pages, but it does in their index entries.
    assert words in index["indexentries"]


def test_the_picture_of_what_to_send_again_shows_every_error() -> None:
    shown = re.findall(r">(\w+Error)<", (DOCS / "images/send-again.svg").read_text("utf-8"))
    errors = {
        name
        for name in hubspot_events.__all__
        if isinstance(value := getattr(hubspot_events, name), type) and issubclass(value, HubSpotError)
    }
    of_batches_and_runs = {"PartialFailureError", "EarlierError", "JournalError", "RefusedInputError", "StoppedError"}
    assert sorted(shown) == sorted(errors - of_batches_and_runs - {"HubSpotError"})


def test_the_months_on_the_page_about_moving_are_those_of_the_specs() -> None:
    named = {f"{one['tags'][0]}.{one.get('x-method')}": one for one in OPERATIONS.values()}
    rows = re.findall(
        r"^\| `([\w.]+)` \| \S+ \| (\S+) \| `([\w.]+)` \| (\S+) \|$",
        (DOCS / "migrating.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(rows) == 4
    for old, ends, new, new_ends in rows:
        assert (ends, new_ends) == (named[old]["x-supported-until"], named[new]["x-supported-until"])
        assert named[new] is OPERATIONS[named[old]["x-successor"]]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where a browser finds the built pages."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


PICTURES = {
    "ids-and-retries.html": "lost-answer.svg",
    "errors.html": "send-again.svg",
    "regenerating.html": "layers.svg",
    "benchmarks.html": "results.svg",
}


def test_every_page_looks_whole_in_the_light_in_the_dark_and_on_a_phone(
    site: Path, address: str, browser: Browser, tmp_path: Path
) -> None:
    # But for the pages of the source code, which Sphinx makes.
    pages = sorted(path.relative_to(site) for path in site.rglob("*.html") if "_modules" not in path.parts)
    assert len(pages) > 25
    faults = []
    for page in pages:
        browser.show(f"{address}/{page}")
        faults += [f"{page}: {complaint}" for complaint in browser.complaints]
        for kind, dark, width in (("light", False, 1280), ("dark", True, 1280), ("phone", False, 390)):
            browser.look(dark=dark, width=width)
            if beyond := browser.value("document.documentElement.scrollWidth - innerWidth"):
                faults.append(f"{page}: {beyond} pixels too wide, {kind}")
            if page.name in PICTURES:
                browser.screenshot(tmp_path / f"{page.stem}-{kind}.png")
        if missing := browser.value("[...document.images].filter(one => !one.naturalWidth).map(one => one.src)"):
            faults.append(f"{page} does not show {missing}")
    assert faults == []


@pytest.mark.parametrize("name", PICTURES.values())
def test_a_picture_can_be_read_in_the_light_and_in_the_dark(address: str, browser: Browser, name: str) -> None:
    browser.show(f"{address}/_images/{name}")
    assert browser.colours(f"{address}/_images/{name}") > 5, "it is blank"
    for dark in (False, True):
        browser.look(dark=dark)
        assert browser.faint_texts() == []


@pytest.mark.parametrize("page", PICTURES)
def test_a_picture_is_as_dark_as_the_page_whatever_the_device_is(address: str, browser: Browser, page: str) -> None:
    seen = {}
    browser.show(f"{address}/{page}")
    for theme in ("dark", "light", "auto"):
        browser.value(f"document.body.dataset.theme = {theme!r}")  # as the button on the page does
        for dark in (True, False):
            browser.look(dark=dark)
            seen[theme, dark] = browser.picture("article img")
    assert seen["dark", False] == seen["dark", True] == seen["auto", True]
    assert seen["light", True] == seen["light", False] == seen["auto", False] != seen["auto", True]


_SUMMARIES = """
    document.querySelector("#search-results h2")?.innerText === "Search Results" &&
        (results => results.every(one => one.querySelector(".context")) && results.map(one => one.innerText))
            ([...document.querySelectorAll("ul.search li")])
"""


@pytest.mark.parametrize("words", ["429", "chunk", "back-fill", "backfill"])
def test_a_reader_who_searches_is_shown_a_page(address: str, browser: Browser, words: str) -> None:
    browser.show(f"{address}/search.html?q={words}")
    # One result comes after the other, and has no summary at first; where there is none in the end, an error is on the
    # console.
    summaries = browser.until(_SUMMARIES)
    assert browser.complaints == []
    assert any("...Where to read about a status code" in summary for summary in summaries)
