"""The journal: whatever ends a run, the next one finds every id, and who asks is told what became of each input."""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import pytest
from conftest import interrupted
from hubspot_events.testing import ManualClock
from hubspot_events_runtime import journal as journal_module
from hubspot_events_runtime import locks
from hubspot_events_runtime.errors import HubSpotError, InputError, JournalError
from hubspot_events_runtime.journal import Journal
from hubspot_events_runtime.journal_file import Entry, State
from hubspot_events_runtime.journal_report import JournalReport
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

JOB = {"operation": "POST /integrators/timeline/v3/events", "account": "4711"}
IS_POSIX = sys.platform != "win32"


def entry(index: int, **fields: Any) -> Entry:
    return Entry(**{"index": index, "digest": b"%016d" % index, "id": f"id-{index}", "time": index, **fields})


def entries(*indexes: int) -> list[Entry]:
    return [entry(index) for index in indexes]


def opened(path: Path, clock: ManualClock | None = None, **job: str) -> Journal:
    return Journal(path, {**JOB, **job}, (clock or ManualClock()).time)


def refused(action: Callable[[], object]) -> JournalError:
    with pytest.raises(JournalError) as raised:
        action()
    return raised.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.journal"


@pytest.fixture
def journal(path: Path, clock: ManualClock) -> Iterator[Journal]:
    with closing(opened(path, clock)) as journal:
        yield journal


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def failures(path: Path) -> list[Entry]:
    return list(JournalReport(path).failures())


# What is put in, and what comes back


def test_what_is_put_in_comes_back_in_the_next_run_and_not_what_that_would_have_sent(path: Path) -> None:
    given = [entry(0), entry(1, id=None, time=None), entry(2, id="ü\n\ud800", time="2026-01-01T00:00:00Z")]
    with closing(opened(path)) as journal:
        assert journal.admit(given) == given
        journal.settle([1], State.WRITTEN)
        journal.settle([2], State.FAILED, "Unknown\nemail \ud800", "VALIDATION_ERROR")
    with closing(opened(path)) as journal:
        again = journal.admit([entry(index, id="another", time=9) for index in range(4)])
    assert again[0] == given[0]
    assert again[1] == entry(1, id=None, time=None, state=State.WRITTEN)
    reason = r"Unknown email \ud800"
    failed = {"state": State.FAILED, "reason": reason, "category": "VALIDATION_ERROR"}
    assert again[2] == entry(2, id="ü\n\ud800", time="2026-01-01T00:00:00Z", **failed)
    assert again[3] == entry(3, id="another", time=9), "this one is new"


def test_a_place_with_another_input_is_refused_and_nothing_is_put_in(path: Path, journal: Journal) -> None:
    journal.admit(entries(0, 1, 2))
    error = refused(lambda: journal.admit([entry(2), entry(3), entry(1, digest=b"x" * 16)]))
    assert "another input at place 1, from 0" in str(error)
    assert "same" not in error.reason
    assert "order" in error.reason
    assert JournalReport(path).counts[State.WAITING] == 3
    assert journal.admit(entries(3)) == entries(3), "the journal is as good as before"


def test_one_place_twice_is_one_input(path: Path, journal: Journal) -> None:
    assert journal.admit([entry(5), entry(5, id="another")])[0] == entry(5)
    refused(lambda: journal.admit([entry(6), entry(6, digest=b"x" * 16)]))
    assert JournalReport(path).counts[State.WAITING] == 1


def test_what_was_not_put_in_cannot_be_settled(path: Path, journal: Journal) -> None:
    journal.admit(entries(0, 1, 5))
    error = refused(lambda: journal.settle([0, 1, 2], State.WRITTEN))
    assert "place 0 to 2" in str(error)
    assert JournalReport(path).counts[State.WAITING] == 3
    journal.settle([0, 5], State.WRITTEN)
    assert JournalReport(path).counts[State.WRITTEN] == 2


def test_many_inputs_at_once_and_some_of_them_settled(path: Path, journal: Journal) -> None:
    journal.admit([entry(index) for index in range(2500)])
    journal.settle(range(900, 2100), State.POSTPONED, "An outage", "ServerError")
    journal.settle(range(950, 1050), State.WRITTEN)
    states = [one.state for one in journal.admit([entry(index) for index in range(2500)])]
    expected = [State.WAITING] * 900 + [State.POSTPONED] * 50 + [State.WRITTEN] * 100 + [State.POSTPONED] * 1050
    assert states == expected + [State.WAITING] * 400
    assert len(failures(path)) == 1100


# Against a model, with whatever may end a process


