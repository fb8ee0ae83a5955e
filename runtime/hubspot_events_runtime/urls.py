"""Which addresses an access token may be sent to."""

from __future__ import annotations

import ipaddress
import re

import httpx

from .errors import InputError


def checked_url(field: str, address: str) -> str:
    """Return an address without a slash at its end; raises InputError unless it is https, or http to this machine."""
    try:
        url = httpx.URL(address)
        host = url.host  # read here, as it is decoded only now
    except (httpx.InvalidURL, TypeError, UnicodeError):
        raise InputError(field, "is no URL; give one such as https://api.hubapi.com") from None
    if not 0 < (url.port or 443) < 65536 or not re.fullmatch(r"[^\s%\[]+", host):
        raise InputError(field, "has no host and port that can exist; give one such as https://api.hubapi.com")
    # A ? with nothing behind it is none to httpx, and makes a query of the path that comes behind it.
    if url.scheme not in ("http", "https") or url.userinfo or not {"?", "#"}.isdisjoint(str(url)):
        raise InputError(
            field, "must be an address such as https://api.hubapi.com, without a query, a fragment or a password"
        )
    if url.scheme == "http" and not _is_loopback(host):
        raise InputError(field, f"must be https: the access token would go to {host} for everybody to read")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
