"""The version: of the distribution, ``hubspot_events.__version__``, the ``User-Agent`` and a vendored copy's record."""

__version__ = "0.1.0"
