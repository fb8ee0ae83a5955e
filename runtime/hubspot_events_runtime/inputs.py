"""The inputs of a batch, what is sent for them, and which of them a result or an error belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any, Generic, TypeVar

import attrs

from .answers import OF_ERRORS, Fields, Unread, is_error
from .errors import ErrorBody, InputError, context_values

Input = TypeVar("Input")


@attrs.frozen(eq=False, repr=False, slots=False)
class Inputs(Fields, Generic[Input]):
    """The inputs of a batch, and what is sent for them.

    Attributes:
        given: What was given to the client.
        sent: What is sent for each: JSON objects.
        identities: What names each, as text in the order of the fields that do; None for one to which HubSpot gives a
            name.
        fields: The fields that name an input, by JSON's name, with Python's.
        named_by: The fields by which an error may name an input, those that say most first.
        ids: The ids of those that the client gives ids to, and None for one to which HubSpot gives one.
        as_given: Whether these are the ids that the caller gave.
    """

    given: Sequence[Input] = ()
    sent: Sequence[dict[str, Any]] = ()
    identities: Sequence[tuple[str, ...] | None] = ()
    fields: Mapping[str, str] = {}
    named_by: Sequence[Sequence[str]] = ()
    ids: Sequence[str | None] = ()
    as_given: bool = False

    def only(self, places: Sequence[int]) -> Inputs[Input]:
        """Return the inputs at some places."""
        return attrs.evolve(
            self,
            given=[self.given[place] for place in places],
            sent=[self.sent[place] for place in places],
            identities=[self.identities[place] for place in places],
            ids=[self.ids[place] for place in places] if self.ids else [],
        )

    def joined(self, others: Sequence[Inputs[Input]]) -> Inputs[Input]:
        """Return these inputs with others of the same kind after them."""
        parts = (self, *others)
        return attrs.evolve(
            self,
            given=[one for part in parts for one in part.given],
            sent=[one for part in parts for one in part.sent],
            identities=[one for part in parts for one in part.identities],
            ids=[one for part in parts for one in part.ids],
            as_given=all(part.as_given for part in parts),
        )

    def named(self, error: ErrorBody) -> list[int]:
        """Return the places of the inputs that an error names by id or by place."""
        named = set(_named(error, {field.casefold() for fields in self.named_by for field in fields}))
        by_place = [place for one in named if (place := self._by_place.get(one)) is not None]
        for fields in self.named_by:
            bits = -1
            for field in fields:
                bits &= self._by_text.any_of(field, named)
            if places := {*by_place, *_places(bits)}:
                return sorted(places)
        return []

    def said_of(self, place: int, error: ErrorBody) -> list[str]:
        """Return what the details of an error say of an input, by its name or its place."""
        name = (self.identities[place] or ("",))[-1]
        return [
            detail.message
            for detail in error.errors
            if f"inputs[{place}]" in (detail.in_ or "")
            or any(name in values for _, values in context_values(detail.context))
        ]

    def places(self, results: Sequence[Any]) -> list[int | None]:
        """Return the place of the input that each result belongs to; None for one that does not tell.

        A result that names another input than these has the place -1.
        """
        if results and type(results[0]) is Unread:
            return self._places_of_unread(results)
        attributes, by_identity = [*self.fields.values()], self._by_identity
        # Nearly all name their input, and have nothing that is not documented.
        return [
            place
            if not result.additional_properties
            and (place := by_identity.get(tuple([str(getattr(result, name, None) or "") for name in attributes])))
            is not None
            else self._place(result)
            for result in results
        ]

    def _places_of_unread(self, results: Sequence[Unread[Any]]) -> list[int | None]:
        """Return the places of results that were not read: few are, those that do not plainly name their input."""
        objects = [one for result in results for one in result.args]
        identities = [*zip(*([one.get(name) for one in objects] for name in self.fields), strict=True)]
        # In the order of the inputs, as nearly always.
        if identities == self.identities and OF_ERRORS.isdisjoint(set().union(*objects)):
            return [*range(len(results))]
        are_plain = map(OF_ERRORS.isdisjoint, objects)
        try:
            places = [*map(self._by_identity.get, identities)]
        except TypeError:  # from a list or an object in the place of a name
            places = []
        return [
            place if place is not None and is_plain else self._place(result())
            for place, is_plain, result in zip(places or repeat(None), are_plain, results, strict=False)
        ]

    def _place(self, result: Any) -> int | None:
        if is_error(result.additional_properties):
            return -1
        echo = tuple(_echo(result, name, attribute) for name, attribute in self.fields.items())
        exact = self._by_identity.get(echo)
        if exact is not None:
            return exact
        if known := {name: value for name, value in zip(self.fields, echo, strict=True) if value}:
            return _only(self._by_part.agreeing(known)[0], otherwise=-1)
        # Nothing names the input: what else the result repeats of it does, where no other input has the same.
        try:
            return _only(self._by_value.agreeing(result.to_dict())[1], otherwise=None)
        except InputError:  # of JSON with more levels than is sent
            return None

    # What is looked up, made when it is needed: to compare each result with each input takes longer than the call.

    @cached_property
    def _by_identity(self) -> Mapping[tuple[str | None, ...], int]:
        return {identity: place for place, identity in enumerate(self.identities) if identity}

    @cached_property
    def _by_part(self) -> _Index:
        return _Index(dict(zip(self.fields, identity or (), strict=False)) for identity in self.identities)

    @cached_property
    def _by_text(self) -> _Index:
        fields = {field for fields in self.named_by for field in fields}
        return _Index({field: str(one[field]) for field in fields if one.get(field)} for one in self.sent)

    @cached_property
    def _by_value(self) -> _Index:
        return _Index(self.sent)

    @cached_property
    def _by_place(self) -> Mapping[str, int]:
        return {f"[{place}]": place for place in range(len(self.sent))}


class _Index:
    """The places of JSON objects by their texts, numbers, and the like; places are bits of a number."""

    def __init__(self, objects: Iterable[Mapping[str, Any]]) -> None:
        self._by_field: dict[str, dict[Any, int]] = {}
        bit = 1
        for one in objects:
            for name, value in one.items():
                if not isinstance(value, list | dict):
                    by_value = self._by_field.setdefault(name, {})
                    by_value[value] = by_value.get(value, 0) | bit
            bit <<= 1
        self._all = bit - 1
        self._having = {name: sum(by_value.values()) for name, by_value in self._by_field.items()}

    def any_of(self, name: str, values: Iterable[str]) -> int:
        """Return those whose field has one of the values."""
        by_value = self._by_field.get(name, {})
        bits = 0
        for value in values:
            bits |= by_value.get(value, 0)
        return bits

    def agreeing(self, data: Mapping[str, Any]) -> tuple[int, int]:
        """Return those that have no field of an object with another value, and of these those that have one at all."""
        agreeing, having = self._all, 0
        for name in data.keys() & self._by_field.keys():
            value = data[name]
            equal = 0 if isinstance(value, list | dict) else self._by_field[name].get(value, 0)
            agreeing &= equal | ~self._having[name]
            having |= equal
        return agreeing, agreeing & having


def _places(bits: int) -> list[int]:
    return [place for place in range(bits.bit_length()) if bits >> place & 1]


def _only(bits: int, *, otherwise: int | None) -> int | None:
    """Return the one place there is; None for several, and what is given for none."""
    if not bits:
        return otherwise
    return None if bits & (bits - 1) else bits.bit_length() - 1


def _echo(result: Any, name: str, attribute: str) -> str | None:
    value = getattr(result, attribute, None) or result.additional_properties.get(name)
    return str(value) if value else None


# What a context calls ids: id, contactIds, INVALID_IDS, vid.
_OF_IDS = r"(?:\b|_)(?i:v?ids?)$|I[dD]s?$"


def _named(error: ErrorBody, fields: Collection[str]) -> Iterator[str]:
    """Yield the ids that an error names, and the places as ``[3]``. A number that it calls no id may be a limit."""
    if identity := getattr(error, "id", None):
        yield identity
    for context in (error.context, *(detail.context for detail in error.errors)):
        for name, values in context_values(context):
            is_id = re.search(_OF_IDS, name) or name.casefold().rstrip("s") in fields
            yield from (value for value in values if is_id or not value.isdigit())
    for detail in error.errors:
        yield from re.findall(r"(?<=inputs)\[\d+\]", detail.in_ or "")
