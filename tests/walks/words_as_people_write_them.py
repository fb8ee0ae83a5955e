"""What a user writes for words_as_people_write_them.yaml."""

from typing import assert_type

from hubspot_events import (
    AsyncHubSpotEvents,
    HubSpotEvents,
    InputError,
    LabelRecordV2Level,
    LabelsGivenV2,
    OneLabel,
    SetOfLabels,
)

REQUESTS = ["POST /crm/labels/2026-03/7?journal=a&level=-1"]
LABELS = SetOfLabels(labels=[OneLabel(text="pet")])


def check(given: LabelsGivenV2) -> None:
    assert given.by_text["pet"].year == 2026
    assert given.by_user["7"].of["pet"].year == 2026


def use(hubspot: HubSpotEvents) -> None:
    check(hubspot.labels.label(7, LABELS, journal_="a", level=-1))
    try:
        hubspot.labels.label(7, SetOfLabels(labels=[OneLabel(text="")]), level=True)
    except InputError as error:
        assert error.field == "level"
    else:
        raise AssertionError


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    given = await hubspot.labels.label(7, labels=LABELS, journal_="a", level=LabelRecordV2Level.VALUE_NEGATIVE_1)
    assert_type(given, LabelsGivenV2)
    check(given)


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.labels.label("7", LABELS)  # error: text as the id
    hubspot.labels.label(7, LABELS, journal="a")  # error: an option of runs of many
    SetOfLabels(labels=["pet"])  # error: text for a label
