"""`flags` and `invocation_args_dict` as far as a command says nothing of its own."""

from collections.abc import Mapping
from typing import Any

USUAL: Mapping[str, Any] = {
    "cache_selected_only": False,
    "debug": False,
    "defer": False,
    "empty": False,
    "fail_fast": False,
    "favor_state": False,
    "full_refresh": False,
    "indirect_selection": "eager",
    "introspect": True,
    "log_cache_events": False,
    "log_format": "default",
    "macro_debugging": False,
    "partial_parse": True,
    "populate_cache": True,
    "print": True,
    "printer_width": 80,
    "quiet": False,
    "send_anonymous_usage_stats": False,
    "show_resource_report": False,
    "static_parser": True,
    "store_failures": False,
    "strict_mode": False,
    "use_colors": False,
    "use_experimental_parser": False,
    "version_check": True,
    "warn_error": None,
    "write_json": True,
}
# What dbt knows of its command line and hands to no template as a flag.
ARGUMENTS_ALONE = frozenset(
    {
        "defer", "favor_state", "macro_debugging", "populate_cache", "print",
        "strict_mode", "vars", "target", "select", "exclude",
    }
)  # fmt: skip
FLAGS_ALONE = frozenset(
    {"debug", "fail_fast", "full_refresh", "store_failures", "log_cache_events",
     "use_experimental_parser", "warn_error"}
)  # fmt: skip


class Flags:
    """`flags`: one attribute for each flag, in capitals; an item too."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = {
            key.upper(): value
            for key, value in {**USUAL, **said}.items()
            if key not in ARGUMENTS_ALONE
        }

    def __getattr__(self, name: str) -> Any:
        """Return a flag; an unknown one is undefined in a template."""
        try:
            return self._said[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Any:
        return self._said[name]


def arguments(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return dbt's mapping of a command line: every argument that is said or usual."""
    usual = {key: value for key, value in USUAL.items() if key not in FLAGS_ALONE}
    return {**usual, **said}
