"""The `{% snapshot name %}` blocks of a file, each a template of its own."""

import re
from collections.abc import Iterator

from warehouse.errors import CompileError
from warehouse.project.files import SourceFile, text_checksum

_PIECE = re.compile(
    r"\{#.*?#\}"
    r"|\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}"
    r"|\{%-?\s*snapshot\s+(?P<name>\w+)\s*-?%\}"
    r"|\{%-?\s*(?P<end>endsnapshot)\s*-?%\}",
    re.DOTALL,
)


def snapshot_blocks(file: SourceFile) -> Iterator[tuple[str, SourceFile]]:
    """Yield the name of each snapshot block and its text, which knows its first line.

    Raises CompileError for a block that does not end, or ends without a beginning.
    """
    name, start, opened = "", 0, 0
    for found in _PIECE.finditer(file.text):
        line = file.text.count("\n", 0, found.start()) + 1
        if found["name"] is not None:
            if name:
                raise _unended(file, name, opened)
            name, start, opened = found["name"], found.end(), line
        elif found["end"] is not None:
            if not name:
                message = "`endsnapshot` ends nothing"
                raise CompileError(message, location=file.location(line))
            yield name, _part(file, start, found.start())
            name = ""
    if name:
        raise _unended(file, name, opened)


def _unended(file: SourceFile, name: str, line: int) -> CompileError:
    return CompileError(
        f'the snapshot "{name}" has no end',
        location=file.location(line),
        hint="close it with {% endsnapshot %}",
    )


def _part(file: SourceFile, start: int, end: int) -> SourceFile:
    """Return a part of a file, from the first character that says something."""
    text = file.text[start:end]
    start += len(text) - len(text.lstrip())
    begins = file.text.count("\n", 0, start) + file.begins
    body = text.strip()
    return SourceFile(file.path, file.relative, body, text_checksum(body), begins)