class Model(RuleBasedStateMachine):
    """A journal beside a dict. What is killed or loses its power goes on with a copy of what the disk has by then."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.life = 0
        self.clock = ManualClock()
        self.known: dict[int, Entry] = {}
        self.maybe: dict[int, list[Entry]] = {}  # what a loss of power may leave of those settled since all was synced
        self.requests: Counter[str] = Counter()
        self.counted: Counter[str] = Counter()  # those that are in the file
        self.begin()

    @property
    def path(self) -> Path:
        return self.folder / str(self.life) / "journal"

    @property
    def log(self) -> Path:
        return self.path.with_name("journal-wal")

    def begin(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.journal = opened(self.path, self.clock)
        self.synced()

    def synced(self) -> None:
        self.maybe.clear()
        self.synced_length = self.log.stat().st_size

    @rule(
        indexes=st.lists(st.integers(0, 60), max_size=8)
        | st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda span: [*range(span[0], sum(span))]),
        id_=st.none() | st.text(max_size=5),
        time_=st.none() | st.integers() | st.text(max_size=5),
    )
    def admit(self, indexes: list[int], id_: str | None, time_: str | int | None) -> None:
        for index in indexes:
            self.known.setdefault(index, entry(index, id=id_, time=time_))
        found = self.journal.admit([entry(index, id=id_, time=time_) for index in indexes])
        assert found == [self.known[index] for index in indexes]
        self.synced()

    def open(self) -> list[int]:
        """Return the inputs that a run may settle: nobody takes back what is written, or refused for good."""
        return [index for index, one in sorted(self.known.items()) if one.state not in (State.WRITTEN, State.FAILED)]

    @precondition(lambda self: self.open())
    @rule(data=st.data(), state=st.sampled_from(State), reason=st.none() | st.sampled_from(["Bad", "Worse"]))
    def settle(self, data: st.DataObject, state: State, reason: str | None) -> None:
        indexes = data.draw(st.lists(st.sampled_from(self.open()), min_size=1, max_size=20))
        category = "KIND" if reason else None
        self.journal.settle(indexes, state, reason, category)
        self.counted = self.requests.copy()
        said = (reason, category) if state >= State.FAILED else (None, None)
        for index in indexes:
            self.maybe.setdefault(index, []).append(self.known[index])
            fields = {"id": self.known[index].id, "time": self.known[index].time}
            self.known[index] = entry(index, state=state, reason=said[0], category=said[1], **fields)

    @rule(answer=st.sampled_from(["201", "429", "timeout"]))
    def count_request(self, answer: str) -> None:
        self.journal.count_request(self.clock.now, answer)
        self.requests[answer] += 1

    @rule(seconds=st.integers(0, 3))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule()
    def close(self) -> None:
        self.journal.close()
        assert names(self.path.parent) == {"journal"}
        self.counted = self.requests.copy()
        self.check()
        self.begin()

    @rule()
    def is_killed(self) -> None:
        self.goes_on_with_a_copy()
        self.begin()
        self.requests = self.counts_of_requests()
        self.counted = self.requests.copy()

    @rule(part=st.floats(0, 1))
    def loses_power(self, part: float) -> None:
        length = self.log.stat().st_size
        self.goes_on_with_a_copy()
        os.truncate(self.log, self.synced_length + int(part * (length - self.synced_length)))
        possible = {index: [*self.maybe.get(index, []), now] for index, now in self.known.items()}
        self.begin()
        found = self.journal.admit([entry(index) for index in sorted(self.known)])
        assert all(one in possible[one.index] for one in found)
        self.known = {one.index: one for one in found}
        self.requests = self.counts_of_requests()
        self.counted = self.requests.copy()

    def goes_on_with_a_copy(self) -> None:
        before = self.path.parent
        self.life += 1
        shutil.copytree(before, self.path.parent, ignore=shutil.ignore_patterns("*-shm"))
        self.journal.close()

    def counts_of_requests(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for _, answer, count in JournalReport(self.path).requests():
            counts[answer] += count
        return counts

    @invariant()
    def check(self) -> None:
        report = JournalReport(self.path)
        states = Counter(one.state for one in self.known.values())
        assert report.counts == {state: states[state] for state in State}
        assert list(report.failures()) == [one for _, one in sorted(self.known.items()) if one.state >= State.FAILED]
        assert sum(written for _, written, _ in report.rate()) == states[State.WRITTEN]
        counts = self.counts_of_requests()
        assert self.counted <= counts <= self.requests

    def teardown(self) -> None:
        self.journal.close()
        shutil.rmtree(self.folder)


TestModel = Model.TestCase
TestModel.settings = settings(deadline=None, max_examples=30, stateful_step_count=20)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 250), max_size=6))
def test_after_interrupts_at_any_lines_all_of_a_change_is_there_or_nothing(lines: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(opened(Path(folder) / "journal")) as journal:
        report = JournalReport(Path(folder) / "journal")
        for number, line in enumerate(lines):
            batch = [*range(10 * number, 10 * number + 10)]

            def action(batch: Sequence[int] = batch) -> None:
                journal.admit(entries(*batch))
                journal.settle(batch, State.FAILED, "Bad")

            interrupted(action, line)
            assert set(report.counts.values()) <= {0, *range(10, 70, 10)}
            assert len(failures(Path(folder) / "journal")) == report.counts[State.FAILED]
            assert [one.id for one in journal.admit(entries(*batch))] == [f"id-{index}" for index in batch]
            journal.settle(batch, State.WRITTEN)
            assert report.counts == {**dict.fromkeys(State, 0), State.WRITTEN: 10 * number + 10}


# Processes

PREAMBLE = """
import json, os, random, resource, sys, time, uuid
from hubspot_events.testing import ManualClock
from hubspot_events_runtime.errors import JournalError
from hubspot_events_runtime.journal import Journal
from hubspot_events_runtime.journal_file import Entry, State
from hubspot_events_runtime.journal_report import JournalReport

