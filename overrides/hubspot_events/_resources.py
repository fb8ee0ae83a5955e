"""The methods for any number of inputs, found by their names: for the command line and for partitions."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, get_type_hints

from hubspot_events_runtime.operations import Operation

from ._client import HubSpotEvents


def resource_names() -> list[str]:
    """Return the names of the resources that have such methods."""
    return [name for name in dir(HubSpotEvents) if not name.startswith("_") and methods_of(name)]


def methods_of(resource: str) -> Mapping[str, Operation[Any]]:
    """Return what each such method of a resource uses, by its name; nothing for what is no resource."""
    methods: Mapping[str, Operation[Any]] = getattr(_class_of(resource), "_many", {})
    return methods


def needed_beside_inputs(resource: str, method: str) -> str:
    """Return the arguments that such a method needs beside the inputs; empty for none."""
    body = methods_of(resource)[method].body
    arguments = inspect.signature(getattr(_class_of(resource), method)).parameters
    return ", ".join(
        name
        for name, one in arguments.items()
        if name not in ("self", body and body.argument) and one.default is one.empty and one.kind is not one.VAR_KEYWORD
    )


def _class_of(resource: str) -> Any:
    member = getattr(HubSpotEvents, resource, None)
    return get_type_hints(member.fget).get("return") if isinstance(member, property) else None
