"""Keeps secrets out of what is kept and shown: the one place where they are taken out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from . import json_text

_REPLACEMENT = "[secret]"
_SHORT = 8  # characters; what is shorter may be a part of a word that says nothing
_TEXT_OR_NUMBER = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*', re.DOTALL)


@lru_cache(maxsize=64)
def _pattern(secret: str) -> re.Pattern[str]:
    """Return what finds a secret, each of its characters as it is, as in a URL, in JSON or in HTML."""
    spellings = "".join(map(_spelled, secret))
    if "\\" in secret:  # all of them are doubled, or none
        spellings = f"(?:{re.escape(secret)}|{spellings})"
    return re.compile(spellings if len(secret) >= _SHORT else rf"(?<![A-Za-z0-9]){spellings}(?![A-Za-z0-9])")


# As `html.escape` writes them.
_IN_HTML = {"&": "|amp", "<": "|lt", ">": "|gt", '"': "|quot"}


def _spelled(character: str) -> str:
    # Each alternative begins with one certain character: `re` then passes over the rest of a text ten times as fast.
    # A URL within another one has the sign of a percentage as %25.
    in_url = "%(?:25)*".join(f"{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    number = ord(character)
    in_html = f"#0*{number}|#x0*{number:x}{_IN_HTML.get(character, '')}"
    escaped = rf"%(?:25)*(?i:{in_url})|\\u(?i:{number:04x})|&(?i:{in_html});"
    if character == "\\":  # atomic, as many of them could else be read in very many ways
        return rf"(?>{escaped}|\\\\?)"
    plain = re.escape(character)
    return rf"(?:{plain}|\\{plain}|{escaped})"


def redacted(text: str, secrets: Collection[str]) -> str:
    """Return a text without secrets, however they are spelled in JSON, in a URL or in HTML."""
    # To look for other spellings takes long, and they need one of these.
    may_be_spelled = "%" in text or "\\" in text or "&" in text
    for secret in secrets:
        if secret and (may_be_spelled or secret in text):
            text = _pattern(secret).sub(_REPLACEMENT, text)
    return text


def not_named(secrets: Collection[str], names: Callable[[], Iterable[str]]) -> set[str]:
    """Return secrets without those that are short, and words of what names an input.

    Such as "test" in the id test-1: with it taken out of an answer, nobody would know whose that is.
    """
    short = [secret for secret in secrets if len(secret) < _SHORT]
    return {*secrets} - {secret for secret in short if any(redacted(name, (secret,)) != name for name in names())}


def redacted_content(content: bytes, secrets: Collection[str]) -> bytes:
    """Return a body without secrets, in whichever of JSON's spellings and encodings they stand in it.

    What was JSON stays JSON, and but for the texts and numbers that show one stays as it was.
    """
    text = content.decode("utf-8", "surrogateescape")
    cleaned = redacted(text, secrets)
    # JSON in UTF-16 and UTF-32 has zeros among the letters, and JSON in a text of JSON has its escapes escaped.
    if cleaned == text and b"\x00" not in content and b"\\\\" not in content:
        return content
    try:
        json_text.loads(content)
    except (ValueError, RecursionError):
        return cleaned.encode("utf-8", "surrogateescape")
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    # A half of an escape, such as one of two backslashes, is never taken out: what is looked at is without escapes.
    cleaned = _TEXT_OR_NUMBER.sub(lambda found: _redacted_value(found[0], secrets), text)
    return content if cleaned == text else cleaned.encode("utf-8", "surrogatepass")


def _redacted_value(written: str, secrets: Collection[str]) -> str:
    """Return a text or a number of a JSON document as it stands there, or a text of what is left of it."""
    value = json.loads(written) if written[0] == '"' else written
    cleaned = redacted(value, secrets)
    return written if cleaned == value else json.dumps(cleaned)
