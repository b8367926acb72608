"""A project in a folder: its configuration, templates and manifest, read once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.api.deferral import deferred_relations
from warehouse.api.fence import check_links, is_open
from warehouse.api.previous import read_previous
from warehouse.api.sampling import read_sample, read_span
from warehouse.api.variables import yaml_renderer
from warehouse.engine.protocol import Engine
from warehouse.engine.setup import setup_of
from warehouse.errors import ConfigError, Location, nearest
from warehouse.jinja.environment import Environment
from warehouse.jinja.invocation import EnvVar, Invocation, Reading, target_values
from warehouse.jinja.macros import MacroLibrary
from warehouse.jinja.templates import Templates
from warehouse.manifest.criteria import Spec
from warehouse.manifest.kept_nodes import KeptNodes
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.node_texts import NodeTexts
from warehouse.manifest.parse import parse
from warehouse.manifest.previous import NoPrevious
from warehouse.manifest.problems import Problems
from warehouse.manifest.selector_file import NamedSelector, named, read_selectors
from warehouse.manifest.selectors import Selector, select, select_with
from warehouse.project import kept
from warehouse.project.config import ProjectConfig, Renderer, load_project_head
from warehouse.project.kept import Memory
from warehouse.project.package import load_packages
from warehouse.project.profile import Target, load_target
from warehouse.project.settings import load_settings
from warehouse.release.home import home_of
from warehouse.run.results import EventHandler, Message, ignore

if TYPE_CHECKING:
    from warehouse.compiler.compile import Compiler
    from warehouse.compiler.compiled import Compiled
    from warehouse.run.plan import Plan

DIALECT = "duckdb"
RELEASED_DATABASE = "warehouse"
DEFAULT_EXPORT = "marts"
# What dbt-duckdb takes in a profile and this engine does not have.
UNSUPPORTED = ("plugins", "secrets", "filesystems", "remote", "use_credential_provider")
# The names by which a template may ask how it was called.
_OF_THE_COMMAND = ("flags", "invocation_args_dict", "context")


@dataclass(frozen=True, slots=True)
class Options:
    """What a command may say beside the project's own configuration."""

    target: str | None = None
    profiles_dir: Path | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    full_refresh: bool = False
    store_failures: bool = False
    command: str = "build"
    threads: int | None = None
    home: Path | None = None
    selector: str | None = None
    indirect_selection: str = "eager"
    state: Path | None = None
    defer: bool = False
    defer_state: Path | None = None
    favor_state: bool = False
    empty: bool = False
    sample: str | None = None
    words: str = ""
    is_anew: bool = False  # read and compile all, whatever earlier commands have left

    def said(self) -> dict[str, Any]:
        """Return the flags that templates may ask for; `words` is the whole command."""
        return {
            "indirect_selection": self.indirect_selection,
            "defer": self.defer,
            "favor_state": self.favor_state,
            "empty": self.empty,
            "invocation_command": self.words,
        }

    event_time_start: str | None = None
    event_time_end: str | None = None


