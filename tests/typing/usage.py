"""Typed code as a user writes it. It is never run: tests/test_typing.py shows that type checkers accept it."""

from __future__ import annotations

import os
import warnings
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Unpack, assert_never, assert_type

import httpx
import hubspot_events
from hubspot_events import (
    FLUSH,
    AccessToken,
    AppInfo,
    AsyncHubSpotEvents,
    AsyncOutcomes,
    AsyncTokenEntry,
    AsyncTokenStore,
    AuthenticationError,
    BadRequestError,
    Batch,
    BatchError,
    BatchFailure,
    BatchOutcome,
    BatchStatus,
    CallOptions,
    ClientOptions,
    Clock,
    ConflictError,
    DailyQuotaError,
    DataSensitivity,
    EarlierError,
    Error,
    ErrorDetail,
    ExtraData,
    FileTokenStore,
    Flush,
    HubSpotDeprecationWarning,
    HubSpotError,
    HubSpotEvents,
    InputError,
    JournalError,
    Links,
    LockedError,
    ManyOptions,
    MarketingEventProperty,
    MarketingEventUpdate,
    MarketingEventUpdateBatchResponse,
    MarketingEventUpdateResponse,
    MarketingEventUpsert,
    MarketingEventUpsertBatchResponse,
    MarketingEventUpsertResponse,
    MigrationError,
    NotFoundError,
    OAuthRefresh,
    Outcome,
    Outcomes,
    PartialFailureError,
    PermissionDeniedError,
    Progress,
    PropertyValue,
    PropertyValueResponse,
    QuotaEntry,
    QuotaStore,
    QuotaStoreError,
    RateLimiter,
    RateLimitError,
    RedisQuota,
    RedisTokenStore,
    RefusedInputError,
    RequestTimeoutError,
    Response,
    ResponseError,
    ResultList,
    ServerError,
    SharedRateLimiter,
    SQLiteQuota,
    StoppedError,
    SystemClock,
    TimelineEvent,
    TimelineEvent202603,
    TimelineEvent202603BatchResponse,
    TimelineEvent202603Properties,
    TimelineEvent202603Response,
    TimelineEvent202603ResponseProperties,
    TimelineEventBatchResponse,
    TimelineEventIFrame,
    TimelineEventResponse,
    TimelineEventResponseTokens,
    TimelineEventTokens,
    TokenEntry,
    TokenSet,
    TokenStore,
    TransportError,
    UnreadableResponseError,
    __version__,
    event_id,
)
from hubspot_events.bulk import Access, PartitionOptions, PartitionSummary, send_partition

version: str = __version__
assert_type(event_id(), str)
assert_type(event_id("order-{{uuid}}", key="order-1881:paid"), str)


# Clients


def token_of_the_vault() -> str:
    return os.environ["TOKEN"]


async def token_of_the_async_vault() -> str:
    return token_of_the_vault()


