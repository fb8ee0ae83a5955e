"""The endpoints that are simulated: from the JSON of a request that the specs allow to the answer."""

import re
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import Any

from ._answers import Answer, field_error, refusal
from ._records import Write
from ._spec import Operation
from ._store import InputRefused, Json, Kind, MarketingEvents, OnUsedId, Timeline, iso_time

Simulation = Callable[[Operation, Json], Answer]

# The segment of a path by which HubSpot tells the dated versions of an endpoint apart.
DATE = re.compile(r"(?<=/)\d{4}-\d{2}(?=/)")


@dataclass(frozen=True)
class Rejection:
    """Inputs that a test wants to fail, and what is said of them."""

    applies: Callable[[Json], bool]
    category: str
    message: str


@dataclass(frozen=True)
class App:
    """What the accounts share: they all installed this app."""

    recording: bool
    """Whether events and writes are kept, not their numbers only."""
    places: dict[Hashable, Timeline] = field(default_factory=dict)
    """In which account each timeline event is."""
    rejections: list[Rejection] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)


class Endpoints:
    """The endpoints over one account. Not for several threads at once."""

    def __init__(
        self,
        account: int,
        app: App,
        *,
        on_used_id: OnUsedId,
        accepts_later: bool,
        known_properties: Collection[str] | None,
        max_inputs: int,
        now: Callable[[], float],
    ) -> None:
        self.timeline = Timeline(app.places, on_used_id, now, recording=app.recording)
        self.marketing = MarketingEvents(known_properties, now)
        self.written = 0
        self._account = account
        self._app = app
        self._on_used_id = on_used_id
        self._accepts_later = accepts_later
        self._max_inputs = max_inputs
        self._now = now
        # A dated version that the specs gain is simulated like those before it.
        self._simulations: dict[str, Simulation] = {
            "POST /integrators/timeline/v3/events": self._create,
            "POST /integrators/timeline/v3/events/batch/create": self._create_batch,
            "POST /integrators/timeline/{date}/events": self._accept,
            "POST /integrators/timeline/{date}/events/batch": self._accept_batch,
            "POST /marketing/v3/marketing-events/events/upsert": self._upsert,
            "POST /marketing/marketing-events/{date}/events/upsert": self._upsert,
            "POST /marketing/marketing-events/{date}/batch/update": self._update,
        }

    def simulation(self, operation: Operation) -> Simulation | None:
        """Return what answers an operation, None where nothing does. It raises Refusal when HubSpot would refuse."""
        return self._simulations.get(f"{operation.method} {DATE.sub('{date}', operation.path)}")

    def _create(self, operation: Operation, event: Json) -> Answer:
        if self._on_used_id == "conflict":
            self._refuse_used([event], "eventTemplateId")
        try:
            self._check(event)
            return Answer(201, self._write(operation, self.timeline.create, event))
        except InputRefused as refused:
            raise refusal(400, refused.category, refused.message) from refused

    def _create_batch(self, operation: Operation, batch: Json) -> Answer:
        inputs = self._inputs(batch)
        if self._on_used_id == "conflict":
            self._refuse_used(inputs, "eventTemplateId")
        results, errors = self._write_each(operation, self.timeline.create, inputs, _event_context)
        return Answer(207 if errors else 201, self._batch_body(results, errors))

    def _accept(self, operation: Operation, event: Json) -> Answer:
        [accepted] = self._accept_all(operation, [event])
        return Answer(200, None) if self._accepts_later else Answer(201, accepted)

    def _accept_batch(self, operation: Operation, batch: Json) -> Answer:
        results = self._accept_all(operation, self._inputs(batch))
        return Answer(200, None if self._accepts_later else self._batch_body(results, []))

    def _upsert(self, operation: Operation, batch: Json) -> Answer:
        results, errors = self._write_each(operation, self.marketing.upsert, self._inputs(batch), _external_context)
        shown = [_without(record, "externalAccountId", "externalEventId") for record in results]
        return Answer(200, self._batch_body(shown, errors))

    def _update(self, operation: Operation, batch: Json) -> Answer:
        inputs = self._inputs(batch)
        missing = [event["objectId"] for event in inputs if event["objectId"] not in self.marketing.records]
        found = [event for event in inputs if event["objectId"] in self.marketing.records]
        results, errors = self._write_each(operation, self.marketing.update, found, _object_context)
        if missing:
            errors.append(
                _batch_error("OBJECT_NOT_FOUND", "Could not find some marketing events.", {"ids": missing}),
            )
        shown = [_with_bare_properties(_without(r, "id", "externalAccountId", "externalEventId")) for r in results]
        # Some versions have no code of their own for it.
        return Answer(207 if errors and "207" in operation.codes else 200, self._batch_body(shown, errors))

    def _inputs(self, batch: Json) -> list[Json]:
        inputs: list[Json] = batch["inputs"]
        if len(inputs) > self._max_inputs:
            message = f"has {len(inputs)} elements, at most {self._max_inputs} are allowed"
            raise refusal(
                400,
                "VALIDATION_ERROR",
                f"Invalid input JSON: inputs {message}",
                faults=[field_error("inputs", message)],
            )
        return inputs

    def _accept_all(self, operation: Operation, events: list[Json]) -> list[Json]:
        """Write events of a dated version: all of them, or none."""
        faults = []
        for event in events:
            try:
                self._check(event)
            except InputRefused as refused:
                faults.append((refused, event["id"]))
        if faults:
            raise refusal(
                400,
                faults[0][0].category,
                faults[0][0].message,
                faults=[{"message": refused.message, "context": {"ids": [id_]}} for refused, id_ in faults],
                ids=[id_ for _, id_ in faults],
            )
        self._refuse_used(events, "eventTypeName")
        return [self._write(operation, self.timeline.accept, event) for event in events]

    def _refuse_used(self, events: list[Json], kind: Kind) -> None:
        if used := self.timeline.used_ids(events, kind):
            raise refusal(409, "CONFLICT", f"Event ID already in use: {', '.join(used)}", ids=used)

    def _check(self, item: Json) -> None:
        """Raise InputRefused for an input that is to fail."""
        for rejection in self._app.rejections:
            if rejection.applies(item):
                raise InputRefused(rejection.category, rejection.message)

    def _write_each(
        self, operation: Operation, write: Callable[[Json], Json], inputs: list[Json], context: Callable[[Json], Json]
    ) -> tuple[list[Json], list[Json]]:
        results, errors = [], []
        for item in inputs:
            try:
                self._check(item)
                results.append(self._write(operation, write, item))
            except InputRefused as refused:
                errors.append(_batch_error(refused.category, refused.message, context(item)))
        return results, errors

    def _write(self, operation: Operation, write: Callable[[Json], Json], item: Json) -> Json:
        # What the specs do not know does not change anything, and does not come back.
        written = dict(write({name: value for name, value in item.items() if name in operation.fields}))
        self.written += 1
        if self._app.recording:
            self._app.writes.append(Write(operation.path, written["id"], item, self._account))
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
