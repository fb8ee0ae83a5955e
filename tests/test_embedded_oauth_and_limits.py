"""The tokens and the rate limits of the embedded HubSpot, by a clock in the test's hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hubspot_events.testing import EmbeddedHubSpot, Respond

CREATE = "/integrators/timeline/v3/events"
TOKEN = "/oauth/2026-03/token"
TOKEN_PATHS = [TOKEN, "/oauth/2026-09/token", "/oauth/v1/token", "/oauth/v3/token"]
MIDNIGHT = 1_772_409_600.0  # 2026-03-02T00:00:00Z
EVENT = {"eventTemplateId": "1001298", "email": "art3mis@petspot.example", "tokens": {}}
REFRESH = {
    "grant_type": "refresh_token",
    "client_id": "embedded-client-id",
    "client_secret": "embedded-client-secret",
    "refresh_token": "embedded-refresh-token",
}


class Clock:
    def __init__(self, seconds: float = MIDNIGHT - 3600) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def serving(**options: Any) -> Iterator[tuple[EmbeddedHubSpot, httpx.Client]]:
    with (
        EmbeddedHubSpot(**options) as hubspot,
        httpx.Client(base_url=hubspot.base_url, trust_env=False, verify=False) as api,
    ):
        yield hubspot, api


def create(api: httpx.Client, token: str = "embedded-access-token") -> httpx.Response:
    return api.post(CREATE, json=EVENT, headers={"Authorization": f"Bearer {token}"})


# OAuth


@pytest.mark.parametrize("path", TOKEN_PATHS)
def test_a_refresh_gives_an_access_token_that_is_accepted(path: str) -> None:
    with serving() as (hubspot, api):
        answer = api.post(path, data=REFRESH)
        assert answer.status_code == 200
        tokens = answer.json()
        access_token = tokens.pop("access_token")
        assert tokens == {"refresh_token": "embedded-refresh-token", "expires_in": 1800, "token_type": "bearer"}
        assert len(access_token) == 300
        assert create(api, access_token).status_code == 201
        assert hubspot.refreshes == 1


def test_an_access_token_expires_by_the_clock() -> None:
    clock = Clock()
    with serving(now=clock, access_token_lifetime=60) as (_, api):
        tokens = api.post(TOKEN, data=REFRESH).json()
        assert tokens["expires_in"] == 60
        clock.seconds += 59.9
        assert create(api, tokens["access_token"]).status_code == 201
        clock.seconds += 0.1
        answer = create(api, tokens["access_token"])
        assert answer.status_code == 401
        assert answer.json()["category"] == "EXPIRED_AUTHENTICATION"
        assert create(api).status_code == 201


def test_earlier_access_tokens_stay_good_after_a_refresh() -> None:
    with serving() as (hubspot, api):
        first, second = (api.post(TOKEN, data=REFRESH).json()["access_token"] for _ in range(2))
        assert first != second
        assert create(api, first).status_code == create(api, second).status_code == 201
        assert hubspot.refreshes == 2


def test_rotation_gives_a_new_refresh_token_and_ends_the_old_one() -> None:
    with serving(rotate_refresh_token=True) as (hubspot, api):
        rotated = api.post(TOKEN, data=REFRESH).json()["refresh_token"]
        assert rotated == hubspot.refresh_token != "embedded-refresh-token"
        assert api.post(TOKEN, data=REFRESH).json()["status"] == "BAD_REFRESH_TOKEN"
        assert api.post(TOKEN, data={**REFRESH, "refresh_token": rotated}).status_code == 200
        assert hubspot.refreshes == 2


def test_rotation_on_use_ends_the_old_refresh_token_when_the_new_one_is_used() -> None:
    with serving(rotate_refresh_token="on use") as (hubspot, api):
        lost = api.post(TOKEN, data=REFRESH).json()["refresh_token"]
        rotated = api.post(TOKEN, data=REFRESH).json()["refresh_token"]
        assert rotated == hubspot.refresh_token != lost
        assert api.post(TOKEN, data={**REFRESH, "refresh_token": rotated}).status_code == 200
        for ended in (lost, REFRESH["refresh_token"]):
            assert api.post(TOKEN, data={**REFRESH, "refresh_token": ended}).json()["status"] == "BAD_REFRESH_TOKEN"
        assert hubspot.refreshes == 3


def test_a_bad_refresh_token_is_400_in_the_words_of_the_token_endpoint() -> None:
    with serving() as (hubspot, api):
        answer = api.post(TOKEN, data={**REFRESH, "refresh_token": "other"})
        assert answer.status_code == 400
        assert answer.json() == {
            "status": "BAD_REFRESH_TOKEN",
            "message": "missing or invalid refresh token",
            "correlationId": answer.json()["correlationId"],
        }
        assert hubspot.refreshes == 0
        assert not hubspot.requests[0].processed


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("grant_type", "BAD_GRANT_TYPE"),
        ("client_id", "BAD_CLIENT_ID"),
        ("client_secret", "BAD_CLIENT_SECRET"),
        ("refresh_token", "BAD_REFRESH_TOKEN"),
    ],
)
def test_every_field_of_the_form_must_be_there_and_right(field: str, status: str) -> None:
    with serving() as (_, api):
        for form in ({**REFRESH, field: "wrong"}, {name: REFRESH[name] for name in REFRESH if name != field}):
            answer = api.post(TOKEN, data=form)
            assert (answer.status_code, answer.json()["status"]) == (400, status)


def test_the_credentials_can_be_chosen() -> None:
    chosen = {"client_id": "a", "client_secret": "b", "refresh_token": "c"}
    with serving(**chosen) as (hubspot, api):
        assert api.post(TOKEN, data={**REFRESH, **chosen}).status_code == 200
        assert (hubspot.client_id, hubspot.client_secret, hubspot.refresh_token) == ("a", "b", "c")


def test_parameters_in_the_query_string_are_refused() -> None:
    with serving() as (hubspot, api):
        assert api.post(TOKEN, params=REFRESH).status_code == 400
        assert api.post(TOKEN, params={"client_id": "x"}, data=REFRESH).status_code == 400
        assert hubspot.refreshes == 0


def test_a_body_that_is_no_form_is_refused() -> None:
    with serving() as (_, api):
        assert api.post(TOKEN, json=REFRESH).status_code == 415


def test_the_log_shows_the_form_without_its_secrets() -> None:
    with serving() as (hubspot, api):
        token = api.post(TOKEN, data=REFRESH).json()["access_token"]
        [request] = hubspot.requests
        assert request.json == {**REFRESH, "client_secret": "***", "refresh_token": "***"}
        assert (request.status, request.processed) == (200, True)
        assert token not in repr(request)


def test_reset_forgets_the_tokens_that_were_issued() -> None:
    with serving(rotate_refresh_token=True) as (hubspot, api):
        token = api.post(TOKEN, data=REFRESH).json()["access_token"]
        hubspot.reset()
        assert create(api, token).status_code == 401
        assert hubspot.refreshes == 0
        assert api.post(TOKEN, data=REFRESH).status_code == 200


# Rate limits


def limits(answer: httpx.Response) -> dict[str, str]:
    prefix = "x-hubspot-ratelimit-"
    return {name.removeprefix(prefix): value for name, value in answer.headers.items() if name.startswith(prefix)}


def test_answers_carry_the_state_of_the_limits() -> None:
    with serving(requests_per_ten_seconds=100, requests_per_day=1000) as (_, api):
        create(api)
        answer = api.post(CREATE, json={}, headers={"Authorization": "Bearer embedded-access-token"})
        assert answer.status_code == 400
        assert limits(answer) == {
            "max": "100",
            "remaining": "98",
            "interval-milliseconds": "10000",
            "daily": "1000",
            "daily-remaining": "998",
        }


def test_the_ten_second_limit_rolls_with_the_clock() -> None:
    clock = Clock()
    with serving(requests_per_ten_seconds=2, now=clock) as (hubspot, api):
        assert create(api).status_code == 201
        clock.seconds += 4
        assert create(api).status_code == 201
        clock.seconds += 5.9
        answer = create(api)
        assert answer.status_code == 429
        assert answer.json() == {
            "status": "error",
            "message": "You have reached your ten_secondly_rolling limit.",
            "errorType": "RATE_LIMIT",
            "correlationId": answer.json()["correlationId"],
            "policyName": "TEN_SECONDLY_ROLLING",
        }
        assert limits(answer)["remaining"] == "0"
        clock.seconds += 0.1
        assert [create(api).status_code for _ in range(2)] == [201, 429]
        assert len(hubspot.writes) == 3
        assert not hubspot.requests[2].processed


def test_the_daily_limit_ends_at_midnight() -> None:
    clock = Clock(MIDNIGHT - 60)
    with serving(requests_per_day=1, now=clock) as (_, api):
        assert create(api).status_code == 201
        clock.seconds += 59
        answer = create(api)
        assert answer.status_code == 429
        assert (answer.json()["errorType"], answer.json()["policyName"]) == ("RATE_LIMIT", "DAILY")
        assert "category" not in answer.json()
        assert limits(answer)["daily-remaining"] == "0"
        clock.seconds += 1
        assert create(api).status_code == 201


def test_tokens_of_oauth_have_no_daily_limit() -> None:
    with serving(requests_per_day=1) as (_, api):
        token = api.post(TOKEN, data=REFRESH).json()["access_token"]
        for _ in range(2):
            answer = create(api, token)
            assert answer.status_code == 201
            assert limits(answer).keys() == {"max", "remaining", "interval-milliseconds"}
        assert [create(api).status_code for _ in range(2)] == [201, 429]


def test_requests_without_a_good_token_and_planned_answers_do_not_count() -> None:
    with serving(requests_per_ten_seconds=1) as (hubspot, api):
        assert create(api, "wrong").status_code == 401
        hubspot.plan(Respond(503))
        assert create(api).status_code == 503
        assert create(api).status_code == 201


def test_reset_forgets_the_counts() -> None:
    with serving(requests_per_ten_seconds=1, requests_per_day=1) as (hubspot, api):
        create(api)
        hubspot.reset()
        assert create(api).status_code == 201


def test_the_limits_are_out_of_the_way_unless_they_are_set() -> None:
    with serving() as (_, api):
        assert int(limits(create(api))["remaining"]) > 100_000
