"""Gives a node what its file and its configuration say: config, references, place."""

from collections.abc import Mapping
from typing import Any

from warehouse.errors import ConfigError
from warehouse.jinja.adapter import NoDatabase
from warehouse.jinja.macros import BUILT_IN, Lazy, Macro
from warehouse.jinja.relation import Policy, Relation
from warehouse.jinja.templates import Templates
from warehouse.manifest.artefact import node_dict
from warehouse.manifest.config import DEFAULTS, KNOWN_KEYS, merge, normalized, stored
from warehouse.manifest.config import tree_layers as levels
from warehouse.manifest.docs import Docs
from warehouse.manifest.hooks import hooks_of
from warehouse.manifest.known_tests import KnownTests
from warehouse.manifest.nodes import Node
from warehouse.manifest.problems import Problems
from warehouse.manifest.python_models import read_python
from warehouse.manifest.recorder import Recorder
from warehouse.manifest.test_arguments import test_arguments
from warehouse.project.package import Package
from warehouse.project.yaml import Block

_BESIDE = ("group", "access")  # which may stand beside `config:` too
_TYPES = {"view": "view", "table_function": "function"}
_NAME = "\0"  # stands for any name; none has it
AUDIT_SCHEMA = "dbt_test__audit"  # where failing rows are stored


