"""One contestant, in an environment of its own: does what it is told on its standard input, and says what that cost.

A line in is a case and how many times to run it; a line out is the seconds of CPU time for one of them, of all threads
of this process. Reading the answers, where a contestant does not do so by itself, is part of it. The inputs stand
ready: dicts for httpx and hubspot-sdk, which take nothing else, and models for the others.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bodies import batch_answer, encoded, marketing_event, timeline_event, timeline_event_result

Case = Callable[[], Any]
ASYNC = " async"

TOKEN = "no-real-token-00000000-0000-0000-000000000000"
UPSERT = "/marketing/v3/marketing-events/events/upsert"
ANSWER_OF_500 = encoded(batch_answer([timeline_event_result(number) for number in range(500)]))
REQUEST_OF_500 = {"inputs": [timeline_event(number) for number in range(500)]}
ONE, HUNDRED = ([marketing_event(number) for number in range(count)] for count in (1, 100))


def _httpx(url: str) -> dict[str, Case]:
    import httpx

    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = httpx.Client(base_url=url, headers=headers)
    async_client = httpx.AsyncClient(base_url=url, headers=headers)

    async def post(inputs: Any) -> Any:
        return (await async_client.post(UPSERT, json={"inputs": inputs})).json()

    return {
        "one": lambda: client.post(UPSERT, json={"inputs": ONE}).json(),
        "hundred": lambda: client.post(UPSERT, json={"inputs": HUNDRED}).json(),
        "one" + ASYNC: lambda: post(ONE),
        "hundred" + ASYNC: lambda: post(HUNDRED),
        "read": lambda: json.loads(ANSWER_OF_500),
        "write": lambda: encoded(REQUEST_OF_500),
    }


def _hubspot_events(url: str) -> dict[str, Case]:
    from hubspot_events import (
        AsyncHubSpotEvents,
        Batch,
        HubSpotEvents,
        MarketingEventUpsert,
        RateLimiter,
        TimelineEvent,
        TimelineEventResponse,
    )
    from hubspot_events_runtime import json_text
    from hubspot_events_runtime.batches import BatchReader
    from hubspot_events_runtime.writing import write_objects

    def typed(event: dict[str, Any]) -> MarketingEventUpsert:
        made = MarketingEventUpsert.from_dict(event)
        made.start_date_time, made.end_date_time = (
            datetime.fromisoformat(event[name]) for name in ("startDateTime", "endDateTime")
        )
        return made

    one, hundred = ([typed(event) for event in inputs] for inputs in (ONE, HUNDRED))
    timeline_events = [TimelineEvent.from_dict(event) for event in REQUEST_OF_500["inputs"]]
    for event in timeline_events:
        event.timestamp = datetime.fromisoformat(str(event.timestamp))
    read = BatchReader(Batch, TimelineEventResponse)

    def write() -> bytes:
        return json_text.dumps({"inputs": write_objects(timeline_events, "inputs", TimelineEvent)})

    assert json.loads(write()) == REQUEST_OF_500
    limiter = RateLimiter(10**9)  # one that counts, and never waits
    events = HubSpotEvents(TOKEN, base_url=url, limiter=limiter).marketing_events
    async_events = AsyncHubSpotEvents(TOKEN, base_url=url, limiter=limiter).marketing_events
    assert len(events.upsert(hundred).results) == 100

    def many() -> None:
        """Send 10,000 events, made as they are sent, in batches of 100."""
        for first in range(0, 10_000, 100):
            events.upsert(MarketingEventUpsert.from_dict(marketing_event(first + place)) for place in range(100))

    return {
        "one": lambda: events.upsert(one),
        "hundred": lambda: events.upsert(hundred),
        "one" + ASYNC: lambda: async_events.upsert(one),
        "hundred" + ASYNC: lambda: async_events.upsert(hundred),
        "read": lambda: read(json_text.loads(ANSWER_OF_500)),
        "write": write,
        "batch": lambda: events.upsert(MarketingEventUpsert.from_dict(marketing_event(place)) for place in range(100)),
        "many": many,
    }


def _hubspot_api_client(url: str) -> dict[str, Case]:
    # In an environment of their own, which type checkers do not look into.
    from hubspot import HubSpot  # pyright: ignore[reportMissingImports]
    from hubspot.crm.timeline import ApiClient  # pyright: ignore[reportMissingImports]
    from hubspot.marketing.events import (  # pyright: ignore[reportMissingImports]
        BatchInputMarketingEventCreateRequestParams,
        MarketingEventCreateRequestParams,
        PropertyValue,
    )

    def typed(event: dict[str, Any]) -> Any:
        names = MarketingEventCreateRequestParams.attribute_map.items()
        fields = {field: event[name] for field, name in names if name in event}
        fields["custom_properties"] = [PropertyValue(**value) for value in fields["custom_properties"]]
        for name in ("start_date_time", "end_date_time"):
            fields[name] = datetime.fromisoformat(fields[name])
        return MarketingEventCreateRequestParams(**fields)

    one, hundred = (
        BatchInputMarketingEventCreateRequestParams(inputs=[typed(event) for event in inputs])
        for inputs in (ONE, HUNDRED)
    )
    batches = HubSpot(access_token=TOKEN, host=url).marketing.events.batch_api
    assert len(batches.upsert(hundred).results) == 100
    reader = ApiClient()

    class Answer:
        data = ANSWER_OF_500.decode()

    return {
        "one": lambda: batches.upsert(one),
        "hundred": lambda: batches.upsert(hundred),
        "read": lambda: reader.deserialize(Answer, "BatchResponseTimelineEventResponse"),
    }


def _hubspot_sdk(url: str) -> dict[str, Case]:
    from hubspot_sdk import AsyncHubSpot, HubSpot  # pyright: ignore[reportMissingImports]

    events = HubSpot(access_token=TOKEN, base_url=url).marketing.marketing_events
    async_events = AsyncHubSpot(access_token=TOKEN, base_url=url).marketing.marketing_events
    assert len(events.upsert_batch(inputs=HUNDRED).results) == 100
    return {
        "one": lambda: events.upsert_batch(inputs=ONE),
        "hundred": lambda: events.upsert_batch(inputs=HUNDRED),
        "one" + ASYNC: lambda: async_events.upsert_batch(inputs=ONE),
        "hundred" + ASYNC: lambda: async_events.upsert_batch(inputs=HUNDRED),
    }


CONTESTANTS = {
    "httpx": _httpx,
    "hubspot-events": _hubspot_events,
    "hubspot-events[orjson]": _hubspot_events,
    "hubspot-api-client": _hubspot_api_client,
    "hubspot-sdk": _hubspot_sdk,
}


async def _awaited(case: Callable[[], Awaitable[Any]], count: int) -> None:
    for _ in range(count):
        await case()


def main(name: str, url: str) -> None:
    """Run the cases that are asked for, and answer each with its cost and the most memory that was in use so far."""
    cases = CONTESTANTS[name](url)
    print(json.dumps(sorted(cases)), flush=True)
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            case, _, count = line.strip().rpartition(" ")
            gc.collect()
            began = time.process_time()
            if case.endswith(ASYNC):
                runner.run(_awaited(cases[case], int(count)))
            else:
                for _ in range(int(count)):
                    cases[case]()
            seconds = (time.process_time() - began) / int(count)
            kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print(json.dumps([seconds, kilobytes]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
