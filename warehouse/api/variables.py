"""Variables that a command line brings, and what configuration files may ask."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from warehouse.errors import ConfigError, UsageError
from warehouse.jinja.environment import Environment
from warehouse.jinja.invocation import EnvVar
from warehouse.jinja.native import Native
from warehouse.project.yaml import parse


def read_variables(text: str | None, flag: str = "--vars") -> Mapping[str, Any]:
    """Read the value of a flag: YAML or JSON. Raises ConfigError or UsageError.

    >>> read_variables("{year: 2026}")
    {'year': 2026}
    """
    data = parse(text or "", flag).data
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError(
            f"{flag} must be a mapping, not {text}", hint=f"{flag} '{{year: 2026}}'"
        )
    return data


def yaml_renderer(
    environment: Environment,
    command_vars: Mapping[str, Any],
    env_var: EnvVar,
    target: Callable[[], Mapping[str, Any]] | None = None,
) -> Callable[[Any], Any]:
    """Return what renders the `{{ }}` of configuration files.

    They may ask `var`, `env_var` and, where it is known, `target`.
    """
    native = Native(environment)

    def var(name: str, default: Any = None) -> Any:
        if name not in command_vars and default is None:
            raise ConfigError(
                f'no variable "{name}" for the configuration files',
                hint=f"say --vars '{{{name}: …}}', or give a default",
            )
        return command_vars.get(name, default)

    names: dict[str, Any] = {"var": var, "env_var": env_var}
    if target is not None:
        names["target"] = _Later(target)
    return lambda value: native.evaluate(value, names)


class _Later(Mapping[str, Any]):
    """A mapping that is made when somebody first looks into it."""

    def __init__(self, make: Callable[[], Mapping[str, Any]]) -> None:
        self._make = make
        self._made: Mapping[str, Any] | None = None

    def __getitem__(self, key: str) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made or self._make())

    def __len__(self) -> int:
        return len(self._made or self._make())