path = sys.argv[1]
job = json.loads(sys.argv[2])

def tell(*what):
    os.write(1, json.dumps(what).encode() + b"\\n")
"""

# Reads as a run does: from the first input on, each with a new random id.
RUN = """
journal = Journal(path, job, time.time)
tell("open")
first = 0
while True:
    count = random.choice((1, 10, 100))
    batch = range(first, first + count)
    found = journal.admit([Entry(index, b"%016d" % index, str(uuid.uuid4()), index) for index in batch])
    tell("admitted", [(one.index, one.id) for one in found])
    waiting = [one.index for one in found if one.state is State.WAITING]
    if waiting:
        state = random.choice((State.WRITTEN, State.WRITTEN, State.FAILED))
        journal.count_request(time.time(), "201")
        journal.settle(waiting, state, "Bad" if state == State.FAILED else None)
        tell("settled", waiting, state)
    first += count
"""


def process(script: str, path: Path, *, wrapper: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    command = [*wrapper, sys.executable, "-c", PREAMBLE + script, str(path), json.dumps(JOB)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def stdout(child: subprocess.Popen[bytes]) -> IO[bytes]:
    assert child.stdout
    return child.stdout


def told(child: subprocess.Popen[bytes]) -> Any:
    return json.loads(stdout(child).readline())


def ended(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    child.stdin.close()
    stdout(child).close()
    child.wait(timeout=60)


def killed(child: subprocess.Popen[bytes]) -> list[Any]:
    """Kill a process; return what else it had told."""
    child.kill()
    rest = stdout(child).read()
    ended(child)
    return [json.loads(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]


def finished(script: str, path: Path, **options: Any) -> list[Any]:
    child = process(script, path, **options)
    output = child.communicate(timeout=60)[0]
    assert child.returncode == 0
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_moments_a_journal_has_all_that_was_told_to_be_there(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    ids: dict[int, str] = {}
    states: dict[int, State] = {}

    def take(what: str, *details: Any) -> None:
        if what == "admitted":
            for index, identity in details[0]:
                assert ids.setdefault(index, identity) == identity, "an input keeps its id"
        elif what == "settled":
            states.update(dict.fromkeys(details[0], State(details[1])))

    for _ in range(5):
        child = process(RUN, path)
        for _ in range(chance.choice((1, 5, 50, 300))):
            take(*told(child))
        time.sleep(chance.random() / 500)  # anywhere between two lines
        for line in killed(child):
            take(*line)
        report = JournalReport(path)
        assert not report.is_running
        assert sum(report.counts.values()) >= len(ids)
        with closing(opened(path)) as journal:
            found = journal.admit([entry(index) for index in sorted(ids)])
        assert {one.index: one.id for one in found} == ids
        assert {one.index: one.state for one in found if one.index in states} == states
        assert names(path.parent) == {path.name}


def test_killed_while_it_is_made_a_journal_is_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    script = """
number = 0
while True:
    journal = Journal(os.path.join(path, str(number)), job, time.time)
    tell("open", number)
    journal.close()
    number += 1
"""
    chance = random.Random(0)
    for life in range(6):
        folder = tmp_path / str(life)
        folder.mkdir()
        child = process(script, folder)
        lines = [told(child) for _ in range(chance.randrange(1, 5))]
        time.sleep(chance.random() / 50)
        lines += killed(child)
        for number in range(lines[-1][1] + 2):
            with closing(opened(folder / str(number))) as journal:
                assert journal.admit(entries(0)) == entries(0)
            assert not JournalReport(folder / str(number)).is_running
        assert {name for name in names(folder) if "-" in name} == set()


def test_a_second_process_is_told_the_first_and_may_ask_meanwhile(path: Path) -> None:
    child = process(RUN, path)
    for _ in range(30):
        told(child)
    error = refused(lambda: opened(path))
    assert f"is in use by process {child.pid}." in str(error)
    report = JournalReport(path)
    assert report.is_running
    first = report.counts
    assert sum(first.values()) >= 10
    for _ in range(300):
        told(child)  # more than its pipe holds
    assert report.counts != first
    assert report.ended_at is None
    killed(child)
    assert not report.is_running
    opened(path).close()
    assert names(path.parent) == {path.name}


def test_a_second_journal_in_the_same_process_is_told_so_and_does_no_harm(path: Path, journal: Journal) -> None:
    assert f"is in use by process {os.getpid()}." in str(refused(lambda: opened(path)))
    link = path.with_name("link")
    link.symlink_to(path)
    assert f"{link}: is in use by process {os.getpid()}." in str(refused(lambda: opened(link)))
    (said,) = finished(
        """
