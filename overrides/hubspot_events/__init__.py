"""A client for HubSpot's timeline events and marketing events, for data that cannot be sent twice."""

from typing import TypeVar

from hubspot_events_api import models
from hubspot_events_api.models import *  # noqa: F403 - what the specs have is public
from hubspot_events_runtime import batches
from hubspot_events_runtime.answers import Response, ResultList
from hubspot_events_runtime.batches import PartialFailureError
from hubspot_events_runtime.clients import CallOptions
from hubspot_events_runtime.clock import Clock, SystemClock
from hubspot_events_runtime.errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    HubSpotError,
    InputError,
    JournalError,
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
from hubspot_events_runtime.operations import HubSpotDeprecationWarning
from hubspot_events_runtime.outcomes import (
    FLUSH,
    AsyncOutcomes,
    EarlierError,
    Flush,
    ManyOptions,
    Outcome,
    Outcomes,
    Progress,
    RefusedInputError,
)
from hubspot_events_runtime.quota import QuotaEntry, QuotaStore
from hubspot_events_runtime.rate_limiter import DailyQuotaError, RateLimiter
from hubspot_events_runtime.redis_quota import RedisQuota
from hubspot_events_runtime.retries import StoppedError
from hubspot_events_runtime.shared_rate_limiter import QuotaStoreError, SharedRateLimiter
from hubspot_events_runtime.sqlite_quota import SQLiteQuota

from ._access_token import AccessToken
from ._auth import OAuthRefresh
from ._client import AsyncHubSpotEvents, ClientOptions, HubSpotEvents
from ._ids import event_id
from ._token_stores import FileTokenStore, RedisTokenStore
from ._tokens import AsyncTokenEntry, AsyncTokenStore, TokenEntry, TokenSet, TokenStore
from ._version import __version__

Input = TypeVar("Input")

#: One error of a batch, and the inputs that it is about.
BatchFailure = batches.BatchFailure[Input, models.BatchError]

#: The name of `Batch` before there was one class for all.
BatchOutcome = models.Batch

__all__ = [
    "FLUSH",
    "AccessToken",
    "AsyncHubSpotEvents",
    "AsyncOutcomes",
    "AsyncTokenEntry",
    "AsyncTokenStore",
    "AuthenticationError",
    "BadRequestError",
    "BatchFailure",
    "BatchOutcome",
    "CallOptions",
    "ClientOptions",
    "Clock",
    "ConflictError",
    "DailyQuotaError",
    "EarlierError",
    "FileTokenStore",
    "Flush",
    "HubSpotDeprecationWarning",
    "HubSpotError",
    "HubSpotEvents",
    "InputError",
    "JournalError",
    "LockedError",
    "ManyOptions",
    "MigrationError",
    "NotFoundError",
    "OAuthRefresh",
    "Outcome",
    "Outcomes",
    "PartialFailureError",
    "PermissionDeniedError",
    "Progress",
    "QuotaEntry",
    "QuotaStore",
    "QuotaStoreError",
    "RateLimitError",
    "RateLimiter",
    "RedisQuota",
    "RedisTokenStore",
    "RefusedInputError",
    "RequestTimeoutError",
    "Response",
    "ResponseError",
    "ResultList",
    "SQLiteQuota",
    "ServerError",
    "SharedRateLimiter",
    "StoppedError",
    "SystemClock",
    "TokenEntry",
    "TokenSet",
    "TokenStore",
    "TransportError",
    "UnreadableResponseError",
    "__version__",
    "event_id",
]
__all__ += models.__all__
