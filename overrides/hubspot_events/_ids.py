"""Ids of timeline events, made by the client, so that a second try writes the same event and not another one.

HubSpot makes an id for an event that has none, and fills ``{{uuid}}`` in an id that has it. When the answer to such a
request is lost, nobody can tell whether the event was written, and sending it again writes it twice.
"""

from __future__ import annotations

import uuid

from ._errors import InputError, shown

#: HubSpot's placeholder for a unique string.
PLACEHOLDER = "{{uuid}}"

#: A second spelling of ours, for f-strings and templates, where braces are a nuisance. It never reaches HubSpot.
SECOND_SPELLING = "<<uuid>>"

# The namespace of keys. It must never change: the ids of every back-fill so far depend on it.
_NAMESPACE = uuid.UUID("6f4b3c1e-57d2-4c8a-9f0b-8d1e2a7c5b36")


def event_id(pattern: str = PLACEHOLDER, *, key: str | None = None) -> str:
    """Return an id for a timeline event.

    Args:
        pattern: The id, with ``{{uuid}}`` or ``<<uuid>>`` where the unique string goes; without either, the unique
            string follows at the end, after a hyphen.
        key: What the event is about. The same pattern and key give the same id in every process and every year, so
            that a back-fill that is run twice does not write twice. A good key names one event for good and comes from
            your data: ``"order-1881:paid"``, a primary key together with what happened. A bad key changes from run to
            run (the time of the run, a row number), or is shared by two events (a customer's number alone): HubSpot
            keeps one of them.

    Returns:
        The id: with a random UUID (version 4), or with a key a name-based one (version 5).

    Raises:
        InputError: The pattern or the key is empty or not text.

    """
    for name, text in (("pattern", pattern), ("key", "no key" if key is None else key)):
        if not isinstance(text, str) or not text:
            raise InputError(name, f"must be text that is not empty, not {shown(text)}")
    if PLACEHOLDER not in pattern and SECOND_SPELLING not in pattern:
        pattern = f"{pattern}-{PLACEHOLDER}"
    if key is None:
        return fill(pattern)
    try:
        return _replace(pattern, str(uuid.uuid5(_NAMESPACE, key)))
    except UnicodeEncodeError:
        raise InputError("key", f"{shown(key)} has half a surrogate pair, which is no text") from None


def fill(pattern: str | None) -> str:
    """Return an id with its placeholders filled; a unique one for None."""
    unique = str(uuid.uuid4())
    return unique if pattern is None else _replace(pattern, unique)


def leave_to_hubspot(pattern: str | None) -> str | None:
    """Return an id as HubSpot is to fill it."""
    return None if pattern is None else _replace(pattern, PLACEHOLDER)


def is_fixed(event_id: str | None) -> bool:
    """Whether an id names one event, without HubSpot filling anything in."""
    return event_id is not None and PLACEHOLDER not in event_id


def _replace(pattern: str, unique: str) -> str:
    return pattern.replace(PLACEHOLDER, unique).replace(SECOND_SPELLING, unique)
