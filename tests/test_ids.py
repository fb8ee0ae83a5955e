"""Ids: made before the first try, the same at every try, and the same for the same key for ever."""

from __future__ import annotations

import subprocess
import sys
import uuid
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from conftest import Driver, Script, created, event
from hubspot_events import InputError, RequestTimeoutError, ServerError, event_id
from hypothesis import given
from hypothesis import strategies as st

PLACEHOLDERS = ["{{uuid}}", "<<uuid>>"]
patterns = (
    st.lists(
        st.one_of(
            st.sampled_from(PLACEHOLDERS),
            st.text(st.characters(codec="utf-8", exclude_characters="{}[]<>"), max_size=5),
        ),
        min_size=1,
        max_size=6,
    )
    .map("".join)
    .filter(str.strip)
)


def is_uuid(text: str) -> bool:
    return str(uuid.UUID(text)) == text


class OldEnum(str, Enum):  # noqa: UP042 - formatted as its name, which StrEnum is not
    pass


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_is_filled_before_sending(driver: Driver, placeholder: str) -> None:
    script = Script(created)
    given_event = event(id=f"petspot-{placeholder}-x")
    result = driver.against(script, lambda client: client.timeline.create(given_event))
    sent = script.bodies[0]["id"]
    assert is_uuid(sent.removeprefix("petspot-").removesuffix("-x"))
    assert result.id == sent
    assert given_event.id == f"petspot-{placeholder}-x", "the caller's object is not changed"


def test_an_event_without_an_id_gets_a_unique_one(driver: Driver) -> None:
    script = Script(created)
    driver.against(script, lambda client: client.timeline.create_batch([event(), event()]))
    one, other = (sent["id"] for sent in script.bodies[0]["inputs"])
    assert is_uuid(one)
    assert is_uuid(other)
    assert one != other


def test_every_try_sends_the_same_id(driver: Driver) -> None:
    script = Script(httpx.ReadTimeout("lost"), httpx.Response(502), created)
    driver.against(script, lambda client: client.timeline.create(event(id="a-{{uuid}}")))
    assert len(script.requests) == 3
    assert len({body["id"] for body in script.bodies}) == 1
    assert len({request.content for request in script.requests}) == 1


def test_two_calls_with_one_event_send_two_ids(driver: Driver) -> None:
    script = Script(created)
    one = event(id="a-{{uuid}}")
    driver.against(script, lambda client: client.timeline.create(one))
    driver.against(script, lambda client: client.timeline.create(one))
    assert script.bodies[0]["id"] != script.bodies[1]["id"]


@pytest.mark.parametrize(
    ("given_id", "sent"), [(None, None), ("a-{{uuid}}", "a-{{uuid}}"), ("a-<<uuid>>", "a-{{uuid}}")]
)
def test_ids_can_be_left_to_hubspot_which_knows_one_spelling(
    driver: Driver, given_id: str | None, sent: str | None
) -> None:
    script = Script(created)
    driver.against(script, lambda client: client.timeline.create(event(id=given_id)), fill_ids=False)
    assert script.bodies[0].get("id") == sent


@pytest.mark.parametrize("given_id", [None, "a-{{uuid}}", "a-<<uuid>>"])
@pytest.mark.parametrize(
    ("lost", "kind"), [(httpx.ReadTimeout("lost"), RequestTimeoutError), (httpx.Response(504), ServerError)]
)
def test_with_an_id_left_to_hubspot_an_unknown_fate_is_not_tried_again(
    driver: Driver, given_id: str | None, lost: httpx.Response | Exception, kind: type[Exception]
) -> None:
    script = Script(lost)
    with pytest.raises(kind, match="not tried again: the id was left to HubSpot") as caught:
        driver.against(script, lambda client: client.timeline.create(event(id=given_id)), fill_ids=False)
    assert len(script.requests) == 1
    assert caught.value.may_have_been_processed  # type: ignore[attr-defined]


