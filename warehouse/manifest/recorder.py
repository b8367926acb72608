"""What a template asks for while it is parsed: references, sources and config."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Undefined

from warehouse.errors import CompileError
from warehouse.jinja.relation import Relation
from warehouse.manifest.config import normalized
from warehouse.manifest.nodes import Ref


@dataclass(slots=True)
class Recorder:
    """Stands for `ref`, `source` and `config` while a file is parsed, and takes notes.

    `fails` chooses the reference at which to raise: that is how a reference that turns
    out to be unknown is found again in its file.
    """

    relation: Relation
    refs: list[Ref] = field(default_factory=list)
    sources: list[tuple[str, str]] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    configs: list[dict[str, Any]] = field(default_factory=list)
    fails: Callable[[Ref | tuple[str, str]], None] = lambda _: None

    def names(self) -> dict[str, Any]:
        """Return the names to render with."""
        return {
            "ref": self.ref,
            "source": self.source,
            "metric": self.metric,
            "config": ParseConfig(self),
            "this": self.relation,
            "execute": False,
            "graph": {"nodes": {}, "sources": {}},
            "selected_resources": [],
        }

    def ref(
        self,
        *names: str,
        version: str | int | None = None,
        v: str | int | None = None,
    ) -> Relation:
        """Note a reference; return a relation that stands for it."""
        ref = read_ref(*names, version=version if version is not None else v)
        if ref not in self.refs:
            self.refs.append(ref)
        self.fails(ref)
        return self.relation.replace_path(identifier=ref.name)

    def source(self, *names: str) -> Relation:
        """Note the use of a source; return a relation that stands for it."""
        if len(names) != 2:
            raise CompileError("source() takes the source's name and the table's")
        pair = (str(names[0]), str(names[1]))
        if pair not in self.sources:
            self.sources.append(pair)
        self.fails(pair)
        return self.relation.replace_path(schema=pair[0], identifier=pair[1])

    def metric(self, *names: str) -> str:
        """Note the use of a metric."""
        self.metrics.append(names[-1])
        return names[-1]


def read_ref(*names: str, version: str | int | None) -> Ref:
    """Read the arguments of `ref`. Raises CompileError when they are none of dbt's."""
    if len(names) not in {1, 2} or not all(isinstance(name, str) for name in names):
        unknown: list[Any] = [name for name in names if isinstance(name, Undefined)]
        raise CompileError(
            "ref() takes a name, or a package and a name",
            hint=f"a name stands in quotes: ref('{unknown[0]._undefined_name}')"  # noqa: SLF001 - its only surface
            if unknown
            else None,
        )
    package = names[0] if len(names) == 2 else None
    return Ref(names[-1], package, None if version is None else str(version))


class ParseConfig:
    """`config` while a file is parsed: takes notes, knows nothing yet."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __call__(self, *args: Mapping[str, Any], **kwargs: Any) -> str:
        """Note what a `config()` call says."""
        if len(args) > 1 or (args and kwargs):
            raise CompileError("config() takes either a mapping or keyword arguments")
        values = normalized(args[0] if args else kwargs)
        self._recorder.configs.append(values)
        return ""

    def set(self, name: str, value: Any) -> str:
        """Note one value."""
        return self({name: value})

    def get(self, name: str, default: Any = None, validator: Any = None) -> Any:
        """Return the default: the config is not known before parsing ends."""
        del name, validator
        return "" if default is None else default

    def require(self, name: str, validator: Any = None) -> str:
        """Return nothing: the config is not known before parsing ends."""
        del name, validator
        return ""

    def meta_get(self, name: str, default: Any = None) -> Any:
        """Return the default."""
        return self.get(name, default)

    def persist_relation_docs(self) -> bool:
        """Return no."""
        return False

    def persist_column_docs(self) -> bool:
        """Return no."""
        return False
