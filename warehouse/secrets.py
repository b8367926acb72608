"""Secrets: what the environment holds under dbt's prefix is shown nowhere.

A variable `DBT_ENV_SECRET_…` may be read by profiles.yml and packages.yml alone. What
is printed, logged or written for people has its value replaced.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

PREFIX = "DBT_ENV_SECRET_"
HIDDEN = "*****"  # as dbt shows it
LEAST_LINE = 8  # a shorter line of a secret of several lines is no secret by itself


def is_secret(name: str) -> bool:
    """Whether an environment variable of this name is a secret."""
    return name.startswith(PREFIX)


def redact(text: str) -> str:
    """Return a text without the secrets' values, in whichever quotes they stand."""
    return redactor()(text)


def has_secrets() -> bool:
    """Whether the environment holds any."""
    return any(_forms())


def shows_secret(data: bytes) -> bool:
    """Whether a secret's value stands in a file's bytes."""
    forms = {form.encode("utf-8", "surrogateescape") for form in _forms()}
    return any(form in data for form in forms)


def redactor() -> Callable[[str], str]:
    """Return `redact` for the environment as it is now: to read it once, not each time.

    >>> redactor()("no secret")
    'no secret'
    """
    values = sorted(set(_forms()), key=len, reverse=True)

    def hide(text: str) -> str:
        for value in values:
            text = text.replace(value, HIDDEN)
        return text

    return hide


def redacted(value: Any) -> Any:
    """Return a value, its texts redacted, however deep they stand."""
    return _redacted(value, redactor())


def _redacted(value: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {key: _redacted(item, hide) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item, hide) for item in value]
    return value


def _forms() -> Iterator[str]:
    """Yield every text that shows a secret: plain, in SQL, in JSON, in JSON in JSON."""
    for name, value in os.environ.items():
        if not is_secret(name) or not value.strip():
            continue
        lines = [line for line in value.splitlines() if len(line) >= LEAST_LINE]
        for shown in (value, value.strip(), *lines):
            yield shown
            yield shown.replace("'", "''")
            once = json.dumps(shown)[1:-1]
            yield once
            yield json.dumps(once)[1:-1]
            yield json.dumps(shown, ensure_ascii=False)[1:-1]
