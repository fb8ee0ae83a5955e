"""Say which of the generator's templates changed since ours were written in their place.

A template of ours takes the place of the original as a whole, so what a new version of openapi-python-client does in
the original passes us by. `make check` compares the originals that we replace, and those whose macros ours call, with
the hashes in overrides/templates/originals.sha256; `make originals` renews these once somebody has looked.
"""

import hashlib
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

GENERATOR = "openapi-python-client"
OURS = Path("overrides/templates")
RECORD = OURS / "originals.sha256"
CALLED = {"helpers.jinja"}  # not replaced, but ours import macros from it


def originals() -> str:
    """Return the version of the generator and the hash of each original, as the record has them."""
    templates = files("openapi_python_client") / "templates"
    names = {path.name for path in OURS.glob("*.jinja")} | CALLED
    hashes = [
        f"{hashlib.sha256(original.read_bytes()).hexdigest()}  {name}"
        for name in sorted(names)
        if (original := templates / name).is_file()
    ]
    return "\n".join([f"# {GENERATOR} {version(GENERATOR)}", *hashes]) + "\n"


def main() -> int:
    """Compare the originals with the record, or renew it; return 1 when they differ."""
    found = originals()
    if "--renew" in sys.argv[1:]:
        RECORD.write_text(found, "utf-8")
        return 0
    recorded = RECORD.read_text("utf-8")
    changed = sorted({line.split()[-1] for line in {*found.splitlines()} ^ {*recorded.splitlines()} if line[0] != "#"})
    if changed:
        print(f"The originals of these templates changed after {recorded.splitlines()[0].removeprefix('# ')}:")
        print(*(f"  {OURS / name}" for name in changed), sep="\n")
        print("Look at what changed in them, follow in ours where it matters, and run `make originals`.")
    elif found != recorded:
        print(f"{RECORD} speaks of another version of {GENERATOR}, with the same originals; run `make originals`.")
    return int(found != recorded)


if __name__ == "__main__":
    sys.exit(main())
