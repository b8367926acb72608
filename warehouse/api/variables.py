"""Variables that a command line brings, and what configuration files may ask."""

from collections.abc import Callable, Mapping
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
    environment: Environment, command_vars: Mapping[str, Any], env_var: EnvVar
) -> Callable[[Any], Any]:
    """Return what renders the `{{ }}` of configuration files: `var` and `env_var`."""
    native = Native(environment)

    def var(name: str, default: Any = None) -> Any:
        if name not in command_vars and default is None:
            raise ConfigError(
                f'no variable "{name}" for the configuration files',
                hint=f"say --vars '{{{name}: …}}', or give a default",
            )
        return command_vars.get(name, default)

    names = {"var": var, "env_var": env_var}
    return lambda value: native.evaluate(value, names)
