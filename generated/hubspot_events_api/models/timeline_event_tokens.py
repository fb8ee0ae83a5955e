from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

TimelineEventTokens: TypeAlias = Mapping[str, bool | float | str]
"""The values of the template's tokens, by name: text, numbers, true or false; dates as Unix milliseconds."""