try:
    Journal(path, job, time.time)
except JournalError as error:
    tell("in use" if f"process {os.getppid()}." in str(error) else str(error))
""",
        path,
    )
    assert said == ["in use"]
    assert journal.admit(entries(0)) == entries(0)


def test_one_process_at_a_time_has_it_however_many_open_and_close_it(path: Path) -> None:
    script = """
had = 0
while had < 15:
    try:
        journal = Journal(path, job, time.time)
    except JournalError as error:
        assert "in use by" in str(error), error
        continue
    os.close(os.open(path + ".mark", os.O_CREAT | os.O_EXCL))
    journal.admit([Entry(had, bytes(16), None, None)])
    os.unlink(path + ".mark")
    journal.close()
    had += 1
tell("done")
"""
    children = [process(script, path) for _ in range(3)]
    assert [child.communicate(timeout=120)[0] for child in children] == [b'["done"]\n'] * 3
    assert names(path.parent) == {path.name}
    assert len(JournalReport(path).runs) == 45


def test_a_lock_on_a_file_that_its_holder_has_removed_meanwhile_is_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(path)
    locked = locks.locked

    def late(file: int, *, shared: bool = False) -> bool:
        first.close()  # after the file was opened, and before it is locked
        return locked(file, shared=shared)

    monkeypatch.setattr(locks, "locked", late)
    with closing(opened(path)):
        assert f"in use by process {os.getpid()}." in str(refused(lambda: opened(path)))


@pytest.mark.skipif(not IS_POSIX, reason="no links, and no pipes")
@pytest.mark.parametrize("kind", ["file", "long", "link", "pipe"])
def test_what_is_no_lock_is_refused_by_name_and_left_as_it_is(path: Path, kind: str) -> None:
    lock, precious = path.with_name(f"{path.name}-lock"), path.with_name("precious")
    precious.write_text("1234")
    match kind:
        case "link":
            lock.symlink_to(precious)
        case "pipe":
            os.mkfifo(lock)
        case _:
            lock.write_text("mine" if kind == "file" else "1" * 21)
    before = contents(path.parent) if kind != "pipe" else names(path.parent)
    assert f"{lock} is something else than a lock" in str(refused(lambda: opened(path)))
    assert (contents(path.parent) if kind != "pipe" else names(path.parent)) == before


@pytest.mark.parametrize("left", [b"", b"4711", b"\0\0\0\0"])
def test_what_a_crash_leaves_of_a_lock_is_none(path: Path, left: bytes) -> None:
    path.with_name(f"{path.name}-lock").write_bytes(left)
    with closing(opened(path)):
        assert f"in use by process {os.getpid()}." in str(refused(lambda: opened(path)))
    assert names(path.parent) == {path.name}


@pytest.mark.skipif(not IS_POSIX, reason="another lock")
def test_who_asks_whether_it_runs_does_not_keep_it_from_running(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.with_name(f"{path.name}-lock").touch()
    asking = os.open(path.with_name(f"{path.name}-lock"), os.O_RDONLY)
    assert locks.locked(asking, shared=True)
    monkeypatch.setattr("hubspot_events_runtime.locks.time.sleep", lambda _: os.close(asking))
    with closing(opened(path)):
        assert JournalReport(path).is_running


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_does_not_use_the_journal_and_does_not_keep_it(path: Path) -> None:
    script = """
journal = Journal(path, job, time.time)
journal.admit([Entry(0, bytes(16), "id-0", None)])
if os.fork() == 0:
    for use in (
        lambda: journal.admit([]),
        lambda: journal.settle([0], State.WRITTEN),
        lambda: journal.count_request(0, "201"),
    ):
        try:
            use()
        except JournalError as error:
            tell(str(error))
    journal.close()
    del journal
    tell("fork")
    sys.stdin.read()
    os._exit(0)
sys.stdin.read()
"""
    child = process(script, path)
    for _ in range(3):
        assert f"was opened by process {child.pid}, of which this one is a fork" in told(child)[0]
    assert told(child) == ["fork"]
    assert f"in use by process {child.pid}." in str(refused(lambda: opened(path)))
    child.kill()
    child.wait()
    with closing(opened(path)) as journal:  # the fork lives on
        assert journal.admit([Entry(0, bytes(16), "another", None)])[0].id == "id-0"
    ended(child)


def traces() -> bool:
    command = ["strace", "-o", os.devnull, "true"]
    return shutil.which("strace") is not None and subprocess.run(command, check=False).returncode == 0


@pytest.mark.skipif(not traces(), reason="needs strace")
def test_all_is_on_the_disk_before_an_input_counts_as_put_in(path: Path) -> None:
    script = """
