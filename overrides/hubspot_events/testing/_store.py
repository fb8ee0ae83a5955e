"""The account's events, and HubSpot's rules for writing them."""

import itertools
import json
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, Literal

Json = dict[str, Any]
OnUsedId = Literal["replace", "reject", "conflict"]
Kind = Literal["eventTemplateId", "eventTypeName"]
Key = tuple[Kind, str, str]


class InputRefused(Exception):  # noqa: N818
    """One input cannot be written."""

    def __init__(self, category: str, message: str) -> None:
        super().__init__(message)
        self.category = category
        self.message = message


def iso_time(seconds: float) -> str:
    """Return a Unix time as HubSpot writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Timeline:
    """The timeline events, by the name of their kind and the id that is unique for it, in order of creation.

    One kind is an event template (v3) or an event type (the dated versions).
    """

    def __init__(self, on_used_id: OnUsedId, now: Callable[[], float]) -> None:
        self._on_used_id = on_used_id
        self._now = now
        self.events: dict[Key, Json] = {}

    def used_ids(self, inputs: list[Json], kind: Kind) -> list[str]:
        """Return the ids among these that are taken, be it by one another."""
        seen = set(self.events)
        used = []
        for event in inputs:
            # An id that the server makes, or makes a part of, is not taken.
            if kind == "eventTemplateId" and "{{uuid}}" in event.get("id", "{{uuid}}"):
                continue
            key = (kind, event[kind], event["id"])
            if key in seen:
                used.append(event["id"])
            seen.add(key)
        return used

    def create(self, event: Json) -> Json:
        """Store an event of v3 and return it. Raises InputRefused when its id is taken and that is to be rejected."""
        event_id = event.get("id", "{{uuid}}").replace("{{uuid}}", str(uuid.uuid4()))
        key: Key = ("eventTemplateId", event["eventTemplateId"], event_id)
        if key in self.events and self._on_used_id == "reject":
            raise InputRefused("VALIDATION_ERROR", "Event ID already in use")
        now = iso_time(self._now())
        stored: Json = {"timestamp": now, **event}
        stored |= {
            "id": event_id,
            "objectType": event.get("customObjectTypeId", "contacts"),
            "tokens": {name: _as_text(value) for name, value in event["tokens"].items()},
            "createdAt": now,
        }
        # The record processed last wins, and the one before it loses its event.
        self.events.pop(key, None)
        self.events[key] = stored
        return stored

    def accept(self, event: Json) -> Json:
        """Store an event of a dated version, whose id is not taken, and return it as it is."""
        self.events["eventTypeName", event["eventTypeName"], event["id"]] = event
        return event


def _as_text(value: str | float | bool) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class MarketingEvents:
    """The marketing events, by the object id of their record."""

    def __init__(self, known_properties: Collection[str] | None, now: Callable[[], float]) -> None:
        self._known_properties = known_properties
        self._now = now
        self._numbers = itertools.count(395700216901)
        self._by_external_ids: dict[tuple[str, str], Json] = {}
        self.records: dict[str, Json] = {}

    def upsert(self, event: Json) -> Json:
        """Create the record with these external ids, or change it. Returns it with those ids."""
        external_ids = (event["externalAccountId"], event["externalEventId"])
        record = self._by_external_ids.get(external_ids) or self._create(*external_ids)
        return self._change(record, event)

    def update(self, event: Json) -> Json:
        """Change the record with this object id, which must exist, and return it with its external ids."""
        return self._change(self.records[event["objectId"]], event)

    def _create(self, external_account_id: str, external_event_id: str) -> Json:
        object_id = str(next(self._numbers))
        record = {
            "id": object_id,
            "objectId": object_id,
            "externalAccountId": external_account_id,
            "externalEventId": external_event_id,
            "createdAt": iso_time(self._now()),
            "customProperties": [],
        }
        self.records[object_id] = record
        self._by_external_ids[external_account_id, external_event_id] = record
        return record

    def _change(self, record: Json, event: Json) -> Json:
        properties = {item["name"]: item for item in record["customProperties"]}
        for item in event.get("customProperties", []):
            if self._known_properties is None or item["name"] in self._known_properties:
                properties[item["name"]] = item
        record |= event
        record |= {"customProperties": list(properties.values()), "updatedAt": iso_time(self._now())}
        return record
