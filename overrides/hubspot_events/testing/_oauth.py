"""OAuth's token endpoint, and which access tokens are good. It is in no spec, so the form is checked by hand here."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from ._answers import Answer, Refusal, error_body, refusal

TOKEN_PATHS = frozenset({"/oauth/2026-03/token", "/oauth/2026-09/token", "/oauth/v1/token", "/oauth/v3/token"})
SECRET_FIELDS = frozenset({"client_secret", "refresh_token"})

#: Whether a refresh gives another refresh token, and if the one before ends with it or when the new one is used.
Rotation: TypeAlias = bool | Literal["on use"]


class OAuth:
    """The tokens of the accounts that installed one app, by their numbers. Not for several threads at once."""

    def __init__(
        self,
        *,
        access_tokens: Sequence[str],
        client_id: str,
        client_secret: str,
        refresh_tokens: Sequence[str],
        lifetime: int,
        rotate: Rotation,
        now: Callable[[], float],
    ) -> None:
        self._private_apps = {token: account for account, token in enumerate(access_tokens)}
        self._client_id = client_id
        self._client_secret = client_secret
        self._lifetime = lifetime
        self._rotate = rotate
        self._now = now
        self._issued: dict[str, tuple[int, float]] = {}
        self._granted = {token: account for account, token in enumerate(refresh_tokens)}
        self.refresh_tokens = list(refresh_tokens)
        self.refreshes = [0 for _ in refresh_tokens]

    def refresh(self, form: Mapping[str, str]) -> Answer:
        """Answer a request for tokens. Raises Refusal."""
        self._expect(form, "grant_type", "refresh_token", "BAD_GRANT_TYPE", "missing or unknown grant type")
        self._expect(form, "client_id", self._client_id, "BAD_CLIENT_ID", "missing or unknown client id")
        self._expect(
            form, "client_secret", self._client_secret, "BAD_CLIENT_SECRET", "missing or invalid client secret"
        )
        used = form.get("refresh_token", "")
        account = self.account_of_refresh_token(used)
        if account is None:
            raise Refusal(Answer(400, error_body("missing or invalid refresh token", "BAD_REFRESH_TOKEN")))
        self.refreshes[account] += 1
        access_token = secrets.token_urlsafe(225)  # 300 characters, as long as HubSpot's can be
        self._issued[access_token] = (account, self._now() + self._lifetime)
        if self._rotate:
            self._granted = {token: other for token, other in self._granted.items() if other != account}
            self.refresh_tokens[account] = secrets.token_urlsafe(27)
            self._granted[self.refresh_tokens[account]] = account
            if self._rotate == "on use":
                self._granted[used] = account
        return Answer(
            200,
            {
                "access_token": access_token,
                "refresh_token": self.refresh_tokens[account],
                "expires_in": self._lifetime,
                "token_type": "bearer",
            },
        )

    def _expect(self, form: Mapping[str, str], name: str, expected: str, status: str, message: str) -> None:
        if form.get(name) != expected:
            raise Refusal(Answer(400, error_body(message, status)))

    def account_of(self, access_token: str | None) -> int | None:
        """Return the number of the account that the access token names, expired or not; None when it names none."""
        if access_token in self._private_apps:
            return self._private_apps[access_token]
        if access_token in self._issued:
            return self._issued[access_token][0]
        return None

    def account_of_refresh_token(self, refresh_token: str) -> int | None:
        """Return the number of the account whose refresh token this is now; None when it is nobody's."""
        return self._granted.get(refresh_token)

    def check(self, access_token: str | None) -> bool:
        """Return whether the access token is a private app's rather than one that was issued here.

        Raises Refusal, a 401, when it is neither, or no longer good.
        """
        if access_token in self._private_apps:
            return True
        if access_token is None or access_token not in self._issued:
            raise refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.")
        _, expiry = self._issued[access_token]
        if self._now() >= expiry:
            raise refusal(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        return False