journal = Journal(path, job, time.time)
for number in range(5):
    journal.admit([Entry(number, bytes(16), "id", None)])
    tell("admitted")
    journal.settle([number], State.WRITTEN)
    tell("settled")
journal.admit([Entry(0, bytes(16), "id", None)])  # makes durable what was settled
tell("admitted")
"""
    trace = path.with_name("trace")
    calls = "write,pwrite64,fsync,fdatasync,rename"
    finished(script, path, wrapper=["strace", "-y", "-o", str(trace), "-e", f"trace={calls}"])
    dirty: set[str] = set()
    admitted = settled = 0
    for line in trace.read_text().splitlines():
        name = line[line.find("<") + 1 : line.find(">")]
        if line.startswith("rename("):
            dirty.add(str(path.parent))
        elif line.startswith(("fsync(", "fdatasync(")):
            dirty.discard(name)
        elif "admitted" in line:
            assert dirty == set()
            admitted += 1
        elif "settled" in line:
            assert dirty == {f"{path}-wal"}, "what is settled waits"
            settled += 1
        elif name.startswith(str(path)) and not name.endswith(("-lock", "-shm")):  # which nobody needs afterwards
            dirty.add(name)
    assert (admitted, settled) == (6, 5)


# Disks


def test_a_full_disk_is_a_journal_error_and_loses_nothing_that_was_told(path: Path) -> None:
    journal = opened(path)
    journal.admit(entries(*range(10)))
    journal._open().execute(f"PRAGMA max_page_count = {path.stat().st_size // 4096}")
    told = 10

    def fill() -> None:
        nonlocal told
        while told < 10_000:
            journal.admit([entry(index) for index in range(told, told + 100)])
            told += 100

    error = refused(fill)
    assert isinstance(error.__cause__, sqlite3.OperationalError)
    assert "full" in str(error)
    assert str(path) in str(error)
    assert told > 10
    for action in (
        lambda: journal.admit(entries(0)),
        lambda: journal.settle([0], State.WRITTEN),
        lambda: journal.count_request(0, "201"),
    ):
        assert "Open it again" in str(refused(action)), "nobody knows what of a write that failed is on the disk"
    journal.close()
    assert names(path.parent) == {path.name}
    assert JournalReport(path).counts[State.WAITING] == told
    with closing(opened(path)) as journal:
        assert journal.admit([entry(told, id="another")])[0].id == "another", "it was not put in"


@pytest.mark.skipif(not IS_POSIX, reason="no limits")
@pytest.mark.parametrize("kilobytes", [0, 1, 20, 50, 100, 300])
def test_a_file_that_cannot_grow_is_a_journal_error_and_loses_nothing_that_was_told(path: Path, kilobytes: int) -> None:
    script = f"""
resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024}, {kilobytes * 1024}))
try:
    journal = Journal(path, job, time.time)
    for first in range(0, 100000, 100):
        batch = range(first, first + 100)
        journal.admit([Entry(index, b"%016d" % index, f"id-{{index}}", index) for index in batch])
        tell("admitted", first + 100)
        journal.settle(batch, State.WRITTEN)
        tell("settled", first + 100)
except JournalError as error:
    tell("error", str(error), repr(error.__cause__))
    if first:
        journal.close()
"""
    numbers = {"admitted": 0, "settled": 0}
    *lines, (_, error, cause) = finished("first = 0\n" + script, path)
    numbers.update(lines)
    assert "cannot be read or written: " in error
    assert str(path) in error
    assert "Error(" in cause
    if kilobytes >= 100:
        assert numbers["settled"]
    with closing(opened(path)) as journal:
        found = journal.admit(entries(*range(numbers["admitted"])))
    assert [one.id for one in found] == [f"id-{index}" for index in range(numbers["admitted"])]
    assert all(one.state is State.WRITTEN for one in found[: numbers["settled"]])
    assert JournalReport(path).counts[State.WAITING] <= 200
    assert names(path.parent) == {path.name}


AS_NOBODY = """
if os.getuid() == 0:
    os.setuid(65534)
try:
    Journal(path, job, time.time)
except JournalError as error:
    tell(str(error), type(error.__cause__).__name__)
