"""Mistakes that type checkers must find. Each stands alone on its line, which ends with a mark."""

import asyncio
from typing import assert_type

from hubspot_events import (
    AsyncHubSpotEvents,
    BatchStatus,
    CallOptions,
    DataSensitivity,
    FileTokenStore,
    HubSpotError,
    HubSpotEvents,
    MarketingEventUpdate,
    MarketingEventUpsert,
    OAuthRefresh,
    PropertyValue,
    SharedRateLimiter,
    SQLiteQuota,
    TimelineEvent,
    TimelineEvent202603,
    TimelineEventBatchResponse,
    TimelineEventIFrame,
    TimelineEventResponse,
)
from hubspot_events import Operation  # error: not public

client = HubSpotEvents("token")
event = TimelineEvent(event_template_id="1", tokens={}, email="ruby@petspot.example")
dated = TimelineEvent202603(event_type_name="pe1_adoption", id="1", properties={}, object_id="28002")

# Fields
TimelineEvent(tokens={})  # error: no template
TimelineEvent(event_template_id="1")  # error: no tokens
TimelineEvent(event_template_id=1001298, tokens={})  # error: a number as id
TimelineEvent(event_template_id="1", tokens={"petAge": None})  # error: a token without a value
TimelineEvent(event_template_id="1", tokens={"petAge": [3]})  # error: a list as a token
TimelineEvent(event_template_id="1", tokens={1: "one"})  # error: a number as the name of a token
TimelineEvent(event_template_id="1", tokens="petAge=3")  # error: text as tokens
TimelineEvent(event_template_id="1", tokens={}, timestamp=1772359200000)  # error: milliseconds as a time
TimelineEvent(event_template_id="1", tokens={}, eventId="1")  # error: no such field
TimelineEvent("1", {})  # error: fields have names
TimelineEventIFrame(link_label="", header_label="", url="", width="600", height=4)  # error: text as a number
MarketingEventUpsert(event_name="Vet", event_organizer="Petspot", external_event_id="1")  # error: no account
MarketingEventUpdate(event_name="Vet")  # error: no id
MarketingEventUpdate(object_id="1", custom_properties={"seats": None})  # error: a property without a value
MarketingEventUpdate(object_id="1", custom_properties=["seats"])  # error: a property that is only a name
MarketingEventUpdate(object_id="1", event_cancelled="yes")  # error: text as a flag
PropertyValue(name="seats", value=[40])  # error: a list as the value
event.tokenz  # error: no such field
event.event_type_name  # error: of another version
TimelineEvent202603(event_type_name="pe1_adoption", id="1", tokens={})  # error: of another version
TimelineEvent202603(event_type_name="pe1_adoption", properties={"age": None})  # error: a property without a value
DataSensitivity.SECRET  # error: no such word

# Calls
client.timeline.create({"eventTemplateId": "1"})  # error: a dict as an event
client.timeline.create([event])  # error: many events for one
client.timeline.create(event, retries=3)  # error: no such option
client.timeline.create(event, max_retries="3")  # error: text as a number
client.timeline.create_batch(event)  # error: one event for many
client.timeline.create_batch([MarketingEventUpdate(object_id="1")])  # error: events of another kind
client.marketing_events.upsert([MarketingEventUpdate(object_id="1")])  # error: updates for upserts
client.timeline.create(dated)  # error: an event of another version
client.timeline.create_batch_2026_03([event])  # error: events of another version
client.marketing_events.delete("1")  # error: no such call
client.request("GET")  # error: no path
client.request("GET", "/crm/v3/lists", params={"limit": 1})  # error: no such argument
client.with_options(http_client=None)  # error: the connections are those of the client
client.with_options(max_retries="3")  # error: text as a number
impatient: CallOptions = {"max_waits": 0}  # error: no such option
HubSpotEvents(token="token")  # error: no such argument
HubSpotEvents("token", 30.0)  # error: options have names
OAuthRefresh(client_id="id", client_secret="secret")  # error: no refresh token
OAuthRefresh(client_id="id", client_secret="secret", store=FileTokenStore("tokens"))  # error: no account
SharedRateLimiter(SQLiteQuota("quota.db"))  # error: no account
SharedRateLimiter("quota.db", "4711")  # error: a path is no store
SharedRateLimiter(SQLiteQuota("quota.db"), "4711", when_away="go")  # error: no such way
OAuthRefresh(client_id="id", client_secret="secret", store="tokens", account="1")  # error: no store

# Results
client.timeline.create(event).results  # error: one event is no batch
client.timeline.create(event).created_at.isoformat()  # error: may be missing
client.timeline.create_batch([event]).status.lower()  # error: may be missing
client.timeline.create_batch([event]).result_of("1")  # error: text as a place
client.request("GET", "/crm/v3/lists").results  # error: any JSON has no fields
assert_type(client.timeline.create_batch([event]).results[0], str)  # error: it is an event
other: TimelineEventBatchResponse = client.timeline.create_batch_2026_03([dated])  # error: of another version
done: TimelineEventResponse = client.timeline.create_batch([event])  # error: a batch is no event
finished: bool = BatchStatus.COMPLETE  # error: a word is no flag


async def asynchronous(client: AsyncHubSpotEvents) -> None:
    created: TimelineEventResponse = client.timeline.create(event)  # error: not awaited
    with client:  # error: not async
        pass
    await asyncio.sleep(created.tokens)  # error: no number


try:
    client.timeline.create(event)
except HubSpotError as error:
    print(error.status_code + 1)  # error: may be missing
    print(error.policy_name)  # error: only a rate limit has one
