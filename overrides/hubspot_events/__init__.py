"""A client for HubSpot's timeline events and marketing events."""

from ._version import __version__

__all__ = ["__version__"]
