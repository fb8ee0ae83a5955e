"""The pytest fixture ``embedded_hubspot``.

Pytest loads this module in every run, also where the extra is not installed. It stands outside the package, which would
import the whole client, and imports nothing else until a test asks for the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubspot_events.testing import EmbeddedHubSpot


@pytest.fixture
def embedded_hubspot() -> Iterator[EmbeddedHubSpot]:
    """A started EmbeddedHubSpot of its own for each test, closed after it."""
    from hubspot_events.testing.pytest_plugin import started  # noqa: PLC0415

    yield from started()
