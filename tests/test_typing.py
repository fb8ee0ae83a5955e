"""The types are part of the API: both checkers accept what users write, and find their mistakes, line by line."""

import sys
from pathlib import Path

import hubspot_events
import pytest
from hubspot_events_api import models
from type_checkers import FOLDER, Place, marked_mistakes, mypy, pyright


@pytest.fixture(scope="module", params=[mypy, pyright], ids=["mypy", "pyright"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[Place]:
    """What a checker finds; the library is installed here as `pip install --editable` does it."""
    places: set[Place] = request.param(Path(sys.executable), tmp_path_factory.mktemp("elsewhere"))
    return places


def test_code_as_users_write_it_has_no_error(found: set[Place]) -> None:
    assert {place for place in found if place[0] == "usage.py"} == set()


def test_each_marked_mistake_is_found_and_nothing_else(found: set[Place]) -> None:
    assert {place for place in found if place[0] == "mistakes.py"} == marked_mistakes() != set()


def test_every_public_name_that_no_spec_brings_is_used_in_the_code_of_users() -> None:
    usage = (FOLDER / "usage.py").read_text("utf-8")
    names = {*hubspot_events.__all__} - {*models.__all__}
    assert [name for name in names if usage.count(name) < 2] == []
