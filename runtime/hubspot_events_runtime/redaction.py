"""Keeps secrets out of what is kept and shown: the one place where they are taken out."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from . import json_text

_REPLACEMENT = "[secret]"
_SHORT = 8  # characters; what is shorter may be a part of a word that says nothing
_TEXT_OR_NUMBER = r'(?s)"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*'


# JSON in JSON in JSON adds up to fifteen. With a bound, a row of them is soon looked at.
_BACKSLASHES = r"\\{0,15}"


@lru_cache(maxsize=64)
def _pattern(secret: str) -> re.Pattern[str]:
    """Return what finds a secret, each of its characters as it is, as in a URL, in JSON or in HTML."""
    parts: list[tuple[str, str]] = re.findall(r"(\\*)([^\\]?)", secret)
    spellings = "".join(_spelled(*part) for part in parts).removeprefix(_BACKSLASHES)
    if "\\" in secret:  # what follows one may look like an escape
        spellings = f"(?:{re.escape(secret)}|{spellings})"
    return re.compile(spellings if len(secret) >= _SHORT else rf"(?<![A-Za-z0-9]){spellings}(?![A-Za-z0-9])")


def _spelled(backslashes: str, character: str) -> str:
    """Return a pattern of a character, if there is one, in all its spellings, and of the backslashes before it.

    No text is one of them in two ways: of a long secret there would be too many to look at.
    """
    spelled = character and f"{re.escape(character)}|{_encoded(character)}"
    if not backslashes:
        # Each alternative begins with one certain character: `re` then passes over the rest of a text much faster.
        return character and rf"{_BACKSLASHES}(?:{spelled}|\\{_escaped(character)})"
    number = len(backslashes)
    # It takes the one of an escape that follows along, and is atomic, as more may be there than were meant.
    row = rf"(?>(?:\\{_escaped(chr(92))}?|{_encoded(chr(92))}){{{number},{16 * number}}})"
    return row + (character and f"(?:{spelled}|{_escaped(character)})")


def _escaped(character: str) -> str:
    """Return a pattern of what stands after a backslash, in JSON, JavaScript or Python."""
    units = re.findall("....", character.encode("utf-16-be", "surrogatepass").hex())
    in_units, in_bytes = r"\\{1,16}u".join(units), r"\\{1,16}x".join(_octets(character))
    in_latin = f"|x{ord(character):02x}" if "\x7f" < character <= "\xff" else ""
    return f"(?i:u{in_units}|u{ord(character):08x}|x{in_bytes}{in_latin})"


# As `html.escape` and XML write them.
_IN_HTML = {"&": "|amp", "<": "|lt", ">": "|gt", '"': "|quot", "'": "|apos"}


def _encoded(character: str) -> str:
    """Return a pattern of a character in a URL and in HTML, and of these within others of their kind."""
    in_url = "%(?:25)*".join(_octets(character))
    number = ord(character)
    in_html = f"#0*{number}|#x0*{number:x}{_IN_HTML.get(character, '')}"
    in_form = r"|\+|%(?:25)*2[bB]" if character == " " else ""
    return f"%(?:25)*(?i:{in_url})|&(?:amp;)*(?i:{in_html});{in_form}"


def _octets(character: str) -> list[str]:
    return re.findall("..", character.encode("utf-8", "surrogatepass").hex())


# By its name, as the value of another, such as Idempotency-Key, may be an id that an answer is known by.
_HAS_SECRET = rb"(?i)(?:authorization|token|secret|password|(?:access|api|auth|subscription)[-_]?key)$"


@lru_cache(maxsize=64)
def _has_secret(name: bytes) -> bool:
    return re.search(_HAS_SECRET, name) is not None


def header_secrets(headers: Iterable[tuple[bytes, bytes]]) -> set[str]:
    """Return what is secret of the headers of a request."""
    found = [(name, value.decode("latin-1")) for name, value in headers if _has_secret(name)]
    return {secret for name, value in found for secret in _secrets_of(name.lower(), value)}


def _secrets_of(name: bytes, value: str) -> tuple[str, ...]:
    """Return what is secret of the value of a header: not the scheme, and with Basic the password by itself, too."""
    if not name.endswith(b"authorization"):
        return (value,) if len(value) >= _SHORT else ()  # a page token of 1 would be taken out of any answer
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "basic":
        return (token or scheme,)
    try:
        return token, b64decode(token).decode("utf-8", "replace").partition(":")[2]
    except ValueError:
        return (token,)


def redacted(text: str, secrets: Collection[str]) -> str:
    """Return a text without secrets, however they are spelled in JSON, in a URL or in HTML."""
    # To look for other spellings takes long, and they need one of these; a blank may be a plus.
    may_be_spelled = "%" in text or "\\" in text or "&" in text
    for secret in secrets:
        if secret and (may_be_spelled or " " in secret or secret in text):
            text = _pattern(secret).sub(_REPLACEMENT, text)
    return text


def not_named(secrets: Collection[str], names: Callable[[], Iterable[str]]) -> Callable[[], set[str]]:
    """Return secrets without those that are short, and words of what names an input.

    Such as "test" in the id test-1: with it taken out of an answer, nobody would know whose that is. In a function
    no traceback shows them among its variables.
    """
    short = [secret for secret in secrets if len(secret) < _SHORT]
    left = {*secrets} - {secret for secret in short if any(redacted(name, (secret,)) != name for name in names())}
    return lambda: left


def redacted_content(content: bytes, secrets: Collection[str]) -> bytes:
    """Return a body without secrets, in whichever of JSON's spellings and encodings they stand in it.

    What was JSON stays JSON, and but for the texts and numbers that show one stays as it was.
    """
    text = content.decode("utf-8", "surrogateescape")
    cleaned = redacted(text, secrets)
    # JSON in UTF-16 and UTF-32 has zeros among the letters, and JSON in a text of JSON has its escapes escaped. To look
    # for one backslash takes a twentieth of the time that two take.
    if cleaned == text and b"\x00" not in content and (b"\\" not in content or b"\\\\" not in content):
        return content
    try:
        json_text.loads(content)
    except (ValueError, RecursionError):
        text = text.replace("\0", "")  # of HTML in UTF-16
        cleaned = redacted(text, secrets)
        return content if cleaned == text else cleaned.encode("utf-8", "surrogateescape")
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    # A half of an escape, such as one of two backslashes, is never taken out: what is looked at is without escapes.
    cleaned = re.sub(_TEXT_OR_NUMBER, lambda found: _redacted_value(found[0], secrets), text)
    return content if cleaned == text else cleaned.encode("utf-8", "surrogatepass")


def _redacted_value(written: str, secrets: Collection[str]) -> str:
    """Return a text or a number of a JSON document as it stands there, or a text of what is left of it."""
    value = json.loads(written) if written[0] == '"' else written
    cleaned = redacted(value, secrets)
    return written if cleaned == value else json.dumps(cleaned)