class WallClock:
    """A clock of the user's own needs no base class."""

    def time(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None: ...

    async def sleep_async(self, seconds: float) -> None: ...


def store(tokens: TokenSet) -> None:
    assert_type(tokens.access_token, str)
    assert_type(tokens.refresh_token, str)
    assert_type(tokens.expires_at, float)


async def store_async(tokens: TokenSet) -> None:
    store(tokens)


def clients() -> list[HubSpotEvents]:
    clock: Clock = SystemClock()
    oauth = OAuthRefresh(
        client_id="id",
        client_secret="secret",
        refresh_token="refresh",
        on_refresh=store,
        access_token="token",
        expires_at=0.0,
        clock=clock,
    )
    return [
        HubSpotEvents(),
        HubSpotEvents("token"),
        HubSpotEvents(token_of_the_vault),
        HubSpotEvents(auth=AccessToken("token")),
        HubSpotEvents(auth=oauth, timeout=None),
        HubSpotEvents("token", timeout=httpx.Timeout(5.0, read=60.0), max_retries=0, max_wait=0),
        HubSpotEvents("token", base_url="https://api.hubapi.com", max_batch_size=50, fill_ids=False, clock=WallClock()),
        HubSpotEvents("token", http_client=httpx.Client(http2=False)),
    ]


def async_clients() -> list[AsyncHubSpotEvents]:
    oauth = OAuthRefresh(client_id="id", client_secret="secret", refresh_token="refresh", on_refresh=store_async)
    return [
        AsyncHubSpotEvents(token_of_the_async_vault),
        AsyncHubSpotEvents(auth=oauth),
        AsyncHubSpotEvents("token", http_client=httpx.AsyncClient()),
    ]


def limited() -> list[HubSpotEvents]:
    limiter = RateLimiter(80, max_requests_today=200_000)
    assert_type(limiter.requests_per_ten_seconds, float)
    return [
        HubSpotEvents("token", limiter=limiter, account="4711"),
        HubSpotEvents("token").with_options(limiter=limiter),
    ]


class QuotaRow:
    def read(self) -> str | None:
        return None

    def write(self, text: str) -> None: ...
    def time(self) -> float:
        return 0.0


class QuotaTable:
    @contextmanager
    def lock(self, account: str) -> Iterator[QuotaEntry]:
        yield QuotaRow()


def limited_together(redis: Any) -> list[HubSpotEvents]:
    table: QuotaStore = QuotaTable()
    limiters = [
        SharedRateLimiter(SQLiteQuota("quota.db"), "4711"),
        SharedRateLimiter(RedisQuota("redis://localhost"), account="4711", when_away="stop"),
        SharedRateLimiter(RedisQuota(redis, prefix="our-app:"), "4711", 80, max_requests_today=200_000),
        SharedRateLimiter(table, "4711"),
    ]
    try:
        return [HubSpotEvents("token", limiter=limiter, account="4711") for limiter in limiters]
    except QuotaStoreError as error:
        assert_type(error.may_have_been_processed, bool)
    return [HubSpotEvents("token").with_options(limiter=limiters[0])]


def token_of(account: str) -> str:
    return os.environ[f"TOKEN_{account}"]


def connect(account: str) -> HubSpotEvents:
    return HubSpotEvents(token_of(account), account=account)


def one_partition(rows: list[TimelineEvent], **options: Unpack[PartitionOptions]) -> dict[str, int]:
    summary = send_partition(
        "timeline.create_many", rows, account="4711", partition="1", connect=connect, outcomes="outcomes", **options
    )
    assert_type(summary, PartitionSummary)
    assert_type(summary.is_done, bool)
    assert_type(summary.seconds, float)
    return summary.reasons


def where_all_workers_find_it() -> list[HubSpotEvents]:
    accesses = [
        Access(quota="redis://localhost", access_token=token_of, requests_per_ten_seconds=80),
        Access(quota="quota.db", tokens="redis://localhost", max_requests_today=200_000, base_url="http://localhost"),
    ]
    return [access("4711") for access in accesses]


def a_lot(client: HubSpotEvents, rows: Iterator[TimelineEvent], **options: Unpack[ManyOptions]) -> Progress:
    with client.timeline.create_many(rows, **options) as outcomes:
        assert_type(outcomes, Outcomes[TimelineEvent, TimelineEventResponse])
        for outcome in outcomes:
            assert_type(outcome, Outcome[TimelineEvent, TimelineEventResponse])
            assert_type(outcome.input, TimelineEvent)
            assert_type(outcome.result, TimelineEventResponse | None)
            if isinstance(outcome.error, RefusedInputError | EarlierError | StoppedError):
                assert_type(outcome.error.message, str)
    try:
        client.marketing_events.upsert_many_2026_09([], journal="a.journal", concurrency=4, max_retries=2)
    except (JournalError, DailyQuotaError) as error:
        assert_type(error.may_have_been_processed, bool)
    return outcomes.progress


def from_a_queue(client: HubSpotEvents) -> None:
    def arriving() -> Iterator[TimelineEvent | Flush]:
        yield TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={})
        yield FLUSH

    for outcome in client.timeline.create_many(arriving()):
        assert_type(outcome.input, TimelineEvent)


async def a_lot_async(client: AsyncHubSpotEvents, rows: AsyncIterator[TimelineEvent202603]) -> None:
    outcomes = client.timeline.create_many_2026_03(rows)
    assert_type(outcomes, AsyncOutcomes[TimelineEvent202603, TimelineEvent202603Response])
    async for outcome in outcomes:
        assert_type(outcome.written, bool)
    await outcomes.aclose()
    client.timeline.create_many_2026_03([])


def made_by_hand(event: TimelineEvent, result: TimelineEventResponse) -> list[TimelineEventResponse | None]:
    outcome = Outcome(0, event, "written", result)
    assert_type(outcome, Outcome[TimelineEvent, TimelineEventResponse])
    outcome.result = None
    match outcome:
        case Outcome(_, _, _, told):
            assert_type(told, TimelineEventResponse | None)
    return [outcome.result, Outcome(index=1, input=event, status="written", result=result, id="1").result]


class LateClock(SystemClock):
    def time(self) -> float:
        return SystemClock.time(self) - 60


class Row:
    """An entry of the user's own needs no base class."""

    def read(self) -> TokenSet:
        return TokenSet("access", "refresh", 0.0)

    def write(self, tokens: TokenSet) -> None: ...


