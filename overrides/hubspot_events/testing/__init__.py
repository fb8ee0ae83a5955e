"""An embedded HubSpot: a real HTTP server on the loopback interface that behaves like HubSpot's event endpoints.

It exists so that code that sends events can be tested against what really goes wrong: answers that are lost after the
event was written, gateways that speak HTML, rate limits, tokens that expire, batches that fail in part::

    with EmbeddedHubSpot() as hubspot:
        hubspot.plan(LoseAnswer())
        ...  # send an event to hubspot.base_url with hubspot.access_token
        assert len(hubspot.timeline_events) == 1

What it simulates and what it does not
--------------------------------------

It shares no code with the client, so the two cannot agree by construction. Every request to the four endpoints is
checked against the OpenAPI specs, and so is every answer of theirs but those that a fault makes. An answer that fails
the check is a bug in here: it becomes a 500, and ``close`` raises.

*The endpoints.* Creating a timeline event or a batch of them, upserting marketing events, updating marketing events by
object id; on HTTP/1.1 connections that stay open. What the specs forbid is answered with 400 and the names of the
fields, a wrong token with 401, an unknown path with 404, another method than POST with 405, another content type than
JSON with 415, more inputs than ``max_inputs`` with 400.

*Timeline events.* An id is kept, ``{{uuid}}`` in it is filled, and one is made where none is sent. Tokens come back as
text. An event without ``objectId`` needs ``email`` or ``utk``, and on a custom object nothing else will do. When an id
is used again for the same event template, ``on_used_id`` decides: ``"replace"`` is the documented rule, by which the
event processed last wins and the record before it loses its event; ``"reject"`` is the older API, 400 ``Event ID
already in use``; ``"conflict"`` is the newer one, 409 for the whole batch. ``writes`` keeps every processed write, so
that "written twice" shows even when the second write replaced the first.

*Marketing events.* An upsert finds its record by the two external ids, which it does not send back. Fields and
properties that are left out keep their values. Properties that are not in ``known_properties`` are dropped without a
word. An update reports the object ids that it did not find in one error of a 207 and updates the rest.

*Partial failures.* ``reject`` makes inputs of your choice fail: 207 from a batch of timeline events or of updates, 200
with ``errors`` from an upsert, 400 for a single event. The error's ``context`` names the ids that were sent.

*Rate limits.* A rolling ten-second limit, and for the private app's token a daily one that ends at midnight UTC, with
HubSpot's headers and bodies. Both are generous unless you set them. Requests that were refused do not count.

*OAuth.* The token endpoint under its three paths, for ``grant_type=refresh_token``; access tokens that expire by the
clock ``now``; rotation of the refresh token on request. It is no part of the specs and is checked by hand. The token
``access_token`` stands for a private app: it never expires.

*Faults.* ``plan`` hands one fault to each of the next requests, ``misbehave`` deals them out by chance.

*Not simulated:* CRM records (a contact is neither found nor created, and ``objectId`` is not filled in), event
templates and their tokens, scopes and 403, the account's time zone, TLS, more than one account, the order of a batch
that HubSpot processes in parallel, checks of a marketing event's dates, and how long HubSpot takes.
"""

from typing import TYPE_CHECKING

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
from ._records import RecordedRequest, Write

if TYPE_CHECKING:
    from ._embedded import EmbeddedHubSpot

__all__ = [
    "CloseBeforeReading",
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

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Not imported above: every run of pytest imports this package for its plugin, with or without the extra.
        if name != "EmbeddedHubSpot":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            from ._embedded import EmbeddedHubSpot  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise ImportError(
                f'The embedded HubSpot needs {error.name}: pip install "hubspot-events[testing]"', name=error.name
            ) from error
        return EmbeddedHubSpot
