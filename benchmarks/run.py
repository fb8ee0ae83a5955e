"""Measure hubspot-events beside httpx alone and HubSpot's SDKs; print a table, write results.json and results.svg.

Each contestant runs in an environment and a process of its own, and they take turns, so that a noisy minute hits all
of them. What counts is a ratio within a round; what is reported is the median over the rounds. See README.md.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from zipfile import ZipFile

from chart import chart

HERE = Path(__file__).parent
PROJECT = HERE.parent
BUILD = PROJECT / "build" / "bench"

BASE, OURS, WITH_ORJSON = "httpx", "hubspot-events", "hubspot-events[orjson]"
PEERS = {"hubspot-api-client": "hubspot-api-client==12.0.0", "hubspot-sdk": "hubspot-sdk==0.1.0a9"}
CONTESTANTS = (BASE, OURS, WITH_ORJSON, *PEERS)

ROUNDS = 25
IMPORT_ROUNDS = 25
COUNTS = {"one": 40, "one async": 40, "hundred": 10, "hundred async": 10, "read": 4, "write": 4}
TITLES = {
    "one": "one input",
    "one async": "one input, async",
    "hundred": "100 inputs",
    "hundred async": "100 inputs, async",
    "read": "reading 500 events",
    "write": "writing 500 events",
    "import": "import",
    "ready": "import, and a client that is ready to send",
    "trusting": "that, and the certificates are read",
}
_READY = "from hubspot_events import HubSpotEvents, MarketingEventUpsert; HubSpotEvents('x').marketing_events"
IMPORTS = {
    BASE: {
        "import": "import httpx",
        "ready": "import httpx; httpx.Client()",
        "trusting": "import httpx; httpx.Client()",  # which reads them
    },
    OURS: {
        "import": "import hubspot_events",
        "ready": _READY,
        "trusting": f"{_READY}; from hubspot_events_runtime import trust; trust.read(trust.trusted())",
    },
    "hubspot-api-client": {
        "import": "import hubspot",
        "ready": "from hubspot import HubSpot; from hubspot.marketing.events import MarketingEventCreateRequestParams;"
        "HubSpot(access_token='x').marketing.events.batch_api",
    },
    "hubspot-sdk": {
        "import": "import hubspot_sdk",
        "ready": "from hubspot_sdk import HubSpot; HubSpot(access_token='x').marketing.marketing_events",
    },
}
MEASURED_IMPORT = """
import time; began = time.process_time()
{}
spent = time.process_time() - began
import resource; print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

# By contestant and case, what each round gave.
Samples = dict[str, dict[str, list[float]]]


