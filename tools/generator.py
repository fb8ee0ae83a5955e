"""Write the generated package anew: the bundled specs, and what openapi-python-client makes of them with our templates.

Called with the folder to write, `tools/generate` says how. A stop leaves the folder as it was and is one line.

Why not the generator's own command: it hands a template neither the keywords of an operation nor those of a field (the
scopes, `deprecated`, our x- words), and what to write for a field is Python better than a template's macros.
"""

from __future__ import annotations

import ast
import copy
import io
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import redirect_stdout
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from bundle import bundle, without_prose
from docstrings import docstring, docstring_of_many
from document import METHODS, Unsupported, nodes
from fields import Fields, prepare
from hubspot_events_runtime import reading, writing
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from keywords import NAMES, check_keywords
from openapi_python_client import Project, strings
from openapi_python_client import schema as oai
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import GeneratorData
from openapi_python_client.parser.properties import Class, EnumProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_spec_validator import OpenAPIV31SpecValidator
from operations import OperationCode, Operations

RUNTIME = "hubspot_events_runtime"
TEMPLATES = Path("overrides/templates")
CONFIG = Path("generator-config.yaml")
FACE = Path("overrides/hubspot_events/__init__.py")

# What the module of the clients has, and the constants that no class can be called as.
CLASSES = {"Error", "SyncClient", "AsyncClient", "None", "True", "False"}
CHOICES = ("allOf", "anyOf", "oneOf")

_SCHEMAS = Draft202012Validator(Draft202012Validator.META_SCHEMA)

# A header can be a time, a date or a list too: the runtime writes them, where the generator's own client does not.
PropertyProtocol._allowed_locations.add(oai.ParameterLocation.HEADER)
# Its errors show a name of the document as that of an object in memory.
UntrustedString.__repr__ = lambda self: repr(self.get_untrusted_value())  # type: ignore[method-assign, attr-defined]


def generate(destination: Path) -> None:
    """Write the package into a folder; raises Unsupported or ValueError, which say where the generator stopped."""
    document = bundle(Path("openapi"))
    _check(document)
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / destination.name
        config = Config.from_sources(
            ConfigFile.load_from_path(CONFIG), MetaType.NONE, CONFIG, "utf-8", overwrite=False, output_path=package
        )
        parsed = _parsed(document, config)
        taken = _taken()
        fields = Fields(document, parsed, taken)
        operations = Operations(document, parsed, fields)
        _check_names(parsed, operations, taken)

        def docstring_of(operation: OperationCode) -> str:
            return docstring(operation, operations.support(operation), fields.prose)

        def of_many(operation: OperationCode) -> str:
            return docstring_of_many(operation, operations.support(operation, many=True), fields.prose)

        project = Project(openapi=parsed, config=config, custom_template_path=TEMPLATES)
        project.env.globals.update(
            fields=fields,
            operations=operations,
            docstring_of=docstring_of,
            docstring_of_many=of_many,
            runtime=RUNTIME,
            reading=reading.__all__,
            writing=writing.__all__,
        )
        with redirect_stdout(io.StringIO()):  # the generator names the folder, which is not the one that was asked for
            _stop_at(project.build())
        # The specs go with the package, for the embedded HubSpot; what only people read would be half of it.
        plain = json.dumps(without_prose(document), indent=1, ensure_ascii=False)
        (package / "openapi.json").write_text(plain + "\n", "utf-8")
        # Whole beside the folder, then in its place: a disk that is full leaves what was there.
        destination.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=destination.parent) as beside:
            written = shutil.copytree(package, Path(beside) / destination.name)
            if destination.exists():
                shutil.rmtree(destination)
            written.rename(destination)


def _parsed(document: dict[str, Any], config: Config) -> GeneratorData:
    """Return what the generator knows of a document; a warning of its own is a stop."""
    document = copy.deepcopy(document)
    prepare(document)
    parsed = GeneratorData.from_dict(document, config=config)
    if isinstance(parsed, GeneratorError):
        raise Unsupported(_told(parsed))
    collections = parsed.endpoint_collections_by_tag.values()
    _stop_at([*parsed.errors, *(error for collection in collections for error in collection.parse_errors)])
    return parsed


def _stop_at(errors: Iterable[GeneratorError]) -> None:
    for error in errors:
        raise Unsupported(_told(error))


def _told(error: GeneratorError) -> str:
    """Return an error of the generator, with the place where it has one."""
    data = getattr(error, "data", None)
    place = data.model_dump_json(exclude_unset=True, by_alias=True)[:200] if data else ""
    return f"{error.header}: {error.detail or ''} {place}"


# What would be lost in silence


def _check(document: dict[str, Any]) -> None:
    """Stop at what is no OpenAPI, at keywords of ours that mean nothing, and at words that become one name."""
    for name, schema in document["components"]["schemas"].items():
        for error in _SCHEMAS.iter_errors(schema):
            raise Unsupported(f"{_pointer('components', 'schemas', name, *error.absolute_path)}: {error.message}")
    _check_circles(document)
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        place = _pointer(*error.absolute_path) or _default_of(document, error) or _path_with(document, error.message)
        raise Unsupported(f"{place}: {error.message}".removeprefix(": "))
    check_keywords(document)
    for path, item in document["paths"].items():
        for key in item.keys() - {*METHODS, "parameters", "summary", "description"}:
            raise Unsupported(f"{_pointer('paths', path)}: {key} is not supported here")
    if "Error" not in document["components"]["schemas"]:
        raise Unsupported("/components/schemas/Error: is missing; what is no success is read as one")
    tags: dict[str, str] = {}
    for tag in document["tags"]:
        name = strings.PythonIdentifier(tag["name"], prefix="tag")
        if (first := tags.setdefault(name, tag["name"])) != tag["name"]:
            raise Unsupported(f"tags: {first} and {tag['name']} are one resource, {name}; give it one name")
    for node in nodes(document):
        if node.kind == "schema" and "enum" in node.data:
            _check_words(node.data, node.place)
        if "*/*" in node.data.get("content", ()):  # so in many documents of HubSpot's
            raise Unsupported(f"{node.place}: */* may be anything; write application/json")


