"""The pytest fixture ``embedded_hubspot`` of a copy of the package, which its tests name in ``pytest_plugins``.

Where the package is installed, pytest finds the fixture in ``hubspot_events_pytest``.
"""

from collections.abc import Iterator

import pytest

from . import EmbeddedHubSpot


def started() -> Iterator[EmbeddedHubSpot]:
    """A started EmbeddedHubSpot of its own for each test, closed after it."""
    with EmbeddedHubSpot() as hubspot:
        yield hubspot


embedded_hubspot = pytest.fixture(started, name="embedded_hubspot")
