"""The account's events, and HubSpot's rules for writing them."""

import itertools
import json
import uuid
from collections.abc import Callable, Collection, Hashable
from datetime import UTC, datetime
from functools import lru_cache
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
    return _iso_time(round(seconds * 1_000_000) // 1000)


@lru_cache(maxsize=1)  # the events of a batch have one time, or a few
def _iso_time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Timeline:
    """The timeline events of one account, by the name of their kind and their id, in order of creation.

    One kind is an event template (v3) or an event type (the dated versions). Within one an id is unique over all
    accounts that installed the app: ``places``, which they share, says in which of them each event is. Without
    ``recording`` only that is kept, by the hashes of the keys, which take a third of the room and are 64 bits long.
    """

    def __init__(
        self, places: "dict[Hashable, Timeline]", on_used_id: OnUsedId, now: Callable[[], float], *, recording: bool
    ) -> None:
        self._places = places
        self._on_used_id = on_used_id
        self._now = now
        self._recording = recording
        self.count = 0
        self.events: dict[Key, Json] = {}

    def used_ids(self, inputs: list[Json], kind: Kind) -> list[str]:
        """Return the ids among these that are taken, be it by one another."""
        seen: set[Key] = set()
        used = []
        for event in inputs:
            # An id that the server makes, or makes a part of, is not taken.
            if kind == "eventTemplateId" and "{{uuid}}" in event.get("id", "{{uuid}}"):
                continue
            key = (kind, event[kind], event["id"])
            if self._place(key) in self._places or key in seen:
                used.append(event["id"])
            seen.add(key)
        return used

    def create(self, event: Json) -> Json:
        """Store an event of v3 and return it. Raises InputRefused when its id is taken and that is to be rejected."""
        event_id = event.get("id", "{{uuid}}")
        if "{{uuid}}" in event_id:
            event_id = event_id.replace("{{uuid}}", str(uuid.uuid4()))
        key: Key = ("eventTemplateId", event["eventTemplateId"], event_id)
        if self._on_used_id == "reject" and self._place(key) in self._places:
            raise InputRefused("VALIDATION_ERROR", "Event ID already in use")
        now = iso_time(self._now())
        stored: Json = {"timestamp": now, **event}
        stored |= {
            "id": event_id,
            "objectType": event.get("customObjectTypeId", "contacts"),
            "tokens": {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in event["tokens"].items()
            },
            "createdAt": now,
        }
        self._store(key, stored)
        return stored

    def accept(self, event: Json) -> Json:
        """Store an event of a dated version, whose id is not taken, and return it as it is."""
        self._store(("eventTypeName", event["eventTypeName"], event["id"]), event)
        return event

    def has(self, kind: Kind, name: str, event_id: str) -> bool:
        """Return whether there is an event of this id, for the event template or event type of that name."""
        return self._places.get(self._place((kind, name, event_id))) is self

    def _store(self, key: Key, event: Json) -> None:
        place = self._place(key)
        # The record processed last wins, and the one before it loses its event, be it in another account.
        if place in self._places:
            loser = self._places[place]
            loser.count -= 1
            loser.events.pop(key, None)
        self._places[place] = self
        self.count += 1
        if self._recording:
            self.events[key] = event

    def _place(self, key: Key) -> Hashable:
        return key if self._recording else hash(key)


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
