"""The docstring of an operation's method, made of what the spec says in prose and in keywords."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

from hubspot_events_runtime.clients import CallOptions
from hubspot_events_runtime.operations import IDEMPOTENT
from openapi_python_client import strings
from operations import OperationCode

WIDTH = 112  # of a line, without the indentation of a method

RAISES = (
    ("InputError", "What was given cannot be sent, and was not."),
    (
        "HubSpotError",
        "One of its subclasses says what HubSpot answered, or that it did not, and whether the request may have been"
        " processed.",
    ),
)


def docstring(operation: OperationCode, support: str, prose: Callable[[str], str]) -> str:
    """Return the docstring of a method.

    Args:
        operation: The operation.
        support: A sentence on how long HubSpot supports it; empty for none.
        prose: Makes of what the spec says what a reader of Python is told.
    """
    summary = prose(operation.data.get("summary") or operation.id)
    paragraphs = (
        operation.data.get("description", ""),
        _scopes(operation),
        _repetition(operation),
        f"**Deprecated.** {support}" if operation.data.get("deprecated") else support,
    )
    parts = (
        f"{summary.removesuffix('.')}: {operation.place}.",
        *(textwrap.fill(prose(paragraph), WIDTH) for paragraph in paragraphs if paragraph),
        _section("Args", (f"{name}: {prose(said) or 'As HubSpot names it.'}" for name, said in _arguments(operation))),
        f"Returns:\n{_indented(prose(_result(operation)))}",
        _section("Raises", (f"{name}: {said}" for name, said in RAISES)),
    )
    return strings.safe_for_docstring("\n\n".join(parts)) + "\n"


def docstring_of_many(operation: OperationCode, support: str, prose: Callable[[str], str]) -> str:
    """Return the docstring of the method that sends any number of inputs; arguments as those of `docstring`."""
    summary = prose(operation.data.get("summary") or operation.id)
    paragraphs = (
        f"Sends them in batches, as `{operation.method}` does, several at once and at the pace that HubSpot allows."
        " They are read as they are needed. What HubSpot refuses a batch for is found out, and sent on without.",
        "With a journal, the same call goes on where it ended, whatever ended it: what was written is not sent twice.",
        _scopes(operation),
        f"**Deprecated.** {support}" if operation.data.get("deprecated") else support,
    )
    arguments = [
        *(_many(operation) if name == operation.argument else (name, said) for name, said in _arguments(operation)),
    ][:-1]
    arguments.append(
        ("options", "`journal`, `concurrency` and what a single call can do otherwise; see `ManyOptions`.")
    )
    raises = (
        RAISES[0],
        ("JournalError", "The journal is of another job, account or input, in use, or cannot be written."),
        ("HubSpotError", "While the outcomes are taken: the run cannot go on."),
    )
    parts = (
        f"{summary.removesuffix('.')}, any number: {operation.place}.",
        *(textwrap.fill(prose(paragraph), WIDTH) for paragraph in paragraphs if paragraph),
        _section("Args", (f"{name}: {prose(said) or 'As HubSpot names it.'}" for name, said in arguments)),
        "Returns:\n" + _indented("An iterator of what became of each input, which drives the run; see `Outcomes`."),
        _section("Raises", (f"{name}: {said}" for name, said in raises)),
    )
    return strings.safe_for_docstring("\n\n".join(parts)) + "\n"


def _many(operation: OperationCode) -> tuple[str, str]:
    identity = _identity(operation)
    unique = f" Of two with the same {identity} the second fails." if identity else ""
    return operation.argument, f"{operation.inputs_prose.removesuffix('.')}; any iterable.{unique}"


def _section(heading: str, items: Iterable[str]) -> str:
    return "\n".join((f"{heading}:", *(_indented(item, hanging="    ") for item in items)))


def _indented(text: str, hanging: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent=f"    {hanging}")


def _scopes(operation: OperationCode) -> str:
    """Say which scopes are needed: all of one alternative."""
    alternatives = [
        [f"`{scope}`" for scopes in alternative.values() for scope in scopes]
        for alternative in operation.data.get("security", ())
    ]
    needed = " or ".join(" and ".join(scopes) for scopes in alternatives if scopes)
    several = any(len(scopes) > 1 for scopes in alternatives)
    return f"Needs the scope{'s' if several else ''} {needed}." if needed else ""


def _repetition(operation: OperationCode) -> str:
    """Say whether a request is sent again after its answer was lost, where HTTP does not say it of the method."""
    if operation.http_method in IDEMPOTENT:
        return ""
    if not operation.repeatable:
        return "Not sent again after a lost answer: nothing says that what is sent twice is written once."
    return f"Sent again after a lost answer, what has the same {_identity(operation) or 'body'} is written once."


def _identity(operation: OperationCode) -> str:
    return " and ".join(f"`{field.python_name}`" for field in operation.identity)


def _arguments(operation: OperationCode) -> Iterator[tuple[str, str]]:
    """Yield the name of each argument, in their order, and what it is."""
    for parameter in operation.of("path"):
        yield parameter.python_name, parameter.description
    if operation.body:
        yield operation.argument, _body(operation)
    for parameter in operation.of("query", "header"):
        yield parameter.python_name, parameter.description
    *first, last = (f"`{key}`" for key in CallOptions.__annotations__)
    yield "options", f"{', '.join(first)} and {last} for this call; see `CallOptions`."


def _body(operation: OperationCode) -> str:
    if not operation.is_batch:
        return operation.body_prose
    identity = _identity(operation)
    unique = f", no two with the same {identity}" if identity else ""
    return f"{operation.inputs_prose.removesuffix('.')}; 1 to `max_batch_size` (100){unique}."


def _result(operation: OperationCode) -> str:
    if operation.is_batch:
        return (
            f"{operation.answer_prose} Some may have failed: ask `all_written`, or call `raise_for_errors`. HubSpot"
            " promises no order of the results: `result_indexes` and `result_of` say which input each belongs to."
        )
    if operation.result_type != "Response":
        return operation.answer_prose
    body = f", with the body as `json`: {operation.answer_prose}" if operation.answer else ", which has no body."
    return f"What came with the answer: the status code, the headers{body}"
