"""What a user writes for a_batch.yaml."""

from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, Batch, HubSpotEvents, InputError, JournalError, Record, RecordResponse
from hubspot_events.bulk import send_partition
from hubspot_events.cli import main

PATH = "POST /crm/objects/2026-09/contacts/batch/create"
REQUESTS = [PATH, f"{PATH}?archived=true", f"{PATH}?archived=false"]
RECORD = Record(object_write_trace_id="1", properties={"name": "Ruby"}, created_at=datetime(2026, 3, 1, 10, tzinfo=UTC))


def check(batch: Batch[Record, RecordResponse]) -> None:
    assert batch.all_written
    assert [result.id for result in batch.results] == ["7"]


def use(hubspot: HubSpotEvents) -> None:
    check(hubspot.records.create_batch("contacts", [RECORD], x_tenant="petspot"))
    with TemporaryDirectory() as folder:
        journal = Path(folder) / "journal"
        for outcome in hubspot.records.create_many(
            "contacts", [RECORD], x_tenant="petspot", archived=True, journal=journal
        ):
            assert_type(outcome.result, RecordResponse | None)
            assert outcome.status == "written"
        # What was archived does not tell of what is not.
        try:
            hubspot.records.create_many("contacts", [RECORD], x_tenant="petspot", archived=False, journal=journal)
        except JournalError as error:
            assert f"{PATH}?archived=true" in str(error)
        else:
            raise AssertionError
        [outcome] = hubspot.records.create_many("contacts", [RECORD], x_tenant="petspot", archived=False)
        assert outcome.id == "1"
        # Rows alone do not say which type they are of.
        try:
            send_partition(
                "records.create_many",
                [RECORD],
                account="4711",
                partition="1",
                connect=lambda _: hubspot,
                outcomes=folder,
            )
        except InputError as error:
            assert "records.create_many needs object_type, x_tenant too" in str(error)
        else:
            raise AssertionError
    with redirect_stderr(StringIO()) as said:
        assert main(["send", "records", "records.csv"]) == 2
    assert "records.create_many needs object_type, x_tenant too" in said.getvalue()


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    check(await hubspot.records.create_batch("contacts", records=[RECORD], x_tenant="petspot"))
    for archived in (True, False):
        async with hubspot.records.create_many("contacts", [RECORD], x_tenant="petspot", archived=archived) as run:
            assert [outcome.status async for outcome in run] == ["written"]


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.records.create_many([RECORD], x_tenant="petspot")  # error: no type
    hubspot.records.create_batch("contacts", [RECORD])  # error: no tenant
    hubspot.records.create_batch("contacts", RECORD, x_tenant="petspot")  # error: one for many
