"""The four endpoints: from the JSON of a request that the specs allow to the answer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from ._answers import Answer, field_error, refusal
from ._records import Write
from ._store import InputRefused, Json, MarketingEvents, OnUsedId, Timeline, iso_time

CREATE = "/integrators/timeline/v3/events"
CREATE_BATCH = "/integrators/timeline/v3/events/batch/create"
UPSERT = "/marketing/v3/marketing-events/events/upsert"
UPDATE = "/marketing/marketing-events/2026-03/batch/update"


@dataclass(frozen=True)
class Rejection:
    """Inputs that a test wants to fail, and what is said of them."""

    applies: Callable[[Json], bool]
    category: str
    message: str


class Endpoints:
    """The endpoints over one account. Not for several threads at once."""

    def __init__(
        self,
        *,
        on_used_id: OnUsedId,
        known_properties: Collection[str] | None,
        max_inputs: int,
        now: Callable[[], float],
    ) -> None:
        self.timeline = Timeline(on_used_id, now)
        self.marketing = MarketingEvents(known_properties, now)
        self.writes: list[Write] = []
        self.rejections: list[Rejection] = []
        self._on_used_id = on_used_id
        self._max_inputs = max_inputs
        self._now = now

    def answer(self, path: str, body: Json) -> Answer:
        """Process a request to one of the paths above. Raises Refusal when HubSpot would refuse all of it."""
        if path == CREATE:
            return self._create(body)
        inputs = body["inputs"]
        if len(inputs) > self._max_inputs:
            message = f"has {len(inputs)} elements, at most {self._max_inputs} are allowed"
            raise refusal(
                400,
                "VALIDATION_ERROR",
                f"Invalid input JSON: inputs {message}",
                fields=[field_error("inputs", message)],
            )
        endpoints = {
            CREATE_BATCH: self._create_batch,
            UPSERT: self._upsert,
            UPDATE: self._update,
        }
        return endpoints[path](path, inputs)

    def _create(self, event: Json) -> Answer:
        self._check_records([event], "objectId")
        self._check_conflict([event])
        try:
            return Answer(201, self._write(CREATE, self.timeline.create, event))
        except InputRefused as refused:
            raise refusal(400, refused.category, refused.message) from refused

    def _create_batch(self, path: str, inputs: list[Json]) -> Answer:
        self._check_records(inputs, "inputs[{}].objectId")
        self._check_conflict(inputs)
        results, errors = self._write_each(path, self.timeline.create, inputs, _event_context)
        return Answer(207 if errors else 201, self._batch_body(results, errors))

    def _upsert(self, path: str, inputs: list[Json]) -> Answer:
        results, errors = self._write_each(path, self.marketing.upsert, inputs, _external_context)
        shown = [_without(record, "externalAccountId", "externalEventId") for record in results]
        return Answer(200, self._batch_body(shown, errors))

    def _update(self, path: str, inputs: list[Json]) -> Answer:
        missing = [event["objectId"] for event in inputs if event["objectId"] not in self.marketing.records]
        found = [event for event in inputs if event["objectId"] in self.marketing.records]
        results, errors = self._write_each(path, self.marketing.update, found, _object_context)
        if missing:
            errors.append(
                _batch_error("OBJECT_NOT_FOUND", "Could not find some marketing events.", {"ids": missing}),
            )
        shown = [_with_bare_properties(_without(r, "id", "externalAccountId", "externalEventId")) for r in results]
        return Answer(207 if errors else 200, self._batch_body(shown, errors))

    def _check_records(self, events: list[Json], place: str) -> None:
        """Refuse events that do not say which CRM record they are for."""
        fields = []
        for position, event in enumerate(events):
            enough = ("objectId",) if "customObjectTypeId" in event else ("objectId", "email", "utk")
            if not any(event.get(name) for name in enough):
                fields.append(field_error(place.format(position), f"one of {', '.join(enough)} is required"))
        if fields:
            raise refusal(400, "VALIDATION_ERROR", "An event needs to name its CRM record", fields=fields)

    def _check_conflict(self, events: list[Json]) -> None:
        if self._on_used_id == "conflict" and (used := self.timeline.used_ids(events)):
            raise refusal(409, "CONFLICT", f"Event ID already in use: {', '.join(used)}")

    def _write_each(
        self, path: str, write: Callable[[Json], Json], inputs: list[Json], context: Callable[[Json], Json]
    ) -> tuple[list[Json], list[Json]]:
        results, errors = [], []
        for item in inputs:
            try:
                results.append(self._write(path, write, item))
            except InputRefused as refused:
                errors.append(_batch_error(refused.category, refused.message, context(item)))
        return results, errors

    def _write(self, path: str, write: Callable[[Json], Json], item: Json) -> Json:
        for rejection in self.rejections:
            if rejection.applies(item):
                raise InputRefused(rejection.category, rejection.message)
        written = dict(write(item))
        self.writes.append(Write(path, written["id"], item))
        return written

    def _batch_body(self, results: list[Json], errors: list[Json]) -> Json:
        now = iso_time(self._now())
        body = {"status": "COMPLETE", "requestedAt": now, "startedAt": now, "completedAt": now, "results": results}
        return body | {"errors": errors, "numErrors": len(errors)} if errors else body


def _batch_error(category: str, message: str, context: Json) -> Json:
    return {"status": "error", "category": category, "message": message, "context": context}


def _event_context(event: Json) -> Json:
    return {"ids": [event["id"]]} if "id" in event else {}


def _external_context(event: Json) -> Json:
    return {name: [event[name]] for name in ("externalAccountId", "externalEventId")}


def _object_context(event: Json) -> Json:
    return {"ids": [event["objectId"]]}


def _without(record: Json, *names: str) -> Json:
    return {name: value for name, value in record.items() if name not in names}


def _with_bare_properties(record: Json) -> Json:
    bare: list[Any] = [{"name": item["name"], "value": item["value"]} for item in record["customProperties"]]
    return record | {"customProperties": bare}
