"""Ten quirks of HubSpot's API, each of which has bitten someone, and its status codes, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Driver, event
from hubspot_events import (
    AuthenticationError,
    BatchStatus,
    ConflictError,
    DataSensitivity,
    HubSpotError,
    InputError,
    LockedError,
    MarketingEventUpdate,
    MarketingEventUpsert,
    MigrationError,
    PermissionDeniedError,
    PropertyValue,
    RateLimitError,
    ServerError,
)
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, ManualClock, Respond, Transform

WEBINAR = MarketingEventUpsert(
    event_name="Python at the vet",
    event_organizer="Petspot",
    external_account_id="petspot",
    external_event_id="webinar",
    custom_properties={"track": "python", "unknown": "x"},
)


@pytest.fixture
def send(driver: Driver, embedded: EmbeddedHubSpot, clock: ManualClock) -> Any:
    return lambda action, **options: driver.run(action, **{"base_url": embedded.base_url, "clock": clock, **options})


def test_an_id_belongs_to_the_record_that_was_processed_last(send: Any, embedded: EmbeddedHubSpot) -> None:
    send(lambda client: client.timeline.create(event(id="a", object_id="1")))
    send(lambda client: client.timeline.create(event(id="a", object_id="2")))
    assert [one["objectId"] for one in embedded.timeline_events] == ["2"]


@pytest.mark.parametrize("on_used_id", ["reject", "conflict"])
def test_an_id_in_use_is_a_conflict_in_older_and_newer_versions(driver: Driver, on_used_id: Any) -> None:
    with EmbeddedHubSpot(access_token="token", on_used_id=on_used_id) as embedded:
        embedded.plan(LoseAnswer())
        options = {"base_url": embedded.base_url, "clock": ManualClock()}
        result = driver.run(lambda client: client.timeline.create(event(id="a")), **options)
        assert (result.id, result.response.known_already) == ("a", True), "the first try wrote it"
        with pytest.raises(ConflictError) as caught:
            driver.run(lambda client: client.timeline.create(event(id="a")), **options)
        assert not caught.value.may_have_been_processed, "this one is somebody else's"
        assert caught.value.sent_ids == ["a"]
        assert len(embedded.writes) == 1


def test_a_lost_response_does_not_make_a_second_event(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(LoseAnswer(), LoseAnswer())
    send(lambda client: client.timeline.create(event(id="petspot-{{uuid}}")))
    assert len(embedded.writes) == 3
    assert len(embedded.timeline_events) == 1


def test_tokens_go_out_as_they_are_and_come_back_as_text(send: Any) -> None:
    result = send(
        lambda client: client.timeline.create(event(tokens={"age": 3, "weight": 4.5, "good": True, "a": "b"}))
    )
    assert result.tokens == {"age": "3", "weight": "4.5", "good": "true", "a": "b"}


@pytest.mark.parametrize("word", ["COMPLETE", "COMPLETED", None, "HALF_DONE"])
def test_a_batch_status_of_any_kind_can_be_read_and_only_a_word_for_done_is_one(
    driver: Driver, word: str | None
) -> None:
    with EmbeddedHubSpot(access_token="token", status_word=word) as embedded:
        batch = driver.run(lambda client: client.timeline.create_batch([event()]), base_url=embedded.base_url)
    assert batch.all_written is (word != "HALF_DONE")
    assert len(batch.results) == 1
    assert batch.status == (BatchStatus.COMPLETE if word and word.startswith("COMPLETE") else word)


def test_nulls_and_missing_fields_read_as_nothing(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(Transform(lambda answer: dict.fromkeys(answer) | {"id": "a"}))
    result = send(lambda client: client.timeline.create(event()))
    assert result.id == "a"
    assert result.tokens == {}
    assert result.timestamp is None
    assert result.additional_properties == {}


def test_a_custom_property_is_a_name_and_a_value_and_unknown_names_are_dropped(driver: Driver) -> None:
    with EmbeddedHubSpot(access_token="token", known_properties=["track"]) as embedded:
        batch = driver.run(lambda client: client.marketing_events.upsert([WEBINAR]), base_url=embedded.base_url)
    assert [(one.name, one.value) for one in batch.results[0].custom_properties] == [("track", "python")]
    assert batch.all_written, "HubSpot says nothing of the other one"


def test_the_words_of_a_property_are_open(send: Any, embedded: EmbeddedHubSpot) -> None:
    long_form = PropertyValue(
        name="track",
        value="x",
        source="A_NEW_SOURCE",
        data_sensitivity=DataSensitivity.HIGH,
        timestamp=1_772_357_400_000,
    )
    created = send(
        lambda c: c.marketing_events.upsert(
            [
                MarketingEventUpsert(
                    event_name="a",
                    event_organizer="b",
                    external_account_id="c",
                    external_event_id="d",
                    custom_properties=[long_form],
                )
            ]
        )
    )
    sent = embedded.requests[0].json["inputs"][0]["customProperties"][0]
    assert sent == {
        "name": "track",
        "value": "x",
        "source": "A_NEW_SOURCE",
        "dataSensitivity": "high",
        "timestamp": 1_772_357_400_000,
    }
    (stored,) = created.results[0].custom_properties
    assert (stored.source, stored.data_sensitivity) == ("A_NEW_SOURCE", DataSensitivity.HIGH)


def test_an_upserted_event_has_one_id_under_two_names_and_not_the_external_ones(send: Any) -> None:
    (result,) = send(lambda client: client.marketing_events.upsert([WEBINAR])).results
    assert result.id == result.object_id
    assert result.additional_properties == {}


def test_an_event_on_a_custom_object_needs_its_object_id(send: Any) -> None:
    with pytest.raises(InputError, match="object_id"):
        send(lambda client: client.timeline.create(event(custom_object_type_id="2-1")))
    assert (
        send(lambda client: client.timeline.create(event(custom_object_type_id="2-1", object_id="7"))).object_id == "7"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"status": "error", "message": "bad", "correlationId": "c", "category": "VALIDATION_ERROR"},
            "VALIDATION_ERROR: bad",
        ),
        ({"message": "bad", "context": "{missingScopes=[a, b]}", "subCategory": "x", "links": {}}, "bad"),
        ({"message": "bad", "subCategory": {"name": "x"}, "errors": [{"message": "worse", "in": "f"}]}, "f: worse"),
        ({"errors": "all of them", "message": ["odd"]}, "errors"),
        ("<html><h1>413 Request Entity Too Large</h1></html>", "413 Request Entity Too Large"),
        (b"", "HTTP status 400"),
    ],
)
def test_an_error_body_of_any_shape_is_told(send: Any, embedded: EmbeddedHubSpot, body: Any, message: str) -> None:
    embedded.plan(Respond(400, body))
    with pytest.raises(HubSpotError, match="400") as caught:
        send(lambda client: client.timeline.create(event()))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("status", "tries", "kind"),
    [
        (401, 1, AuthenticationError),
        (403, 1, PermissionDeniedError),
        (423, 3, LockedError),
        (429, 3, RateLimitError),
        (477, 1, MigrationError),
        (502, 3, ServerError),
        (503, 3, ServerError),
        (504, 3, ServerError),
        (521, 3, ServerError),
        (522, 3, ServerError),
        (523, 3, ServerError),
        (524, 3, ServerError),
        (525, 3, ServerError),
        (526, 3, ServerError),
    ],
)
def test_a_status_code_is_treated_as_hubspot_says(
    send: Any, embedded: EmbeddedHubSpot, status: int, tries: int, kind: type[HubSpotError]
) -> None:
    embedded.plan(*[Respond(status)] * 3)
    with pytest.raises(kind) as caught:
        send(lambda client: client.timeline.create(event()), max_retries=2)
    assert caught.value.status_code == status
    assert len(embedded.requests) == tries == caught.value.tries


def test_an_update_takes_the_long_form_and_returns_the_short_one(send: Any, embedded: EmbeddedHubSpot) -> None:
    (created,) = send(lambda client: client.marketing_events.upsert([WEBINAR])).results
    update = MarketingEventUpdate(
        object_id=created.id, custom_properties=[PropertyValue(name="track", value="x", unit="u")]
    )
    (updated,) = send(lambda client: client.marketing_events.update([update])).results
    assert embedded.requests[1].json["inputs"][0]["customProperties"] == [{"name": "track", "value": "x", "unit": "u"}]
    assert ("track", "x") in [(one.name, one.value) for one in updated.custom_properties]
    assert updated.custom_properties[0].additional_properties == {}


def test_the_ten_second_limit_is_waited_for_and_the_daily_one_is_not(driver: Driver, clock: ManualClock) -> None:
    with EmbeddedHubSpot(
        access_token="token", now=clock.time, requests_per_ten_seconds=2, requests_per_day=4
    ) as embedded:

        def run() -> Any:
            return driver.run(lambda c: c.timeline.create(event()), base_url=embedded.base_url, clock=clock)

        for _ in range(4):
            run()
        assert [request.status for request in embedded.requests] == [201, 201, 429, 201, 201]
        assert len(clock.waits) == 1
        assert 10 <= clock.waits[0] <= 11
        clock.now += 60
        with pytest.raises(RateLimitError) as caught:
            run()
        assert caught.value.daily
        assert caught.value.tries == 1