class NodeBuilder:
    """Completes nodes; knows the packages' config trees and the templates."""

    def __init__(
        self, packages: tuple[Package, ...], templates: Templates, problems: Problems
    ) -> None:
        self.packages = packages
        self.project = packages[0]
        self.templates = templates
        self.problems = problems
        self.docs = Docs(packages)
        self.known_tests = KnownTests()
        self._known_names: dict[tuple[Any, ...], str] = {}

    def build(self, node: Node, properties: Mapping[str, Any]) -> Node:
        """Return the node with its config, references and relation.

        `properties` is the config that the node's YAML gives. Raises CompileError for
        a fault in the file's template.
        """
        tree = self._tree_config(node)
        if node.is_python:  # as in dbt, over what the project's tree says
            properties = {"materialized": "table", **properties}
        layers = [DEFAULTS[node.resource_type], *tree, properties]
        if node.seed is None:
            recorder, called = self._recorded(node.replaced(config=merge(layers)))
            self._check_inline(node, recorder)
            layers += recorder.configs
            node = node.replaced(
                refs=tuple(recorder.refs),
                sources=tuple(recorder.sources),
                macros=tuple(sorted(called)),
            )
        config = merge(layers)
        if node.resource_type == "test":
            config |= stored(config, always=self.templates.invocation.store_failures)
        node = node.replaced(config=config)
        place = self._place(node)
        if node.is_ephemeral:
            relation = Relation(None, None, f"__dbt__cte__{node.name}", "cte")
            relation = relation.quote(identifier=False)
            return node.replaced(place=place, relation=relation)
        return node.replaced(relation=place)

    def properties_config(self, block: Block, resource_type: str) -> dict[str, Any]:
        """Return the config that a node's YAML gives: `config:`, `meta:`, `tags:`."""
        config = block.get("config") or {}
        if not isinstance(config, dict):
            raise block.error("`config` must be a mapping", "config")
        self.check_keys("`config`", config, resource_type, block)
        beside = {key: block.get(key) for key in ("meta", "tags", "docs", *_BESIDE)}
        given = {key: value for key, value in beside.items() if value}
        with block.located("config"):
            said = (self.native(given), self.native(config))
            return merge([normalized(part) for part in said])

    def check_keys(
        self, what: str, config: Mapping[str, Any], resource_type: str, block: Block
    ) -> None:
        """Report config keys that no node of this type has."""
        known = KNOWN_KEYS[resource_type] | {"pre-hook", "post-hook"}
        plain = {str(key).removeprefix("+"): key for key in config}
        self.problems.unknown_keys(
            what, plain, known, lambda key: block.location("config", plain[key])
        )

    def native(self, value: Any) -> Any:
        """Evaluate a YAML value."""
        names = {"execute": False, "doc": self.docs}
        scope = self.templates.scope(self.project.name, names, NoDatabase)
        return self.templates.native.evaluate(value, scope.names(self.project.name))

    def describe(self, text: Any) -> str:
        """Return a description, with the docs blocks that it names put in."""
        return str(self.native(text) if text else "")

    def _recorded(self, node: Node) -> tuple[Recorder, set[str]]:
        recorder = Recorder(Relation(None, None, node.name))
        called = self.render_with(node, recorder)
        return recorder, called

    def render_with(self, node: Node, recorder: Recorder) -> set[str]:
        """Render a node's file and hooks into a recorder; return the macros called."""
        names = recorder.names()
        known = self.known_tests.called(node, names)
        if known is not None:
            return set(known)
        values = {**names, "model": Lazy(lambda: node_dict(node))}
        scope = self.templates.scope(node.package, values, NoDatabase)
        if node.test is not None:
            scope.values["_dbt_generic_test_kwargs"] = test_arguments(
                node.test, self.templates, scope, node.file.path
            )
        if node.is_python:
            read_python(node.file, recorder)
        else:
            self.templates.render(node.file, scope)
        for hook in (*hooks_of(node, "pre_hook"), *hooks_of(node, "post_hook")):
            self.templates.text(hook.sql, scope, node.file.path)
        self.known_tests.calls(node, scope.called)
        return scope.called

    def _check_inline(self, node: Node, recorder: Recorder) -> None:
        """Report what is no config, in the project: a package's is for its authors."""
        if node.package != self.project.name:
            return
        known = KNOWN_KEYS[node.resource_type]
        for config in recorder.configs:
            self.problems.unknown_keys(
                "config()", config, known, lambda _: node.file.location()
            )

    def _tree_config(self, node: Node) -> list[dict[str, Any]]:
        """Return the levels of the package's own tree, then of the project's."""
        own = next(p for p in self.packages if p.name == node.package)
        packages = [own] if own is self.project else [own, self.project]
        return [
            layer
            for package in packages
            for layer in levels(
                package.config.configs.get(node.resource_type, {}), node.fqn
            )
        ]

    def _place(self, node: Node) -> Relation | None:
        """Return where a node's rows stand, or would stand if it were no CTE."""
        if node.resource_type == "analysis":
            return None
        schema = node.config.get("schema")
        if node.resource_type == "test":
            schema = schema or AUDIT_SCHEMA
        database = self._named("database", node, node.config.get("database"))
        schema = self._named("schema", node, schema)
        if node.resource_type == "snapshot":  # these two are taken as they are written
            database = node.config.get("target_database") or database
            schema = node.config.get("target_schema") or schema
        kind = node.config.get("store_failures_as") or node.materialized
        implied = self.templates.invocation.target.implied_database
        quoted = self.quoting(self.project.config.quoting, node.config.get("quoting"))
        return Relation(
            database,
            schema,
            self._named("alias", node, node.config.get("alias")),
            self._kind(kind),
            include_policy=Policy(database=database != implied),
            quote_policy=Policy(**quoted),
        )

    def _kind(self, materialized: str) -> str:
        """Return what a node is in the database; a release holds files' rows itself."""
        is_file = materialized == "external"
        if is_file and not self.templates.invocation.is_released:
            return "view"
        return _TYPES.get(materialized, "table")

    def quoting(self, *levels: Mapping[str, Any] | None) -> dict[str, bool]:
        """Return which parts of a name are quoted: the project's word, then closer."""
        merged = {k: v for level in levels for k, v in (level or {}).items()}
        parts = ("database", "schema", "identifier")
        return {part: bool(merged[part]) for part in parts if part in merged}

    def _named(self, part: str, node: Node, custom: str | None) -> str:
        """Ask the project's `generate_…_name` macro; dbt's own once for equal nodes."""
        macro = f"generate_{part}_name"
        library = self.templates.library
        found = library.find(macro, self.project.name)
        if found is None:
            raise ConfigError(f"no macro `{macro}`")
        kinds = (self.templates.dialect, "default")
        inner = library.dispatched(macro, BUILT_IN, kinds, self.project.name)
        if {found.package, inner.package} != {BUILT_IN}:
            return self._asked(found, node, custom)
        # All that dbt's own macros look at. An alias is a name, whatever name that is.
        key: tuple[Any, ...] = (part, custom)
        name = str(custom or node.name).strip() if part == "alias" else ""
        if name:
            key = (part, bool(custom), node.version)
        if key not in self._known_names:
            if name:
                node, custom = node.replaced(name=_NAME), custom and _NAME
            self._known_names[key] = self._asked(found, node, custom)
        return self._known_names[key].replace(_NAME, name)

    def _asked(self, found: Macro, node: Node, custom: str | None) -> str:
        scope = self.templates.scope(self.project.name, {"execute": False}, NoDatabase)
        return str(scope.bind(found)(custom, node_dict(node))).strip()
