"""A request as it came over the wire."""

import ipaddress
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

from ._answers import refusal
from ._strict_json import read_json


class Request:
    """A request to this server. Its body is on the connection until ``read_body`` is called.

    Raises Refusal for one that is not for this server, or not in HTTP/1.
    """

    def __init__(self, event: h11.Request, read: Callable[[], bytes]) -> None:
        self.method = event.method.decode("ascii")
        self.headers: dict[str, str] = {}
        """By lower-case name; a header that came more than once has all its values, with commas between them."""
        for name, value in event.headers:
            key, text = name.decode("ascii"), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text
        self.encoded_path, host, self.query = _parts(event.target.decode("ascii"))
        self.path = unquote(self.encoded_path)
        self.body = b""
        self._read = read

        if event.http_version >= b"2":
            raise refusal(505, "VALIDATION_ERROR", "The HTTP version must be 1.1 or 1.0")
        for name_sent in (host, self.headers.get("host")):
            # A page in a browser reaches this server under a name of its own that it points at the loopback address.
            if name_sent is not None and not _is_loopback(name_sent):
                raise refusal(421, "VALIDATION_ERROR", f"{name_sent!r} is no loopback name, such as localhost")

    def read_body(self) -> None:
        """Read the body, so that the next request can follow. Raises h11.RemoteProtocolError when that is no HTTP."""
        self.body = self._read()

    @cached_property
    def json(self) -> Any:
        """The body as JSON, read once. Raises ValueError when it is none."""
        return read_json(self.body)

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def query_parameters(self) -> list[tuple[str, str]]:
        """The parameters of the query string, those without a value among them."""
        return parse_qsl(self.query, keep_blank_values=True)


def _parts(target: str) -> tuple[str, str | None, str]:
    """Return the path, the host where the target is a whole URL, and the query string."""
    if target.startswith("/"):
        path, _, query = target.partition("?")
        return path, None, query
    try:
        url = urlsplit(target)
    except ValueError as error:
        raise refusal(400, "VALIDATION_ERROR", f"{target!r} is no URL") from error
    return url.path, url.netloc if "//" in target else None, url.query


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