def test_with_an_id_left_to_hubspot_what_was_not_processed_is_tried_again(driver: Driver) -> None:
    script = Script(httpx.ConnectError("no"), httpx.Response(521), httpx.Response(423), created)
    driver.against(script, lambda client: client.timeline.create(event()), fill_ids=False)
    assert len(script.requests) == 4


def test_a_fixed_id_is_tried_again_even_when_ids_are_left_to_hubspot(driver: Driver) -> None:
    script = Script(httpx.ReadTimeout("lost"), created)
    driver.against(script, lambda client: client.timeline.create(event(id="order-1")), fill_ids=False)
    assert len(script.requests) == 2


@pytest.mark.parametrize("fill_ids", [True, False])
def test_the_same_id_twice_in_a_batch_is_refused(driver: Driver, fill_ids: bool) -> None:
    events = [event(id="a"), event(id="b"), event(id="a")]
    with pytest.raises(InputError, match=r"^inputs\[2\]\.id: 'a' is that of inputs\[0\] too") as caught:
        driver.run(lambda client: client.timeline.create_batch(events), fill_ids=fill_ids)
    assert caught.value.field == "inputs[2].id"


def test_ids_that_become_equal_by_filling_are_refused(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=7))
    events = [event(id="a-{{uuid}}"), event(id=f"a-{uuid.UUID(int=7)}")]
    with pytest.raises(InputError, match=r"inputs\[1\]\.id"):
        driver.run(lambda client: client.timeline.create_batch(events))


@given(patterns)
def test_no_placeholder_is_left_in_an_id(pattern: str) -> None:
    made = event_id(pattern)
    assert made != event_id(pattern)
    for placeholder in PLACEHOLDERS:
        assert placeholder not in made


@given(patterns, st.text(min_size=1).filter(str.strip))
def test_a_key_gives_the_same_id_again_and_another_key_another(pattern: str, key: str) -> None:
    try:
        made = event_id(pattern, key=key)
    except InputError:
        assert any("\ud800" <= character <= "\udfff" or character == "\x1f" for character in key)
        return
    assert made == event_id(pattern, key=key)
    assert made != event_id(pattern, key=key + ".")


def test_the_id_of_a_key_is_that_of_every_other_process() -> None:
    code = "from hubspot_events import event_id; print(event_id('petspot', key='order-1881:paid'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    # Written down, because a change would make every back-fill so far write everything twice.
    assert event_id("petspot", key="order-1881:paid") == other == "petspot-60b352e1-44cb-597e-9ecc-8f3df17a3387"


def test_a_pattern_without_a_placeholder_gets_one_at_its_end() -> None:
    assert is_uuid(event_id("petspot").removeprefix("petspot-"))
    assert is_uuid(event_id())


@pytest.mark.parametrize(
    ("pattern", "key", "account", "field"),
    [
        ("", None, None, "pattern"),
        (" ", "a", None, "pattern"),
        ("a", "", None, "key"),
        ("a", "\t", None, "key"),
        ("a", "\ud800", None, "key"),
        ("a", "a", "", "account"),
        ("a", "a", " ", "account"),
        ("a", "a", "\ud800", "account"),
        ("a", 1881, None, "key"),
        ("a", b"a", None, "key"),
        (None, "a", None, "pattern"),
        # Whose text is another one, or changes from run to run.
        *(("a", "a", account, "account") for account in (4711.0, float("nan"), True, b"4711", object(), [1])),
        pytest.param("a", "a", 10**5000, "account", id="5001 digits"),
        *(("a", "a", account, "account") for account in (np.float64(4711), np.True_, pd.NA, Decimal(4711))),
        # What stands between account and key.
        ("a", "1\x1fk", None, "key"),
        ("a", "2\x1f3", "1", "key"),
        ("a", "3", "1\x1f2", "account"),
    ],
)
def test_a_pattern_a_key_or_an_account_that_names_nothing_for_good_is_refused(
    pattern: Any, key: Any, account: Any, field: str
) -> None:
    with pytest.raises(InputError) as caught:
        event_id(pattern, key=key, account=account)
    assert caught.value.field == field


