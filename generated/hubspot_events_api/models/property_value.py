from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Self

import attrs

from ..models.data_sensitivity import DataSensitivity
from ..types import (
    as_object,
    read_bool,
    read_int,
    read_list,
    read_str,
    required,
    take,
    write_any,
    write_list,
    write_map,
    write_plain,
)


@attrs.define(kw_only=True)
class PropertyValue:
    """The value of one custom property. `name` and `value` are what a caller has; the rest is HubSpot's own bookkeeping,
    which it keeps itself when a field is left out.

    Attributes:
        name: The internal name of a property that exists on the account. HubSpot drops a value without a word when
            there is no such property.
        value: The value as text; a date or time as Unix milliseconds.
        data_sensitivity: How sensitive the data in a property is.
        is_encrypted: Whether HubSpot stores the value encrypted.
        is_large_value: Whether the value is above the size that HubSpot stores inline.
        persistence_timestamp: When HubSpot stored the value, in Unix milliseconds.
        request_id: HubSpot's name for the request that set the value.
        selected_by_user: Whether a person chose the value.
        selected_by_user_timestamp: When a person chose the value, in Unix milliseconds.
        source: What set the value, one of over a hundred words, such as ACADEMY, API or INTEGRATION. HubSpot adds to
            them often, so any word is accepted.
        source_id: Which one of its kind the source was.
        source_label: The name of the source for people.
        source_metadata: Further data on the source, encoded by HubSpot.
        source_upstream_deployable: The service of HubSpot's that set the value.
        source_vid: The ids of contacts that were merged to give the value.
        timestamp: From when the value holds, in Unix milliseconds; now, when it is left out.
        unit: The unit of the value, such as a currency.
        updated_by_user_id: The id of the HubSpot user who set the value.
        use_timestamp_as_persistence_timestamp: Whether `timestamp` also stands for the time of storing.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    name: str
    value: str
    data_sensitivity: DataSensitivity | str | None = None
    is_encrypted: bool | None = None
    is_large_value: bool | None = None
    persistence_timestamp: int | None = None
    request_id: str | None = None
    selected_by_user: bool | None = None
    selected_by_user_timestamp: int | None = None
    source: str | None = None
    source_id: str | None = None
    source_label: str | None = None
    source_metadata: str | None = None
    source_upstream_deployable: str | None = None
    source_vid: Collection[int] | None = None
    timestamp: int | None = None
    unit: str | None = None
    updated_by_user_id: int | None = None
    use_timestamp_as_persistence_timestamp: bool | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        data["name"] = write_plain(self.name, "name", str)
        data["value"] = write_plain(self.value, "value", str)
        if self.data_sensitivity is not None:
            data["dataSensitivity"] = write_plain(self.data_sensitivity, "data_sensitivity", str)
        if self.is_encrypted is not None:
            data["isEncrypted"] = write_plain(self.is_encrypted, "is_encrypted", bool)
        if self.is_large_value is not None:
            data["isLargeValue"] = write_plain(self.is_large_value, "is_large_value", bool)
        if self.persistence_timestamp is not None:
            data["persistenceTimestamp"] = write_plain(self.persistence_timestamp, "persistence_timestamp", int)
        if self.request_id is not None:
            data["requestId"] = write_plain(self.request_id, "request_id", str)
        if self.selected_by_user is not None:
            data["selectedByUser"] = write_plain(self.selected_by_user, "selected_by_user", bool)
        if self.selected_by_user_timestamp is not None:
            data["selectedByUserTimestamp"] = write_plain(
                self.selected_by_user_timestamp, "selected_by_user_timestamp", int
            )
        if self.source is not None:
            data["source"] = write_plain(self.source, "source", str)
        if self.source_id is not None:
            data["sourceId"] = write_plain(self.source_id, "source_id", str)
        if self.source_label is not None:
            data["sourceLabel"] = write_plain(self.source_label, "source_label", str)
        if self.source_metadata is not None:
            data["sourceMetadata"] = write_plain(self.source_metadata, "source_metadata", str)
        if self.source_upstream_deployable is not None:
            data["sourceUpstreamDeployable"] = write_plain(
                self.source_upstream_deployable, "source_upstream_deployable", str
            )
        if self.source_vid is not None:
            data["sourceVid"] = write_list(self.source_vid, "source_vid", write_plain, int)
        if self.timestamp is not None:
            data["timestamp"] = write_plain(self.timestamp, "timestamp", int)
        if self.unit is not None:
            data["unit"] = write_plain(self.unit, "unit", str)
        if self.updated_by_user_id is not None:
            data["updatedByUserId"] = write_plain(self.updated_by_user_id, "updated_by_user_id", int)
        if self.use_timestamp_as_persistence_timestamp is not None:
            data["useTimestampAsPersistenceTimestamp"] = write_plain(
                self.use_timestamp_as_persistence_timestamp, "use_timestamp_as_persistence_timestamp", bool
            )
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        rest = as_object(data)
        return cls(
            name=required(take(rest, "name", read_str), "name"),
            value=required(take(rest, "value", read_str), "value"),
            data_sensitivity=take(rest, "dataSensitivity", DataSensitivity),
            is_encrypted=take(rest, "isEncrypted", read_bool),
            is_large_value=take(rest, "isLargeValue", read_bool),
            persistence_timestamp=take(rest, "persistenceTimestamp", read_int),
            request_id=take(rest, "requestId", read_str),
            selected_by_user=take(rest, "selectedByUser", read_bool),
            selected_by_user_timestamp=take(rest, "selectedByUserTimestamp", read_int),
            source=take(rest, "source", read_str),
            source_id=take(rest, "sourceId", read_str),
            source_label=take(rest, "sourceLabel", read_str),
            source_metadata=take(rest, "sourceMetadata", read_str),
            source_upstream_deployable=take(rest, "sourceUpstreamDeployable", read_str),
            source_vid=take(rest, "sourceVid", read_list, read_int),
            timestamp=take(rest, "timestamp", read_int),
            unit=take(rest, "unit", read_str),
            updated_by_user_id=take(rest, "updatedByUserId", read_int),
            use_timestamp_as_persistence_timestamp=take(rest, "useTimestampAsPersistenceTimestamp", read_bool),
            additional_properties=rest,
        )