class Table:
    """Neither does a store."""

    @contextmanager
    def lock(self, account: str) -> Iterator[Row]:
        yield Row()


class AsyncRow:
    async def read(self) -> TokenSet | None:
        return None

    async def write(self, tokens: TokenSet) -> None: ...


class AsyncTable:
    @asynccontextmanager
    async def lock(self, account: str) -> AsyncIterator[AsyncTokenEntry]:
        yield AsyncRow()


def shared_tokens(redis: Any) -> list[OAuthRefresh]:
    stores: list[TokenStore | AsyncTokenStore] = [
        FileTokenStore("tokens"),
        RedisTokenStore(redis, prefix="our-app:", lock_seconds=5),
        Table(),
        AsyncTable(),
    ]
    return [OAuthRefresh(client_id="id", client_secret="secret", store=store, account="62515") for store in stores] + [
        OAuthRefresh(client_id="id", client_secret="secret", refresh_token="refresh", store=Table(), account=62515)
    ]


def installed(store: TokenStore, tokens: TokenSet) -> None:
    with store.lock("62515") as entry:
        assert_type(entry, TokenEntry)
        assert_type(entry.read(), TokenSet | None)
        entry.write(tokens)


def for_an_account(client: HubSpotEvents, token: str) -> HubSpotEvents:
    patient = client.with_options(max_retries=10, max_wait=3600, timeout=None)
    assert_type(patient, HubSpotEvents)
    options: ClientOptions = {"access_token": token, "max_batch_size": 50}
    return client.with_options(**options)


warnings.simplefilter("error", HubSpotDeprecationWarning)


# Timeline events


TOKENS: TimelineEventTokens = {"petName": "Art3mis", "petAge": 3, "bornOn": datetime(2021, 1, 1, tzinfo=UTC)}
MORE: ExtraData = {"questions": [{"question": "Who's a good girl?", "answer": "Bark!"}]}


def pet_event(name: str, tokens: Mapping[str, str]) -> TimelineEvent:
    return TimelineEvent(
        event_template_id="1001298",
        id=event_id(key=name),
        email="art3mis@petspot.example",
        tokens=tokens,
        extra_data=MORE,
        timeline_i_frame=TimelineEventIFrame(
            link_label="View", header_label="Pet", url="https://my.petspot.example", width=600, height=400
        ),
        timestamp=datetime(2026, 3, 1, 10, tzinfo=UTC),
    )


def more_events() -> Iterator[TimelineEvent]:
    numbers: dict[str, int] = {"petAge": 3}
    mixed: dict[str, str | float | bool | Decimal] = {"petAge": 3.5, "vaccinated": True, "price": Decimal("19.90")}
    yield TimelineEvent(event_template_id="1", utk="cookie", tokens=numbers)
    yield TimelineEvent(event_template_id="1", utk="cookie", tokens=TOKENS)
    yield TimelineEvent(event_template_id="1", object_id="28001", domain="petspot.example", tokens=mixed)
    yield TimelineEvent(
        event_template_id="1",
        object_id="7",
        custom_object_type_id="2-3465404",
        timestamp="2026-03-01T10:00:00+01:00",
        tokens={"petName": "Ruby", "petAge": 3, "vaccinated": False, "bornOn": datetime(2021, 1, 1, tzinfo=UTC)},
        additional_properties={"newField": 1},
    )


def send(client: HubSpotEvents) -> None:
    tokens = {"petName": "Art3mis"}
    created = client.timeline.create(pet_event("art3mis", tokens), timeout=5, max_retries=1, max_wait=2.5)
    assert_type(created, TimelineEventResponse)
    assert_type(created.id, str)
    assert_type(created.object_type, str)
    assert_type(created.created_at, datetime | None)
    assert_type(created.tokens, TimelineEventResponseTokens)
    assert_type(created.tokens["petName"], str)
    assert_type(created.timeline_i_frame, TimelineEventIFrame | None)
    assert_type(created.additional_properties["new"], Any)
    assert_type(created.response, Response)

    batch = client.timeline.create_batch(more_events())
    assert_type(batch, TimelineEventBatchResponse)
    assert_type(batch, Batch[TimelineEvent, TimelineEventResponse])
    assert_type(batch.results, list[TimelineEventResponse])
    assert_type(batch.all_written, bool)
    assert_type(batch.sent, Sequence[Mapping[str, Any]])
    assert_type(batch.sent_ids, Sequence[str | None])
    assert_type(batch.known, Sequence[int])
    assert_type(batch.result_indexes, list[int | None])
    assert_type(batch.result_of(0), TimelineEventResponse | None)
    assert_type(batch.failures, list[BatchFailure[TimelineEvent]])
    for failure in batch.failures:
        assert_type(failure.error, BatchError)
        assert_type(failure.inputs, list[TimelineEvent])
        assert_type(failure.indexes, list[int])
        assert_type(failure.error.errors, list[ErrorDetail])
    batch.raise_for_errors()