"""


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that anybody can enter, which pytest's are not."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        yield Path(name)
        os.chmod(name, 0o777)


@pytest.mark.skipif(not IS_POSIX, reason="other rights")
def test_a_folder_that_cannot_be_written_is_a_journal_error_and_can_still_be_asked(shared_folder: Path) -> None:
    path = shared_folder / "orders.journal"
    with closing(opened(path)) as journal:
        journal.admit(entries(0, 1))
    os.chmod(shared_folder, 0o555)
    before = contents(shared_folder)
    for file in (path, shared_folder / "new"):
        assert finished(AS_NOBODY, file) == [
            [
                f"journal {file}: cannot be read or written: Permission denied. Mend that, and give the same journal "
                "again: what it has is kept.",
                "PermissionError",
            ]
        ]
    asks = "if os.getuid() == 0: os.setuid(65534)\ntell(sum(JournalReport(path).counts.values()))"
    assert finished(asks, path) == [[2]]
    assert contents(shared_folder) == before


@pytest.mark.skipif(not IS_POSIX, reason="other rights")
def test_a_file_that_cannot_be_written_is_a_journal_error_and_stays_as_it_is(shared_folder: Path) -> None:
    path = shared_folder / "orders.journal"
    opened(path).close()
    os.chmod(path, 0o444)
    before = contents(shared_folder)
    [[error, cause]] = finished(AS_NOBODY, path)
    assert "readonly" in error
    assert cause == "OperationalError"
    os.chmod(path, 0o000)
    [[error, cause]] = finished(AS_NOBODY, path)
    assert "Permission denied" in error
    os.chmod(path, 0o644)
    assert contents(shared_folder) == before


@pytest.mark.parametrize("where", ["missing/journal", "file/journal"])
def test_a_path_that_cannot_be_is_a_journal_error(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    for use in (lambda: opened(tmp_path / where), lambda: JournalReport(tmp_path / where)):
        error = refused(use)
        assert str(tmp_path / where) in str(error)
        assert isinstance(error.__cause__, OSError)


@pytest.mark.parametrize("wrong", [None, 5, True, "a\0b", b"a\0b", "\ud800"])
def test_what_is_no_path_is_an_input_error(wrong: Any) -> None:
    for use in (opened, JournalReport):
        with pytest.raises(InputError, match="journal: must be the path of a file, not "):
            use(wrong)


def test_a_path_may_be_bytes(path: Path) -> None:
    where: Any = os.fsencode(path)
    opened(where).close()
    assert JournalReport(where).job == JOB
    assert names(path.parent) == {path.name}


# Files that are something else


def other_database(file: Path, *pragmas: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.executescript("CREATE TABLE orders (number); INSERT INTO orders VALUES (1);" + ";".join(pragmas))


STRANGERS: dict[str, Callable[[Path], object]] = {
    "text": lambda file: file.write_text("id,email\n1,a@b.example\n"),
    "bytes": lambda file: file.write_bytes(bytes(5000)),
    "database": other_database,
    "database-with-a-log": lambda file: other_database(file, "PRAGMA journal_mode = WAL"),
    "database-of-an-application": lambda file: other_database(file, "PRAGMA application_id = 7"),
    "folder": Path.mkdir,
    "pipe": os.mkfifo if IS_POSIX else Path.mkdir,
    "device": lambda file: file.symlink_to(os.devnull),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_file_of_something_else_is_refused_by_name_and_left_as_it_is(path: Path, kind: str) -> None:
    STRANGERS[kind](path)
    before = contents(path.parent)
    is_no_journal = f"journal {path}: is no journal, and was left as it is. Give the path of a journal, or "
    assert is_no_journal in str(refused(lambda: opened(path)))
    assert contents(path.parent) == before
    assert is_no_journal in str(refused(lambda: JournalReport(path)))
    after = contents(path.parent)
    if kind == "database-with-a-log":
        after = {name: content for name, content in after.items() if name == path.name}  # SQLite leaves its log
    assert after == before


def test_another_format_is_refused_and_left_as_it_is(path: Path) -> None:
    opened(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 2")
    before = contents(path.parent)
    for use in (lambda: opened(path), lambda: JournalReport(path)):
        assert "has format 2, and this release reads and writes format 1" in str(refused(use))
    assert contents(path.parent) == before


def test_an_empty_file_becomes_a_journal_with_its_rights(path: Path) -> None:
    path.touch(0o600)
    assert "is no journal" in str(refused(lambda: JournalReport(path)))
    opened(path).close()
    assert path.stat().st_mode & 0o777 == (0o600 if IS_POSIX else 0o666)
    with tempfile.NamedTemporaryFile() as file:
        opened(Path(file.name)).close()
        assert JournalReport(file.name).job == JOB


def test_what_is_damaged_is_a_journal_error(path: Path) -> None:
    with closing(opened(path)) as journal:
        journal.admit([entry(index) for index in range(3000)])
        journal.settle(range(3000), State.FAILED, "Bad")
    whole = path.read_bytes()

    def use() -> None:
        with closing(opened(path)) as journal:
            journal.admit([entry(index, digest=b"x" * 16) for index in range(3000)])

    def report() -> None:
        JournalReport(path).failures_by_kind()

    for change in (
        "UPDATE inputs SET ids = '['",
        "UPDATE inputs SET ids = '[]'",
        "UPDATE inputs SET digests = x'00'",
        "UPDATE states SET states = x'09'",
        "UPDATE states SET states = replace(states, x'02', x'09')",
        "DROP TABLE states",
    ):
        with closing(sqlite3.connect(path)) as database:
            database.execute(change)
            database.commit()
        assert isinstance(refused(use).__cause__, sqlite3.Error)
        assert isinstance(refused(report).__cause__, sqlite3.Error)
        path.write_bytes(whole)
    path.write_bytes(whole[:8192])
    assert isinstance(refused(use).__cause__, sqlite3.Error)


def test_what_sqlite_says_of_a_damaged_journal_may_be_damaged_itself(path: Path) -> None:
    opened(path).close()
    path.write_bytes(
        path.read_bytes().replace(b"tablejobjob", b"tablej\xf2bjob")
    )  # the name of a table, which it repeats
    assert isinstance(refused(lambda: opened(path)).__cause__, UnicodeDecodeError)
    assert isinstance(refused(lambda: JournalReport(path).counts).__cause__, UnicodeDecodeError)


def test_a_failure_without_its_input_is_a_journal_error(path: Path) -> None:
    with closing(opened(path)) as journal:
        journal.admit([entry(0)])
        journal.settle([0], State.FAILED, "Bad")
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM inputs")
        database.commit()
    assert "is damaged: a value in it is none that a journal has. Begin" in str(
        refused(JournalReport(path).failures_by_kind)
    )


def test_a_log_that_outlived_its_journal_is_not_taken_for_that_of_a_new_one(path: Path) -> None:
    child = process(RUN, path)
    for _ in range(20):
        told(child)
    killed(child)
    assert path.with_name(f"{path.name}-wal").stat().st_size
    path.unlink()
    with closing(opened(path)):
        assert sum(JournalReport(path).counts.values()) == 0
    assert names(path.parent) == {path.name}


# Jobs


def test_the_journal_of_another_job_is_refused_with_what_differs_and_left_as_it_is(path: Path) -> None:
    opened(path).close()
    before = contents(path.parent)
    error = refused(lambda: opened(path, account="4712"))
    assert "is of another job: its account is '4711', and not '4712'. Give each job a journal of its own." in str(error)
    assert contents(path.parent) == before
    assert isinstance(error, HubSpotError)
    assert not error.may_have_been_processed


def test_what_only_one_side_says_of_the_job_is_added(path: Path, clock: ManualClock) -> None:
    Journal(path, {"operation": "a"}, clock.time).close()
    Journal(path, {"account": "b"}, clock.time).close()
    assert JournalReport(path).job == {"account": "b", "operation": "a"}
    assert "its operation is 'a'" in str(refused(lambda: Journal(path, {"operation": "c"}, clock.time)))


# Closing


def test_a_closed_journal_is_one_file_and_says_so_when_it_is_used(path: Path, clock: ManualClock) -> None:
    journal = opened(path, clock)
    journal.admit(entries(0, 1))
    journal.settle([0], State.WRITTEN)
    journal.count_request(clock.now, "201")
    journal.close()
    assert names(path.parent) == {path.name}
    journal.close()
    assert "is closed" in str(refused(lambda: journal.admit(entries(2))))
    assert "is closed" in str(refused(lambda: journal.settle([0], State.WRITTEN)))
    backup = path.with_name("backup")
    shutil.copy(path, backup)
    report = JournalReport(backup)
    assert report.counts == {**dict.fromkeys(State, 0), State.WAITING: 1, State.WRITTEN: 1}
    assert report.requests() == [(clock.now, "201", 1)]


def test_who_reads_all_the_while_keeps_nobody_from_closing(path: Path) -> None:
    journal = opened(path)
    journal.admit(entries(0))
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN")
        assert database.execute("SELECT count(*) FROM inputs").fetchone() == (1,)
        journal.admit(entries(1))
        journal.settle([0, 1], State.WRITTEN)
        journal._open().execute("PRAGMA busy_timeout = 0")
        journal.close()
        assert JournalReport(path).counts[State.WRITTEN] == 2
        assert not JournalReport(path).is_running
    with closing(opened(path)) as journal:
        assert [one.state for one in journal.admit(entries(0, 1))] == [State.WRITTEN] * 2
    assert names(path.parent) == {path.name}


def test_any_thread_may_use_it(path: Path) -> None:
    journal = opened(path)
    thread = threading.Thread(target=lambda: journal.admit(entries(0)))
    thread.start()
    thread.join()
    journal.settle([0], State.WRITTEN)
    thread = threading.Thread(target=journal.close)
    thread.start()
    thread.join()
    assert JournalReport(path).counts[State.WRITTEN] == 1


# Asking


def test_a_report_of_nothing_makes_nothing(path: Path) -> None:
    error = str(refused(lambda: JournalReport(path)))
    assert error.endswith(
        "No such file or directory. Give the path of a journal that is there, or of one in a folder that is."
    )
    assert names(path.parent) == set()


def test_failures_come_in_order_with_what_was_said_of_them_at_most_so_many(path: Path, journal: Journal) -> None:
    journal.admit([entry(index) for index in range(5000)])
    bad = [*range(0, 5000, 2)]
    journal.settle(bad, State.FAILED, "Bad", "VALIDATION_ERROR")
    report = JournalReport(path)
    assert [one.index for one in report.failures()] == bad
    for limit in (0, 1, 999, 1000, 1001, 2500, 9999):
        assert [one.index for one in report.failures(limit)] == bad[:limit]
    journal.settle(bad[1:], State.WRITTEN)
    assert list(report.failures()) == [entry(0, state=State.FAILED, reason="Bad", category="VALIDATION_ERROR")]


def test_failures_that_differ_in_names_and_numbers_are_of_one_kind(path: Path, journal: Journal) -> None:
    journal.admit([entry(index) for index in range(40)])
    for index in range(10):
        reason = f"inputs[{index}].email: '{'ab'[index % 2]}x{index}@shop.example' isn't known, nor is id-{index}-x"
        journal.settle([index], State.FAILED, reason, "VALIDATION_ERROR")
    journal.settle(range(10, 15), State.UNKNOWN, "No answer", "TransportError")
    journal.settle(range(15, 17), State.UNKNOWN, None, None)
    first, second, third = JournalReport(path).failures_by_kind()
    assert (first.state, first.category, first.count) == (State.FAILED, "VALIDATION_ERROR", 10)
    assert first.reason == "inputs[…].email: … isn't known, nor is …"
    assert [one.index for one in first.examples] == [0, 1, 2]
    assert first.examples[0].reason == "inputs[0].email: 'ax0@shop.example' isn't known, nor is id-0-x"
    assert (second.state, second.reason, second.count) == (State.UNKNOWN, "No answer", 5)
    assert (third.state, third.reason, third.category, third.count) == (State.UNKNOWN, None, None, 2)


def test_kinds_without_end_do_not_take_memory_without_end(path: Path, journal: Journal) -> None:
    journal.admit([entry(index) for index in range(1100)])
    for index in range(1100):
        word = "".join("abcdefghij"[int(digit)] for digit in str(index))
        journal.settle([index], State.FAILED, f"Unknown {word}", "KIND")
    kinds = JournalReport(path).failures_by_kind()
    assert len(kinds) == 1001
    assert (kinds[0].reason, kinds[0].count) == (None, 100)
    assert len(kinds[0].examples) == 3


def test_rates_and_requests_are_told_by_spans_of_time(path: Path, journal: Journal, clock: ManualClock) -> None:
    start = int(clock.now)
    journal.admit(entries(*range(100)))
    for second in range(20):
        clock.now = start + second + 0.5
        journal.settle([2 * second], State.WRITTEN)
        journal.settle([2 * second + 1], State.FAILED if second % 2 else State.POSTPONED, "Bad")
        journal.count_request(clock.now, "429" if second % 5 else "201")
    report = JournalReport(path)
    assert report.rate(1) == [(start + second, 1, second % 2) for second in range(20)]
    assert report.rate() == [(start, 10, 5), (start + 10, 10, 5)]
    for ask in (report.rate, report.requests):
        with pytest.raises(InputError, match="seconds: must be a whole number from 1, not 0"):
            ask(0)
    journal.close()
    assert report.requests() == [
        (start, "201", 2),
        (start, "429", 8),
        (start + 10, "201", 2),
        (start + 10, "429", 8),
    ]
    assert len(report.requests(1)) == 20
    clock.now += 1000
    with closing(opened(path, clock)) as journal:
        journal.settle([1], State.WRITTEN)
    assert report.rate(1)[-1] == (int(clock.now), 1, 0), "it counts when it was written"


def test_requests_are_seen_while_nothing_is_written(path: Path, journal: Journal, clock: ManualClock) -> None:
    report = JournalReport(path)
    for number in range(1, 4):
        clock.now += 1
        journal.count_request(clock.now, "503")
        assert sum(count for _, _, count in report.requests()) == number
    journal.count_request(clock.now, "503")
    journal.admit(entries(0))
    assert sum(count for _, _, count in report.requests()) == 4


def test_a_report_knows_when_it_ran(path: Path, clock: ManualClock) -> None:
    start = clock.now
    journal = opened(path, clock)
    report = JournalReport(path)
    assert report.is_running
    assert (report.started_at, report.ended_at, report.last_activity_at) == (start, None, start)
    clock.now += 5
    journal.admit(entries(0))
    assert report.last_activity_at == start + 5
    clock.now += 5
    journal.close()
    assert not report.is_running
    assert (report.started_at, report.ended_at, report.last_activity_at) == (start, start + 10, start + 10)
    clock.now += 5
    with closing(opened(path, clock)):
        assert report.ended_at is None
    assert report.runs == [(start, start + 10), (start + 15, start + 15)]


def test_statements_name_what_conflicts_as_sqlite_before_3_35_wants_to_know() -> None:
    """Red Hat 9, Debian 11 and Ubuntu 20.04 have such a release, whatever Python they run."""
    statements = [value for value in vars(journal_module).values() if isinstance(value, str) and "DO UPDATE" in value]
    assert len(statements) == 2
    assert all(re.search(r"ON CONFLICT \([\w, ]+\) DO UPDATE", statement) for statement in statements)
