"""What is the same for every template of one command: target, variables, clock."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from warehouse.errors import CompileError, Location, WarehouseError, nearest
from warehouse.jinja.flags import Flags, arguments
from warehouse.project.config import PROJECT_FILE, ProjectConfig
from warehouse.project.profile import Target
from warehouse.secrets import PREFIX, is_secret, redacted

METADATA = "DBT_ENV_CUSTOM_ENV_"
TEXT = "<text>"  # the file's name of a piece of text that stands in none
OPENINGS = ("{{", "{%")  # what has none of these is no template

# What dbt-duckdb's `target` has where the profile does not say it.
USUAL_TARGET: Mapping[str, Any] = {
    "path": ":memory:",
    "attach": None,
    "config_options": None,
    "disable_transactions": False,
    "extensions": None,
    "external_root": ".",
    "filesystems": None,
    "plugins": None,
    "remote": None,
    "settings": None,
    "use_credential_provider": None,
}


@dataclass(slots=True)
class Reading:
    """What the templates of a command asked for, beside the project's own files.

    `variables` are those of the environment; `varying` is what is never the same again:
    the clock, chance, the command's id, and words that a template has for its reader.
    `others` is what any other node may change: the graph, the selection.
    """

    variables: set[str] = field(default_factory=set)
    varying: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)

    @contextmanager
    def alone(self) -> Iterator["Reading"]:
        """Take notes of what happens inside by itself, and add them in the end."""
        inside, names = Reading(), [one.name for one in fields(self)]
        before = {name: getattr(self, name) for name in names}
        for name in names:
            setattr(self, name, getattr(inside, name))
        try:
            yield inside
        finally:
            for name, known in before.items():
                setattr(self, name, known | getattr(inside, name))


def values_of(variables: Iterable[str]) -> str:
    """Return a hash of what variables of the environment say at present."""
    said = repr([os.environ.get(name) for name in variables])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command's part in every template.

    `command_vars` are those of `--vars`; `packages` have what each one's
    `dbt_project.yml` says, the project's too, whose variables win. `is_released` is set
    when a release is built, not a file in place; `allowed_paths` are where files may
    go. `said` are further flags of the command line.
    """

    project: str
    target: Target
    command_vars: Mapping[str, Any] = field(default_factory=dict)
    packages: Mapping[str, ProjectConfig] = field(default_factory=dict)
    full_refresh: bool = False
    store_failures: bool = False
    is_released: bool = False
    allowed_paths: tuple[str, ...] = ()
    command: str = "build"
    said: Mapping[str, Any] = field(default_factory=dict)
    invocation_id: str = field(default_factory=lambda: str(uuid4()))
    run_started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    reading: Reading = field(default_factory=Reading)

    def varying(self, name: str) -> Any:
        """Return the clock or the command's id, and remember that it was asked for."""
        self.reading.varying.add(name)
        return getattr(self, name)

    def flags(self) -> Flags:
        """Return dbt's `flags`."""
        return Flags(self._said())

    def arguments(self) -> dict[str, Any]:
        """Return dbt's `invocation_args_dict`."""
        return arguments(
            {
                **self._said(),
                "target": self.target.name,
                "vars": dict(self.command_vars),
            }
        )

    def metadata_variables(self) -> dict[str, str]:
        """Return dbt's `dbt_metadata_envs`: variables with a prefix, without it."""
        self.reading.varying.add("dbt_metadata_envs")
        return {
            name.removeprefix(METADATA): value
            for name, value in os.environ.items()
            if name.startswith(METADATA)
        }

    def _said(self) -> dict[str, Any]:
        return {
            **self.said,
            "full_refresh": self.full_refresh,
            "store_failures": self.store_failures,
            "which": self.command,
        }

    def target_values(self) -> dict[str, Any]:
        """Return dbt's `target`."""
        return target_values(self.target)


def target_values(target: Target) -> dict[str, Any]:
    """Return dbt's `target`: the profile's output and what it resolves to."""
    return {
        **USUAL_TARGET,
        **redacted({k: v for k, v in target.output.items() if not _is_key(k)}),
        "name": target.name,
        "target_name": target.name,
        "profile_name": target.profile,
        "type": target.type,
        "database": target.database,
        "schema": target.schema,
        "threads": target.threads,
    }


def _is_key(key: str) -> bool:
    return any(word in key.lower() for word in ("secret", "password", "token", "key"))


_REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Var:
    """`var(name, default)` for the files of one package.

    Jinja in a variable is rendered by whoever asks, as in dbt: to text.
    """

    invocation: Invocation
    package: str
    render: Callable[[str], str] = str
    _open: list[str] = field(default_factory=list)  # those whose Jinja is under way

    def __call__(self, name: str, /, default: Any = _REQUIRED) -> Any:
        """Return a variable, else the default; None is one. Raises CompileError."""
        for values in self._layers():
            if name in values:
                return self._rendered(name, values)
        if default is not _REQUIRED:
            return default
        known = [key for values in self._layers() for key in values]
        raise CompileError(
            f'no variable "{name}"',
            hint=nearest(name, known)
            or f"set it under `vars:` in dbt_project.yml, or --vars '{{{name}: …}}'",
        )

    def has_var(self, name: str) -> bool:
        """Whether the variable has a value."""
        return any(name in values for values in self._layers())

    def _rendered(self, name: str, values: Mapping[str, Any]) -> Any:
        value = values[name]
        if not isinstance(value, str) or not any(mark in value for mark in OPENINGS):
            return value
        is_said = values is self.invocation.command_vars
        place = Location("--vars" if is_said else PROJECT_FILE, excerpt=value)
        if name in self._open:
            path = " → ".join([*self._open[self._open.index(name) :], name])
            raise CompileError(
                f'the variable "{name}" names itself: {path}', location=place
            )
        self._open.append(name)
        try:
            return self.render(value)
        except WarehouseError as error:
            if error.location is not None and error.location.file != TEXT:
                raise  # in a macro that the variable calls
            message = f'the variable "{name}": {error.message}'
            raise CompileError(message, location=place, hint=error.hint) from error
        finally:
            self._open.pop()

    def _layers(self) -> list[Mapping[str, Any]]:
        invocation = self.invocation
        root, own = (
            invocation.packages[name].vars if name in invocation.packages else {}
            for name in (invocation.project, self.package)
        )
        layers: list[Any] = [invocation.command_vars, root.get(self.package), root]
        layers += [own.get(self.package), own]
        return [layer for layer in layers if isinstance(layer, Mapping)]


@dataclass(frozen=True, slots=True)
class EnvVar:
    """`env_var(name, default)`.

    A secret is none of a template's business, see `warehouse.secrets`: the profile's
    and the packages' `env_var` alone takes them.
    """

    reading: Reading
    takes_secrets: bool = False

    def __call__(self, name: str, default: str | None = None) -> str:
        """Return an environment variable; a template that needs it fails without it."""
        if is_secret(name) and not self.takes_secrets:
            raise CompileError(
                f"{name} is a secret, which only profiles.yml and packages.yml may "
                "read",
                hint=f"give what is no secret a name without {PREFIX}",
            )
        self.reading.variables.add(name)
        value = os.environ.get(name, default)
        if value is None:
            raise CompileError(
                f"the environment variable {name} is not set",
                hint=f"export {name}=…, or write env_var('{name}', 'a default')",
            )
        return value
