"""Keeps secrets out of what is kept and shown: the one place where they are taken out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import lru_cache

from . import json_text

_REPLACEMENT = "[secret]"
_SHORT = 8  # characters; what is shorter may be a part of a word that says nothing


@lru_cache(maxsize=64)
def _pattern(secret: str) -> re.Pattern[str]:
    """Return what finds a secret, each of its characters as it is, as in a URL, or as in JSON."""
    characters = "".join(_spelled(character) for character in secret)
    return re.compile(characters if len(secret) >= _SHORT else rf"(?<![A-Za-z0-9]){characters}(?![A-Za-z0-9])")


def _spelled(character: str) -> str:
    in_url = "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    return rf"(?:\\?{re.escape(character)}|(?i:{in_url}|\\u{ord(character):04x}))"


def redacted(text: str, secrets: Collection[str]) -> str:
    """Return a text without secrets, however they are spelled in JSON or in a URL."""
    # To look for other spellings takes long, and they need one of these.
    may_be_spelled = "%" in text or "\\" in text
    for secret in secrets:
        if secret and (may_be_spelled or secret in text):
            text = _pattern(secret).sub(_REPLACEMENT, text)
    return text


def redacted_content(content: bytes, secrets: Collection[str]) -> bytes:
    """Return a body without secrets, in whichever of JSON's spellings and encodings they stand in it."""
    text = content.decode("latin-1")
    cleaned = redacted(text, secrets)
    if cleaned != text:
        content = cleaned.encode("latin-1")
    # JSON has more spellings than one of a character, and more than one encoding.
    if b"\x00" in content:
        try:
            rewritten = json.dumps(json_text.loads(content), ensure_ascii=False)
        except (ValueError, RecursionError):
            return content
        cleaned = redacted(rewritten, secrets)
        if cleaned != rewritten:
            return cleaned.encode("utf-8", "surrogatepass")
    return content