def _default_of(document: dict[str, Any], error: Any) -> str:
    """Return the place of the default that an error is about, which has none."""
    schemas = (node for node in nodes(document) if node.kind == "schema" and "default" in node.data)
    return next((node.place for node in schemas if node.data["default"] == error.instance), "")


def _path_with(document: dict[str, Any], message: str) -> str:
    """Return the place of the operation of which alone the validator says the same; some errors have no place."""
    for path, item in document["paths"].items():
        for method in item.keys() & METHODS:
            alone = {path: {key: value for key, value in item.items() if key == method or key not in METHODS}}
            errors = OpenAPIV31SpecValidator({**document, "paths": alone}).iter_errors()
            if any(error.message == message for error in errors):
                return _pointer("paths", path, method)
    return ""


def _check_circles(document: dict[str, Any]) -> None:
    """Stop at what is made of itself, which the validator and the generator would follow without end."""
    made_of = {}
    for node in nodes(document):
        place, data = f"#{node.place}", node.data
        choices = {f"{place}/{word}/{index}" for word in CHOICES for index in range(len(data.get(word, ())))}
        made_of[place] = choices | ({str(data["$ref"])} if "$ref" in data else set())
    try:
        TopologicalSorter(made_of).prepare()
    except CycleError as error:
        raise Unsupported(f"{error.args[1][0].removeprefix('#')}: is made of itself") from None


def _pointer(*path: object) -> str:
    return "".join(f"/{key}" for key in path)


def _check_words(schema: dict[str, Any], place: str) -> None:
    for word in schema["enum"]:
        # A number without quotes, above all.
        if "type" in schema and not Draft202012Validator({"type": schema["type"]}).is_valid(word):
            raise Unsupported(f"{place}: {json.dumps(word)} is a word of the enum, and not of its type")
    words = [word for word in schema["enum"] if word is not None]
    if {*map(type, words)} not in ({str}, {int}):
        return  # which the generator refuses
    names = schema.get(NAMES, [])
    members = _members(words, names)
    if [*members.values()] != words or not all(map(str.isidentifier, members)):
        alone = [_members([word], []) for word in words]
        count = Counter(name for one in alone for name in one if name != "VALUE_0")  # that is by its place
        odd = [
            word
            for word, one in zip(words, alone, strict=True)
            if [*one.values()] != [word] or any(not name.isidentifier() or count[name] > 1 for name in one)
        ]
        raise Unsupported(
            f"{place}: words of the enum become one name in Python, or none; name them with {NAMES}:"
            f" {names or odd or words}"
        )


def _members(words: list[Any], names: list[str]) -> dict[str, Any]:
    """Return words of an enum by the names of their members; none where two have one name."""
    kind = Class(strings.ClassName("Enum", ""), strings.PythonIdentifier("enum", ""))
    try:
        members = EnumProperty.values_from_list(words, kind, names)
    except ValueError:
        return {}
    return {name: json.loads(f'"{word}"') if isinstance(word, str) else word for name, word in members.items()}


def _taken() -> set[str]:
    """Return the names that a generated module has beside its models: what our templates import or define."""
    lines = "\n".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.py.jinja"))
    imported = re.findall(r"^(?:from [^.].* )?import (.*)", lines, re.MULTILINE)
    return {*re.findall(r"\w+", " ".join(imported)), *re.findall(r"^(\w+) = ", lines, re.MULTILINE)}


def _names_of_face() -> set[str]:
    """Return the names that users import beside the models, which would hide a model with one of them."""
    tree = ast.parse(FACE.read_text("utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {*(alias.name for node in imports for alias in node.names), *(node.id for node in assigned)}


def _check_names(parsed: GeneratorData, operations: Operations, taken: Collection[str]) -> None:
    """Stop at a name that would stand for two things."""
    face = _names_of_face()
    for name in (schema.class_info.name for schema in (*parsed.models, *parsed.enums)):
        if name in taken:
            raise Unsupported(f"{name}: the generated module has this name for something else; give the schema another")
        if name in face:
            raise Unsupported(f"{name}: hubspot_events has this name for something else; give the schema another")
    classes: set[str] = set()
    for tag in parsed.endpoint_collections_by_tag:
        resource = strings.pascal_case(tag)
        names = {resource, f"Async{resource}"}
        for clash in sorted(names & {*taken, *CLASSES, *classes, *operations.models_of(tag)}):
            raise Unsupported(
                f"{tag}: the resource of the tag would be called {clash}, as something else is; rename one"
            )
        classes |= names
        for operation in operations.of_tag(tag):
            if operation.constant in {*taken, *names}:
                raise Unsupported(f"{operation.place}: {operation.constant} is the name of something else")


def main() -> int:
    """Write the folder that is named; return 1 when something stops it."""
    try:
        generate(Path(sys.argv[1]))
    # The last two are of files, a name that is too long for one among them, and of what nests too deeply.
    except (Unsupported, ValueError, OSError, RecursionError) as error:
        print(f"make generate stopped, and {sys.argv[1]} is as it was: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
