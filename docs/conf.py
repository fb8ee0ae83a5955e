"""How `make docs` builds the pages: Sphinx, with the theme furo, which fetches nothing from the network."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import attrs
import hubspot_events
from hubspot_events import testing
from sphinx.util.typing import stringify_annotation

sys.path.append(str(Path(__file__).parent.parent / "tools"))
from reference import is_generated, plain, resources, write_pages

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "hubspot-events"
release = version = hubspot_events.__version__
html_title = f"{project} {release}"
html_theme = "furo"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
exclude_patterns = ["_site"]
extensions = [
    "myst_parser",  # the guides are Markdown
    "sphinx.ext.autodoc",  # imports what it documents, so that inherited docstrings and members are there
    "sphinx.ext.napoleon",  # our docstrings are Google's style
    "sphinx.ext.viewcode",  # the source, as pages
]

myst_heading_anchors = 3

add_module_names = False
default_role = "py:obj"  # a name in single backticks is code, and a link where it can be
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
autodoc_default_options = {"members": True, "inherited-members": "BaseException, Auth, str, int, dict"}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Keys", "params_style")]

# Files that have a page here, so that a link to one is right on the site and in a checkout.
PAGES_OF_FILES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/README.md": "benchmarks.md",
}


def link_pages(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Let a link of a page to a file that stands elsewhere lead to the page that includes it."""
    for file, page in PAGES_OF_FILES.items():
        source[0] = source[0].replace(f"](../{file}", f"]({page}")


def link_pages_of_included(_app: Sphinx, _file: Path, _page: str, source: list[str]) -> None:
    """Do the same in a file that a page includes."""
    for file, page in PAGES_OF_FILES.items():
        source[0] = source[0].replace(f"]({file}", f"]({page}")
    source[0] = source[0].replace("](docs/", "](")


def show_prose(_app: Sphinx, _what: str, _name: str, shown: Any, _options: Any, lines: list[str]) -> None:
    """Let what the specs say be text, with code in it, and no reStructuredText."""
    if is_generated(shown):
        lines[:] = plain("\n".join(lines)).split("\n")


def show_fields(_app: Sphinx, _what: str, _name: str, shown: Any, _options: Any, lines: list[str]) -> None:
    """Give each field of a class an entry with its type; of an attrs class also those that only a base describes."""
    if not isinstance(shown, type):
        return
    described: dict[str, str] = {}
    for base in shown.__mro__ if attrs.has(shown) else [shown]:
        _, _, section = (base.__doc__ or "").partition("    Attributes:\n")
        for entry in section.replace("\n" + " " * 12, " ").splitlines():
            name, colon, description = entry.strip().partition(": ")
            if colon:
                described.setdefault(name, plain(description) if is_generated(base) else description)
    if "Attributes:" in lines:
        del lines[lines.index("Attributes:") :]
    hints = get_type_hints(shown) if described else {}
    arguments = type_arguments(shown)
    for name, description in described.items():
        hint = hints[name]
        if variables := getattr(hint, "__parameters__", ()):
            hint = hint[tuple(arguments.get(variable, variable) for variable in variables)]
        kind = stringify_annotation(hint, "smart")
        lines += [f".. attribute:: {name}", f"   :type: {kind}", "", f"   {description}", ""]


def say_no_type(_app: Sphinx, what: str, _name: str, _shown: Any, _options: Any, lines: list[str]) -> None:
    """Keep sentences with a colon whole, before which napoleon expects a type. Ours are annotations."""
    for number, line in enumerate(lines):
        if (number == 0 and what == "property") or (number and lines[number - 1] == "Returns:"):
            lines[number] = re.sub(r"^( *)", r"\1: ", line)


def show_arguments(
    _app: Sphinx, what: str, _name: str, shown: Any, _options: Any, arguments: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Name types and defaults in the arguments of a class as a user would."""
    if what == "class" and arguments:
        for variable, argument in type_arguments(shown).items():
            arguments = re.sub(rf"[~\w.]*\b{variable.__name__}\b", stringify_annotation(argument, "smart"), arguments)
        # attrs's word for a default that it makes each time, and how Python shows a function.
        arguments = arguments.replace("NOTHING", "...").replace("<built-in function time>", "time.time")
    return arguments, returned


def type_arguments(shown: type) -> dict[Any, Any]:
    """Return what the type variables of the generic bases of a class stand for in it."""
    arguments: dict[Any, Any] = {}
    for base in shown.__dict__.get("__orig_bases__", ()):
        variables = getattr(get_origin(base), "__parameters__", ())  # of Generic itself, none
        arguments |= zip(variables, get_args(base), strict=False)
    return arguments


def mark_deprecated(_app: Sphinx, _what: str, _name: str, _shown: Any, _options: Any, lines: list[str]) -> None:
    """Let a reader see from afar which operation is deprecated."""
    for number, line in enumerate(lines):
        if line.startswith("**Deprecated.** "):
            end = lines.index("", number)
            lines[number:end] = [".. admonition:: Deprecated", "", *(f"   {part}" for part in lines[number:end])]
            lines[number + 2] = lines[number + 2].replace("**Deprecated.** ", "")


def say_once(_app: Sphinx, what: str, name: str, _shown: Any, _options: Any, lines: list[str]) -> None:
    """Leave what a method says to the sync client's, where the async one's says the same."""
    for sync, asynchronous in resources().values():
        owner, _, method = name.rpartition(".")
        if what == "method" and owner == f"{asynchronous.__module__}.{asynchronous.__name__}":
            lines[:] = [f"As `{sync.__name__}.{method} <{sync.__module__}.{sync.__name__}.{method}>`, with ``await``."]


def link_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.Element
) -> nodes.Element | None:
    """Link a name by which only the code, or only a user, knows a public one.

    The code knows the module that defines it. A user knows ``timeline.create`` of a client.
    """
    said = node.get("reftarget", "")
    owner, _, name = said.rpartition(".")
    targets = [f"{module.__name__}.{name}" for module in (hubspot_events, testing) if name in module.__all__]
    if owner in resources():
        sync, _ = resources()[owner]
        targets = [f"{sync.__module__}.{sync.__name__}.{name}"]
    for target in targets:
        return env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, text)
    return None


def write_reference(app: Sphinx) -> None:
    """Write the pages that follow from the specs, before Sphinx looks which there are."""
    write_pages(Path(app.srcdir) / "reference/generated")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", write_reference)
    app.connect("source-read", link_pages)
    app.connect("include-read", link_pages_of_included)
    app.connect("autodoc-process-docstring", show_prose, priority=300)  # before all others
    app.connect("autodoc-process-docstring", show_fields, priority=400)  # before napoleon reads it
    app.connect("autodoc-process-docstring", say_no_type, priority=400)
    app.connect("autodoc-process-docstring", mark_deprecated, priority=400)
    app.connect("autodoc-process-docstring", say_once, priority=400)
    app.connect("autodoc-process-signature", show_arguments)
    app.connect("missing-reference", link_public_name)
