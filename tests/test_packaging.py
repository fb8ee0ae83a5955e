"""What users install is built and installed here as they get it, in an environment that has nothing else."""

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable
from email.message import Message
from email.parser import Parser
from pathlib import Path

import hubspot_events
import pytest
from type_checkers import Place, marked_mistakes, mypy, pyright

ROOT = Path(__file__).parent.parent
VERSION = hubspot_events.__version__
PACKAGES = {
    "hubspot_events": ROOT / "overrides",
    "hubspot_events_api": ROOT / "generated",
    "hubspot_events_runtime": ROOT / "runtime",
}


def run(*command: str | Path, cwd: Path) -> str:
    # Without PYTHONPATH: what is found is what is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(destination: Path, source: Path, *options: str) -> None:
    """Build as the Makefile does."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", destination, *options, source, cwd=destination)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel that is built from it, as a release has them."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder, ROOT)
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    return dist / f"hubspot_events-{VERSION}-py3-none-any.whl"


@pytest.fixture(scope="session")
def metadata(wheel: Path) -> Message:
    return Parser().parsestr(contents(wheel)[f"hubspot_events-{VERSION}.dist-info/METADATA"].decode())


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment in which the wheel was installed, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel, cwd=folder)
    return python


def test_a_release_is_one_sdist_and_one_wheel_of_the_same_version(dist: Path, wheel: Path) -> None:
    assert {path.name for path in dist.iterdir()} - {".gitignore"} == {wheel.name, f"hubspot_events-{VERSION}.tar.gz"}


def test_the_wheel_has_its_three_packages_whole_and_the_pytest_plugin_and_nothing_else(wheel: Path) -> None:
    expected = {
        str(path.relative_to(folder))
        for package, folder in PACKAGES.items()
        for path in (folder / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected >= {
        "hubspot_events/__init__.py",
        "hubspot_events/py.typed",
        "hubspot_events_api/openapi.json",
        "hubspot_events_api/py.typed",
        "hubspot_events_runtime/py.typed",
    }
    described = f"hubspot_events-{VERSION}.dist-info/"
    names = contents(wheel).keys()
    assert {name for name in names if not name.startswith(described)} == expected | {"hubspot_events_pytest.py"}
    assert {name.removeprefix(described) for name in names if name.startswith(described)} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 279_000


def test_the_wheel_can_be_built_again_from_the_sdist_and_from_the_repository_byte_for_byte(
    dist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(dist / f"hubspot_events-{VERSION}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"hubspot_events-{VERSION}"
    for path in unpacked.rglob("*"):
        os.utime(path, (0, 1_700_000_000))  # another day
    for source in (unpacked, ROOT):
        again = tmp_path / "again" / source.name
        again.mkdir(parents=True)
        build(again, source, "--wheel")
        assert (again / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_sdist_has_the_packages_and_what_building_them_takes(dist: Path) -> None:
    with tarfile.open(dist / f"hubspot_events-{VERSION}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {"pyproject.toml", "LICENSE", "README.md", "overrides/hubspot_events/__init__.py"}
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", ".venv", "build/"))]


def test_the_metadata_tells_the_version_the_licence_and_the_pythons(metadata: Message) -> None:
    assert metadata["Version"] == VERSION
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_it_asks_for_three_packages_and_for_more_only_by_an_extra(metadata: Message) -> None:
    requirements = metadata.get_all("Requires-Dist", [])
    assert {re.split(r"[<>=!~ ;]", one)[0] for one in requirements if "extra ==" not in one} == {
        "attrs",
        "httpx",
        "python-dateutil",
    }
    assert {one.partition("extra == ")[2].strip("'\"") for one in requirements if "extra ==" in one} == {
        "cli",
        "dask",
        "orjson",
        "redis",
        "testing",
    }


def test_it_is_imported_from_anywhere_in_the_version_that_was_installed(python: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.metadata, hubspot_events, hubspot_events_api, hubspot_events_runtime;"
        "print(hubspot_events.__version__, importlib.metadata.version('hubspot-events'));"
        "print(hubspot_events.__file__); print(hubspot_events_api.__file__); print(hubspot_events_runtime.__file__)"
    )
    versions, *files = run(python, "-W", "error", "-c", code, cwd=tmp_path).splitlines()
    assert versions.split() == [VERSION, VERSION]
    assert all(Path(file).is_relative_to(python.parent.parent) for file in files)


def test_every_public_name_is_there(python: Path, tmp_path: Path) -> None:
    code = "import hubspot_events as h; print([name for name in h.__all__ if not hasattr(h, name)])"
    assert run(python, "-c", code, cwd=tmp_path).strip() == "[]"
    code = "import hubspot_events as h; from hubspot_events import *; print({*h.__all__} - {*globals()})"
    assert run(python, "-c", code, cwd=tmp_path).strip() == "set()"


def test_its_requirements_are_met_and_nothing_else_was_installed(python: Path, tmp_path: Path) -> None:
    run(python, "-m", "pip", "check", cwd=tmp_path)
    code = (
        "import importlib.metadata as m, json;"
        "print(json.dumps({d.name.lower(): d.requires or [] for d in m.distributions()}))"
    )
    installed: dict[str, list[str]] = json.loads(run(python, "-c", code, cwd=tmp_path))
    needed: set[str] = set()
    waiting = ["hubspot-events"]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            requirements = [one for one in installed.get(name, ()) if "extra ==" not in one]
            waiting += [re.split(r"[<>=!~ ;\[(]", one)[0].lower() for one in requirements]
    assert needed >= {"attrs", "httpx", "python-dateutil"}
    assert installed.keys() - needed <= {"pip", "setuptools"}  # which a new environment has


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_type_checkers_see_the_types_of_what_is_installed(
    checker: Callable[[Path, Path], set[Place]], python: Path, tmp_path: Path
) -> None:
    assert checker(python, tmp_path) == marked_mistakes()


def test_what_needs_the_extra_says_so(python: Path, tmp_path: Path) -> None:
    for extra in ("testing", "dask"):
        code = f"import hubspot_events.{extra}"
        done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert re.match(r"(ImportError|ModuleNotFoundError): ", done.stderr.splitlines()[-1])
        assert f'pip install "hubspot-events[{extra}]"' in done.stderr
    done = subprocess.run([python.parent / "hubspot-events"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(r'hubspot-events needs [\w.]+: pip install "hubspot-events\[cli\]"\n', done.stderr)


def test_the_commands_of_the_readme_install_what_its_example_takes(dist: Path, tmp_path: Path) -> None:
    """From nothing: an environment, the README's commands, its first example, and the embedded HubSpot as a program."""
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    example = re.search(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert example
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True)
    versions = tmp_path / "versions.txt"
    versions.write_text((ROOT / "constraints.txt").read_text("utf-8") + f"hubspot-events=={VERSION}\n", "utf-8")
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PIP_FIND_LINKS": str(dist),
        "PIP_CONSTRAINT": str(versions),
    }
    environment.pop("PYTHONPATH", None)
    for command in commands:
        subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, check=True)

    server: list[str | Path] = [folder / "bin/python", "-m", "hubspot_events.testing", "--access-token", "readme"]
    with subprocess.Popen(server, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as embedded:
        try:
            assert embedded.stdout
            address = next(line for line in embedded.stdout if "HUBSPOT_BASE_URL=" in line).partition("=")[2].strip()
            done = subprocess.run(
                [folder / "bin/python", "-W", "error", "-c", example[1].replace("…", "readme")],
                cwd=tmp_path,
                env={**environment, "HUBSPOT_BASE_URL": address},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            embedded.terminate()
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" 3\n")
