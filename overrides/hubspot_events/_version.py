"""The version, for the distribution, ``hubspot_events.__version__`` and the ``User-Agent``."""

__version__ = "0.1.0"
