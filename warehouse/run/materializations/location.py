"""Where an external model's file goes, and how it is written and read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.errors import CompileError
from warehouse.jinja.adapter import NoDatabase
from warehouse.jinja.invocation import Invocation
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.run.materializations.macros import call

FORMATS = ("parquet", "csv", "json")
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
QUOTED = frozenset({"delimiter", "quote", "escape", "null"})
READ_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "parquet": {"union_by_name": False},
    "csv": {"auto_detect": True},
    "json": {"auto_detect": True},
}


@dataclass(frozen=True, slots=True)
class Output:
    """A file or folder of rows; `path` is None for what is on no disk of ours.

    `options` are DuckDB's of COPY, `reading` those of the function that reads it back.
    """

    location: str
    path: Path | None
    options: Mapping[str, str]
    format: str
    reading: Mapping[str, Any]

    @property
    def is_folder(self) -> bool:
        """Whether there are several files, in a folder of their own."""
        options = self.options
        return bool(options.get("partition_by") or options.get("per_thread_output"))

    @property
    def write_options(self) -> str:
        """The options as COPY takes them."""
        return ", ".join(
            f"{key} '{value}'"
            if key.lower() in QUOTED and not value.startswith("'")
            else f"{key} {value}"
            for key, value in self.options.items()
        )

    @property
    def read_call(self) -> str:
        """The call that reads it back."""
        place = "/".join([self.location, *self._below()]).replace("'", "''")
        said = "".join(f", {key}={_sql(v)}" for key, v in self.reading.items())
        return f"read_{self.format}('{place}'{said})"

    def _below(self) -> Iterator[str]:
        if self.is_folder:
            parts = self.options.get("partition_by", "")
            yield from "*" * len(parts.split(",")) if parts else ""
            yield f"*.{self.options.get('format', 'parquet')}"


def _sql(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def output_of(compiler: Compiler, node: Node) -> Output:
    """Return where an external model's rows go, by dbt-duckdb's rules.

    Raises CompileError for a place outside the project that the settings do not name.
    """
    scope = compiler.scope(node, NoDatabase)

    def text(value: Any) -> str:
        return compiler.templates.text(str(value), scope, node.file.path).strip()

    config = node.config
    said = config.get("options") or {}
    if not isinstance(said, Mapping):
        raise _refused(node, "`options` must be a mapping", None)
    options = {key: text(value) for key, value in said.items()}
    options |= {k: text(config[k]) for k in ("format", "delimiter") if config.get(k)}
    named = config.get("location")
    if named is None:
        named = call(scope, "external_location", node.relation, scope.values["config"])
    location = text(named)
    options = _completed(location, options)
    kind = str(config.get("format") or options["format"]).lower()
    if config.get("format") and kind not in FORMATS:
        message = f'a file cannot be of format "{kind}"'
        raise _refused(node, message, f"there is: {', '.join(FORMATS)}")
    kind = kind if kind in FORMATS else "parquet"
    reading = dict(config.get(f"{kind}_read_options") or READ_DEFAULTS[kind])
    if options.get("compression") and kind != "parquet":
        reading.setdefault("compression", options["compression"])
    path = _path(compiler.templates.invocation, node, location)
    return Output(location, path, options, kind, reading)


def _completed(location: str, options: Mapping[str, str]) -> dict[str, str]:
    """Return the options with what the file's ending says, and a header for CSV.

    >>> _completed("out/a.csv.gz", {})
    {'format': 'csv', 'compression': 'gzip', 'header': '1'}
    """
    found = dict(options)
    if "format" not in found:
        endings = [ending.lower() for ending in Path(location).suffixes]
        compression = COMPRESSIONS.get(endings[-1]) if endings else None
        if compression is not None:
            endings.pop()
        if endings:
            found["format"] = endings[-1][1:]
            if compression is not None:
                found.setdefault("compression", compression)
        else:
            found["format"] = "csv" if "delimiter" in found else "parquet"
    if found["format"] == "csv":
        found.setdefault("header", "1")
    parts = found.get("partition_by", "")
    if "," in parts and not parts.startswith("("):
        found["partition_by"] = f"({parts})"
    return found


def _path(invocation: Invocation, node: Node, location: str) -> Path | None:
    """Return the place on disk. Raises CompileError for one that is not allowed."""
    root, allowed = invocation.target.root, invocation.allowed_paths
    hint = "name the folder under `allowed_paths` of [tool.warehouse] to allow it"
    if invocation.is_released:
        hint = "with a home, files belong to the release: say a path in the project"
    if "://" in location:
        is_named = any(
            prefix == "/" or location.startswith(prefix) for prefix in allowed
        )
        if invocation.is_released or not is_named:
            raise _refused(node, f"{location} is outside the project", hint)
        return None
    path, home = (root / location).resolve(), root.resolve()
    folders = [home]
    if not invocation.is_released:
        folders += [(root / folder).resolve() for folder in allowed]
    if not any(folder in path.parents for folder in folders):
        raise _refused(node, f"{location} is outside the project", hint)
    return path


def _refused(node: Node, message: str, hint: str | None) -> CompileError:
    return CompileError(message, location=node.file.location(), hint=hint)


def external_models(manifest: Manifest) -> list[Node]:
    """List the models whose rows are to be in files."""
    nodes = manifest.nodes.values()
    return [node for node in nodes if node.materialized == "external"]


def check_locations(compiler: Compiler, nodes: Iterable[Node]) -> None:
    """Refuse external models that are not allowed where they say, or share a place."""
    places: dict[str, Node] = {}
    for node in nodes:
        output = output_of(compiler, node)
        place = str(output.path or output.location)
        first = places.setdefault(place, node)
        if first is not node:
            message = f"{node.name} and {first.name} both write {output.location}"
            raise _refused(node, message, "give one of them another `location`")
