"""Which operation is meant: those that send any number of inputs, as the resources of the client have them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from hubspot_events_runtime.operations import Operation

from .._resources import methods_of, needed_beside_inputs, resource_names
from ._errors import UsageError
from ._values import field_named


class Target(NamedTuple):
    """An operation that sends any number of inputs.

    Attributes:
        resource: The name of the resource, such as timeline.
        method: The name of its method, such as create_many.
        operation: What the method uses.
    """

    resource: str
    method: str
    operation: Operation[Any]

    def __str__(self) -> str:
        return f"{self.resource}.{self.method}"

    @property
    def deprecation(self) -> str | None:
        """What is to be known of an operation that HubSpot will switch off, or None."""
        if not self.operation.deprecation:
            return None
        _, _, note = self.operation.deprecation.partition(". ")
        # It names the method for one batch.
        for target in targets():
            for batch in ("_batch", ""):
                name = f"{target.resource}.{target.method.replace('_many', batch)}"
                note = re.sub(rf"\b{name}(?!\w)", str(target), note)
        return f"{self} is deprecated. {note}"


def targets() -> list[Target]:
    """Return all that there are."""
    return [
        Target(resource, method, operation)
        for resource in resource_names()
        for method, operation in methods_of(resource).items()
    ]


def find(name: str, constants: Iterable[str]) -> Target:
    """Return the operation that is named, by its resource alone where the constant fields tell it from the others.

    Args:
        name: RESOURCE or RESOURCE.METHOD, with hyphens or underscores.
        constants: The fields that are the same in every row.

    Raises:
        UsageError: There is none, or more than one, or one that needs more than rows.

    """
    target = _found(name, constants)
    if needed := needed_beside_inputs(target.resource, target.method):
        raise UsageError(f"{target} needs {needed} too, which no option gives: call it in Python")
    return target


def _found(name: str, constants: Iterable[str]) -> Target:
    resource, _, method = name.replace("-", "_").partition(".")
    there = targets()
    if resource not in {target.resource for target in there}:
        raise UsageError(f"{name}: there is no {resource}; there are {_listed({target.resource for target in there})}")
    there = [target for target in there if target.resource == resource]
    if method:
        for target in there:
            if target.method == method:
                return target
        raise UsageError(f"{name}: there is no such operation; there are {_listed(map(str, there))}")
    fitting = [target for target in there if all(_has(target, constant) for constant in constants)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(f"{name} may be {_listed(map(str, fitting))}; say which")
    raise UsageError(f"{name}: none of {_listed(map(str, there))} has all of {', '.join(constants)}")


def _has(target: Target, constant: str) -> bool:
    body = target.operation.body
    return body is not None and field_named(constant.partition(".")[0], body.model) is not None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
