"""What `ref`, `source`, `config` and `this` mean when a node is compiled for real."""

from collections import defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from threading import Lock
from typing import Any

from warehouse.compiler.batches import Batch
from warehouse.compiler.stand_ins import StandIns
from warehouse.errors import CompileError, nearest
from warehouse.jinja.adapter import Database, NoDatabase
from warehouse.jinja.invocation import Reading
from warehouse.jinja.macros import Lazy
from warehouse.jinja.relation import Relation
from warehouse.manifest.artefact import graph_dict, groups_dict, node_dict
from warehouse.manifest.full_config import without_none
from warehouse.manifest.hooks import hooks_of
from warehouse.manifest.link import names_of, resolve
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node, Ref, Source
from warehouse.manifest.recorder import read_ref


class NodeNames:
    """The names that depend on the node, over a finished manifest."""

    def __init__(
        self,
        manifest: Manifest,
        selected: tuple[str, ...] = (),
        stand_ins: StandIns | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.manifest = manifest
        self.stand_ins = stand_ins or StandIns()
        self.selected = selected
        self._reading = reading or Reading()
        self._unseen: dict[str, set[str]] = defaultdict(set)
        self._graph = LazyGraph(manifest, self._reading)
        self._by_name = names_of(manifest.nodes)

    def of(
        self,
        node: Node,
        database: Callable[[], Database] = NoDatabase,
        batch: Batch | None = None,
    ) -> dict[str, Any]:
        """Return the names for one node, or for one batch of it."""
        span = None if batch is None else (batch.start, batch.end)

        def stand_in(unique_id: str, relation: Relation) -> Relation:
            found = self.manifest[unique_id]
            return self.stand_ins.relation(found, relation, database, span)

        return {
            "ref": lambda *names, version=None, v=None: stand_in(
                *self._ref(node, *names, version=v if version is None else version)
            ),
            "source": lambda *names: stand_in(*self._source(node, *names)),
            "config": NodeConfig(node),
            "this": node.relation,
            "model": Lazy(lambda: self.model(node, batch)),
            "execute": True,
            "graph": self._graph,
            "selected_resources": Lazy(self._selected),
            "sql": "",
            "pre_hooks": [hook.values() for hook in hooks_of(node, "pre_hook")],
            "post_hooks": [hook.values() for hook in hooks_of(node, "post_hook")],
        }

    def _selected(self) -> list[str]:
        self._reading.others.add("selected_resources")
        return list(self.selected)

    def outside(self, package: str) -> dict[str, Any]:
        """Return the names for what is no node: an operation, a hook of the project."""

        def ref(*names: str, version: Any = None, v: Any = None) -> Relation:
            wanted = read_ref(*names, version=v if version is None else version)
            return self._relation(self._found(wanted, package))

        return {
            "ref": ref,
            "source": lambda *names: self._found_source(package, *names)[1],
            "config": OutsideConfig(),
            "execute": True,
            "graph": self._graph,
            "selected_resources": Lazy(self._selected),
        }

    def model(self, node: Node, batch: Batch | None = None) -> dict[str, Any]:
        """Return `model`: the node, with the tables that foreign keys refer to."""
        model = node_dict(node)
        model["batch"] = None if batch is None else batch.values()
        said = list(zip(node.constraints, model.get("constraints", ()), strict=False))
        for info, column in zip(
            node.columns.values(), model["columns"].values(), strict=True
        ):
            said += zip(info.constraints, column["constraints"], strict=True)
        for constraint, raw in said:
            if isinstance(constraint.target, Ref):
                raw["to"] = str(self._referred(node, constraint.target)[1])
            elif constraint.target is not None:
                raw["to"] = str(self._found_source(node.package, *constraint.target)[1])
        config, batch_values = without_none(model["config"]), model["batch"]
        return {**without_none(model), "config": config, "batch": batch_values}

    def _ref(self, node: Node, *names: str, version: Any) -> tuple[str, Relation]:
        return self._referred(node, read_ref(*names, version=version))

    def _referred(self, node: Node, ref: Ref) -> tuple[str, Relation]:
        found = self._found(ref, node.package)
        self._check_declared(node, found, f"ref('{ref.name}')")
        return found, self._relation(found)

    def resolve(self, node: Node, ref: Ref) -> str | None:
        """Return the id of the node that a reference in another means."""
        return resolve(self._by_name, ref, node.package, self.manifest.project)

    def _found(self, ref: Ref, package: str) -> str:
        found = resolve(self._by_name, ref, package, self.manifest.project)
        if found is None:
            known = [name for _, name in self._by_name]
            raise CompileError(
                f'no model or seed "{ref.name}"', hint=nearest(ref.name, known)
            )
        return found

    def _relation(self, unique_id: str) -> Relation:
        relation = self.manifest.nodes[unique_id].relation
        if relation is None:
            raise CompileError(f"{unique_id} has no relation")
        return relation

    def _found_source(self, package: str, *names: str) -> tuple[str, Relation]:
        """Find a source: the package's own, the project's, or anybody's."""
        known = self.manifest.sources
        found = {
            source.package: source
            for source in known.values()
            if (source.source_name, source.name) == names
        }
        if found:
            owners = (package, self.manifest.project, *found)
            source = next(found[owner] for owner in owners if owner in found)
            return source.unique_id, source.relation
        wanted = ".".join(names)
        others = [f"{source.source_name}.{source.name}" for source in known.values()]
        raise CompileError(f"no source {wanted}", hint=nearest(wanted, others))

    def _source(self, node: Node, *names: str) -> tuple[str, Relation]:
        """Find a source; remember one that reading the file did not see, as dbt."""
        unique_id, relation = self._found_source(node.package, *names)
        if unique_id not in node.depends_on:
            self._unseen[node.unique_id].add(unique_id)
        return unique_id, relation

    def unseen(self, node: Node) -> list[Source]:
        """Return the sources of a node that showed when its template ran for real."""
        found = sorted(self._unseen.get(node.unique_id, ()))
        return [self.manifest.sources[unique_id] for unique_id in found]

    def _check_declared(self, node: Node, unique_id: str, call: str) -> None:
        """Refuse a reference that only shows when the template runs for real."""
        if unique_id in node.depends_on or unique_id == node.unique_id:
            return
        raise CompileError(
            f"{call} was not seen when the file was parsed, so that it could run first",
            hint=unseen_hint(call),
        )


def unseen_hint(call: str) -> str:
    """Say how to declare what shows only when a template runs for real."""
    return (
        "it stands behind a condition on `execute` or a query: add a comment "
        f"`-- depends_on: {{{{ {call} }}}}` at the top of the file"
    )


class OutsideConfig:
    """`config` where there is no node: nothing is configured."""

    def __call__(self, *_: Any, **__: Any) -> str:
        """Write nothing."""
        return ""

    def get(self, name: str, default: Any = None, validator: Any = None) -> Any:
        """Return the default."""
        del name, validator
        return default


class NodeConfig:
    """`config` of a node whose config is known."""

    def __init__(self, node: Node) -> None:
        self._config = node.config

    def __call__(self, *_: Any, **__: Any) -> str:
        """Write nothing: what the call says was read when the file was parsed."""
        return ""

    def set(self, *_: Any) -> str:
        """Write nothing, as a call does."""
        return ""

    def get(self, name: str, default: Any = None, validator: Any = None) -> Any:
        """Return a config value, or `default` when there is none."""
        value = self._config.get(name, default)
        value = default if value is None else value
        if validator is not None:
            validator(value)
        return value

    def require(self, name: str, validator: Any = None) -> Any:
        """Return a config value; raise CompileError when there is none."""
        if name not in self._config:
            raise CompileError(f'the config "{name}" is required here')
        return self.get(name, validator=validator)

    def meta_get(self, name: str, default: Any = None) -> Any:
        """Return a value of `meta`, or `default`."""
        return (self._config.get("meta") or {}).get(name, default)

    def persist_relation_docs(self) -> bool:
        """Whether the relation's description goes into the database."""
        return bool((self._config.get("persist_docs") or {}).get("relation"))

    def persist_column_docs(self) -> bool:
        """Whether the columns' descriptions go into the database."""
        return bool((self._config.get("persist_docs") or {}).get("columns"))


class LazyGraph(MutableMapping[str, Any]):
    """`graph`: made when a template first looks into it; most never do.

    One for the whole command, as in dbt: packages keep what they collect in it. The
    lock keeps threads that look into it at the same time from making one each.
    """

    def __init__(self, manifest: Manifest, reading: Reading) -> None:
        self._manifest = manifest
        self._reading = reading
        self._lock = Lock()
        self._made: dict[str, Any] | None = None

    @property
    def _dict(self) -> dict[str, Any]:
        self._reading.others.add("graph")
        with self._lock:
            if self._made is None:
                self._made = {
                    **graph_dict(self._manifest.nodes, self._manifest.sources),
                    "groups": groups_dict(self._manifest.groups),
                    "functions": {},
                }
            return self._made

    def __getitem__(self, key: str) -> Any:
        return self._dict[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._dict[key] = value

    def __delitem__(self, key: str) -> None:
        del self._dict[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._dict)

    def __len__(self) -> int:
        return len(self._dict)
