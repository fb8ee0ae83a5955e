"""A client for HubSpot's timeline events and marketing events, for data that cannot be sent twice."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

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

# Where the names above are from. Each is imported when somebody asks for it, so that what only mentions this package,
# such as the pytest plugin, costs next to nothing.
_HOMES = {
    "hubspot_events_api.models": (
        "BatchError",
        "BatchStatus",
        "DataSensitivity",
        "ErrorDetail",
        "MarketingEventUpdateResponse",
        "MarketingEventUpsertResponse",
        "PropertyValue",
        "TimelineEventIFrame",
        "TimelineEventResponse",
    ),
    "._auth": ("AccessToken", "OAuthRefresh", "TokenSet"),
    "._batches": (
        "BatchFailure",
        "BatchOutcome",
        "MarketingEventUpdateBatchResponse",
        "MarketingEventUpsertBatchResponse",
        "PartialFailureError",
        "TimelineEventBatchResponse",
    ),
    "._client": ("AsyncHubSpotEvents", "CallOptions", "HubSpotEvents"),
    "._clock": ("Clock", "SystemClock"),
    "._errors": (
        "AuthenticationError",
        "BadRequestError",
        "ConflictError",
        "HubSpotError",
        "InputError",
        "LockedError",
        "MigrationError",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "RequestTimeoutError",
        "ResponseError",
        "ServerError",
        "TransportError",
        "UnreadableResponseError",
    ),
    "._ids": ("event_id",),
    "._inputs": ("MarketingEventUpdate", "MarketingEventUpsert", "TimelineEvent"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(module, __name__), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
