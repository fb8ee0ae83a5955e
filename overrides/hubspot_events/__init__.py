"""A client for HubSpot's timeline events and marketing events, for data that cannot be sent twice."""

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
