"""An embedded HubSpot: a real HTTP server on the loopback interface that behaves like HubSpot's event endpoints.

It exists so that code that sends events can be tested against what really goes wrong: answers that are lost after the
event was written, gateways that speak HTML, rate limits, tokens that expire, batches that fail in part::

    with EmbeddedHubSpot() as hubspot:
        hubspot.plan(LoseAnswer())
        ...  # send an event to hubspot.base_url with hubspot.access_token
        assert len(hubspot.timeline_events) == 1

What it simulates and what it does not
--------------------------------------

It shares no code with the client, so the two cannot agree by construction. Every request is checked against the
OpenAPI specs, its parameters too, and so is every answer but those that a fault makes. An answer that fails the check
is a bug in here, or a wrong example of the specs: it becomes a 500 that says why, and ``close`` raises.

*Operations.* Every operation of the specs is answered, and the answer's header ``X-Embedded-HubSpot`` says how. What
writes events is ``simulated``, as told below: creating a timeline event or a batch of them, upserting marketing events,
updating marketing events by object id, each in v3 and in its dated versions. A dated version that the specs gain is
simulated like those before it. All else is answered with the ``example`` that the specs have of its first success,
whatever was asked: without a body where the specs have none, with 501 where they have a body, or a header that is
required, and no example of it.

*Requests.* What the specs forbid is answered with 400 and the names of the fields, a wrong token with 401, an unknown
path with 404, another method with 405, another content type than JSON with 415, more inputs than ``max_inputs`` with
400, and what is no HTTP/1.1 with 400 or the code that fits, always with HubSpot's error body. JSON that is nested in
more than 500 levels is refused. So is any ``Host`` but a loopback name such as localhost, with 421: a page in a browser
could otherwise read what is here under a name of its own.

*Timeline events of v3.* An id is kept, ``{{uuid}}`` in it is filled, and one is made where none is sent. Tokens come
back as text. When an id is used again for the same event template, ``on_used_id`` decides: ``"replace"`` is the
documented rule, by which the event processed last wins and the record before it loses its event; ``"reject"`` is the
older API, 400 ``Event ID already in use``; ``"conflict"`` is 409, for the whole batch. ``writes`` keeps every processed
write, so that "written twice" shows even when the second write replaced the first.

*Timeline events of the dated versions.* They need an id, and come back as they were sent. An id that is there already
for the event type, or twice in a batch, is 409: no event changes. A batch is taken whole, or nothing of it: its error
names the ids at fault in ``context``. With ``accepts_later`` a success is 200 without a body. ``timeline_events`` and
``writes`` have the events of all versions; their ids do not meet, as v3 has event templates and these event types.

*Marketing events.* An upsert finds its record by the two external ids, which it does not send back. Fields and
properties that are left out keep their values. Properties that are not in ``known_properties`` are dropped without a
word. An update reports the object ids that it did not find in one error and updates the rest; that is a 207, or a 200
in the versions that have no 207. All versions see the same records.

*Partial failures.* ``reject`` makes inputs of your choice fail: 207 from a batch of timeline events of v3 or of
updates, 200 with ``errors`` from an upsert, 400 for a single event and for the whole batch of a dated version. The
error's ``context`` names the ids that were sent.

*Accounts.* ``accounts=200`` makes so many, each with its own tokens, events and rate limits; the token of a request
names the account. All of them installed one app. Ids of timeline events are therefore shared: one that another account
has for the same event template or event type is taken, so that with ``on_used_id="replace"`` the record there loses its
event. HubSpot says so of v3; for the dated versions, of which it says nothing, it is the careful guess.

*Rate limits.* Of each account: a rolling ten-second limit, and for the private app's token a daily one that ends at
midnight UTC, with HubSpot's headers and bodies. Both are generous unless you set them. Requests that were refused do
not count. ``Account.use_quota`` and ``Account.share_quota`` let somebody else use up a part of them.

*OAuth.* The token endpoint under its four paths, for ``grant_type=refresh_token``; access tokens that expire by the
clock ``now``; rotation of the refresh token on request. It is no part of the specs and is checked by hand. Each account
has a refresh token of its own. The token ``access_token`` stands for a private app: it never expires.

*Faults.* ``plan`` hands one fault to each of the next requests, ``misbehave`` deals them out by chance.

*Other processes* ask what arrived, use up quota and reset it all under ``/embedded-hubspot/``, a path that HubSpot does
not have; the page about testing lists the requests. Faults and limits are not for these.

*Not simulated:* CRM records (a contact is neither found nor created, and ``objectId`` is not filled in), event
templates and their tokens, scopes and 403, the account's time zone, TLS, the order of a batch
that HubSpot processes in parallel, checks of a marketing event's dates, and how long HubSpot takes.
"""

from ._clock import ManualClock
from ._faults import (
    CloseBeforeReading,
    CutAnswer,
    Delay,
    Fault,
    Hold,
    LoseAnswer,
    Respond,
    ShortenAnswer,
    Transform,
)
from ._records import Counts, RecordedRequest, Write

try:
    from ._accounts import Account
    from ._embedded import EmbeddedHubSpot
except ModuleNotFoundError as error:
    raise ImportError(
        f'The embedded HubSpot needs {error.name}: pip install "hubspot-events[testing]"', name=error.name
    ) from error

__all__ = [
    "Account",
    "CloseBeforeReading",
    "Counts",
    "CutAnswer",
    "Delay",
    "EmbeddedHubSpot",
    "Fault",
    "Hold",
    "LoseAnswer",
    "ManualClock",
    "RecordedRequest",
    "Respond",
    "ShortenAnswer",
    "Transform",
    "Write",
]
