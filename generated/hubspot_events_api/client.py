"""The clients, with a resource for each tag."""

from __future__ import annotations

from hubspot_events_runtime import clients

from .api.marketing_events import AsyncMarketingEvents, MarketingEvents
from .api.timeline import AsyncTimeline, Timeline
from .models import Error


class SyncClient(clients.SyncClient):
    """Has what can be sent in threads."""

    _error_model = Error

    @property
    def marketing_events(self) -> MarketingEvents:
        """The marketing events of an account."""
        return MarketingEvents(self)

    @property
    def timeline(self) -> Timeline:
        """The timeline events of an account."""
        return Timeline(self)


class AsyncClient(clients.AsyncClient):
    """Has what can be sent in tasks."""

    _error_model = Error

    @property
    def marketing_events(self) -> AsyncMarketingEvents:
        """The marketing events of an account."""
        return AsyncMarketingEvents(self)

    @property
    def timeline(self) -> AsyncTimeline:
        """The timeline events of an account."""
        return AsyncTimeline(self)
