"""Ids of timeline events, made by the client, so that a second try writes the same event and not another one.

HubSpot makes an id for an event that has none, and fills ``{{uuid}}`` in an id that has it. When the answer to such a
request is lost, nobody can tell whether the event was written, and sending it again writes it twice.
"""

from __future__ import annotations

import operator
import re
import uuid
from collections.abc import Callable

from hubspot_events_runtime.errors import InputError, is_text, shown

#: HubSpot's placeholder for a unique string.
PLACEHOLDER = "{{uuid}}"

#: A second spelling of ours, for f-strings and templates, where braces are a nuisance. It never reaches HubSpot.
SECOND_SPELLING = "<<uuid>>"

# The namespace of keys. It must never change: the ids of every back-fill so far depend on it.
_NAMESPACE = uuid.UUID("6f4b3c1e-57d2-4c8a-9f0b-8d1e2a7c5b36")

# What separates fields in ASCII: between account and key, so that no two pairs are one text.
_SEPARATOR = "\x1f"

# A placeholder that is misspelt.
_MISSPELT = r"(?i:(?<!\{)\{++(?=[^{}]*+\})[^{}]*uuid[^{}]*+\}|(?<!<)<+\s*uuid\s*>|\[\[\s*uuid\s*\]\])"
# What nobody filled of a template: {{order}}, <<order>>, {order_id}, {0}, {}. A hash in braces is none, nor {ABC-123}.
_UNFILLED = (
    _MISSPELT
    + r"|(?<!\{)\{\{++[^{}]*+\}\}|<<[^<>]*+>>|\{(?:\d?|(?![0-9a-f]{8,}\})[a-z_][a-z0-9_.]*(?:![rsa][^{}]*)?)\}"
)
_A_UUID = "0" * 32


def event_id(pattern: str = PLACEHOLDER, *, key: str | None = None, account: str | int | None = None) -> str:
    """Return an id for a timeline event.

    Args:
        pattern: The id, with ``{{uuid}}`` or ``<<uuid>>`` where the unique string goes; without either, the unique
            string follows at the end, after a hyphen.
        key: What the event is about. The same pattern, key and account give the same id in every process and every
            year, so that a back-fill that is run twice does not write twice. A good key names one event for good and
            comes from your data: ``"order-1881:paid"``, a primary key together with what happened. A bad key changes
            from run to run (the time of the run, a row number), or is shared by two events (a customer's number alone):
            HubSpot keeps one of them.
        account: The account of HubSpot that the event goes to, such as its hub id, for an app that more than one has
            installed: ids are unique per app and event template over *all* accounts, so that two of them must not use
            one id. It goes into the id together with the key.

    Returns:
        The id: with a random UUID (version 4), or with a key a name-based one (version 5).

    Raises:
        InputError: The pattern, the key or the account is blank or not text (the account may be a whole number), the
            pattern has what nobody filled in, key or account has the character 0x1F, or there is an account without a
            key.

    """
    if account is not None and not isinstance(account, str):
        account = _whole(account)
    given = {"pattern": pattern, "key": "-" if key is None else key, "account": "-" if account is None else account}
    for name, text in given.items():
        if not is_text(text) or not text.strip():
            raise InputError(name, f"must be text that is not blank, not {shown(text)}")
        if name != "pattern" and _SEPARATOR in text:
            raise InputError(name, f"must not have the character {_SEPARATOR!r}, which stands between account and key")
    # Of an enum the text and not the name, which formatting makes of some.
    pattern = str.__str__(pattern)
    key = None if key is None else str.__str__(key)
    account = None if account is None else str.__str__(account)
    if PLACEHOLDER not in pattern and SECOND_SPELLING not in pattern:
        pattern = f"{pattern}-{PLACEHOLDER}"
    if key is None:
        if account is not None:
            raise InputError("account", "goes with a key: without one, the id is unique anyway")
        return _replace(pattern, lambda: str(uuid.uuid4()))
    if account is not None:
        key = f"{account}{_SEPARATOR}{key}"
    return _replace(pattern, lambda: str(uuid.uuid5(_NAMESPACE, key)))


def _whole(account: object) -> str:
    """Return a whole number as text: one id for 4711 of any type, and none for 4711.0, of which it would be another."""
    try:
        return str(operator.index(None if isinstance(account, bool) else account))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        reason = f"must be text or a whole number, not {shown(account)}; of a float, give int(account)"
        raise InputError("account", reason) from None


class ClientIds:
    """Makes the ids that inputs do not have, and fills the placeholder in those that they have."""

    def fill(self, pattern: str | None) -> str | None:
        """Return an id with its placeholders filled; a unique one for None."""
        return str(uuid.uuid4()) if pattern is None else _replace(pattern, lambda: str(uuid.uuid4()))

    def is_fixed(self, identity: str | None) -> bool:
        """Whether an id names one input, without HubSpot filling anything in."""
        return identity is not None and PLACEHOLDER not in identity


class HubSpotIds(ClientIds):
    """Leaves the ids to HubSpot."""

    def fill(self, pattern: str | None) -> str | None:
        """Return an id as HubSpot is to fill it."""
        return None if pattern is None else _replace(pattern, lambda: PLACEHOLDER)


def _replace(pattern: str, unique: Callable[[], str]) -> str:
    if "{" not in pattern and "<" not in pattern and "[" not in pattern:  # as most ids are
        return pattern
    rest = pattern.replace(PLACEHOLDER, _A_UUID).replace(SECOND_SPELLING, _A_UUID)
    # HubSpot would take it for text, and all events under it for one.
    if unfilled := re.search(_MISSPELT if '"' in rest else _UNFILLED, rest):  # with quotes it may be JSON
        ways_out = f"write {PLACEHOLDER} or {SECOND_SPELLING}, fill it in, or leave out the braces"
        raise InputError("id", f"{shown(unfilled[0])} is no placeholder, and not filled in: {ways_out}")
    if rest == pattern:
        return pattern
    text = unique()
    return pattern.replace(PLACEHOLDER, text).replace(SECOND_SPELLING, text)