@pytest.mark.parametrize("kind", [StrEnum, OldEnum])
def test_the_id_of_an_enums_word_is_that_of_its_text(kind: Any) -> None:
    words = kind("Words", {"PATTERN": "petspot", "ACCOUNT": "4711", "KEY": "order-1881"})
    made = event_id(words.PATTERN, account=words.ACCOUNT, key=words.KEY)
    assert made == event_id("petspot", account="4711", key="order-1881")


def test_an_account_gives_the_same_key_an_id_of_its_own() -> None:
    one, another = (event_id("petspot", account=account, key="order-1881:paid") for account in ("4711", "4712"))
    assert one != another
    assert (
        one
        == event_id("petspot", account=4711, key="order-1881:paid")
        == "petspot-48caf61f-05ef-5024-8a53-840002992e68"
    )
    assert one == event_id("petspot", account=np.int64(4711), key="order-1881:paid")  # type: ignore[arg-type]
    assert one != event_id("petspot", key="order-1881:paid")
    assert event_id(account="47", key="11") != event_id(account="4", key="711")
    with pytest.raises(InputError, match="account: goes with a key"):
        event_id("petspot", account="4711")


@pytest.mark.parametrize(
    "pattern",
    [
        *("a-{{UUID}}", "a-{{ uuid }}", "a-{uuid}", "a-<<UUID>>", "a-<uuid>", "{{uuid}}-{Uuid}"),
        *(
            "{{uuid}",
            "{{uuid4()}}",
            "{{uuid|upper}}",
            "{{\u200buuid}}",
            "{%uuid%}",
            "${uuid}",
            "{ {uuid} }",
            "[[uuid]]",
        ),
        *(
            "{order_id}",
            "order-{{ order-id }}",
            "<<uuid>>-{name!r:>5}",
            "order-{}",
            "order-{0}",
            "<<order>>",
            "a-<<uid>>",
        ),
    ],
)
def test_a_misspelt_placeholder_is_no_id(driver: Driver, pattern: str) -> None:
    script = Script()
    with pytest.raises(InputError, match="is no placeholder") as caught:
        driver.against(script, lambda c: c.timeline.create_batch([event(id="a"), event(id=pattern)]))
    assert (caught.value.field, caught.value.index) == ("inputs[1].id", 1)
    with pytest.raises(InputError, match="is no placeholder"):
        event_id(pattern, key="a")
    assert script.requests == []


@pytest.mark.parametrize("part", ["{", "[[", "<", "{ ", "{uuid", "{uuid " * 2, "uuid", "{{a", "<<uuid ", "{a!r"])
def test_text_that_is_nearly_a_template_is_looked_at_once(part: str) -> None:
    pattern = "{" + part * 50_000
    assert event_id(pattern).startswith(pattern)


@pytest.mark.parametrize(
    "own",
    [
        *(
            "{da39a3ee5e6b4b0d3255bfef95601890afd80709}",
            "{V1StGXR8_Z5jdHi6B-myT}",
            "order-{42}",
            "order {EU} 12",
            "{a,b}",
        ),
        *('{"order": {}}', '{"a": "x {y} z"}'),
        "{6F4B3C1E-57D2-4C8A-9F0B-8D1E2A7C5B36}",
        '{"order": 1881}',
        "[[1, 2]]",
        "a<b>c",
        "a<<b",
        "}{",
        "urn:uuid:1",
        "{1,2}",
    ],
)
def test_what_is_no_template_is_an_id(driver: Driver, own: str) -> None:
    script = Script(created)
    driver.against(script, lambda client: client.timeline.create(event(id=own)))
    assert script.bodies[0]["id"] == own


def test_a_placeholder_in_braces_is_filled() -> None:
    assert is_uuid(event_id("{{{uuid}}}").strip("{}"))
