"""An embedded HubSpot with several accounts: what each has of its own, and what they share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from embedded import WEBINAR, serving
from hubspot_events.testing import Account, EmbeddedHubSpot, ManualClock, Respond
from hubspot_events.testing._answers import Refusal
from hubspot_events.testing._limits import RateLimits
from hypothesis import given
from hypothesis import strategies as st

CREATE = "/integrators/timeline/v3/events"
CREATE_DATED = "/integrators/timeline/2026-03/events"
CREATE_BATCH = "/integrators/timeline/v3/events/batch/create"
UPSERT = "/marketing/v3/marketing-events/events/upsert"
TOKEN = "/oauth/2026-03/token"
EVENT = {"eventTemplateId": "1001298", "id": "visit-1", "email": "art3mis@petspot.example", "tokens": {}}
DATED = {"eventTypeName": "pe1_visit", "id": "visit-1", "email": "art3mis@petspot.example", "properties": {}}


@pytest.fixture
def hubspot() -> Iterator[EmbeddedHubSpot]:
    with EmbeddedHubSpot(accounts=5) as hubspot:
        yield hubspot


@pytest.fixture
def api(hubspot: EmbeddedHubSpot) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hubspot.base_url, trust_env=False, verify=False) as api:
        yield api


def post(api: httpx.Client, account: Account | str, path: str = CREATE, body: Any = EVENT) -> httpx.Response:
    token = account if isinstance(account, str) else account.access_token
    return api.post(path, json=body, headers={"Authorization": f"Bearer {token}"})


def refresh(api: httpx.Client, refresh_token: str) -> Any:
    form = {
        "grant_type": "refresh_token",
        "client_id": "embedded-client-id",
        "client_secret": "embedded-client-secret",
        "refresh_token": refresh_token,
    }
    return api.post(TOKEN, data=form).json()


# What each has of its own


def test_the_tokens_have_the_number_of_the_account_but_for_the_first() -> None:
    hubspot = EmbeddedHubSpot(accounts=3, access_token="a", refresh_token="r")
    assert [account.number for account in hubspot.accounts] == [0, 1, 2]
    assert [account.access_token for account in hubspot.accounts] == ["a", "a-1", "a-2"]
    assert [account.refresh_token for account in hubspot.accounts] == ["r", "r-1", "r-2"]
    assert (hubspot.access_token, hubspot.refresh_token) == ("a", "r")


def test_there_is_one_account_unless_more_are_wanted_and_never_none() -> None:
    assert len(EmbeddedHubSpot().accounts) == 1
    with pytest.raises(ValueError, match="one account at least, not 0"):
        EmbeddedHubSpot(accounts=0)


def test_what_is_sent_is_in_the_account_that_the_token_names(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    third = hubspot.accounts[3]
    assert post(api, third).status_code == 201
    assert post(api, third, UPSERT, {"inputs": [WEBINAR]}).status_code == 200
    assert post(api, hubspot.accounts[1], UPSERT, {"inputs": [WEBINAR]}).status_code == 200
    assert [len(account.timeline_events) for account in hubspot.accounts] == [0, 0, 0, 1, 0]
    assert [len(account.marketing_events) for account in hubspot.accounts] == [0, 1, 0, 1, 0]
    assert [len(account.writes) for account in hubspot.accounts] == [0, 1, 0, 2, 0]
    assert [request.path for request in third.requests] == [CREATE, UPSERT]
    assert third.timeline_events == hubspot.timeline_events
    assert len(hubspot.marketing_events) == 2
    assert [write.account for write in hubspot.writes] == [3, 3, 1]
    assert [request.account for request in hubspot.requests] == [3, 3, 1]


def test_a_token_that_names_no_account_is_401_and_is_recorded_without_one(
    hubspot: EmbeddedHubSpot, api: httpx.Client
) -> None:
    for wrong in ("embedded-access-token-5", "embedded-access-token-0", "embedded-access-token-", "other"):
        assert post(api, wrong).status_code == 401
    assert [request.account for request in hubspot.requests] == [None] * 4
    assert all(not account.counts.answers and not account.requests for account in hubspot.accounts)


def test_each_account_has_its_own_ten_seconds_and_its_own_day() -> None:
    clock = ManualClock()
    with serving(accounts=3, requests_per_ten_seconds=2, requests_per_day=3, now=clock.time) as (hubspot, api):
        first, second, _ = hubspot.accounts
        assert [post(api, first).status_code for _ in range(3)] == [201, 201, 429]
        answer = post(api, second)
        assert (answer.status_code, answer.headers["X-HubSpot-RateLimit-Remaining"]) == (201, "1")
        clock.now += 10
        assert [post(api, first).status_code for _ in range(2)] == [201, 429]
        answer = post(api, second)
        assert (answer.status_code, answer.headers["X-HubSpot-RateLimit-Daily-Remaining"]) == (201, "1")
        assert first.counts.answers == {201: 3, 429: 2}


def test_each_account_refreshes_and_rotates_for_itself() -> None:
    with serving(accounts=2, rotate_refresh_token=True) as (hubspot, api):
        first, second = hubspot.accounts
        was = second.refresh_token
        tokens = refresh(api, was)
        assert post(api, tokens["access_token"]).status_code == 201
        assert tokens["refresh_token"] == second.refresh_token != was
        assert first.refresh_token == "embedded-refresh-token"
        assert refresh(api, was)["status"] == "BAD_REFRESH_TOKEN"
        assert (first.refreshes, second.refreshes, hubspot.refreshes) == (0, 1, 1)
        assert [request.path for request in second.requests] == [TOKEN, CREATE]
        assert hubspot.requests[-1].account is None
        refresh(api, first.refresh_token)
        assert (first.refreshes, second.refreshes, hubspot.refreshes) == (1, 1, 2)


def test_an_expired_token_is_401_and_still_names_its_account() -> None:
    clock = ManualClock()
    with serving(accounts=2, access_token_lifetime=2, now=clock.time) as (hubspot, api):
        token = refresh(api, hubspot.accounts[1].refresh_token)["access_token"]
        clock.now += 2
        assert post(api, token).status_code == 401
        assert hubspot.accounts[1].counts.answers == {200: 1, 401: 1}
        assert hubspot.accounts[1].counts.most_in_ten_seconds == 0


def test_reset_forgets_what_all_accounts_have(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    last = hubspot.accounts[-1]
    post(api, last)
    hubspot.reset()
    assert (last.timeline_events, last.writes, last.requests, last.counts.answers) == ([], [], [], {})
    assert post(api, hubspot.accounts[0]).status_code == 201
    assert hubspot.accounts[0].counts.timeline_events == 1


# What they share


def test_an_id_that_another_account_used_takes_the_event_away_from_it(
    hubspot: EmbeddedHubSpot, api: httpx.Client
) -> None:
    first, second, *_ = hubspot.accounts
    for account in (first, second):
        answer = post(api, account, CREATE_BATCH, {"inputs": [EVENT, {**EVENT, "id": f"only-{account.number}"}]})
        assert answer.status_code == 201
    assert [event["id"] for event in first.timeline_events] == ["only-0"]
    assert [event["id"] for event in second.timeline_events] == ["visit-1", "only-1"]
    assert [(account.counts.writes, account.counts.timeline_events) for account in (first, second)] == [(2, 1), (2, 2)]


def test_the_same_id_for_another_template_is_another_event_in_another_account_too(
    hubspot: EmbeddedHubSpot, api: httpx.Client
) -> None:
    post(api, hubspot.accounts[0])
    post(api, hubspot.accounts[1], body={**EVENT, "eventTemplateId": "1001299"})
    assert [account.counts.timeline_events for account in hubspot.accounts] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(("rule", "code"), [("reject", 400), ("conflict", 409)])
def test_an_id_that_another_account_used_can_be_refused(rule: str, code: int) -> None:
    with serving(accounts=2, on_used_id=rule) as (hubspot, api):
        first, second = hubspot.accounts
        assert post(api, first).status_code == 201
        assert post(api, second).status_code == code
        assert (first.counts.timeline_events, second.counts.timeline_events) == (1, 0)


def test_in_a_dated_version_it_is_always_a_conflict(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    first, second, *_ = hubspot.accounts
    assert post(api, first, CREATE_DATED, DATED).status_code == 201
    assert post(api, second, CREATE_DATED, DATED).status_code == 409
    assert (first.counts.timeline_events, second.counts.timeline_events) == (1, 0)


def test_what_is_planned_and_rejected_is_for_all_accounts(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    hubspot.plan(Respond(503))
    assert post(api, hubspot.accounts[4]).status_code == 503
    assert hubspot.accounts[4].counts.answers == {503: 1}
    hubspot.reject(lambda _: True)
    assert {post(api, account).status_code for account in hubspot.accounts} == {400}


def test_many_accounts_at_once_lose_and_mix_nothing() -> None:
    with serving(accounts=200) as (hubspot, api), ThreadPoolExecutor(8) as pool:

        def send(number: int) -> int:
            account = hubspot.accounts[number % 200]
            return post(api, account, body={**EVENT, "id": f"{account.number}:{number}"}).status_code

        assert set(pool.map(send, range(600))) == {201}
        for account in hubspot.accounts:
            assert account.counts.answers == {201: 3}
            assert {event["id"].partition(":")[0] for event in account.timeline_events} == {str(account.number)}
        assert len(hubspot.timeline_events) == len(hubspot.requests) == 600


# Somebody else


def test_somebody_else_can_use_up_a_part_of_the_quota() -> None:
    clock = ManualClock()
    with serving(accounts=2, requests_per_ten_seconds=4, requests_per_day=6, now=clock.time) as (hubspot, api):
        first, second = hubspot.accounts
        first.use_quota(3)
        answer = post(api, first)
        assert (answer.status_code, answer.headers["X-HubSpot-RateLimit-Remaining"]) == (201, "0")
        assert answer.headers["X-HubSpot-RateLimit-Daily-Remaining"] == "2"
        assert post(api, first).json()["policyName"] == "TEN_SECONDLY_ROLLING"
        assert post(api, second).headers["X-HubSpot-RateLimit-Remaining"] == "3"
        clock.now += 10
        first.use_quota(100)
        assert post(api, first).json()["policyName"] == "DAILY"
        assert first.counts.most_in_ten_seconds == 2
        assert len(first.requests) == first.counts.answers[201] + first.counts.answers[429] == 3


def test_somebody_else_can_send_at_a_steady_rate_by_the_clock() -> None:
    clock = ManualClock()
    with serving(requests_per_ten_seconds=10, now=clock.time) as (hubspot, api):
        [account] = hubspot.accounts
        account.share_quota(0.5)
        remaining = []
        for _ in range(7):
            remaining.append(int(post(api, account).headers["X-HubSpot-RateLimit-Remaining"]))
            clock.now += 2
        # In any ten seconds are five of somebody else's; the first request is over after ten seconds.
        assert remaining == [9, 7, 5, 3, 1, 0, 0]
        account.share_quota(0)
        clock.now += 10
        assert post(api, account).headers["X-HubSpot-RateLimit-Remaining"] == "9"


def test_somebody_else_is_held_to_the_limits_too() -> None:
    clock = ManualClock()
    with serving(requests_per_ten_seconds=10, requests_per_day=1000, now=clock.time) as (hubspot, api):
        [account] = hubspot.accounts
        account.share_quota(100)
        clock.now += 60
        answer = post(api, account)
        assert (answer.status_code, answer.headers["X-HubSpot-RateLimit-Remaining"]) == (429, "0")
        assert 930 <= int(answer.headers["X-HubSpot-RateLimit-Daily-Remaining"]) <= 940


@pytest.mark.parametrize("method", ["use_quota", "share_quota"])
def test_somebody_else_cannot_send_less_than_nothing(method: str) -> None:
    with pytest.raises(ValueError, match="cannot send -1"):
        getattr(EmbeddedHubSpot().accounts[0], method)(-1)


@pytest.mark.parametrize("rate", [1e300, float("inf"), float("nan"), 10**400])
def test_somebody_else_cannot_send_so_much_that_nobody_is_answered(rate: float) -> None:
    with serving() as (hubspot, api):
        with pytest.raises(ValueError, match="cannot send"):
            hubspot.accounts[0].share_quota(rate)
        assert post(api, hubspot.accounts[0]).status_code == 201


@given(st.lists(st.floats(0, 30), max_size=40), st.integers(1, 5))
def test_most_in_ten_seconds_counts_what_was_refused_too(pauses: list[float], limit: int) -> None:

    clock = ManualClock()
    limits = RateLimits(limit, 1_000_000, clock.time)
    times = []
    for pause in pauses:
        clock.now += pause
        times.append(clock.now)
        try:
            limits.count(private_app=False)
        except Refusal as refused:
            assert refused.answer.status == 429
    assert limits.most_in_ten_seconds == max(
        (sum(time - 10 < other <= time for other in times) for time in times), default=0
    )
