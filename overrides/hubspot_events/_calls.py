"""What to send and how to read the answer, for each operation, without sending anything.

Both clients are thin drivers around these functions, so what holds for one holds for the other.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs
import httpx
from hubspot_events_api import models
from hubspot_events_api.api.marketing_events import update_marketing_events, upsert_marketing_events
from hubspot_events_api.api.timeline import create_timeline_event, create_timeline_event_batch
from hubspot_events_api.types import FieldError, Operation

from . import _ids, _json
from ._batches import (
    BatchOutcome,
    MarketingEventUpdateBatchResponse,
    MarketingEventUpsertBatchResponse,
    TimelineEventBatchResponse,
)
from ._errors import InputError, UnreadableResponseError, one_line, read_json, shown
from ._inputs import MarketingEventUpdate, MarketingEventUpsert, TimelineEvent

T = TypeVar("T")
Input = TypeVar("Input")
Batch = TypeVar("Batch", bound=BatchOutcome[Any, Any])
Json = dict[str, Any]


@attrs.frozen
class Call(Generic[T]):
    """One call of an operation.

    Attributes:
        operation: The method and the path.
        content: The body.
        read: Makes the result from the JSON object and the status code of a success answer.
        sent_ids: The ids of the timeline events in the body.
        repeatable: Whether the body can be sent again without writing anything twice.

    """

    operation: Operation
    content: bytes
    read: Callable[[Json, int], T]
    sent_ids: Sequence[str | None] = ()
    repeatable: bool = True

    def result(self, response: httpx.Response, now: float) -> T:
        """Return the result of a success answer; raises UnreadableResponseError when it is no JSON object."""
        data = read_json(response.content)
        # An error in the place of an event or a batch says nothing of what was written.
        if not isinstance(data, dict) or (data.get("status") == "error" and "results" not in data):
            raise UnreadableResponseError(response, now=now)
        return self.read(data, response.status_code)


def create(event: TimelineEvent, *, fill_ids: bool) -> Call[models.TimelineEventResponse]:
    """Return the call that creates one timeline event."""
    if not isinstance(event, TimelineEvent):
        raise InputError("event", f"must be a TimelineEvent, not {type(event).__name__}")
    sent = _written(event)
    _prepare_event(sent, "", fill_ids)

    def read(data: Json, status: int) -> models.TimelineEventResponse:
        result = models.TimelineEventResponse.from_dict(data)
        # HubSpot may leave out a field; this one is known all the same.
        result.id = result.id or sent.get("id", "")
        return result

    return _event_call(create_timeline_event.OPERATION, event, sent, [sent], read)


def create_batch(events: Iterable[TimelineEvent], *, most: int, fill_ids: bool) -> Call[TimelineEventBatchResponse]:
    """Return the call that creates many timeline events."""
    inputs = _limited(events, TimelineEvent, most)
    batch = models.TimelineEventBatch(inputs=inputs)
    body = _written(batch)
    for index, sent in enumerate(body["inputs"]):
        _prepare_event(sent, f"inputs[{index}].", fill_ids)
    _check_unique([sent["id"] if _ids.is_fixed(sent.get("id")) else None for sent in body["inputs"]], "id")
    read = _batch_reader(TimelineEventBatchResponse, inputs, body["inputs"])
    return _event_call(create_timeline_event_batch.OPERATION, batch, body, body["inputs"], read)


def upsert(events: Iterable[MarketingEventUpsert], *, most: int) -> Call[MarketingEventUpsertBatchResponse]:
    """Return the call that creates or updates marketing events."""
    inputs = _limited(events, MarketingEventUpsert, most)
    batch = models.MarketingEventUpsertBatch(inputs=inputs)
    body = _written(batch)
    _check_filled(body["inputs"], "externalAccountId", "external_account_id")
    _check_filled(body["inputs"], "externalEventId", "external_event_id")
    identities = [(sent["externalAccountId"], sent["externalEventId"]) for sent in body["inputs"]]
    _check_unique(identities, "external_event_id")
    read = _batch_reader(MarketingEventUpsertBatchResponse, inputs, body["inputs"])
    return Call(upsert_marketing_events.OPERATION, _encoded(body, batch), read)


def update(events: Iterable[MarketingEventUpdate], *, most: int) -> Call[MarketingEventUpdateBatchResponse]:
    """Return the call that updates marketing events."""
    inputs = _limited(events, MarketingEventUpdate, most)
    batch = models.MarketingEventUpdateBatch(inputs=inputs)
    body = _written(batch)
    _check_object_ids(body["inputs"])
    read = _batch_reader(MarketingEventUpdateBatchResponse, inputs, body["inputs"])
    return Call(update_marketing_events.OPERATION, _encoded(body, batch), read)


def _prepare_event(sent: Json, place: str, fill_ids: bool) -> None:
    """Check what the schema of an event cannot say, and give it the id that every try will send."""
    if not sent["eventTemplateId"]:
        raise InputError(f"{place}event_template_id", "must not be empty; HubSpot shows it beside the template")
    if not (sent.get("email") or sent.get("utk") or sent.get("objectId")):
        raise InputError(f"{place}email", "give email, utk or object_id, so that HubSpot knows the record")
    if sent.get("customObjectTypeId") and not sent.get("objectId"):
        raise InputError(f"{place}object_id", "is needed on a custom object; email and utk find contacts only")
    pattern = sent.get("id")
    if pattern is not None and (not isinstance(pattern, str) or not pattern):
        raise InputError(
            f"{place}id", f"must be text that is not empty, not {shown(pattern)}; leave it out for a unique one"
        )
    identity = _ids.fill(pattern) if fill_ids else _ids.leave_to_hubspot(pattern)
    if identity is not None:
        sent["id"] = identity


def _event_call(
    operation: Operation, model: Any, body: Json, events: list[Json], read: Callable[[Json, int], T]
) -> Call[T]:
    identities = [event.get("id") for event in events]
    return Call(operation, _encoded(body, model), read, identities, repeatable=all(map(_ids.is_fixed, identities)))


def _batch_reader(kind: type[Batch], inputs: Sequence[Any], sent: list[Json]) -> Callable[[Json, int], Batch]:
    def read(data: Json, status: int) -> Batch:
        batch: Batch = kind.from_dict(data)  # type: ignore[attr-defined]
        batch.inputs, batch.sent, batch.http_status = inputs, sent, status
        return batch

    return read


def _limited(inputs: Iterable[Input], kind: type[Input], most: int) -> list[Input]:
    """Return the inputs as a list of at least one and at most so many."""
    if isinstance(inputs, (kind, str, bytes, Mapping)) or not isinstance(inputs, Iterable):
        raise InputError("inputs", f"must be a list of {kind.__name__}, not {type(inputs).__name__}")
    # An endless iterator ends here too.
    found = list(itertools.islice(inputs, most + 1))
    if not found:
        raise InputError("inputs", "must not be empty")
    if len(found) > most:
        raise InputError(
            "inputs",
            f"more than {most}; send them in batches of {most}, such as itertools.batched of Python 3.12 makes them,"
            " or set max_batch_size if HubSpot takes more from you",
        )
    for index, item in enumerate(found):
        if not isinstance(item, kind):
            raise InputError(f"inputs[{index}]", f"must be a {kind.__name__}, not {type(item).__name__}")
    return found


def _check_filled(sent: list[Json], name: str, field: str) -> None:
    for index, one in enumerate(sent):
        if not one[name]:
            raise InputError(f"inputs[{index}].{field}", "must not be empty")


def _check_unique(identities: list[Any], field: str) -> None:
    """Refuse two inputs with one identity: HubSpot keeps one of them, or refuses the whole batch."""
    if len(set(identities)) == len(identities):
        return
    places: dict[Any, int] = {}
    for index, identity in enumerate(identities):
        if identity is not None and places.setdefault(identity, index) != index:
            raise InputError(f"inputs[{index}].{field}", f"{shown(identity)} is that of inputs[{places[identity]}] too")


def _check_object_ids(sent: list[Json]) -> None:
    """Refuse an update that does not name its record, or names that of another."""
    _check_filled(sent, "objectId", "object_id")
    _check_unique([one["objectId"] for one in sent], "object_id")


def _written(model: Any) -> Json:
    """Return the JSON object of a model."""
    try:
        data: Json = model.to_dict()
    except FieldError as error:
        raise InputError(one_line(error.field), error.reason) from None
    except Exception as error:  # a mapping, a list or a time zone of the caller's own that fails when it is read
        raise InputError("the input", f"cannot be read: {type(error).__name__}") from error
    return data


def _encoded(body: Json, model: Any) -> bytes:
    """Return the JSON object of a model as JSON, the same bytes for every try."""
    try:
        return _json.dumps(body)
    except ValueError:
        place, reason = next(_faults(model, ""), ("the input", "cannot be written as JSON"))
        raise InputError(one_line(place), reason) from None


def _faults(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the place of each text and number that JSON does not have, and what is wrong with it."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from _faults(getattr(value, field.name), f"{place}.{field.name}" if place else field.name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _faults(key, f"{place}[{key!r}]")
            yield from _faults(item, f"{place}[{key!r}]")
    elif isinstance(value, Collection) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield from _faults(item, f"{place}[{index}]")
    elif isinstance(value, str | int | float):
        try:
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError:
            yield place, f"{shown(value)} has half a surrogate pair, which is no text"
        except ValueError:
            yield place, f"JSON has no {type(value).__name__} {shown(value)}"
