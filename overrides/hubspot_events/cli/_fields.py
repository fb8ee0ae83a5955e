"""Which columns of a table are which fields of an input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hubspot_events_runtime.errors import InputError
from hubspot_events_runtime.operations import Body

from .._ids import event_id
from ._errors import UsageError
from ._values import field_named, key_text, kinds, with_entries

#: The column that a file of failed rows has for the reason. It is read over.
REASON = "_error"

#: What to say for `--rest-as` in place of a field, so that other columns are left out.
NOTHING = "nothing"

_MOST_LAYOUTS = 1000  # of NDJSON, each line of which may have other names


class Key:
    """What the ids of events are made of: a template such as ``{order_id}:paid``, with the names of columns.

    Attributes:
        columns: The columns that it names.

    """

    def __init__(self, template: str, account: str | None = None) -> None:
        try:
            self._parts = [*_parts(template)]
        except ValueError as error:
            raise UsageError(f"--key {template}: {error}; a brace that is meant as one is written twice") from None
        self.columns = [column for _, column in self._parts if column is not None]
        if not self.columns:
            raise UsageError(f"--key {template} names no column, so that all events would have one id")
        self._account = account

    def text(self, values: Mapping[str, Any], time_zone: ZoneInfo | None) -> str:
        """Return the key of a row; raises InputError when a column has no value that can be in it."""
        texts = []
        for text, column in self._parts:
            texts.append(text)
            if column is not None:
                if (value := values.get(column)) is None:
                    raise InputError(column, "has no value, and the key is made of it")
                texts.append(key_text(value, column, time_zone))
        return "".join(texts)

    def id(self, values: Mapping[str, Any], time_zone: ZoneInfo | None) -> str:
        """Return the id of a row; raises InputError likewise."""
        return event_id(key=self.text(values, time_zone), account=self._account)


def _head(field: str) -> str:
    """Return the field whose entry an error is about, such as tokens of tokens['petAge']."""
    return re.match(r"\w*", field)[0]  # type: ignore[index]  # it matches anything


def _parts(template: str) -> Iterator[tuple[str, str | None]]:
    """Yield each text of a template with the column that follows; raises ValueError."""
    for text, column, specification, conversion in Formatter().parse(template):
        if specification or conversion or column == "":
            raise ValueError("the name of a column goes between braces, and nothing else")
        yield text, column


class _Place(NamedTuple):
    """Where a value goes: to a field, and in a map or an object to an entry."""

    field: str
    entry: str | None


class _Layout(NamedTuple):
    """Where the columns of a table go.

    Attributes:
        columns: Each column that goes anywhere, with its place.
        names: What the table calls each field that it has.
    """

    columns: list[tuple[str, _Place]]
    names: dict[str, str]


class Fields:
    """Makes inputs of an operation from the rows of tables."""

    def __init__(
        self,
        body: Body,
        *,
        constants: Mapping[str, str] | None = None,
        rest_as: str | None = None,
        key: Key | None = None,
        time_zone: ZoneInfo | None = None,
    ) -> None:
        """Make one.

        Args:
            body: What the operation takes.
            constants: Fields, or entries of maps with a dot, that have the same value in every row.
            rest_as: The map that takes the columns that are no field, or ``nothing`` to leave them out.
            key: What the ids of events are made of.
            time_zone: That of times that have none.

        Raises:
            UsageError: The model has no such field.

        """
        self._model = body.model
        self._kinds = kinds(body.model)
        self._maps = [name for name, kind in self._kinds.items() if kind.is_map]
        self._id = body.identity[body.filled] if body.filled else None
        self._key = key
        self._time_zone = time_zone
        self._layouts: dict[tuple[str, ...], _Layout] = {}
        if key and self._id is None:
            raise UsageError(f"--key makes the ids of timeline events, and a {self._model.__name__} has none")
        self._rest_as = rest_as if rest_as in (None, NOTHING) else field_named(rest_as, self._model)
        if rest_as and self._rest_as not in (*self._maps, NOTHING):
            raise UsageError(f"--rest-as {rest_as}: it takes {', '.join(self._maps)} or {NOTHING}")
        self._constants: list[tuple[_Place, str]] = []
        for name, value in (constants or {}).items():
            if (place := self._place(name)) is None:
                raise UsageError(f"a {self._model.__name__} has no {name}; it has {', '.join(self._kinds)}")
            self._constants.append((place, value))

    def check(self, columns: Iterable[str]) -> None:
        """Raise UsageError when no row with these columns can be an input, whatever is in it."""
        columns = tuple(columns)
        # Before the layout: to it, a column whose name the key has misspelt goes nowhere.
        for column in self._key.columns if self._key else ():
            if column not in columns:
                raise UsageError(f"--key names the column {column}, and there are {', '.join(columns)}")
        try:
            layout = self._layout(columns)
        except InputError as error:
            raise UsageError(str(error)) from None
        given = {*layout.names, *(place.field for place, _ in self._constants)}
        missing = [
            name for name, kind in self._kinds.items() if kind.is_needed and not kind.is_map and name not in given
        ]
        if missing:
            raise UsageError(
                f"no column is {' or '.join(missing)}, which every {self._model.__name__} needs: call a column so, or"
                f" give all rows the same with --set {missing[0]}=…"
            )

    def make(self, values: Mapping[str, Any]) -> Any:
        """Return the input of a row, by the names of its columns; raises InputError, which names one."""
        layout = self._layout(tuple(values))
        fields: dict[str, Any] = {name: {} for name in self._maps if self._kinds[name].is_needed}
        entries: dict[str, dict[str, Any]] = {}
        cells = [(place, values[column]) for column, place in layout.columns]
        for place, value in (*self._constants, *cells):
            if value is None:
                continue
            if place.entry is None:
                fields[place.field] = value
            else:
                entries.setdefault(place.field, {})[place.entry] = value
        for field, more in entries.items():
            fields[field] = with_entries(fields.get(field), more, layout.names.get(field, field))
        for field, value in fields.items():
            fields[field] = self._kinds[field].read(value, layout.names.get(field, field), self._time_zone)
        if self._key and self._id and self._id not in fields:
            fields[self._id] = self._key.id(values, self._time_zone)
        for field, kind in self._kinds.items():
            if kind.is_needed and field not in fields:
                raise InputError(layout.names.get(field, field), "is missing")
        return self._model(**fields)

    def key(self, values: Mapping[str, Any]) -> str | None:
        """Return the key that the id of a row is made of, or None where there is none."""
        return self._key.text(values, self._time_zone) if self._key else None

    def name(self, field: str, columns: Iterable[str]) -> str:
        """Return what a table calls a field that an error is about, such as object_id or tokens['petAge']."""
        head = _head(field)
        return self._layout(tuple(columns)).names.get(head, head) + field.removeprefix(head)

    def is_constant(self, field: str, columns: Iterable[str]) -> bool:
        """Whether the value that an error is about is the same in every row."""
        head = _head(field)
        place = _Place(field_named(head, self._model) or "", None)
        # Entries of it that are columns may be at fault in some rows alone.
        has_columns = place.field in self._layout(tuple(columns)).names
        return any(place == constant for constant, _ in self._constants) and not (has_columns and field != head)

    def _layout(self, columns: tuple[str, ...]) -> _Layout:
        """Return where these columns go; raises InputError for those that go nowhere."""
        if layout := self._layouts.get(columns):
            return layout
        layout = _Layout([], {})
        taken = {place: "an option such as --set" for place, _ in self._constants}
        lost = []
        for column in columns:
            if column == REASON:
                continue
            place = self._place(column)
            name = column if place is None or place.entry is None else column.partition(".")[0]
            if place is None:
                if self._rest_as == NOTHING or (self._key and column in self._key.columns):
                    continue
                if self._rest_as is None:
                    lost.append(column)
                    continue
                place, name = _Place(self._rest_as, column), self._rest_as
            if place in taken:
                raise InputError(column, f"is given twice: {taken[place]} gives it, too")
            taken[place] = f"the column {column}"
            layout.columns.append((column, place))
            layout.names.setdefault(place.field, name)
        if lost:
            raise InputError(", ".join(lost), self._way_out(lost[0]))
        if len(self._layouts) < _MOST_LAYOUTS:
            self._layouts[columns] = layout
        return layout

    def _way_out(self, column: str) -> str:
        """Say what can be done about a column that is no field."""
        return (
            f"no field of a {self._model.__name__}, which has {', '.join(self._kinds)}. Call an entry of a map such as"
            f" {self._maps[0]}.{column}, send all of these so with --rest-as {self._maps[0]}, leave them out with"
            f" --rest-as {NOTHING}, or name columns with --sql"
        )

    def _place(self, name: str) -> _Place | None:
        """Return where a column goes by its name alone."""
        if field := field_named(name, self._model):
            return _Place(field, None)
        before, _, entry = name.partition(".")
        field = field_named(before, self._model)
        return _Place(field, entry) if field and entry and self._kinds[field].has_entries else None
