"""The marketing events of an account."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import ClassVar, Unpack

from hubspot_events_runtime.batches import BatchReader
from hubspot_events_runtime.clients import AsyncResource, CallOptions, Resource
from hubspot_events_runtime.operations import Body, Operation
from hubspot_events_runtime.outcomes import AsyncOutcomes, Flush, ManyOptions, Outcomes

from ...models import (
    Batch,
    MarketingEventUpdate,
    MarketingEventUpdateResponse,
    MarketingEventUpsert,
    MarketingEventUpsertResponse,
)

__all__ = ("AsyncMarketingEvents", "MarketingEvents")

UPDATE_MARKETING_EVENTS: Operation[Batch[MarketingEventUpdate, MarketingEventUpdateResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2026-03/batch/update",
    read=BatchReader(Batch, MarketingEventUpdateResponse),
    body=Body(model=MarketingEventUpdate, argument="events", identity={"objectId": "object_id"}),
    repeatable=True,
)

UPDATE_MARKETING_EVENTS_202509: Operation[Batch[MarketingEventUpdate, MarketingEventUpdateResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2025-09/batch/update",
    read=BatchReader(Batch, MarketingEventUpdateResponse),
    body=Body(model=MarketingEventUpdate, argument="events", identity={"objectId": "object_id"}),
    repeatable=True,
)

UPDATE_MARKETING_EVENTS_202609: Operation[Batch[MarketingEventUpdate, MarketingEventUpdateResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2026-09/batch/update",
    read=BatchReader(Batch, MarketingEventUpdateResponse),
    body=Body(model=MarketingEventUpdate, argument="events", identity={"objectId": "object_id"}),
    repeatable=True,
)

UPSERT_MARKETING_EVENTS: Operation[Batch[MarketingEventUpsert, MarketingEventUpsertResponse]] = Operation(
    method="POST",
    path="/marketing/v3/marketing-events/events/upsert",
    read=BatchReader(Batch, MarketingEventUpsertResponse),
    body=Body(
        model=MarketingEventUpsert,
        argument="events",
        identity={"externalAccountId": "external_account_id", "externalEventId": "external_event_id"},
    ),
    repeatable=True,
)

UPSERT_MARKETING_EVENTS_202509: Operation[Batch[MarketingEventUpsert, MarketingEventUpsertResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2025-09/events/upsert",
    read=BatchReader(Batch, MarketingEventUpsertResponse),
    body=Body(
        model=MarketingEventUpsert,
        argument="events",
        identity={"externalAccountId": "external_account_id", "externalEventId": "external_event_id"},
    ),
    repeatable=True,
)

UPSERT_MARKETING_EVENTS_202603: Operation[Batch[MarketingEventUpsert, MarketingEventUpsertResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2026-03/events/upsert",
    read=BatchReader(Batch, MarketingEventUpsertResponse),
    body=Body(
        model=MarketingEventUpsert,
        argument="events",
        identity={"externalAccountId": "external_account_id", "externalEventId": "external_event_id"},
    ),
    repeatable=True,
)

UPSERT_MARKETING_EVENTS_202609: Operation[Batch[MarketingEventUpsert, MarketingEventUpsertResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2026-09/events/upsert",
    read=BatchReader(Batch, MarketingEventUpsertResponse),
    body=Body(
        model=MarketingEventUpsert,
        argument="events",
        identity={"externalAccountId": "external_account_id", "externalEventId": "external_event_id"},
    ),
    repeatable=True,
)


class MarketingEvents(Resource):
    """The marketing events of an account."""

    _many: ClassVar = {
        "update_many": UPDATE_MARKETING_EVENTS,
        "update_many_2025_09": UPDATE_MARKETING_EVENTS_202509,
        "update_many_2026_09": UPDATE_MARKETING_EVENTS_202609,
        "upsert_many": UPSERT_MARKETING_EVENTS,
        "upsert_many_2025_09": UPSERT_MARKETING_EVENTS_202509,
        "upsert_many_2026_03": UPSERT_MARKETING_EVENTS_202603,
        "upsert_many_2026_09": UPSERT_MARKETING_EVENTS_202609,
    }

    def update(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events: POST /marketing/marketing-events/2026-03/batch/update.

        Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `object_id` is written once.

        HubSpot supports this version until September 2027; its successor is `marketing_events.update_2026_09`.

        Args:
            events: What to change, one marketing event each; 1 to `max_batch_size` (100), no two with the same
                `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to update. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPDATE_MARKETING_EVENTS.call_batch(self._client._settings, events), options)

    def update_many(
        self, events: Iterable[MarketingEventUpdate | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events, any number: POST /marketing/marketing-events/2026-03/batch/update.

        Sends them in batches, as `update` does, several at once and at the pace that HubSpot allows. They are read as
        they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until September 2027; its successor is `marketing_events.update_many_2026_09`.

        Args:
            events: What to change, one marketing event each; any iterable. Of two with the same `object_id` the second
                fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPDATE_MARKETING_EVENTS, events, options)

    def update_2025_09(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events: POST /marketing/marketing-events/2025-09/batch/update.

        Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are. The
        success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `object_id` is written once.

        HubSpot supports this version until March 2027; its successor is `marketing_events.update_2026_09`.

        Args:
            events: What to change, one marketing event each; 1 to `max_batch_size` (100), no two with the same
                `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to update. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPDATE_MARKETING_EVENTS_202509.call_batch(self._client._settings, events), options)

    def update_many_2025_09(
        self, events: Iterable[MarketingEventUpdate | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events, any number: POST /marketing/marketing-events/2025-09/batch/update.

        Sends them in batches, as `update_2025_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2027; its successor is `marketing_events.update_many_2026_09`.

        Args:
            events: What to change, one marketing event each; any iterable. Of two with the same `object_id` the second
                fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPDATE_MARKETING_EVENTS_202509, events, options)

    def update_2026_09(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events: POST /marketing/marketing-events/2026-09/batch/update.

        Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are. The
        success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `object_id` is written once.

        HubSpot supports this version until March 2028.

        Args:
            events: What to change, one marketing event each; 1 to `max_batch_size` (100), no two with the same
                `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to update. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPDATE_MARKETING_EVENTS_202609.call_batch(self._client._settings, events), options)

    def update_many_2026_09(
        self, events: Iterable[MarketingEventUpdate | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events, any number: POST /marketing/marketing-events/2026-09/batch/update.

        Sends them in batches, as `update_2026_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2028.

        Args:
            events: What to change, one marketing event each; any iterable. Of two with the same `object_id` the second
                fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPDATE_MARKETING_EVENTS_202609, events, options)

    def upsert(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/v3/marketing-events/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_2026_09`.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPSERT_MARKETING_EVENTS.call_batch(self._client._settings, events), options)

    def upsert_many(
        self, events: Iterable[MarketingEventUpsert | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/v3/marketing-events/events/upsert.

        Sends them in batches, as `upsert` does, several at once and at the pace that HubSpot allows. They are read as
        they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_many_2026_09`.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPSERT_MARKETING_EVENTS, events, options)

    def upsert_2025_09(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/marketing-events/2025-09/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until March 2027; its successor is `marketing_events.upsert_2026_09`.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPSERT_MARKETING_EVENTS_202509.call_batch(self._client._settings, events), options)

    def upsert_many_2025_09(
        self, events: Iterable[MarketingEventUpsert | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/marketing-events/2025-09/events/upsert.

        Sends them in batches, as `upsert_2025_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2027; its successor is `marketing_events.upsert_many_2026_09`.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPSERT_MARKETING_EVENTS_202509, events, options)

    def upsert_2026_03(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/marketing-events/2026-03/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_2026_09`.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPSERT_MARKETING_EVENTS_202603.call_batch(self._client._settings, events), options)

    def upsert_many_2026_03(
        self, events: Iterable[MarketingEventUpsert | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/marketing-events/2026-03/events/upsert.

        Sends them in batches, as `upsert_2026_03` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_many_2026_09`.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPSERT_MARKETING_EVENTS_202603, events, options)

    def upsert_2026_09(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/marketing-events/2026-09/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until March 2028.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(UPSERT_MARKETING_EVENTS_202609.call_batch(self._client._settings, events), options)

    def upsert_many_2026_09(
        self, events: Iterable[MarketingEventUpsert | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/marketing-events/2026-09/events/upsert.

        Sends them in batches, as `upsert_2026_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2028.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, UPSERT_MARKETING_EVENTS_202609, events, options)


class AsyncMarketingEvents(AsyncResource):
    """The marketing events of an account."""

    _many: ClassVar = {
        "update_many": UPDATE_MARKETING_EVENTS,
        "update_many_2025_09": UPDATE_MARKETING_EVENTS_202509,
        "update_many_2026_09": UPDATE_MARKETING_EVENTS_202609,
        "upsert_many": UPSERT_MARKETING_EVENTS,
        "upsert_many_2025_09": UPSERT_MARKETING_EVENTS_202509,
        "upsert_many_2026_03": UPSERT_MARKETING_EVENTS_202603,
        "upsert_many_2026_09": UPSERT_MARKETING_EVENTS_202609,
    }

    async def update(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events: POST /marketing/marketing-events/2026-03/batch/update.

        Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `object_id` is written once.

        HubSpot supports this version until September 2027; its successor is `marketing_events.update_2026_09`.

        Args:
            events: What to change, one marketing event each; 1 to `max_batch_size` (100), no two with the same
                `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to update. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(UPDATE_MARKETING_EVENTS.call_batch(self._client._settings, events), options)

    def update_many(
        self,
        events: Iterable[MarketingEventUpdate | Flush] | AsyncIterable[MarketingEventUpdate | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events, any number: POST /marketing/marketing-events/2026-03/batch/update.

        Sends them in batches, as `update` does, several at once and at the pace that HubSpot allows. They are read as
        they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until September 2027; its successor is `marketing_events.update_many_2026_09`.

        Args:
            events: What to change, one marketing event each; any iterable. Of two with the same `object_id` the second
                fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPDATE_MARKETING_EVENTS, events, options)

    async def update_2025_09(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events: POST /marketing/marketing-events/2025-09/batch/update.

        Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are. The
        success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `object_id` is written once.

        HubSpot supports this version until March 2027; its successor is `marketing_events.update_2026_09`.

        Args:
            events: What to change, one marketing event each; 1 to `max_batch_size` (100), no two with the same
                `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to update. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(
            UPDATE_MARKETING_EVENTS_202509.call_batch(self._client._settings, events), options
        )

    def update_many_2025_09(
        self,
        events: Iterable[MarketingEventUpdate | Flush] | AsyncIterable[MarketingEventUpdate | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events, any number: POST /marketing/marketing-events/2025-09/batch/update.

        Sends them in batches, as `update_2025_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2027; its successor is `marketing_events.update_many_2026_09`.

        Args:
            events: What to change, one marketing event each; any iterable. Of two with the same `object_id` the second
                fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPDATE_MARKETING_EVENTS_202509, events, options)

    async def update_2026_09(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events: POST /marketing/marketing-events/2026-09/batch/update.

        Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are. The
        success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `object_id` is written once.

        HubSpot supports this version until March 2028.

        Args:
            events: What to change, one marketing event each; 1 to `max_batch_size` (100), no two with the same
                `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to update. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(
            UPDATE_MARKETING_EVENTS_202609.call_batch(self._client._settings, events), options
        )

    def update_many_2026_09(
        self,
        events: Iterable[MarketingEventUpdate | Flush] | AsyncIterable[MarketingEventUpdate | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpdate, MarketingEventUpdateResponse]:
        """Update marketing events, any number: POST /marketing/marketing-events/2026-09/batch/update.

        Sends them in batches, as `update_2026_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2028.

        Args:
            events: What to change, one marketing event each; any iterable. Of two with the same `object_id` the second
                fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPDATE_MARKETING_EVENTS_202609, events, options)

    async def upsert(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/v3/marketing-events/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_2026_09`.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(UPSERT_MARKETING_EVENTS.call_batch(self._client._settings, events), options)

    def upsert_many(
        self,
        events: Iterable[MarketingEventUpsert | Flush] | AsyncIterable[MarketingEventUpsert | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/v3/marketing-events/events/upsert.

        Sends them in batches, as `upsert` does, several at once and at the pace that HubSpot allows. They are read as
        they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_many_2026_09`.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPSERT_MARKETING_EVENTS, events, options)

    async def upsert_2025_09(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/marketing-events/2025-09/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until March 2027; its successor is `marketing_events.upsert_2026_09`.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(
            UPSERT_MARKETING_EVENTS_202509.call_batch(self._client._settings, events), options
        )

    def upsert_many_2025_09(
        self,
        events: Iterable[MarketingEventUpsert | Flush] | AsyncIterable[MarketingEventUpsert | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/marketing-events/2025-09/events/upsert.

        Sends them in batches, as `upsert_2025_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2027; its successor is `marketing_events.upsert_many_2026_09`.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPSERT_MARKETING_EVENTS_202509, events, options)

    async def upsert_2026_03(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/marketing-events/2026-03/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_2026_09`.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(
            UPSERT_MARKETING_EVENTS_202603.call_batch(self._client._settings, events), options
        )

    def upsert_many_2026_03(
        self,
        events: Iterable[MarketingEventUpsert | Flush] | AsyncIterable[MarketingEventUpsert | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/marketing-events/2026-03/events/upsert.

        Sends them in batches, as `upsert_2026_03` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until September 2027; its successor is `marketing_events.upsert_many_2026_09`.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPSERT_MARKETING_EVENTS_202603, events, options)

    async def upsert_2026_09(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> Batch[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events: POST /marketing/marketing-events/2026-09/events/upsert.

        Creates each marketing event of a batch, or updates the one with the same external account id and external event
        id. The success answer may itself list errors.

        Needs the scope `crm.objects.marketing_events.write`.

        Sent again after a lost answer, what has the same `external_account_id` and `external_event_id` is written once.

        HubSpot supports this version until March 2028.

        Args:
            events: The marketing events; 1 to `max_batch_size` (100), no two with the same `external_account_id` and
                `external_event_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of marketing events to create or update. Some may have failed: ask `all_written`, or
            call `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say
            which input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(
            UPSERT_MARKETING_EVENTS_202609.call_batch(self._client._settings, events), options
        )

    def upsert_many_2026_09(
        self,
        events: Iterable[MarketingEventUpsert | Flush] | AsyncIterable[MarketingEventUpsert | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[MarketingEventUpsert, MarketingEventUpsertResponse]:
        """Create or update marketing events, any number: POST /marketing/marketing-events/2026-09/events/upsert.

        Sends them in batches, as `upsert_2026_09` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `crm.objects.marketing_events.write`.

        HubSpot supports this version until March 2028.

        Args:
            events: The marketing events; any iterable. Of two with the same `external_account_id` and
                `external_event_id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, UPSERT_MARKETING_EVENTS_202609, events, options)
