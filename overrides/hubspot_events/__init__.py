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

from ._auth import AccessToken, OAuthRefresh, TokenSet
from ._client import AsyncHubSpotEvents, ClientOptions, HubSpotEvents
from ._ids import event_id
from ._version import __version__

Input = TypeVar("Input")

#: One error of a batch, and the inputs that it is about.
BatchFailure = batches.BatchFailure[Input, models.BatchError]

#: The name of `Batch` before there was one class for all.
BatchOutcome = models.Batch

__all__ = [
    "AccessToken",
    "AsyncHubSpotEvents",
    "AuthenticationError",
    "BadRequestError",
    "BatchFailure",
    "BatchOutcome",
    "CallOptions",
    "ClientOptions",
    "Clock",
    "ConflictError",
    "HubSpotDeprecationWarning",
    "HubSpotError",
    "HubSpotEvents",
    "InputError",
    "LockedError",
    "MigrationError",
    "NotFoundError",
    "OAuthRefresh",
    "PartialFailureError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestTimeoutError",
    "Response",
    "ResponseError",
    "ResultList",
    "ServerError",
    "SystemClock",
    "TokenSet",
    "TransportError",
    "UnreadableResponseError",
    "__version__",
    "event_id",
]
__all__ += models.__all__
