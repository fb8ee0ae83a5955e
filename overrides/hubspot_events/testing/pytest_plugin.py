"""The pytest fixture ``embedded_hubspot``.

Pytest loads this module in every run, also where the extra is not installed, so nothing else is imported until a test
asks for the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import EmbeddedHubSpot


@pytest.fixture
def embedded_hubspot() -> Iterator[EmbeddedHubSpot]:
    """A started EmbeddedHubSpot of its own for each test, closed after it."""
    from . import EmbeddedHubSpot  # noqa: PLC0415

    with EmbeddedHubSpot() as hubspot:
        yield hubspot
