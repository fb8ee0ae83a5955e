"""Contains all the data models used in inputs/outputs"""

from .app_info import AppInfo
from .batch_error import BatchError
from .batch_response import BatchResponse
from .batch_status import BatchStatus
from .data_sensitivity import DataSensitivity
from .error import Error
from .error_detail import ErrorDetail
from .extra_data import ExtraData
from .links import Links
from .marketing_event_property import MarketingEventProperty
from .marketing_event_update import MarketingEventUpdate
from .marketing_event_update_batch import MarketingEventUpdateBatch
from .marketing_event_update_batch_response import MarketingEventUpdateBatchResponse
from .marketing_event_update_response import MarketingEventUpdateResponse
from .marketing_event_upsert import MarketingEventUpsert
from .marketing_event_upsert_batch import MarketingEventUpsertBatch
from .marketing_event_upsert_batch_response import MarketingEventUpsertBatchResponse
from .marketing_event_upsert_response import MarketingEventUpsertResponse
from .property_value import PropertyValue
from .property_value_response import PropertyValueResponse
from .timeline_event import TimelineEvent
from .timeline_event_batch import TimelineEventBatch
from .timeline_event_batch_response import TimelineEventBatchResponse
from .timeline_event_i_frame import TimelineEventIFrame
from .timeline_event_response import TimelineEventResponse
from .timeline_event_response_tokens import TimelineEventResponseTokens
from .timeline_event_tokens import TimelineEventTokens

__all__ = (
    "AppInfo",
    "BatchError",
    "BatchResponse",
    "BatchStatus",
    "DataSensitivity",
    "Error",
    "ErrorDetail",
    "ExtraData",
    "Links",
    "MarketingEventProperty",
    "MarketingEventUpdate",
    "MarketingEventUpdateBatch",
    "MarketingEventUpdateBatchResponse",
    "MarketingEventUpdateResponse",
    "MarketingEventUpsert",
    "MarketingEventUpsertBatch",
    "MarketingEventUpsertBatchResponse",
    "MarketingEventUpsertResponse",
    "PropertyValue",
    "PropertyValueResponse",
    "TimelineEvent",
    "TimelineEventBatch",
    "TimelineEventBatchResponse",
    "TimelineEventIFrame",
    "TimelineEventResponse",
    "TimelineEventResponseTokens",
    "TimelineEventTokens",
)
