"""Where the time of a batch goes: the microseconds that each part takes for one of 100 marketing events, as JSON.

Each part runs on its own, in turns with the others; the least of many runs counts, as whatever else the machine does
can only add to it. So the parts add up to less than a call takes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import attrs
from bodies import batch_answer, encoded, marketing_event, marketing_event_result
from hubspot_events import (
    Batch,
    HubSpotEvents,
    MarketingEventUpsert,
    MarketingEventUpsertResponse,
    PropertyValue,
    PropertyValueResponse,
)
from hubspot_events_api.api.marketing_events import UPSERT_MARKETING_EVENTS
from hubspot_events_runtime import json_text
from hubspot_events_runtime.batches import BatchReader
from hubspot_events_runtime.reading import take_list, take_time
from hubspot_events_runtime.redaction import redacted_content
from hubspot_events_runtime.writing import write_name_values, write_objects, write_time

INPUTS = 100
RUNS = 200

PLAIN = [marketing_event(number) for number in range(INPUTS)]
EVENTS = [MarketingEventUpsert.from_dict(event) for event in PLAIN]
SETTINGS = HubSpotEvents("no-token")._settings
READ = BatchReader(Batch, MarketingEventUpsertResponse)
BODY = {"inputs": PLAIN}
ANSWER = batch_answer([marketing_event_result(number) for number in range(INPUTS)])
CONTENT = encoded(ANSWER)
RESULTS = READ(ANSWER).results
SENT = UPSERT_MARKETING_EVENTS.call_batch(SETTINGS, EVENTS)._inputs
WITH_ESCAPES = CONTENT.replace(b"healthy", rb"\"healthy\"")
SECRETS = {f"{kind}-01234567-89ab-cdef-0123-456789abcdef" for kind in ("pat-na1", "secret")}


def for_each(part: Callable[[Any], Any], values: list[Any]) -> Callable[[], None]:
    """Return what runs a part for each value."""

    def run() -> None:
        for value in values:
            part(value)

    return run


def times(event: Any) -> None:
    """Write the two times of an event."""
    write_time(event.start_date_time, "start_date_time")
    write_time(event.end_date_time, "end_date_time")


def read_times(result: dict[str, Any]) -> None:
    """Read the four times of a result."""
    for name in ("createdAt", "updatedAt", "startDateTime", "endDateTime"):
        take_time({}, name, result[name])


PARTS: dict[str, Callable[[], Any]] = {
    "json.dumps, as httpx does": lambda: encoded(BODY),
    "JSON to bytes": lambda: json_text.dumps(BODY),
    "models to dicts": lambda: write_objects(EVENTS, "inputs", MarketingEventUpsert),
    "models to dicts: two times": for_each(times, EVENTS),
    "models to dicts: the custom property": for_each(
        lambda event: write_name_values(event.custom_properties, "custom_properties", PropertyValue), EVENTS
    ),
    "all of the request, with its checks": lambda: UPSERT_MARKETING_EVENTS.call_batch(SETTINGS, EVENTS),
    "json.loads, as httpx does": lambda: json.loads(CONTENT),
    "bytes to JSON": lambda: json_text.loads(CONTENT),
    "dicts to models": lambda: READ(ANSWER),
    "dicts to models: four times": for_each(read_times, ANSWER["results"]),
    "dicts to models: the custom property": for_each(
        lambda result: take_list({}, "customProperties", result["customProperties"], PropertyValueResponse.from_dict),
        ANSWER["results"],
    ),
    "which input each result belongs to": lambda: attrs.evolve(SENT).places(RESULTS),  # anew, as it keeps its index
    "no secrets in the body": lambda: redacted_content(CONTENT, SECRETS),
    "no secrets in a body with escapes": lambda: redacted_content(WITH_ESCAPES, SECRETS),
}


def main() -> None:
    """Measure."""
    least = dict.fromkeys(PARTS, float("inf"))
    for _ in range(RUNS):
        for name, part in PARTS.items():
            began = time.process_time_ns()
            part()
            least[name] = min(least[name], time.process_time_ns() - began)
    print(json.dumps({name: round(nanoseconds / 1000 / INPUTS, 2) for name, nanoseconds in least.items()}))


if __name__ == "__main__":
    main()
