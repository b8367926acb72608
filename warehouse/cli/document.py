"""docs/cli.md, made from the help of every command.

`python -m warehouse.cli.document docs/cli.md` writes it; a test holds it current.
"""

import os
import sys
from pathlib import Path

from warehouse.cli.grammar import COMMANDS
from warehouse.cli.parser import command_parser, make_parser

HEAD = """\
# The command line

<!-- Generated: python -m warehouse.cli.document docs/cli.md -->

Flags are dbt's where dbt has them; the common ones work before and after the command.
"""
NOTES = """
## What to expect

- **Output.** What was asked for (rows, lists, SQL, progress) goes to standard output, errors and warnings to standard error. With `--log-format json` every event is one JSON object a line: on standard output for `build`, `run`, `seed` and `test`, on standard error for commands whose output is data.
- **Progress.** On a terminal a build shows what runs now, and lets only failures and warnings scroll by; elsewhere it prints a line for each node. Both end with a table, the details of what failed, and one line that says what was published.
- **Rows.** Values are exact in every format: decimals keep their digits, dates and times are ISO 8601, lists and structs are JSON, and in JSON what is no finite number is null. In CSV, NULL is nothing and an empty text is `""`. Parquet refuses a type that it would change, and names the cast to write. A table on a terminal shows 50 rows and shortens long text, never a number; other formats have all rows.
- **Selectors that match nothing** end the command with exit code 2 and the nearest name; beside others that match, they are a warning.
- **A build that fails** publishes nothing. What it built stays in the candidate, and the next build goes on with it.
- **A bug** in the engine shows its traceback and ends with exit code 2; an error in your project never shows one.
- **Variables** given by `--vars` are left out of the command that a release records.
"""  # noqa: E501 - Markdown: a paragraph is a line


def document() -> str:
    """Return the text of docs/cli.md, at one width whatever the terminal's."""
    os.environ["COLUMNS"] = "90"
    parts = [HEAD, f"\n{_block(make_parser().format_help())}", NOTES]
    for command in COMMANDS:
        help_text = command_parser(command).format_help()
        parts.append(f"\n## {command.name}\n\n{_block(help_text)}")
    return "".join(parts)


def _block(text: str) -> str:
    return f"```text\n{text}```\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