def dated_event(properties: TimelineEvent202603Properties) -> TimelineEvent202603:
    return TimelineEvent202603(
        event_type_name="pe1234567_adoption",
        id=event_id(key="adoption-1881"),
        object_id="28002",
        object_type_fully_qualified_name="p1234567_pets",
        properties=properties,
        timestamp="2026-03-01T10:00:00Z",
    )


def send_dated(client: HubSpotEvents) -> None:
    event = dated_event({"petName": "Ruby", "petAge": 4.5, "bornOn": datetime(2021, 1, 1, tzinfo=UTC)})
    created = client.timeline.create_2026_03(event)
    assert_type(created, TimelineEvent202603Response)
    assert_type(created.event_type_name, str)
    assert_type(created.properties, TimelineEvent202603ResponseProperties)
    batch = client.timeline.create_batch_2026_03([event])
    assert_type(batch, TimelineEvent202603BatchResponse)
    assert_type(batch.inputs, Sequence[TimelineEvent202603])


# Marketing events


def upserts() -> Generator[MarketingEventUpsert, None, None]:
    properties: dict[str, str] = {"track": "python"}
    yield MarketingEventUpsert(
        event_name="Python at the vet",
        event_organizer="Petspot",
        external_account_id="petspot",
        external_event_id="webinar-2026-03",
        custom_properties=properties,
        start_date_time=datetime.now(UTC),
        end_date_time="2026-03-01T11:00:00Z",
    )
    yield MarketingEventUpsert(
        event_name="Python at the vet",
        event_organizer="Petspot",
        external_account_id="petspot",
        external_event_id="webinar-2026-04",
        custom_properties=[
            PropertyValue(name="seats", value="40", data_sensitivity=DataSensitivity.HIGH, source_vid=(1, 2)),
            PropertyValue(name="track", value="python", data_sensitivity="standard"),
        ],
    )


def publish(client: HubSpotEvents) -> None:
    upserted = client.marketing_events.upsert(upserts())
    assert_type(upserted, MarketingEventUpsertBatchResponse)
    assert_type(upserted.results, list[MarketingEventUpsertResponse])
    assert_type(upserted.results[0].custom_properties, list[PropertyValueResponse])
    assert_type(upserted.links, Links)
    updates = [MarketingEventUpdate(object_id=event.id, event_cancelled=True) for event in upserted.results]
    updated = client.marketing_events.update(updates)
    assert_type(updated, MarketingEventUpdateBatchResponse)
    assert_type(updated.results, list[MarketingEventUpdateResponse])
    assert_type(updated.failures, list[BatchFailure[MarketingEventUpdate]])
    assert_type(updated.num_errors, int | None)
    assert_type(updated.completed_at, datetime | None)
    assert_type(updated.http_status, int)
    assert_type(updated.results[0].custom_properties, list[MarketingEventProperty])
    assert_type(updated.results[0].custom_properties[0].value, str)
    assert_type(updated.results[0].app_info, AppInfo | None)


def publish_in_each_version(client: HubSpotEvents) -> list[MarketingEventUpdateBatchResponse]:
    events = client.marketing_events
    for upsert in (events.upsert, events.upsert_2025_09, events.upsert_2026_03, events.upsert_2026_09):
        assert_type(upsert(upserts()), MarketingEventUpsertBatchResponse)
    updates = [MarketingEventUpdate(object_id="1", event_cancelled=True)]
    return [update(updates) for update in (events.update, events.update_2025_09, events.update_2026_09)]


def tell(status: BatchStatus) -> str:
    match status:
        case BatchStatus.COMPLETE:
            return "done"
        case BatchStatus.CANCELED:
            return "given up"
        case BatchStatus.PENDING | BatchStatus.PROCESSING:
            return "under way"
        case _:
            return f"a word that is not documented: {status}"


def summary(batch: BatchOutcome[TimelineEvent, TimelineEventResponse]) -> str:
    if batch.status is None:
        return f"{len(batch.results)} written"
    return tell(batch.status) + batch.status.lower()


# One function for every call of an app, which hands its options on


def create_patiently(client: HubSpotEvents, event: TimelineEvent, **options: Unpack[CallOptions]) -> str:
    return client.timeline.create(event, **options).id


