from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Links: TypeAlias = Mapping[str, str]
"""Addresses of documentation, by name."""
