"""The names that every template may use, whatever it renders."""

import datetime  # noqa: ICN001 - `modules.datetime`
import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, NoReturn

import yaml

from warehouse.errors import CompileError
from warehouse.jinja.column import Column
from warehouse.jinja.faults import MacroReturn, TemplateFault
from warehouse.jinja.invocation import EnvVar, Invocation, Reading
from warehouse.jinja.macros import Lazy
from warehouse.jinja.relation import Relation
from warehouse.project.config import DBT_VERSION

Log = Callable[[str, str], None]  # level, text


def base_names(invocation: Invocation, log: Log) -> dict[str, Any]:
    """Return dbt's names that do not depend on a node.

    `log` receives what templates log, print and warn of.
    """
    return {
        "env_var": EnvVar(invocation.reading),
        "project_name": invocation.project,
        "flags": invocation.flags(),
        "invocation_id": Lazy(lambda: invocation.varying("invocation_id")),
        "invocation_args_dict": invocation.arguments(),
        "run_started_at": Lazy(lambda: invocation.varying("run_started_at")),
        "dbt_version": DBT_VERSION,
        "dbt_metadata_envs": Lazy(invocation.metadata_variables),
        "thread_id": "main",
        "modules": _Modules(invocation.reading),
        "api": SimpleNamespace(Relation=Relation, Column=Column),
        "exceptions": _exceptions(log),
        "return": _return,
        "try_or_compiler_error": _try,
        "log": _logger(log),
        "print": _printer(log),
        "fromjson": _from_json,
        "tojson": _to_json,
        "fromyaml": _from_yaml,
        "toyaml": _to_yaml,
        "set": _set,
        "set_strict": _set_strict,
        "zip": _zip,
        "zip_strict": _zip_strict,
        "local_md5": _local_md5,
        "diff_of_two_dicts": _diff_of_two_dicts,
    }


def _return(value: Any = None) -> NoReturn:
    raise MacroReturn(value)


def _try(message: str, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """Call something; what goes wrong in it is told in the template's own words."""
    try:
        return function(*args, **more)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise TemplateFault(message) from None


def _logger(log: Log) -> Callable[..., str]:
    def write(message: Any, info: bool = False) -> str:
        log("info" if info else "debug", str(message))
        return ""

    return write


def _printer(log: Log) -> Callable[..., str]:
    def write(message: Any) -> str:
        log("print", str(message))
        return ""

    return write


_REFUSALS = (
    "column_type_missing", "missing_config", "missing_materialization",
    "raise_ambiguous_alias", "raise_ambiguous_catalog_match",
    "raise_cache_inconsistent", "raise_compiler_error", "raise_contract_error",
    "raise_database_error", "raise_dataclass_not_dict", "raise_dep_not_found",
    "raise_dependency_error", "raise_duplicate_patch_name",
    "raise_duplicate_resource_name", "raise_fail_fast_error",
    "raise_invalid_property_yml_version", "raise_not_implemented",
    "raise_parsing_error", "relation_wrong_type", "warn_snapshot_timestamp_data_types",
)  # fmt: skip


def _exceptions(log: Log) -> SimpleNamespace:
    def warn(message: Any, *_: Any) -> str:
        log("warning", str(message))
        return ""

    def refuse(message: Any, *_: Any) -> NoReturn:
        raise TemplateFault(str(message))

    def missing(relation: Any, *_: Any) -> NoReturn:
        raise TemplateFault(f"the relation {relation} does not exist")

    return SimpleNamespace(
        **dict.fromkeys(_REFUSALS, refuse), warn=warn, missing_relation=missing
    )


def _from_json(text: str, default: Any = None) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return default


def _to_json(value: Any, default: Any = None, sort_keys: bool = False) -> Any:
    try:
        return json.dumps(value, sort_keys=sort_keys)
    except ValueError:
        return default


def _from_yaml(text: str, default: Any = None) -> Any:
    try:
        return yaml.safe_load(text)
    except (AttributeError, ValueError, yaml.YAMLError):
        return default


def _to_yaml(
    value: Any, default: str | None = None, sort_keys: bool = False
) -> str | None:
    try:
        return yaml.safe_dump(value, sort_keys=sort_keys)
    except (ValueError, yaml.YAMLError):
        return default


def _set(value: Iterable[Any], default: Any = None) -> Any:
    try:
        return set(value)
    except TypeError:
        return default


def _set_strict(value: Iterable[Any]) -> Any:
    return _strict("set_strict", lambda: set(value))


def _zip(*values: Iterable[Any], default: Any = None) -> Any:
    try:
        return list(zip(*values, strict=False))
    except TypeError:
        return default


def _zip_strict(*values: Iterable[Any]) -> Any:
    return _strict("zip_strict", lambda: list(zip(*values, strict=False)))


def _strict(name: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except TypeError as error:
        raise CompileError(f"{name}: {error}") from error


def _local_md5(text: str) -> str:
    return hashlib.md5(str(text).encode(), usedforsecurity=False).hexdigest()


def _diff_of_two_dicts(
    first: dict[str, list[str]], second: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Return what the lists of `first` have beyond those of `second`, by key."""
    known = {k.lower(): {v.lower() for v in values} for k, values in second.items()}
    result = {}
    for key, values in first.items():
        extra = [v for v in values if v.lower() not in known.get(key.lower(), set())]
        if extra:
            result[key] = extra
    return result


class _Modules:
    """`modules`: the parts of Python's library that dbt hands to templates."""

    re = re
    itertools = itertools

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @property
    def datetime(self) -> Any:
        """Dates and times, the present one too."""
        self._reading.varying.add("modules.datetime")
        return datetime

    @property
    def pytz(self) -> Any:
        """The time zones, imported when a template asks."""
        self._reading.varying.add("modules.pytz")
        import pytz  # noqa: PLC0415 - most templates never ask

        return pytz
