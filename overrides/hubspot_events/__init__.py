"""A client for HubSpot's timeline events and marketing events, for data that cannot be sent twice."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubspot_events_api.models import (
        BatchError,
        BatchStatus,
        DataSensitivity,
        ErrorDetail,
        MarketingEventUpdateResponse,
        MarketingEventUpsertResponse,
        PropertyValue,
        TimelineEventIFrame,
        TimelineEventResponse,
    )

    from ._auth import AccessToken, OAuthRefresh, TokenSet
    from ._batches import (
        BatchFailure,
        BatchOutcome,
        MarketingEventUpdateBatchResponse,
        MarketingEventUpsertBatchResponse,
        PartialFailureError,
        TimelineEventBatchResponse,
    )
    from ._client import AsyncHubSpotEvents, CallOptions, HubSpotEvents
    from ._clock import Clock, SystemClock
    from ._errors import (
        AuthenticationError,
        BadRequestError,
        ConflictError,
        HubSpotError,
        InputError,
        LockedError,
        MigrationError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        RequestTimeoutError,
        ResponseError,
        ServerError,
        TransportError,
        UnreadableResponseError,
    )
    from ._ids import event_id
    from ._inputs import MarketingEventUpdate, MarketingEventUpsert, TimelineEvent
    from ._version import __version__

__all__ = [
    "AccessToken",
    "AsyncHubSpotEvents",
    "AuthenticationError",
    "BadRequestError",
    "BatchError",
    "BatchFailure",
    "BatchOutcome",
    "BatchStatus",
    "CallOptions",
    "Clock",
    "ConflictError",
    "DataSensitivity",
    "ErrorDetail",
    "HubSpotError",
    "HubSpotEvents",
    "InputError",
    "LockedError",
    "MarketingEventUpdate",
    "MarketingEventUpdateBatchResponse",
    "MarketingEventUpdateResponse",
    "MarketingEventUpsert",
    "MarketingEventUpsertBatchResponse",
    "MarketingEventUpsertResponse",
    "MigrationError",
    "NotFoundError",
    "OAuthRefresh",
    "PartialFailureError",
    "PermissionDeniedError",
    "PropertyValue",
    "RateLimitError",
    "RequestTimeoutError",
    "ResponseError",
    "ServerError",
    "SystemClock",
    "TimelineEvent",
    "TimelineEventBatchResponse",
    "TimelineEventIFrame",
    "TimelineEventResponse",
    "TokenSet",
    "TransportError",
    "UnreadableResponseError",
    "__version__",
    "event_id",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import everything when a name is first asked for (PEP 562).

        The package alone is imported by every run of pytest where it is installed, for a fixture that most do not use.
        """
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from hubspot_events_api import models  # noqa: PLC0415

        from . import _auth, _batches, _client, _clock, _errors, _ids, _inputs, _version  # noqa: PLC0415

        # The models come last: some of ours take the place of a generated one.
        modules = (_auth, _batches, _client, _clock, _errors, _ids, _inputs, _version, models)
        found = next(vars(module)[name] for module in modules if name in vars(module))
        return globals().setdefault(name, found)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
