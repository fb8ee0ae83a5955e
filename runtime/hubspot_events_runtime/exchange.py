"""One request over a pool, and what came of it: an answer, or why there is none.

The clients take the steps of an `httpx.Auth` themselves, each with an exchange of its own. So what a hook of the
caller's raises, and a body that cannot be decoded, hide no status from it.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TypeAlias

import httpx

from .deadlines import is_over, seconds_of_a_try, within
from .errors import NEVER_SENT, CallbackError, TransportError
from .received import Received

#: What came of sending a request.
Outcome: TypeAlias = Received | Exception

CLOSED = "the client is closed, or its http_client; use it within its with block, or make another"
_NO_END = "the answer did not end in time"


def exchange(pool: httpx.Client, request: httpx.Request) -> Outcome:
    """Send one request over a pool, and return what came of it."""
    if pool.is_closed:
        return _closed(request)
    received: Received | None = None
    try:
        with within(seconds_of_a_try(request)):
            response = pool.send(request, auth=None, stream=True, follow_redirects=False)
            received = Received(response)
            try:
                if not received.is_read:
                    for chunk in response.iter_raw():
                        if is_over():  # which a pool of the caller's does not know
                            return _cut(received, httpx.ReadTimeout(_NO_END, request=request))
                        if not received.takes(chunk):
                            break
                    if _has_more(response):
                        response.extensions["network_stream"].close()
            finally:
                response.close()
    except Exception as error:  # noqa: BLE001 - it may say why there is no answer
        return _outcome(error, request, received)
    return received


async def exchange_async(pool: httpx.AsyncClient, request: httpx.Request) -> Outcome:
    """Send one request over a pool, and return what came of it."""
    import anyio  # noqa: PLC0415 - httpx loads it for an async client only

    if pool.is_closed:
        return _closed(request)
    received: Received | None = None
    try:
        with anyio.move_on_after(seconds_of_a_try(request)):
            response = await pool.send(request, auth=None, stream=True, follow_redirects=False)
            received = Received(response)
            try:
                if not received.is_read:
                    async for chunk in response.aiter_raw():
                        if not received.takes(chunk):
                            break
                    if _has_more(response):
                        await response.extensions["network_stream"].aclose()
            finally:
                await response.aclose()
            return received
    except Exception as error:  # noqa: BLE001 - it may say why there is no answer
        return _outcome(error, request, received)
    return _cut(received, httpx.ReadTimeout(_NO_END, request=request))


def _closed(request: httpx.Request) -> TransportError:
    """Return what becomes of a request whose client was closed while the call waited: it was not sent."""
    return TransportError(CLOSED, method=request.method, path=request.url.path)


def _cut(received: Received | None, error: Exception) -> Outcome:
    """Return what an answer says whose body does not come to its end.

    The status of a refusal says all that counts. A success is to tell what it wrote, and another try may.
    """
    if received is None:
        return error
    if isinstance(error, NEVER_SENT):  # as the code of a transport may say of a request that was answered
        error = httpx.ReadError(f"{type(error).__name__}: {error}", request=received.request)
    return error if received.is_success else received


_bytes_beyond = attrgetter("stream._stream._httpcore_stream._stream._connection._h11_state.trailing_data")


def _has_more(response: httpx.Response) -> bool:
    """Whether more came than the answer, which httpx would take for the answer to the next request.

    It has no option for it, so that it is reached into; where it is built in another way, as for HTTP/2, there is none.
    """
    try:
        return bool(_bytes_beyond(response)[0])
    except AttributeError:
        return False


# The packages that do the sending, with Python's own.
_BELOW = frozenset(
    {
        *("anyio", "asyncio", "builtins", "concurrent", "h11", "h2", "hpack", "httpcore", "httpx", "hyperframe"),
        *("idna", "select", "socket", "socksio", "ssl", "trio"),
    }
)


def _outcome(error: Exception, request: httpx.Request, received: Received | None) -> Outcome:
    """Return what an exception says of a request, or what carries one of the caller's world past the retries.

    That may be a hook's, or the time limit of a job queue, which a signal handler raises at any place.
    """
    if isinstance(error, httpx.HTTPStatusError) and error.request is request:  # from a hook that raises for a status
        return Received(error.response)
    # What a hook's own request met says nothing of this one, which may have been answered before.
    if isinstance(error, httpx.HTTPError) and getattr(error, "_request", None) is not request:
        return CallbackError(error, under_way=True)
    if isinstance(error, httpx.HTTPError | OSError) or (
        type(error).__module__.partition(".")[0] in _BELOW and not isinstance(error, StopIteration | StopAsyncIteration)
    ):
        return _cut(received, error)
    return CallbackError(error, under_way=True)
