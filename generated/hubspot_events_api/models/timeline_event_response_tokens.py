from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

TimelineEventResponseTokens: TypeAlias = Mapping[str, str]
"""The values of the template's tokens, by name, each as text."""