def run(*command: str | Path) -> str:
    """Return what a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def environment(name: str, *requirements: str) -> Path:
    """Return the interpreter of an environment with these requirements, made anew when they are others than before."""
    folder, python = BUILD / name, BUILD / name / "bin" / "python"
    made_for = folder / "requirements.txt"
    wanted = "\n".join([*requirements, (PROJECT / "constraints.txt").read_text("utf-8")])
    if not made_for.exists() or made_for.read_text("utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        run(sys.executable, "-m", "venv", folder)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
        made_for.write_text(wanted, "utf-8")
    return python


def ours(name: str, wheel: Path, *more: str) -> Path:
    """Return the interpreter of an environment with a wheel of ours, and what it needs as it is pinned here."""
    pins = [line for line in (PROJECT / "constraints.txt").read_text("utf-8").split() if "==" in line]
    constraints = BUILD / "constraints.txt"
    constraints.write_text("\n".join(pins), "utf-8")
    python = environment(name, "attrs", "httpx", "python-dateutil", "--constraint", str(constraints), *more)
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall")
    run(python, *install, wheel)
    return python


def environments(wheel: Path) -> dict[str, Path]:
    """Return the interpreter of each contestant."""
    pythons = {OURS: ours("ours", wheel), WITH_ORJSON: ours("ours-orjson", wheel, "orjson")}
    peers = {name: environment(name, requirement) for name, requirement in PEERS.items()}
    return {BASE: pythons[OURS], **pythons, **peers}


def built_wheel(project: Path) -> Path:
    """Return the wheel of a checkout."""
    folder = BUILD / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, project)
    return next(folder.glob("*.whl"))


class Worker:
    """A contestant's process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.cases: list[str] = self._line()

    def _line(self) -> Any:
        return json.loads(self._process.stdout.readline())  # type: ignore[union-attr]

    def cost(self, case: str, count: int) -> tuple[float, int]:
        """Return the seconds of CPU time that a case takes, and the most kilobytes of memory so far."""
        self._process.stdin.write(f"{case} {count}\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        seconds, kilobytes = self._line()
        return seconds, kilobytes


@contextmanager
def process(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program that ends with its standard input."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.stdin.close()  # type: ignore[union-attr]


def measured_calls(pythons: dict[str, Path], url: str) -> Samples:
    """Let the contestants take turns in each case."""
    samples: Samples = defaultdict(lambda: defaultdict(list))
    with ExitStack() as stack:
        workers = {
            name: Worker(stack.enter_context(process(pythons[name], HERE / "worker.py", name, url)))
            for name in CONTESTANTS
        }
        for number in range(ROUNDS + 1):
            for case, count in COUNTS.items():
                first = number % len(CONTESTANTS)  # another one begins each round
                for name in CONTESTANTS[first:] + CONTESTANTS[:first]:
                    if case in workers[name].cases:
                        seconds, _ = workers[name].cost(case, count)
                        if number:  # the first round warms up
                            samples[name][case].append(1000 * seconds)
    return samples


def measured_growth(python: Path, url: str) -> tuple[float, float]:
    """Return how 10,000 events compare with 100 times a batch of 100, in CPU time, and the MiB that they take more."""
    with process(python, HERE / "worker.py", OURS, url) as running:
        worker = Worker(running)
        worker.cost("batch", 20)
        ratios = []
        peak = 0
        for _ in range(9):
            seconds, kilobytes = worker.cost("batch", 100)
            ratios.append(worker.cost("many", 1)[0] / (100 * seconds))
            peak = peak or kilobytes
        return median(ratios), (worker.cost("batch", 1)[1] - peak) / 1024


def measured_imports(pythons: dict[str, Path]) -> tuple[Samples, dict[str, dict[str, float]]]:
    """Return what importing takes, in milliseconds of CPU time, and the most MiB of memory then."""
    samples: Samples = defaultdict(lambda: defaultdict(list))
    memory: Samples = defaultdict(lambda: defaultdict(list))
    for number in range(IMPORT_ROUNDS + 1):
        for name, statements in IMPORTS.items():
            for case, statement in statements.items():
                seconds, kilobytes = run(pythons[name], "-c", MEASURED_IMPORT.format(statement)).split()
                if number:
                    samples[name][case].append(1000 * float(seconds))
                    memory[name][case].append(int(kilobytes) / 1024)
    return samples, {name: {case: median(peaks) for case, peaks in of.items()} for name, of in memory.items()}


def installed(python: Path) -> float:
    """Return the megabytes of an environment's packages, without pip's own and what Python compiles."""
    packages = next(python.parent.parent.glob("lib/python*/site-packages"))
    apart = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils")
    files = (
        path
        for path in packages.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.relative_to(packages).parts[0].startswith(apart)
    )
    return sum(path.stat().st_size for path in files) / 1e6


def required(wheel: Path) -> set[str]:
    """Return the names of what a wheel needs without extras."""
    with ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        headers = HeaderParser().parsestr(archive.read(metadata).decode())
    needs = (need for need in headers.get_all("Requires-Dist", []) if "extra ==" not in need)
    return {need.split("<")[0].split(">")[0].split("=")[0].split("!")[0].strip() for need in needs}


def summary(values: list[float], base: list[float]) -> dict[str, float]:
    """Return the median, the quartiles, and the median ratio to the base in the same round."""
    first, middle, third = quantiles(values, n=4)
    ratio = median(value / one for value, one in zip(values, base, strict=True))
    return {"median": middle, "lower": first, "upper": third, "ratio": ratio}


def measured() -> dict[str, Any]:
    """Return all figures."""
    BUILD.mkdir(parents=True, exist_ok=True)
    wheel = built_wheel(PROJECT)
    pythons = environments(wheel)
    with process(sys.executable, HERE / "server.py") as server:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"  # type: ignore[union-attr]
        calls = measured_calls(pythons, url)
        linear, growth = measured_growth(pythons[OURS], url)
    imports, memory = measured_imports(pythons)
    times = {
        name: {
            case: summary(values, samples[BASE][case])
            for samples in (calls, imports)
            for case, values in samples.get(name, {}).items()
        }
        for name in CONTESTANTS
    }
    packages = ("httpx", "attrs", "orjson")
    asked = f"import importlib.metadata as m, platform as p; print(p.python_version(), *map(m.version, {packages}))"
    python, *versions = run(pythons[WITH_ORJSON], "-c", asked).split()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": python,
        **dict(zip(packages, versions, strict=True)),
        "rounds": ROUNDS,
        "milliseconds": times,
        "import_mebibytes": memory,
        "installed_megabytes": {name: installed(pythons[name]) for name in (OURS, *PEERS)},
        "wheel_kilobytes": wheel.stat().st_size / 1000,
        "required": sorted(required(wheel)),
        "microseconds_of_an_event": {
            name: json.loads(run(pythons[name], HERE / "parts.py")) for name in (OURS, WITH_ORJSON)
        },
        "ten_thousand_events": {"to_100_batches": linear, "more_mebibytes": growth},
    }


def goals(figures: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Yield each goal with the figure and the most that it may be."""
    ours, with_orjson = figures["milliseconds"][OURS], figures["milliseconds"][WITH_ORJSON]
    memory = figures["import_mebibytes"]
    yield "one call, times httpx alone", ours["one"]["ratio"], 1.2
    yield "one async call, times httpx alone", ours["one async"]["ratio"], 1.2
    yield "a batch of 100, times httpx alone", ours["hundred"]["ratio"], 1.5
    yield "an async batch of 100, times httpx alone", ours["hundred async"]["ratio"], 1.5
    yield "a batch of 100 with orjson, times httpx alone", with_orjson["hundred"]["ratio"], 1.0
    yield "an async batch of 100 with orjson, times httpx alone", with_orjson["hundred async"]["ratio"], 1.0
    yield "reading 500 events, times json.loads", ours["read"]["ratio"], 2.0
    yield "writing 500 events, times json.dumps", ours["write"]["ratio"], 2.0
    yield "import, and a client that is ready to send, times httpx", ours["ready"]["ratio"], 1.25
    yield "import, and a client that is ready to send, MiB more", memory[OURS]["ready"] - memory[BASE]["ready"], 4.0
    yield "the wheel, kB", figures["wheel_kilobytes"], 100.0
    unwanted = set(figures["required"]) - {"attrs", "httpx", "python-dateutil"}
    yield "needs beside attrs, httpx and python-dateutil", len(unwanted), 0
    yield "10,000 events, times 100 batches of 100", figures["ten_thousand_events"]["to_100_batches"], 1.1
    yield "10,000 events, MiB more than one batch", figures["ten_thousand_events"]["more_mebibytes"], 1.0


def table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""

    def row(title: str, cells: dict[str, str]) -> str:
        return f"| {title} | {' | '.join(cells.get(name, '') for name in CONTESTANTS)} |"

    def cell(one: dict[str, float], ratio: bool) -> str:
        spread = 100 * (one["upper"] - one["lower"]) / 2 / one["median"]
        return f"{one['median']:.{2 if one['median'] < 10 else 0}f} ms ±{spread:.0f} %" + (
            f", **{one['ratio']:.2f}×**" if ratio else ""
        )

    names = {name: PEERS.get(name, name).replace("==", " ") for name in CONTESTANTS}
    names[BASE] = f"httpx {figures['httpx']} alone"
    lines = [row("CPU time of the client", names), "| --- |" + " ---: |" * len(CONTESTANTS)]
    times = figures["milliseconds"]
    for case, title in TITLES.items():
        lines.append(
            row(title, {name: cell(times[name][case], name != BASE) for name in CONTESTANTS if case in times[name]})
        )
    memory = figures["import_mebibytes"]
    lines.append(row("memory after that", {name: f"{memory[name]['ready']:.0f} MiB" for name in memory}))
    sizes = figures["installed_megabytes"]
    lines.append(row("installed, with all it needs", {name: f"{sizes[name]:.1f} MB" for name in sizes}))
    return "\n".join(lines)


def parts(figures: dict[str, Any]) -> str:
    """Return where the time of a batch goes, as Markdown."""
    of = figures["microseconds_of_an_event"]
    rows = [f"| {part} | {of[OURS][part]:.1f} | {of[WITH_ORJSON][part]:.1f} |" for part in of[OURS]]
    return "\n".join([f"| µs for one event of 100 | {OURS} | {WITH_ORJSON} |", "| --- | ---: | ---: |", *rows])


def main() -> None:
    """Measure, and say what came of it."""
    figures = measured()
    figures["goals"] = [
        {"goal": goal, "figure": round(figure, 3), "at_most": most, "met": figure <= most}
        for goal, figure, most in goals(figures)
    ]
    (HERE / "results.json").write_text(json.dumps(figures, indent=2, default=float) + "\n", "utf-8")
    (HERE / "results.svg").write_text(chart(figures), "utf-8")
    print(f"{figures['date']}, Python {figures['python']}\n\n{table(figures)}\n\n{parts(figures)}\n")
    for goal in figures["goals"]:
        verdict = "met   " if goal["met"] else "MISSED"
        print(f"{verdict} {goal['goal']}: {goal['figure']:.2f}, at most {goal['at_most']:g}")


if __name__ == "__main__":
    main()
