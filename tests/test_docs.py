"""The pages are whole: built as `make docs` builds them, every link of theirs leads somewhere, and all is described."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import hubspot_events
import hubspot_events.bulk
import hubspot_events.dask
import hubspot_events.testing
import pytest
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


def test_no_heading_stands_twice_in_the_sidebar(site: Path) -> None:
    (tree,) = re.findall(r'<div class="sidebar-tree">(.*?)</div>', (site / "index.html").read_text("utf-8"), re.DOTALL)
    titles = re.findall(r'class="reference internal" href="[^"]*">(.*?)</a>', tree)
    assert len(titles) > 10
    assert sorted(titles) == sorted({*titles})


@pytest.mark.parametrize("words", ["429", "chunk", "back-fill", "outbox", "deprecated"])
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