class Workspace:
    """A dbt-style project as a command sees it.

    `folder` holds `dbt_project.yml`. `on_event` receives warnings and progress, see
    `warehouse.run.results`. Raises ConfigError for a configuration that cannot be read;
    faults of models come when the manifest is first asked for.
    """

    def __init__(
        self,
        folder: str | Path = ".",
        options: Options | None = None,
        on_event: EventHandler = ignore,
    ) -> None:
        self.root = Path(folder).resolve()
        self.options = options or Options()
        self.on_event = on_event
        self.reading = Reading()
        environment = Environment()
        environment.on_chance = lambda: self.reading.varying.add("chance")
        env_var = EnvVar(self.reading)
        self.settings = load_settings(self.root)
        environment.is_strict = self.settings.strict
        self.home = home_of(self.root, self.options.home, self.settings.home)
        given = self.options.vars
        plain = yaml_renderer(environment, given, env_var)
        with_secrets = EnvVar(self.reading, takes_secrets=True)
        render_secrets = yaml_renderer(environment, given, with_secrets)

        def target() -> Mapping[str, Any]:
            head = load_project_head(self.root, plain)
            return target_values(self._target(head, render_secrets))

        render = yaml_renderer(environment, given, env_var, target)
        self.packages = load_packages(self.root, render)
        self.config = self.packages[0].config
        self.target = self._target(self.config, render_secrets)
        for key in (key for key in UNSUPPORTED if self.target.output.get(key)):
            self.warn(f"`{key}` of the profile is passed over: only dbt-duckdb has it")
        self.invocation = Invocation(
            project=self.config.name,
            target=self.target,
            command_vars=self.options.vars,
            packages={p.name: p.config for p in self.packages},
            full_refresh=self.options.full_refresh,
            store_failures=self.options.store_failures,
            is_released=self.home is not None,
            allowed_paths=("/",)
            if self.settings.external_access
            else self.settings.allowed_paths,
            command=self.options.command,
            said=self.options.said(),
            reading=self.reading,
        )
        self._environment = environment

    def _target(self, config: ProjectConfig, render: Renderer) -> Target:
        options = self.options
        target = load_target(config, options.profiles_dir, options.target, render)
        if self.home is not None:
            target = replace(
                target, path=None, database=RELEASED_DATABASE, is_released=True
            )
        return replace(target, threads=options.threads or target.threads)

    @cached_property
    def templates(self) -> Templates:
        """The project's macros and compiled templates."""
        library = MacroLibrary(
            self._environment,
            self.config.name,
            {package.name: package.macros for package in self.packages},
            self.config.dispatch,
        )
        return Templates(library, self.invocation, self.log, DIALECT)

    @cached_property
    def manifest(self) -> Manifest:
        """Every node and source with their edges.

        Raises CompileError or ConfigError, or CompileErrors with all there are; for a
        link out of a closed project before it is followed.
        """
        if self.is_closed:
            check_links(self.packages, self.root, self.settings.allowed_paths)
        strict, nodes = self.settings.strict, self._nodes
        manifest = parse(
            self.packages, self.templates, self.warn, strict=strict, kept=nodes
        )
        nodes.memory.save(most=0)
        return manifest

    @cached_property
    def _nodes(self) -> KeptNodes:
        return KeptNodes(self._memory("nodes", self._stamp))

    @property
    def node_texts(self) -> NodeTexts:
        """The nodes as `manifest.json` has them; not kept in memory: as large as it."""
        return NodeTexts(self._nodes.origins, self._memory("texts", self._stamp))

    @property
    def kept_folder(self) -> Path:
        """Where commands leave what later ones may use."""
        return self.root / self.config.target_path / kept.FOLDER

    def _memory(self, name: str, stamp: bytes) -> Memory:
        """Return what earlier commands left; nothing for one that begins anew."""
        if self.options.full_refresh or self.options.is_anew:
            return Memory()
        return Memory(self.kept_folder / f"{name}.pickle", stamp)

    @cached_property
    def _stamp(self) -> bytes:
        """Return what tells apart all that every node depends on, however little."""
        packages = self.packages
        texts = [
            file.text
            for p in packages
            for file in (*p.models, *p.tests, *p.analyses, *p.macros)
        ]
        texts += [document.text for p in packages for document in p.properties]
        configs = [(p.config.vars, p.config.configs, p.config.hooks) for p in packages]
        texts.append(repr((configs, self.invocation.command_vars)))
        told = replace(
            self.invocation,
            invocation_id="",
            run_started_at=datetime.min,  # noqa: DTZ901 - for no time at all
            reading=Reading(),
        )
        if not any(word in text for text in texts for word in _OF_THE_COMMAND):
            told = replace(told, command="", said={})
        shared = [(p.config, p.macros, p.docs, p.fixtures) for p in packages]
        return kept.stamp((self.settings.strict, shared, told))

    @cached_property
    def selectors(self) -> Mapping[str, NamedSelector]:
        """The project's `selectors.yml`, by name."""
        return read_selectors(self.packages[0].selectors)

    @cached_property
    def selector(self) -> Selector:
        """What evaluates selections, in the command's mode and against its --state."""
        return Selector(self.manifest, self.previous, self.options.indirect_selection)

    @cached_property
    def previous(self) -> NoPrevious:
        """What an earlier run left in --state."""
        folder = self.options.state
        target = self.root / self.config.target_path
        return NoPrevious() if folder is None else read_previous(folder, target)

    @property
    def deferred_to(self) -> NoPrevious:
        """What --defer reads: --defer-state, else --state."""
        folder = self.options.defer_state
        target = self.root / self.config.target_path
        return self.previous if folder is None else read_previous(folder, target)

    def select(
        self,
        selected: Sequence[str] = (),
        excluded: Sequence[str] = (),
        types: Sequence[str] | None = None,
    ) -> tuple[str, ...]:
        """Return the ids of the nodes that dbt's selectors choose, in build order.

        With nothing said, the named selector of the command counts, or the default one.
        """
        spec = None if selected or excluded else self._named_selector()
        return select_with(self.selector, spec, selected, excluded, types)

    @property
    def is_narrowed(self) -> bool:
        """Whether a selector of `selectors.yml` chooses when nothing else is said."""
        return self._named_selector() is not None

    def _named_selector(self) -> Spec | None:
        if self.options.selector is not None:
            return named(self.selectors, self.options.selector)
        default = [found for found in self.selectors.values() if found.is_default]
        return default[0].spec if default else None

    @property
    def has_run_hooks(self) -> bool:
        """Whether SQL runs before all nodes or behind them."""
        return any(any(p.config.hooks.values()) for p in self.packages)

    def check_export(self) -> None:
        """Raise ConfigError when the setting `export` selects none."""
        _ = self.exported

    @cached_property
    def exported(self) -> tuple[str, ...]:
        """Return the ids of the models that leave as Parquet, in build order.

        Raises ConfigError when the setting `export` selects none.
        """
        selector = self.settings.export
        named_ = [selector or DEFAULT_EXPORT]
        chosen = select(self.manifest, named_, (), ["model"])
        if selector and not chosen:
            names = {part for n in self.manifest.nodes.values() for part in n.fqn}
            raise ConfigError(
                f'`export = "{selector}"` in [tool.warehouse] selects no model',
                location=Location("pyproject.toml"),
                hint=nearest(selector, names),
            )
        return chosen

    def plan(
        self, chosen: Sequence[str], *, builds: bool = False
    ) -> "tuple[Plan, Compiler]":
        """Compile the chosen nodes and order them, without a database.

        A plan for a build in place defers what does not compile, see `make_plan`,
        unless the project is strict.
        """
        # Here and not above: reading SQL takes sqlglot, which listing nodes does not.
        from warehouse.compiler.analyses import Analyses  # noqa: PLC0415
        from warehouse.compiler.compilations import Compilations  # noqa: PLC0415
        from warehouse.compiler.compile import Compiler  # noqa: PLC0415
        from warehouse.compiler.stand_ins import StandIns  # noqa: PLC0415
        from warehouse.run.plan import make_plan  # noqa: PLC0415

        options, started = self.options, self.invocation.run_started_at
        own = self.target.database
        stand_ins = StandIns(
            deferred=deferred_relations(self.deferred_to, own) if options.defer else {},
            selected=frozenset(chosen),
            favors=options.favor_state,
            is_empty=options.empty,
            sample=read_sample(options.sample, started),
            asked=read_span(options.event_time_start, options.event_time_end),
        )
        manifest = self.manifest
        compiler = Compiler(manifest, self.templates, DIALECT, tuple(chosen), stand_ins)
        memories = [self._memory("analyses", kept.stamp(()))]
        compiler.analyses = Analyses(memories[0])
        if stand_ins.are_none:
            memories.append(self._memory("compiled", self._stamp))
            origins = self._nodes.origins
            compiler.compilations = Compilations(manifest, origins, memories[1])
        problems = Problems(self.warn, strict=self.settings.strict)
        defers = builds and self.home is None and not self.settings.strict
        plan = make_plan(manifest, compiler, chosen, problems, defers=defers)
        for memory in memories:  # with what is known of others, but not without end
            memory.save(most=1_000 + 2 * len(manifest.nodes))
        return plan, compiler

    @property
    def is_closed(self) -> bool:
        """Whether it reaches nothing but its own files and what is declared."""
        setup = setup_of(self.target, self.settings.limits)
        return not is_open(self.settings, setup, self.home)

    def compile(self, name: str, engine: Callable[[], Engine]) -> "Compiled":
        """Compile one node by name or id, asking the database if its template does."""
        from warehouse.compiler.compile import Compiler  # noqa: PLC0415 - as in `plan`

        node = self.manifest.nodes.get(name)
        for unique_id in self.manifest.order:
            found = self.manifest.nodes.get(unique_id)
            if found is not None and found.name == name:
                node = node or found
        if node is None:
            names = [node.name for node in self.manifest.nodes.values()]
            raise ConfigError(f'no node "{name}"', hint=nearest(name, names))
        compiler = Compiler(self.manifest, self.templates, DIALECT)
        return compiler.compile(node, engine)

    def warn(self, text: str) -> None:
        """Pass a warning on."""
        self.log("warning", text)

    def log(self, level: str, text: str) -> None:
        """Pass on what a template logs; levels are debug, info, print, warning."""
        if level != "debug":
            self.reading.varying.add("words")  # which every build has to repeat
        self.on_event(Message(level, text))
