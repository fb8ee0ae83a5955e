"""OAuth's token endpoint, and which access tokens are good. It is in no spec, so the form is checked by hand here."""

import secrets
from collections.abc import Callable, Mapping

from ._answers import Answer, Refusal, error_body, refusal

TOKEN_PATHS = frozenset({"/oauth/2026-03/token", "/oauth/2026-09/token", "/oauth/v1/token", "/oauth/v3/token"})
SECRET_FIELDS = frozenset({"client_secret", "refresh_token"})


class OAuth:
    """The tokens of one account. Not for several threads at once."""

    def __init__(
        self,
        *,
        access_token: str,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        lifetime: int,
        rotate: bool,
        now: Callable[[], float],
    ) -> None:
        self._private_app_token = access_token
        self._client_id = client_id
        self._client_secret = client_secret
        self._lifetime = lifetime
        self._rotate = rotate
        self._now = now
        self._expiry: dict[str, float] = {}
        self.refresh_token = refresh_token
        self.refreshes = 0

    def refresh(self, form: Mapping[str, str]) -> Answer:
        """Answer a request for tokens. Raises Refusal."""
        self._expect(form, "grant_type", "refresh_token", "BAD_GRANT_TYPE", "missing or unknown grant type")
        self._expect(form, "client_id", self._client_id, "BAD_CLIENT_ID", "missing or unknown client id")
        self._expect(
            form, "client_secret", self._client_secret, "BAD_CLIENT_SECRET", "missing or invalid client secret"
        )
        self._expect(form, "refresh_token", self.refresh_token, "BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        self.refreshes += 1
        access_token = secrets.token_urlsafe(225)  # 300 characters, as long as HubSpot's can be
        self._expiry[access_token] = self._now() + self._lifetime
        if self._rotate:
            self.refresh_token = secrets.token_urlsafe(27)
        return Answer(
            200,
            {
                "access_token": access_token,
                "refresh_token": self.refresh_token,
                "expires_in": self._lifetime,
                "token_type": "bearer",
            },
        )

    def _expect(self, form: Mapping[str, str], name: str, expected: str, status: str, message: str) -> None:
        if form.get(name) != expected:
            raise Refusal(Answer(400, error_body(message, status)))

    def check(self, access_token: str | None) -> bool:
        """Return whether the access token is the private app's rather than one that was issued here.

        Raises Refusal, a 401, when it is neither, or no longer good.
        """
        if access_token == self._private_app_token:
            return True
        if access_token is None or access_token not in self._expiry:
            raise refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.")
        if self._now() >= self._expiry[access_token]:
            raise refusal(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        return False
