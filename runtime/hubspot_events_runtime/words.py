"""Enums of words and numbers to which HubSpot may add."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Self


class OpenStrEnum(StrEnum):
    """An enum of words to which HubSpot may add.

    A documented word is found whatever its case, and so is another one that means the same; any other becomes a member
    of the same type for its caller, which is not among the ones that iteration lists.
    """

    @classmethod
    def synonyms(cls) -> Mapping[str, str]:
        """Return other words for documented ones, both without case."""
        return {}

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        word = value.casefold()
        word = cls.synonyms().get(word, word)
        for member in cls:
            if member.value.casefold() == word:
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown


class OpenIntEnum(IntEnum):
    """An enum of numbers to which HubSpot may add; one that is not documented becomes a member for its caller."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_ = str(value)
        unknown._value_ = value
        return unknown