PATIENT: CallOptions = {"max_wait": 3600.0, "max_retries": 10, "timeout": None}


def create_very_patiently(client: HubSpotEvents, event: TimelineEvent) -> str:
    return create_patiently(client, event, **PATIENT)


# What the client has no method for, and what came with an answer


def look_around(client: HubSpotEvents) -> list[str]:
    response = client.request("GET", "/crm/v3/lists", query={"limit": 10, "ids": ["1", "2"]}, max_retries=1)
    assert_type(response, Response)
    assert_type(response.json, Any)
    client.request("POST", "/crm/v3/lists/search", json={"query": "pets"}, headers={"X-Why": "pets"}, repeatable=True)
    return came_with(response)


def came_with(response: Response) -> list[str]:
    assert_type(response.status_code, int)
    assert_type(response.correlation_id, str | None)
    assert_type(response.tries, int)
    assert_type(response.received_at, datetime)
    assert_type(response.known_already, bool)
    return [response.headers["date"], str(response.sent)]


def first(found: ResultList[TimelineEventResponse]) -> TimelineEventResponse:
    assert_type(found.response, Response)
    return found[0]


# Both kinds of clients close what they opened


def in_one_go() -> None:
    with HubSpotEvents() as client:
        assert_type(client, HubSpotEvents)
        send(client)
        publish(client)
    HubSpotEvents().close()


async def in_one_go_async() -> None:
    async with AsyncHubSpotEvents() as client:
        assert_type(client, AsyncHubSpotEvents)
        created = await client.timeline.create(pet_event("ruby", {"petName": "Ruby"}), max_retries=0)
        assert_type(created, TimelineEventResponse)
        batch = await client.timeline.create_batch(iter([pet_event("rex", {})]), **PATIENT)
        assert_type(batch, TimelineEventBatchResponse)
        upserted = await client.marketing_events.upsert(upserts())
        assert_type(upserted.results, list[MarketingEventUpsertResponse])
        updated = await client.marketing_events.update([MarketingEventUpdate(object_id="1", event_url=None)])
        assert_type(updated, MarketingEventUpdateBatchResponse)
        dated = await client.timeline.create_2026_03(dated_event({}))
        assert_type(dated, TimelineEvent202603Response)
        assert_type(await client.with_options(max_retries=0).request("GET", "/crm/v3/lists"), Response)
    await AsyncHubSpotEvents().aclose()


# Errors


def survive(client: HubSpotEvents, event: TimelineEvent) -> float | None:
    try:
        client.timeline.create_batch([event]).raise_for_errors()
    except InputError as error:
        assert_type(error.field, str)
        assert_type(error.reason, str)
        assert_type(error.index, int | None)
    except PartialFailureError as error:
        assert_type(error.status_code, int)
        return float(len(error.failures))
    except RateLimitError as error:
        assert_type(error.daily, bool)
        assert_type(error.policy_name, str | None)
        return error.retry_after
    except MigrationError as error:
        assert_type(error.until, datetime | None)
    except PermissionDeniedError as error:
        assert_type(error.missing_scopes, list[str])
    except BadRequestError as error:
        assert_type(error.fields, list[str])
    except (AuthenticationError, ConflictError, LockedError, NotFoundError, ServerError) as error:
        assert_type(error.status_code, int)
        assert_type(error.retry_after, float | None)
        assert_type(error.content, bytes)
        assert_type(error.error.message, str)
        assert_type(error.error.category, str | None)
        assert_type(error.error.context, Any)
        return len(told(Error.from_dict({"message": error.error.message, "errors": []})))
    except UnreadableResponseError as error:
        assert_type(error.may_have_been_processed, bool)
    except ResponseError as error:
        assert_type(error.received_at, datetime)
    except RequestTimeoutError as error:
        assert_type(error.tries, int)
    except TransportError as error:
        assert_type(error.path, str | None)
    except HubSpotError as error:
        assert_type(error.status_code, int | None)
        assert_type(error.category, str | None)
        assert_type(error.correlation_id, str | None)
        assert_type(error.message, str)
        assert_type(error.not_retried, str | None)
    return None


def told(error: Error | BatchError) -> list[str]:
    details: list[ErrorDetail] = error.errors
    return [error.message, *(detail.message for detail in details)]


def is_worth_another_day(error: RateLimitError | LockedError | TransportError) -> bool:
    if isinstance(error, RateLimitError):
        return error.daily
    if isinstance(error, LockedError):
        return True
    if isinstance(error, TransportError):
        return not error.may_have_been_processed
    assert_never(error)


everything: list[str] = hubspot_events.__all__
