"""Which input a result or an error belongs to: what is looked up is what comparing it with each input would find."""

from __future__ import annotations

from typing import Any

from hubspot_events import ErrorDetail
from hubspot_events_api.models import BatchError, MarketingEventUpsertResponse
from hubspot_events_runtime.inputs import Inputs
from hypothesis import given
from hypothesis import strategies as st

FIELDS = {"externalAccountId": "external_account_id", "externalEventId": "external_event_id"}
NAMED_BY = (tuple(FIELDS), ("externalEventId",), ("objectId",))

IDS = st.sampled_from(["a", "b", "[1]"])
VALUES = st.sampled_from(["a", "b", "1", 1, True, False, 2.5])
LISTS = st.lists(VALUES, max_size=1)
SENT = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FIELDS, IDS),
        "objectId": IDS,
        "eventName": IDS,
        "eventCompleted": st.booleans(),
        "odd": VALUES | LISTS,
    },
)
BATCHES = st.lists(SENT, min_size=1, max_size=5)
NAMES = st.lists(st.sampled_from(["a", "b", "[0]", "[1]", "[7]", "none of them"]), max_size=3)


def inputs_of(sent: list[dict[str, Any]]) -> Inputs[Any]:
    identities = [tuple(str(one[field]) for field in FIELDS) if FIELDS.keys() <= one.keys() else None for one in sent]
    return Inputs(sent, sent, identities, FIELDS, NAMED_BY)


def place_by_comparison(inputs: Inputs[Any], result: dict[str, Any]) -> int | None:
    """Return the only input that a result does not contradict: in its ids if it has any, else in all it repeats."""
    echo = [result.get(field) for field in FIELDS]
    pairs = [*enumerate(zip(inputs.sent, inputs.identities, strict=True))]
    if any(echo):
        exact = [place for place, (_, identity) in pairs if identity == (*echo,)]
        if exact:
            return exact[-1]
        found = [
            place
            for place, (_, identity) in pairs
            if identity is None or all(one in (None, own) for one, own in zip(echo, identity, strict=True))
        ]
        return found[0] if len(found) == 1 else None if found else -1
    found = []
    for place, (sent, _) in pairs:
        shared = [name for name in sent if name in result and not isinstance(sent[name], list)]
        if shared and all(result[name] == sent[name] for name in shared):
            found.append(place)
    return found[0] if len(found) == 1 else None


@given(BATCHES, st.lists(SENT, max_size=4))
def test_a_result_belongs_to_the_one_input_that_it_does_not_contradict(
    sent: list[dict[str, Any]], results: list[dict[str, Any]]
) -> None:
    inputs = inputs_of(sent)
    assert inputs.places([MarketingEventUpsertResponse.from_dict(result) for result in results]) == [
        place_by_comparison(inputs, result) for result in results
    ]


@given(BATCHES, NAMES, NAMES)
def test_an_error_names_inputs_by_place_or_by_the_fields_that_say_most(
    sent: list[dict[str, Any]], ids: list[str], places: list[str]
) -> None:
    inputs = inputs_of(sent)
    error = BatchError(context={"ids": ids}, errors=[ErrorDetail(in_=f"inputs{place}") for place in places])
    named = {*ids, *(place for place in places if place.startswith("["))}

    def by_comparison(fields: tuple[str, ...]) -> list[int]:
        return [
            place
            for place, one in enumerate(sent)
            if f"[{place}]" in named or all(one.get(field) in named for field in fields)
        ]

    assert inputs.named(error) == next(filter(None, map(by_comparison, NAMED_BY)), [])


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True),
    st.dictionaries(st.sampled_from(["maxLength", "limit", "{index}", "invalid", "amounts"]), st.integers(1, 9)),
    st.booleans(),
)
def test_a_number_that_is_not_called_an_id_names_no_input(
    ids: list[int], limits: dict[str, int], as_text: bool
) -> None:
    inputs = inputs_of([{"objectId": str(one)} for one in ids])
    context = {name: [str(number)] if as_text else number for name, number in limits.items()}
    assert inputs.named(BatchError(context=context)) == []
    assert inputs.named(BatchError(context={**context, "objectIds": [ids[0]]})) == [0]


@given(BATCHES)
def test_a_part_of_a_batch_is_looked_up_on_its_own(sent: list[dict[str, Any]]) -> None:
    inputs = inputs_of(sent)
    events = [MarketingEventUpsertResponse.from_dict(one) for one in sent]
    inputs.places(events)
    for place, event in enumerate(events):
        assert inputs.only([place]).places([event]) == [place_by_comparison(inputs_of([sent[place]]), sent[place])]
    assert inputs.only([0]).joined([inputs.only(range(1, len(sent)))]).places(events) == inputs.places(events)
