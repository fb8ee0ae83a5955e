from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.data_sensitivity import DataSensitivity
from ..types import (
    as_object,
    read_bool,
    read_int,
    read_str,
    take,
    take_list,
    write_any,
    write_list,
    write_map,
    write_plain,
)


@attrs.define(kw_only=True)
class PropertyValueResponse:
    """The value of one custom property as HubSpot stores it.

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
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
    """

    name: str = ""
    value: str = ""
    data_sensitivity: DataSensitivity | None = None
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
    source_vid: list[int] = attrs.field(factory=list)
    timestamp: int | None = None
    unit: str | None = None
    updated_by_user_id: int | None = None
    use_timestamp_as_persistence_timestamp: bool | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        if value := self.name:
            data["name"] = value if type(value) is str else write_plain(value, "name", str)
        if value := self.value:
            data["value"] = value if type(value) is str else write_plain(value, "value", str)
        if (value := self.data_sensitivity) is not None:
            data["dataSensitivity"] = write_plain(value, "data_sensitivity", str)
        if (value := self.is_encrypted) is not None:
            data["isEncrypted"] = value if type(value) is bool else write_plain(value, "is_encrypted", bool)
        if (value := self.is_large_value) is not None:
            data["isLargeValue"] = value if type(value) is bool else write_plain(value, "is_large_value", bool)
        if (value := self.persistence_timestamp) is not None:
            data["persistenceTimestamp"] = (
                value if type(value) is int else write_plain(value, "persistence_timestamp", int)
            )
        if (value := self.request_id) is not None:
            data["requestId"] = value if type(value) is str else write_plain(value, "request_id", str)
        if (value := self.selected_by_user) is not None:
            data["selectedByUser"] = value if type(value) is bool else write_plain(value, "selected_by_user", bool)
        if (value := self.selected_by_user_timestamp) is not None:
            data["selectedByUserTimestamp"] = (
                value if type(value) is int else write_plain(value, "selected_by_user_timestamp", int)
            )
        if (value := self.source) is not None:
            data["source"] = value if type(value) is str else write_plain(value, "source", str)
        if (value := self.source_id) is not None:
            data["sourceId"] = value if type(value) is str else write_plain(value, "source_id", str)
        if (value := self.source_label) is not None:
            data["sourceLabel"] = value if type(value) is str else write_plain(value, "source_label", str)
        if (value := self.source_metadata) is not None:
            data["sourceMetadata"] = value if type(value) is str else write_plain(value, "source_metadata", str)
        if (value := self.source_upstream_deployable) is not None:
            data["sourceUpstreamDeployable"] = (
                value if type(value) is str else write_plain(value, "source_upstream_deployable", str)
            )
        if value := self.source_vid:
            data["sourceVid"] = write_list(value, "source_vid", write_plain, int)
        if (value := self.timestamp) is not None:
            data["timestamp"] = value if type(value) is int else write_plain(value, "timestamp", int)
        if (value := self.unit) is not None:
            data["unit"] = value if type(value) is str else write_plain(value, "unit", str)
        if (value := self.updated_by_user_id) is not None:
            data["updatedByUserId"] = value if type(value) is int else write_plain(value, "updated_by_user_id", int)
        if (value := self.use_timestamp_as_persistence_timestamp) is not None:
            data["useTimestampAsPersistenceTimestamp"] = (
                value if type(value) is bool else write_plain(value, "use_timestamp_as_persistence_timestamp", bool)
            )
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is PropertyValueResponse else cls()
        value = pop("name", "")
        self.name = value if type(value) is str else take(rest, "name", value, read_str) or ""
        value = pop("value", "")
        self.value = value if type(value) is str else take(rest, "value", value, read_str) or ""
        if not rest:  # most often, where most fields are optional
            self.data_sensitivity = None
            self.is_encrypted = None
            self.is_large_value = None
            self.persistence_timestamp = None
            self.request_id = None
            self.selected_by_user = None
            self.selected_by_user_timestamp = None
            self.source = None
            self.source_id = None
            self.source_label = None
            self.source_metadata = None
            self.source_upstream_deployable = None
            self.source_vid = []
            self.timestamp = None
            self.unit = None
            self.updated_by_user_id = None
            self.use_timestamp_as_persistence_timestamp = None
            self.additional_properties = rest
            return self
        value = pop("dataSensitivity", None)
        self.data_sensitivity = value if value is None else take(rest, "dataSensitivity", value, DataSensitivity)
        value = pop("isEncrypted", None)
        self.is_encrypted = (
            value if value is None or type(value) is bool else take(rest, "isEncrypted", value, read_bool)
        )
        value = pop("isLargeValue", None)
        self.is_large_value = (
            value if value is None or type(value) is bool else take(rest, "isLargeValue", value, read_bool)
        )
        value = pop("persistenceTimestamp", None)
        self.persistence_timestamp = (
            value if value is None or type(value) is int else take(rest, "persistenceTimestamp", value, read_int)
        )
        value = pop("requestId", None)
        self.request_id = value if value is None or type(value) is str else take(rest, "requestId", value, read_str)
        value = pop("selectedByUser", None)
        self.selected_by_user = (
            value if value is None or type(value) is bool else take(rest, "selectedByUser", value, read_bool)
        )
        value = pop("selectedByUserTimestamp", None)
        self.selected_by_user_timestamp = (
            value if value is None or type(value) is int else take(rest, "selectedByUserTimestamp", value, read_int)
        )
        value = pop("source", None)
        self.source = value if value is None or type(value) is str else take(rest, "source", value, read_str)
        value = pop("sourceId", None)
        self.source_id = value if value is None or type(value) is str else take(rest, "sourceId", value, read_str)
        value = pop("sourceLabel", None)
        self.source_label = value if value is None or type(value) is str else take(rest, "sourceLabel", value, read_str)
        value = pop("sourceMetadata", None)
        self.source_metadata = (
            value if value is None or type(value) is str else take(rest, "sourceMetadata", value, read_str)
        )
        value = pop("sourceUpstreamDeployable", None)
        self.source_upstream_deployable = (
            value if value is None or type(value) is str else take(rest, "sourceUpstreamDeployable", value, read_str)
        )
        value = pop("sourceVid", None)
        self.source_vid = [] if value is None else take_list(rest, "sourceVid", value, read_int)
        value = pop("timestamp", None)
        self.timestamp = value if value is None or type(value) is int else take(rest, "timestamp", value, read_int)
        value = pop("unit", None)
        self.unit = value if value is None or type(value) is str else take(rest, "unit", value, read_str)
        value = pop("updatedByUserId", None)
        self.updated_by_user_id = (
            value if value is None or type(value) is int else take(rest, "updatedByUserId", value, read_int)
        )
        value = pop("useTimestampAsPersistenceTimestamp", None)
        self.use_timestamp_as_persistence_timestamp = (
            value
            if value is None or type(value) is bool
            else take(rest, "useTimestampAsPersistenceTimestamp", value, read_bool)
        )
        self.additional_properties = rest or {}
        return self
