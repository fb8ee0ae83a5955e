"""Each endpoint over real HTTP: what goes over the wire, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import hubspot_events
import pytest
from conftest import Driver, Script, event
from hubspot_events import (
    AsyncHubSpotEvents,
    AuthenticationError,
    BadRequestError,
    BatchStatus,
    MarketingEventUpdate,
    MarketingEventUpsert,
    TimelineEvent,
    TimelineEventIFrame,
    TransportError,
)
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, ManualClock, Respond

PET = TimelineEvent(
    event_template_id="1001298",
    id="petspot:1001298:art3mis",
    email="art3mis@petspot.example",
    tokens={"petName": "Art3mis", "petAge": 3, "petColor": "black"},
    extra_data={"questions": [{"question": "Who's a good girl?", "answer": "Bark!"}]},
    timeline_i_frame=TimelineEventIFrame(
        link_label="View Art3mis",
        header_label="Art3mis dog",
        url="https://my.petspot.example/pets/Art3mis",
        width=600,
        height=400,
    ),
    timestamp=datetime(2020, 1, 30, 17, 42, 10, 276000, tzinfo=UTC),
)
PET_ON_THE_WIRE = {
    "eventTemplateId": "1001298",
    "id": "petspot:1001298:art3mis",
    "email": "art3mis@petspot.example",
    "tokens": {"petName": "Art3mis", "petAge": 3, "petColor": "black"},
    "extraData": {"questions": [{"question": "Who's a good girl?", "answer": "Bark!"}]},
    "timelineIFrame": {
        "linkLabel": "View Art3mis",
        "headerLabel": "Art3mis dog",
        "url": "https://my.petspot.example/pets/Art3mis",
        "width": 600,
        "height": 400,
    },
    "timestamp": "2020-01-30T17:42:10.276000Z",
}
WEBINAR = MarketingEventUpsert(
    event_name="Python at the vet",
    event_organizer="Petspot",
    external_account_id="petspot",
    external_event_id="webinar",
    start_date_time="2026-12-01T11:00:00+01:00",
    event_cancelled=False,
    custom_properties={"track": "python"},
)


@pytest.fixture
def send(driver: Driver, embedded: EmbeddedHubSpot) -> Any:
    return lambda action, **options: driver.run(action, base_url=embedded.base_url, **options)


def test_one_timeline_event(send: Any, embedded: EmbeddedHubSpot) -> None:
    result = send(lambda client: client.timeline.create(PET))
    (request,) = embedded.requests
    assert (request.method, request.path) == ("POST", "/integrators/timeline/v3/events")
    assert request.json == PET_ON_THE_WIRE
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == f"hubspot-events/{hubspot_events.__version__}"
    assert result.id == "petspot:1001298:art3mis"
    assert result.object_type == "contacts"
    assert result.tokens == {"petName": "Art3mis", "petAge": "3", "petColor": "black"}
    assert result.extra_data == PET.extra_data
    assert result.timeline_i_frame == PET.timeline_i_frame
    assert result.timestamp == PET.timestamp
    assert result.created_at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert result.additional_properties == {}


@pytest.mark.parametrize("headers", [None, {"x-more": "1"}])
def test_names_of_headers_are_spelled_alike_with_a_body_and_without(driver: Driver, headers: Any) -> None:
    script = Script(httpx.Response(200, json={}))
    for method, json in (("GET", None), ("POST", {"a": 1})):
        driver.against(script, lambda client: client.request(method, "/x", json=json, headers=headers))  # noqa: B023
    for request in script.requests:
        assert {b"Accept", b"Accept-Encoding", b"User-Agent"} <= {name for name, _ in request.headers.raw}


def test_many_timeline_events(send: Any, embedded: EmbeddedHubSpot) -> None:
    events = [PET, event(object_id="28002", custom_object_type_id="2-3465404", id="b")]
    batch = send(lambda client: client.timeline.create_batch(iter(events)))
    (request,) = embedded.requests
    assert request.path == "/integrators/timeline/v3/events/batch/create"
    assert request.json["inputs"][0] == PET_ON_THE_WIRE
    assert batch.status is BatchStatus.COMPLETE
    assert [result.id for result in batch.results] == ["petspot:1001298:art3mis", "b"]
    assert batch.results[1].object_id == "28002"
    assert batch.errors == []
    assert batch.num_errors is None
    assert batch.completed_at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert batch.all_written


def test_some_timeline_events_failing(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.reject(lambda sent: sent["id"] == "b", message="no such field")
    events = [event(id="a"), event(id="b"), event(id="c")]
    batch = send(lambda client: client.timeline.create_batch(events))
    assert batch.http_status == 207
    assert not batch.all_written
    assert [result.id for result in batch.results] == ["a", "c"]
    assert [(failure.error.message, failure.inputs) for failure in batch.failures] == [("no such field", [events[1]])]


def test_creating_and_updating_marketing_events_by_external_ids(send: Any, embedded: EmbeddedHubSpot) -> None:
    first = send(lambda client: client.marketing_events.upsert([WEBINAR]))
    assert embedded.requests[0].path == "/marketing/v3/marketing-events/events/upsert"
    assert embedded.requests[0].json == {
        "inputs": [
            {
                "eventName": "Python at the vet",
                "eventOrganizer": "Petspot",
                "externalAccountId": "petspot",
                "externalEventId": "webinar",
                "startDateTime": "2026-12-01T10:00:00Z",
                "eventCancelled": False,
                "customProperties": [{"name": "track", "value": "python"}],
            }
        ]
    }
    again = send(lambda client: client.marketing_events.upsert([WEBINAR]))
    assert first.results[0].id == first.results[0].object_id == again.results[0].id
    assert first.results[0].event_cancelled is False
    assert first.results[0].start_date_time == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert [(one.name, one.value) for one in first.results[0].custom_properties] == [("track", "python")]
    assert first.all_written
    assert len(embedded.marketing_events) == 1


def test_an_upsert_that_fails_in_part_with_200(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.reject(lambda sent: sent["externalEventId"] == "webinar")
    batch = send(lambda client: client.marketing_events.upsert([WEBINAR]))
    assert batch.http_status == 200
    assert batch.status is BatchStatus.COMPLETE
    assert batch.num_errors == 1
    assert not batch.all_written
    assert batch.failures[0].inputs == [WEBINAR]


def test_updating_marketing_events_by_object_id(send: Any, embedded: EmbeddedHubSpot) -> None:
    created = send(lambda client: client.marketing_events.upsert([WEBINAR]))
    update = MarketingEventUpdate(object_id=created.results[0].id, event_cancelled=True)
    batch = send(lambda client: client.marketing_events.update([update]))
    assert embedded.requests[1].path == "/marketing/marketing-events/2026-03/batch/update"
    assert embedded.requests[1].json == {"inputs": [{"objectId": created.results[0].id, "eventCancelled": True}]}
    assert batch.results[0].event_cancelled is True
    assert batch.results[0].event_name == "Python at the vet"
    assert batch.all_written

    missing = MarketingEventUpdate(object_id="1", event_name="x")
    batch = send(lambda client: client.marketing_events.update([update, missing]))
    assert batch.http_status == 207
    assert batch.failures[0].error.category == "OBJECT_NOT_FOUND"
    assert batch.failures[0].inputs == [missing]
    assert len(batch.results) == 1


def test_a_wrong_token_is_an_authentication_error(send: Any, embedded: EmbeddedHubSpot) -> None:
    with pytest.raises(AuthenticationError, match="401"):
        send(lambda client: client.timeline.create(PET), access_token="another")
    assert embedded.timeline_events == []


def test_what_hubspot_refuses_is_a_bad_request_with_its_fields(send: Any, embedded: EmbeddedHubSpot) -> None:
    with pytest.raises(BadRequestError) as caught:
        send(lambda client: client.timeline.create(event(additional_properties={"timelineIFrame": {"url": 5}})))
    assert "timelineIFrame.url" in caught.value.fields
    assert caught.value.correlation_id


@pytest.mark.parametrize("status", [200, 201, 202, 206, 207, 299])
def test_any_2xx_is_a_success(driver: Driver, status: int) -> None:
    result = driver.against(Script(httpx.Response(status, json={"id": "a"})), lambda c: c.timeline.create(event()))
    assert result.id == "a"


def test_a_result_without_an_id_has_the_one_that_was_sent(driver: Driver) -> None:
    script = Script(httpx.Response(201, json={"eventTemplateId": "1"}))
    result = driver.against(script, lambda c: c.timeline.create(event()))
    assert result.id == script.bodies[0]["id"]


def test_a_cookie_of_an_answer_does_not_come_back(send: Any, embedded: EmbeddedHubSpot) -> None:
    def twice(client: Any) -> Any:
        first = client.timeline.create(PET)
        if not isinstance(client, AsyncHubSpotEvents):
            return client.timeline.create(PET)

        async def both() -> Any:
            await first
            return await client.timeline.create(PET)

        return both()

    embedded.plan(Respond(200, {"id": PET.id}, headers={"Set-Cookie": "__cf_bm=for-browsers; path=/"}))
    send(twice)
    assert ["cookie" in request.headers for request in embedded.requests] == [False, False]


def test_the_connections_are_closed_with_the_client_that_made_them(driver: Driver, embedded: EmbeddedHubSpot) -> None:
    kept: list[Any] = []

    def action(client: Any) -> Any:
        kept.append(client)
        return client.timeline.create(PET)

    driver.run(action, base_url=embedded.base_url)
    assert kept[0]._connections.pool.is_closed
    with pytest.raises(
        TransportError, match="the client is closed, or its http_client; use it within its with block"
    ) as caught:
        driver.run(lambda _: kept[0].timeline.create(PET))
    assert not caught.value.may_have_been_processed
    pool = httpx.Client()
    pool.close()
    with (
        hubspot_events.HubSpotEvents("token", http_client=pool) as client,
        pytest.raises(TransportError, match="the client is closed, or its http_client"),
    ):
        client.timeline.create(PET)


@pytest.mark.parametrize(("first", "lost"), [(Respond(429), False), (LoseAnswer(), True)])
def test_a_call_that_waits_while_its_client_is_closed_was_not_sent_after_that(
    driver: Driver, embedded: EmbeddedHubSpot, first: Any, lost: bool
) -> None:
    kept: Any = None

    class ClosingClock(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            kept.close()

        async def sleep_async(self, seconds: float) -> None:
            super().sleep(seconds)
            await kept.aclose()

    def action(client: Any) -> Any:
        nonlocal kept
        kept = client
        return client.timeline.create(PET)

    embedded.plan(first)
    with pytest.raises(TransportError, match="the client is closed") as caught:
        driver.run(action, base_url=embedded.base_url, clock=ClosingClock())
    assert (caught.value.may_have_been_processed, caught.value.sent_ids) == (lost, [PET.id])
