"""Macros of every package, and the order in which a name finds one."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from warehouse.errors import CompileError
from warehouse.jinja.environment import MACRO_PREFIX, Environment, missing
from warehouse.jinja.faults import MacroReturn
from warehouse.jinja.template import Template
from warehouse.project.files import SourceFile, text_checksum

_MACRO_END = re.compile(r"\{%-?\s*end(?:macro|test|data_test|materialization)\s*-?%\}")
BUILT_IN = "dbt"  # the package name under which dbt's own macros are called


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro: who brings it, and where it stands."""

    package: str
    name: str
    template: Template
    line: int

    @property
    def unique_id(self) -> str:
        """Dbt's id for it."""
        return f"macro.{self.package}.{self.name}"

    @property
    def text(self) -> str:
        """The macro as it is written, from its opening tag to its closing one."""
        lines = self.template.file.text.splitlines(keepends=True)
        text = "".join(lines[self.line - 1 :])
        found = _MACRO_END.search(text)
        return text[: found.end()] if found else text


class MacroLibrary:
    """All macros of a project, its packages and the engine."""

    def __init__(
        self,
        environment: Environment,
        project: str,
        files: Mapping[str, Iterable[SourceFile]],
        dispatch: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.environment = environment
        self.project = project
        self.dispatch = dict(dispatch or {})
        self.packages: dict[str, dict[str, Macro]] = {BUILT_IN: {}}
        for package, sources in [(BUILT_IN, _built_in_files()), *files.items()]:
            for source in sources:
                self._add(package, source)
        self.current = _Current()
        self._shared: dict[tuple[str, Template], dict[str, Any]] = {}
        environment.known_names = lambda: self.names

    def marking(self) -> "MacroLibrary":
        """Return the same macros, of which those that are not built in mark lines."""
        environment = Environment()
        environment.is_marking = True
        environment.is_strict = self.environment.is_strict
        files = {
            package: dict.fromkeys(macro.template.file for macro in macros.values())
            for package, macros in self.packages.items()
            if package != BUILT_IN
        }
        return MacroLibrary(environment, self.project, files, self.dispatch)

    def shared(self, package: str, template: Template) -> dict[str, Any]:
        """Return the functions of a file that defines macros and nothing else."""
        key = (package, template)
        if key not in self._shared:
            self._shared[key] = template.exports(CurrentNames(self, package))
        return self._shared[key]

    @cached_property
    def names(self) -> frozenset[str]:
        """The plain names of all macros."""
        return frozenset(macro.name for macro in self)

    def _add(self, package: str, source: SourceFile) -> None:
        template = Template(self.environment, source, library=package == BUILT_IN)
        known = self.packages.setdefault(package, {})
        for name, line in template.macros:
            if name in known:
                first = known[name]
                raise CompileError(
                    f"the macro `{name}` is defined twice; first in "
                    f"{first.template.file.path}:{first.line}",
                    location=source.location(line),
                )
            known[name] = Macro(package, name, template, line)

    def __iter__(self) -> Iterator[Macro]:
        for macros in self.packages.values():
            yield from macros.values()

    def own(self, name: str, package: str) -> Macro | None:
        """Find a macro as a file of `package` sees it, before the context's names."""
        for candidate in (package, self.project):
            if candidate != BUILT_IN and name in self.packages.get(candidate, {}):
                return self.packages[candidate][name]
        return None

    def built_in(self, name: str) -> Macro | None:
        """Find one of the engine's macros."""
        return self.packages[BUILT_IN].get(name)

    def find(self, name: str, package: str) -> Macro | None:
        """Find a macro by plain name: own package, then project, then built-in."""
        return self.own(name, package) or self.built_in(name)

    def dispatched(
        self, name: str, namespace: str | None, prefixes: Iterable[str], package: str
    ) -> Macro:
        """Find the implementation of a macro for a database, as `adapter.dispatch`.

        Searches the packages of the configured `search_order`, else the project and
        then `namespace`; in each, `<prefix>__<name>` by prefix. Raises CompileError.
        """
        order = list(self.dispatch.get(namespace or "", ()))
        if namespace and not order:
            order = [self.project, namespace]
        tried = [f"{prefix}__{name}" for prefix in prefixes]
        for searched in order:
            for full_name in tried:
                if full_name in self.packages.get(searched, {}):
                    return self.packages[searched][full_name]
        for full_name in () if order else tried:
            found = self.find(full_name, package)
            if found is not None:
                return found
        where = ", ".join(order) or package
        raise CompileError(
            f"no macro `{name}` for this database: tried {', '.join(tried)} in {where}"
        )


@dataclass(frozen=True, slots=True)
class Lazy:
    """A value for a name, made when the name is first asked for."""

    make: Callable[[], Any]


class Values(dict[str, Any]):
    """The values of names, of which some are made when they are first asked for."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if type(value) is Lazy:
            value = self[key] = value.make()
        return value


class Scope:
    """One rendering: the names it may use, and the macros bound to them."""

    def __init__(
        self, library: MacroLibrary, package: str, values: dict[str, Any]
    ) -> None:
        self.library = library
        self.package = package
        self.values = values = Values(values)
        self.called: set[str] = set()
        self.overrides: Mapping[str, Any] = {}  # what unit tests put for macros
        self.put: dict[str, Any] = {}  # what templates put into `context`
        self._exports: dict[Template, dict[str, Any]] = {}
        values["context"] = self.names(package)

    def names(self, package: str) -> "Names":
        """Return the names as a file of this package sees them."""
        return Names(self, package)

    def bind(self, macro: Macro) -> "BoundMacro":
        """Return the macro as something to call in this rendering."""
        return BoundMacro(self, macro)

    def function(self, macro: Macro) -> Any:
        """Return the macro's Jinja function; its file runs once a rendering.

        Once for all where nothing but macros stand in it: then the names that they use
        are those of the rendering that goes on.
        """
        template, library = macro.template, self.library
        name = MACRO_PREFIX + macro.name
        if template.is_shareable:
            return library.shared(macro.package, template)[name]
        if template not in self._exports:
            self._exports[template] = template.exports(self.names(macro.package))
        return self._exports[template][name]


class _Current(threading.local):
    """The rendering that goes on in a thread, while a macro runs in it."""

    scope: Scope | None = None


class BoundMacro:
    """A macro that can be called: `return(value)` in it becomes its value."""

    is_macro = True

    def __init__(self, scope: Scope, macro: Macro) -> None:
        self._scope = scope
        self._macro = macro
        self.name = macro.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the macro's text, or the value that it returns."""
        name, full = self.name, f"{self._macro.package}.{self.name}"
        for key in (name, full):
            if key in self._scope.overrides:
                return self._scope.overrides[key]
        scope, current = self._scope, self._scope.library.current
        scope.called.add(self._macro.unique_id)
        before, current.scope = current.scope, scope
        try:
            return scope.function(self._macro)(*args, **kwargs)
        except MacroReturn as returned:
            return returned.value
        finally:
            current.scope = before


class PackageNames:
    """`dbt_utils.…`: the macros of one package.

    As items: Jinja's sandbox keeps attributes with an underscore in front to itself.
    """

    def __init__(self, scope: Scope, package: str) -> None:
        self._scope = scope
        self._package = package

    def __getitem__(self, name: str) -> BoundMacro:
        return self._scope.bind(self._scope.library.packages[self._package][name])

    def _missing(self, name: str) -> str:
        known = self._scope.library.packages[self._package]
        message = f"no macro `{name}` in package `{self._package}`"
        return missing(message, name, known)


class Names(Mapping[str, Any]):
    """What a name in a file of `package` means, found when it is asked for.

    In dbt's order: what was put into `context`; macros of the package whose file is
    rendered, and of the project; the context's own names; packages; built-in macros.
    Then, beyond dbt, the macros beside the one that runs; and Jinja's globals.
    """

    def __init__(self, scope: Scope, package: str) -> None:
        self._scope = scope
        self._package = package

    def __getitem__(self, key: str) -> Any:
        scope = self._scope
        if key in scope.put:
            return scope.put[key]
        library = scope.library
        rendered = library.own(key, scope.package)
        if rendered is not None:
            return scope.bind(rendered)
        if key in scope.values:
            return scope.values[key]
        if key in library.packages:
            return PackageNames(scope, key)
        found = library.built_in(key) or library.own(key, self._package)
        if found is not None:
            return scope.bind(found)
        return library.environment.globals[key]

    def update(self, *values: Mapping[str, Any], **named: Any) -> None:
        """Give names a meaning in the whole rendering, above all others."""
        self._scope.put.update(*values, **named)

    def get(self, key: str, default: Any = None) -> Any:
        """Return what the name means, or `default` when nothing has it."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        return self.get(str(key), self) is not self

    def __iter__(self) -> Iterator[str]:
        macros = (macro.name for macro in self._scope.library)
        scope = self._scope
        return iter({**scope.values, **scope.put, **dict.fromkeys(macros)})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class CurrentNames(Mapping[str, Any]):
    """`Names` of whichever rendering goes on: for macros that many renderings share."""

    def __init__(self, library: MacroLibrary, package: str) -> None:
        self._library = library
        self._package = package

    def _now(self) -> Mapping[str, Any]:
        scope = self._library.current.scope
        return {} if scope is None else scope.names(self._package)

    def __getitem__(self, key: str) -> Any:
        return self._now()[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return what the name means now, or `default` when nothing has it."""
        return self._now().get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._now()

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


@cache
def _built_in_files() -> tuple[SourceFile, ...]:
    folder = resources.files("warehouse.jinja") / "builtins"
    files = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        text = entry.read_text(encoding="utf-8")
        path = f"<built-in>/{entry.name}"
        files.append(SourceFile(path, entry.name, text, text_checksum(text)))
    return tuple(files)
