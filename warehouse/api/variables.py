"""Variables that a command line brings."""

from collections.abc import Mapping
from typing import Any

from warehouse.errors import UsageError
from warehouse.project.yaml import parse


def read_variables(text: str | None) -> Mapping[str, Any]:
    """Read the value of --vars, YAML or JSON. Raises ConfigError or UsageError.

    >>> read_variables("{year: 2026}")
    {'year': 2026}
    """
    data = parse(text or "", "--vars").data
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError(
            f"--vars must be a mapping, not {text}", hint="--vars '{year: 2026}'"
        )
    return data
