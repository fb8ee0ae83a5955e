"""Whatever the shape of answers that are true, a run tells of each input what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext, suppress
from random import Random
from typing import Any

import attrs
import httpx
import pytest
from conftest import event
from hubspot_events import HubSpotError, HubSpotEvents, Outcome, TimelineEvent, TimelineEventResponse
from hubspot_events.testing import ManualClock
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

Json = dict[str, Any]

IDS = [str(number) for number in range(10, 22)]

#: How an error names the inputs that it is about: by their ids, at these places, with these words of each.
NAMINGS: list[Callable[[dict[str, tuple[int, str]]], Json]] = [
    lambda said: {"context": {"id": [*said]}},
    lambda said: {"context": f"{{ids=[{', '.join(said)}]}}"},
    lambda said: {"errors": [{"message": words, "context": {"ids": [one]}} for one, (_, words) in said.items()]},
    lambda said: {"errors": [{"message": words, "in": f"inputs[{place}].id"} for place, words in said.values()]},
]
OF_EACH = NAMINGS[2:]

SHAPES: list[Callable[[Json], Json]] = [
    lambda one: one,
    lambda one: {"id": one["id"]},
    lambda one: {**one, "id": int(one["id"])},
    lambda one: {**one, "status": "COMPLETE", "message": None, "numErrors": 0},
    lambda one: {**one, "more": {"status": "error", "errors": [1]}},
    lambda one: {**one, "eventTemplateId": None, "timestamp": "soon", "tokens": 3, "extraData": [[]]},
]


@attrs.define
class OddHubSpot:
    """Answers truly, in shapes that nobody documents."""

    chance: Random
    bad: set[str]
    stored: set[str]
    is_whole: bool  # whether it takes a batch as a whole, or not at all
    is_lossy: bool
    writes: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        choose = self.chance.choice
        fate = choose(["", "", "", "unread", "lost"]) if self.is_lossy else ""
        if fate == "unread":
            raise httpx.ConnectError("unread")
        inputs = json.loads(request.content)["inputs"]
        words = dict.fromkeys(self.bad, "is bad") | dict.fromkeys(self.stored, "Event ID already in use")
        said = {one["id"]: (place, words[one["id"]]) for place, one in enumerate(inputs) if one["id"] in words}
        results = [choose(SHAPES)(one) for one in inputs if one["id"] not in words and not (self.is_whole and said)]
        written = [str(one["id"]) for one in results]
        self.stored.update(written)
        self.writes += written
        if fate == "lost":
            raise httpx.ReadError("lost")
        if self.is_whole and said:
            return httpx.Response(choose([400, 400 if {*said} & self.bad else 409]), json=self.error(said))
        self.chance.shuffle(results)
        body = {"results": results, "status": choose(["COMPLETE", "PENDING", None])}
        if said:
            body["errors"] = choose([[self.error(said)], [self.error({one: told}) for one, told in said.items()]])
        return httpx.Response(207 if said else 201, json=body)

    def error(self, said: dict[str, tuple[int, str]]) -> Json:
        words = {words for _, words in said.values()}
        is_one = len(words) == 1
        named = self.chance.choice(NAMINGS if is_one else OF_EACH)(said)
        return {"status": "error", "category": "X", "message": words.pop() if is_one else "several", **named}


@settings(deadline=None, max_examples=150)
@for_any(
    st.integers(0, 1_000_000).map(Random),  # and not `st.randoms`, which other threads cannot use
    st.sets(st.sampled_from(IDS)),
    st.sets(st.sampled_from(IDS)),
    st.booleans(),
    st.booleans(),
    st.integers(1, len(IDS)),
    st.sampled_from([0, 60]),
)
def test_true_answers_of_any_shape_make_true_outcomes(
    chance: Random, bad: set[str], before: set[str], is_whole: bool, is_lossy: bool, size: int, soon: int
) -> None:
    before -= bad
    hubspot = OddHubSpot(chance, bad, {*before}, is_whole, is_lossy)
    pool = httpx.Client(transport=httpx.MockTransport(hubspot))
    told: list[Outcome[TimelineEvent, TimelineEventResponse]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hubspot_events_runtime.outcomes._SOON", soon)
        client = HubSpotEvents("token", http_client=pool, clock=ManualClock(), max_retries=1, max_batch_size=size)
        outcomes = client.timeline.create_many([event(id=one) for one in IDS], concurrency=1)
        with suppress(HubSpotError) if is_lossy else nullcontext(), outcomes:
            told += outcomes
    status = {outcome.id: outcome.status for outcome in (*told, *outcomes.unsettled)}
    assert len(hubspot.writes) == len({*hubspot.writes})
    assert {one for one in status if status[one] == "written"} <= hubspot.stored
    assert not {one for one in status if status[one] == "failed"} & {*hubspot.writes}
    if not is_lossy:
        assert status == {one: "failed" if one in bad | before else "written" for one in IDS}
        assert {outcome.id for outcome in told if outcome.known} == before
        assert all(outcome.result and outcome.result.id == outcome.id for outcome in told if outcome.written)
