"""What a closed database refuses, said in the words of the project."""

import re
from dataclasses import dataclass

GUARD = "enable_external_access"
_ACCESS = re.compile(r'Cannot access (file|directory) "(.*)" - file system operations')
# Wanted by itself, by LOAD, by INSTALL: the last of them names only a folder.
_EXTENSION = re.compile(
    r"required extension '(\w+)|(Loading external extensions) is disabled"
    r'|Cannot access directory ".*(/extensions/)'
)
_LOCKED = re.compile(r'Cannot change configuration option "*([^"]*)"* - .* locked')


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, what to do, and what the SQL names where it was."""

    message: str
    advice: str
    named: str | None = None


def refusal(message: str) -> Refusal | None:
    """Read a message of DuckDB's; None for one that has nothing to do with it.

    >>> refusal('Cannot access file "a.csv" - file system operations are off').message
    'no access to the file "a.csv": nobody has declared it'
    """
    if (extension := _EXTENSION.search(message)) is not None:
        name = f"the extension {extension[1]}" if extension[1] else "an extension"
        return Refusal(
            f"{name} cannot be loaded while models run",
            f"write extensions: [{extension[1] or 'name'}] in the target of "
            "profiles.yml",
        )
    if (access := _ACCESS.search(message)) is not None:
        kind, path = access.groups()
        return Refusal(
            f'no access to the {kind} "{path}": nobody has declared it',
            "declare a source with `external_location`, or write "
            f'allowed_paths = ["{path}"] under [tool.warehouse] of pyproject.toml; '
            "a database belongs under `attach` in profiles.yml",
            named=path,
        )
    if (locked := _LOCKED.search(message)) is not None:
        advice = "write it under `settings` in the target of profiles.yml"
        if locked[1] == GUARD:
            advice = "write external_access = true under [tool.warehouse]"
        return Refusal(f"the setting {locked[1]} is locked while models run", advice)
    return None
