"""The pages are whole, which can be seen without building them: `make docs` has the tools for that in its own place."""

import re
from pathlib import Path
from types import ModuleType

import hubspot_events
import hubspot_events.testing
import pytest

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {page.relative_to(DOCS).with_suffix("").as_posix() for page in (*DOCS.glob("*.md"), *DOCS.glob("*/*.rst"))}


def described(module: str) -> list[str]:
    """The names that the reference describes as those of a module."""
    directive = re.compile(r"^\.\. (?:auto(?:class|exception|data|function)|data):: (\w+)(?:\(\))?$", re.MULTILINE)
    names = []
    for page in DOCS.glob("reference/*.rst"):
        text = page.read_text("utf-8")
        (current,) = re.findall(r"^\.\. (?:currentmodule|automodule):: (\S+)$", text, re.MULTILINE)
        if current == module:
            names += directive.findall(text)
    return names


@pytest.mark.parametrize("module", [hubspot_events, hubspot_events.testing], ids=lambda module: module.__name__)
def test_every_public_name_stands_once_in_the_reference(module: ModuleType) -> None:
    assert sorted(described(module.__name__)) == sorted(module.__all__)


def test_every_page_is_in_the_navigation() -> None:
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    listed = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    assert sorted(listed) == sorted(PAGES - {"index"})
