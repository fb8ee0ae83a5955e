from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

ExtraData: TypeAlias = Mapping[str, Any]
"""Further data of the event, any JSON, that the template's Markdown can show."""
