"""The timeline events of an account."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import ClassVar, Unpack

from hubspot_events_runtime.answers import reader_of
from hubspot_events_runtime.batches import BatchReader
from hubspot_events_runtime.clients import AsyncResource, CallOptions, Resource
from hubspot_events_runtime.operations import Body, Operation
from hubspot_events_runtime.outcomes import AsyncOutcomes, Flush, ManyOptions, Outcomes

from ...models import Batch, TimelineEvent, TimelineEvent202603, TimelineEvent202603Response, TimelineEventResponse

__all__ = ("AsyncTimeline", "Timeline")

CREATE_TIMELINE_EVENT: Operation[TimelineEventResponse] = Operation(
    method="POST",
    path="/integrators/timeline/v3/events",
    read=reader_of(TimelineEventResponse),
    body=Body(
        model=TimelineEvent,
        argument="event",
        identity={"eventTemplateId": "event_template_id", "id": "id"},
        named_by=("email", "utk", "objectId"),
        filled="id",
        needed=False,
        time="timestamp",
    ),
    repeatable=True,
    deprecation="timeline.create, POST /integrators/timeline/v3/events, is deprecated. HubSpot supports this version until September 2027; its successor is timeline.create_2026_03.",
)

CREATE_TIMELINE_EVENT_202603: Operation[TimelineEvent202603Response] = Operation(
    method="POST",
    path="/integrators/timeline/2026-03/events",
    read=reader_of(TimelineEvent202603Response),
    body=Body(
        model=TimelineEvent202603,
        argument="event",
        identity={"eventTypeName": "event_type_name", "id": "id"},
        named_by=("email", "utk", "objectId"),
        filled="id",
        needed=True,
        time="timestamp",
    ),
    repeatable=True,
)

CREATE_TIMELINE_EVENT_BATCH: Operation[Batch[TimelineEvent, TimelineEventResponse]] = Operation(
    method="POST",
    path="/integrators/timeline/v3/events/batch/create",
    read=BatchReader(Batch, TimelineEventResponse),
    body=Body(
        model=TimelineEvent,
        argument="events",
        identity={"eventTemplateId": "event_template_id", "id": "id"},
        named_by=("email", "utk", "objectId"),
        filled="id",
        needed=False,
        time="timestamp",
    ),
    repeatable=True,
    deprecation="timeline.create_batch, POST /integrators/timeline/v3/events/batch/create, is deprecated. HubSpot supports this version until September 2027; its successor is timeline.create_batch_2026_03.",
)

CREATE_TIMELINE_EVENT_BATCH_202603: Operation[Batch[TimelineEvent202603, TimelineEvent202603Response]] = Operation(
    method="POST",
    path="/integrators/timeline/2026-03/events/batch",
    read=BatchReader(Batch, TimelineEvent202603Response),
    body=Body(
        model=TimelineEvent202603,
        argument="events",
        identity={"eventTypeName": "event_type_name", "id": "id"},
        named_by=("email", "utk", "objectId"),
        filled="id",
        needed=True,
        time="timestamp",
    ),
    repeatable=True,
)


class Timeline(Resource):
    """The timeline events of an account."""

    _many: ClassVar = {
        "create_many": CREATE_TIMELINE_EVENT_BATCH,
        "create_many_2026_03": CREATE_TIMELINE_EVENT_BATCH_202603,
    }

    def create(self, event: TimelineEvent, **options: Unpack[CallOptions]) -> TimelineEventResponse:
        """Create a timeline event: POST /integrators/timeline/v3/events.

        Puts one event on the timeline of a CRM record. An event cannot be changed once it is there, but one with the
        same id takes its place. In place of the scope `timeline`, the write scope of the record's object type will do.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_template_id` and `id` is written once.

        **Deprecated.** HubSpot supports this version until September 2027; its successor is `timeline.create_2026_03`.

        Args:
            event: One event for the timeline of a CRM record. Beside the two required fields HubSpot needs to know the
                record: `object_id`, or on contacts `email` or `utk`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            A timeline event as HubSpot stores it.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(CREATE_TIMELINE_EVENT.call(self._client._settings, event), options)

    def create_2026_03(self, event: TimelineEvent202603, **options: Unpack[CallOptions]) -> TimelineEvent202603Response:
        """Create a timeline event: POST /integrators/timeline/2026-03/events.

        Puts one event on the timeline of a CRM record. An event cannot be changed once it is there, and a second one
        with its id is refused with 409. In place of the scope `timeline`, the write scope of the record's object type
        will do.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_type_name` and `id` is written once.

        HubSpot supports this version until September 2027.

        Args:
            event: One event for the timeline of a CRM record. Beside its type and its properties HubSpot needs to know
                the record: `object_id`, or on contacts `email` or `utk`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            A timeline event as HubSpot took it.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(CREATE_TIMELINE_EVENT_202603.call(self._client._settings, event), options)

    def create_batch(
        self, events: Iterable[TimelineEvent], **options: Unpack[CallOptions]
    ) -> Batch[TimelineEvent, TimelineEventResponse]:
        """Create many timeline events: POST /integrators/timeline/v3/events/batch/create.

        Puts each event of a batch on the timeline of a CRM record. In place of the scope `timeline`, the write scope of
        the records' object type will do. The size of a batch is not documented here; 100 is the limit of its
        predecessor and of most batches at HubSpot.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_template_id` and `id` is written once.

        **Deprecated.** HubSpot supports this version until September 2027; its successor is
        `timeline.create_batch_2026_03`.

        Args:
            events: The events; 1 to `max_batch_size` (100), no two with the same `event_template_id` and `id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of timeline events. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(CREATE_TIMELINE_EVENT_BATCH.call_batch(self._client._settings, events), options)

    def create_many(
        self, events: Iterable[TimelineEvent | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[TimelineEvent, TimelineEventResponse]:
        """Create many timeline events, any number: POST /integrators/timeline/v3/events/batch/create.

        Sends them in batches, as `create_batch` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `timeline`.

        **Deprecated.** HubSpot supports this version until September 2027; its successor is
        `timeline.create_many_2026_03`.

        Args:
            events: The events; any iterable. Of two with the same `event_template_id` and `id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, CREATE_TIMELINE_EVENT_BATCH, events, options)

    def create_batch_2026_03(
        self, events: Iterable[TimelineEvent202603], **options: Unpack[CallOptions]
    ) -> Batch[TimelineEvent202603, TimelineEvent202603Response]:
        """Create many timeline events: POST /integrators/timeline/2026-03/events/batch.

        Puts each event of a batch on the timeline of a CRM record. HubSpot takes the whole batch or nothing of it: one
        event that is bad (400) or known already (409) is enough to refuse all of them. In place of the scope
        `timeline`, the write scope of the records' object type will do.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_type_name` and `id` is written once.

        HubSpot supports this version until September 2027.

        Args:
            events: The events; 1 to `max_batch_size` (100), no two with the same `event_type_name` and `id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of timeline events. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return self._client._run(CREATE_TIMELINE_EVENT_BATCH_202603.call_batch(self._client._settings, events), options)

    def create_many_2026_03(
        self, events: Iterable[TimelineEvent202603 | Flush], **options: Unpack[ManyOptions]
    ) -> Outcomes[TimelineEvent202603, TimelineEvent202603Response]:
        """Create many timeline events, any number: POST /integrators/timeline/2026-03/events/batch.

        Sends them in batches, as `create_batch_2026_03` does, several at once and at the pace that HubSpot allows. They
        are read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `timeline`.

        HubSpot supports this version until September 2027.

        Args:
            events: The events; any iterable. Of two with the same `event_type_name` and `id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return Outcomes(self._client, CREATE_TIMELINE_EVENT_BATCH_202603, events, options)


class AsyncTimeline(AsyncResource):
    """The timeline events of an account."""

    _many: ClassVar = {
        "create_many": CREATE_TIMELINE_EVENT_BATCH,
        "create_many_2026_03": CREATE_TIMELINE_EVENT_BATCH_202603,
    }

    async def create(self, event: TimelineEvent, **options: Unpack[CallOptions]) -> TimelineEventResponse:
        """Create a timeline event: POST /integrators/timeline/v3/events.

        Puts one event on the timeline of a CRM record. An event cannot be changed once it is there, but one with the
        same id takes its place. In place of the scope `timeline`, the write scope of the record's object type will do.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_template_id` and `id` is written once.

        **Deprecated.** HubSpot supports this version until September 2027; its successor is `timeline.create_2026_03`.

        Args:
            event: One event for the timeline of a CRM record. Beside the two required fields HubSpot needs to know the
                record: `object_id`, or on contacts `email` or `utk`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            A timeline event as HubSpot stores it.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(CREATE_TIMELINE_EVENT.call(self._client._settings, event), options)

    async def create_2026_03(
        self, event: TimelineEvent202603, **options: Unpack[CallOptions]
    ) -> TimelineEvent202603Response:
        """Create a timeline event: POST /integrators/timeline/2026-03/events.

        Puts one event on the timeline of a CRM record. An event cannot be changed once it is there, and a second one
        with its id is refused with 409. In place of the scope `timeline`, the write scope of the record's object type
        will do.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_type_name` and `id` is written once.

        HubSpot supports this version until September 2027.

        Args:
            event: One event for the timeline of a CRM record. Beside its type and its properties HubSpot needs to know
                the record: `object_id`, or on contacts `email` or `utk`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            A timeline event as HubSpot took it.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(CREATE_TIMELINE_EVENT_202603.call(self._client._settings, event), options)

    async def create_batch(
        self, events: Iterable[TimelineEvent], **options: Unpack[CallOptions]
    ) -> Batch[TimelineEvent, TimelineEventResponse]:
        """Create many timeline events: POST /integrators/timeline/v3/events/batch/create.

        Puts each event of a batch on the timeline of a CRM record. In place of the scope `timeline`, the write scope of
        the records' object type will do. The size of a batch is not documented here; 100 is the limit of its
        predecessor and of most batches at HubSpot.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_template_id` and `id` is written once.

        **Deprecated.** HubSpot supports this version until September 2027; its successor is
        `timeline.create_batch_2026_03`.

        Args:
            events: The events; 1 to `max_batch_size` (100), no two with the same `event_template_id` and `id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of timeline events. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(CREATE_TIMELINE_EVENT_BATCH.call_batch(self._client._settings, events), options)

    def create_many(
        self,
        events: Iterable[TimelineEvent | Flush] | AsyncIterable[TimelineEvent | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[TimelineEvent, TimelineEventResponse]:
        """Create many timeline events, any number: POST /integrators/timeline/v3/events/batch/create.

        Sends them in batches, as `create_batch` does, several at once and at the pace that HubSpot allows. They are
        read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `timeline`.

        **Deprecated.** HubSpot supports this version until September 2027; its successor is
        `timeline.create_many_2026_03`.

        Args:
            events: The events; any iterable. Of two with the same `event_template_id` and `id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, CREATE_TIMELINE_EVENT_BATCH, events, options)

    async def create_batch_2026_03(
        self, events: Iterable[TimelineEvent202603], **options: Unpack[CallOptions]
    ) -> Batch[TimelineEvent202603, TimelineEvent202603Response]:
        """Create many timeline events: POST /integrators/timeline/2026-03/events/batch.

        Puts each event of a batch on the timeline of a CRM record. HubSpot takes the whole batch or nothing of it: one
        event that is bad (400) or known already (409) is enough to refuse all of them. In place of the scope
        `timeline`, the write scope of the records' object type will do.

        Needs the scope `timeline`.

        Sent again after a lost answer, what has the same `event_type_name` and `id` is written once.

        HubSpot supports this version until September 2027.

        Args:
            events: The events; 1 to `max_batch_size` (100), no two with the same `event_type_name` and `id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of a batch of timeline events. Some may have failed: ask `all_written`, or call
            `raise_for_errors`. HubSpot promises no order of the results: `result_indexes` and `result_of` say which
            input each belongs to.

        Raises:
            InputError: What was given cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.
        """
        return await self._client._run(
            CREATE_TIMELINE_EVENT_BATCH_202603.call_batch(self._client._settings, events), options
        )

    def create_many_2026_03(
        self,
        events: Iterable[TimelineEvent202603 | Flush] | AsyncIterable[TimelineEvent202603 | Flush],
        **options: Unpack[ManyOptions],
    ) -> AsyncOutcomes[TimelineEvent202603, TimelineEvent202603Response]:
        """Create many timeline events, any number: POST /integrators/timeline/2026-03/events/batch.

        Sends them in batches, as `create_batch_2026_03` does, several at once and at the pace that HubSpot allows. They
        are read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.

        With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.

        Needs the scope `timeline`.

        HubSpot supports this version until September 2027.

        Args:
            events: The events; any iterable. Of two with the same `event_type_name` and `id` the second fails.
            options: `journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.

        Returns:
            An iterator of what became of each input, which drives the run; see `Outcomes`.

        Raises:
            InputError: What was given cannot be sent, and was not.
            JournalError: The journal is of another job, account or input, in use, or cannot be written.
            HubSpotError: While the outcomes are taken: the run cannot go on.
        """
        return AsyncOutcomes(self._client, CREATE_TIMELINE_EVENT_BATCH_202603, events, options)
