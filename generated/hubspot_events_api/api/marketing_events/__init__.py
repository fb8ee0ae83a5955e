"""The marketing events of an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from hubspot_events_runtime.batches import reader_of_batch
from hubspot_events_runtime.clients import AsyncResource, CallOptions, Resource
from hubspot_events_runtime.operations import Body, Operation

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
    read=reader_of_batch(Batch, MarketingEventUpdateResponse),
    body=Body(model=MarketingEventUpdate, argument="events", identity={"objectId": "object_id"}),
    repeatable=True,
)

UPDATE_MARKETING_EVENTS_202509: Operation[Batch[MarketingEventUpdate, MarketingEventUpdateResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2025-09/batch/update",
    read=reader_of_batch(Batch, MarketingEventUpdateResponse),
    body=Body(model=MarketingEventUpdate, argument="events", identity={"objectId": "object_id"}),
    repeatable=True,
)

UPDATE_MARKETING_EVENTS_202609: Operation[Batch[MarketingEventUpdate, MarketingEventUpdateResponse]] = Operation(
    method="POST",
    path="/marketing/marketing-events/2026-09/batch/update",
    read=reader_of_batch(Batch, MarketingEventUpdateResponse),
    body=Body(model=MarketingEventUpdate, argument="events", identity={"objectId": "object_id"}),
    repeatable=True,
)

UPSERT_MARKETING_EVENTS: Operation[Batch[MarketingEventUpsert, MarketingEventUpsertResponse]] = Operation(
    method="POST",
    path="/marketing/v3/marketing-events/events/upsert",
    read=reader_of_batch(Batch, MarketingEventUpsertResponse),
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
    read=reader_of_batch(Batch, MarketingEventUpsertResponse),
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
    read=reader_of_batch(Batch, MarketingEventUpsertResponse),
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
    read=reader_of_batch(Batch, MarketingEventUpsertResponse),
    body=Body(
        model=MarketingEventUpsert,
        argument="events",
        identity={"externalAccountId": "external_account_id", "externalEventId": "external_event_id"},
    ),
    repeatable=True,
)


class MarketingEvents(Resource):
    """The marketing events of an account."""

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


class AsyncMarketingEvents(AsyncResource):
    """The marketing events of an account."""

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
