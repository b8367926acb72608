"""Where output goes, and what can be shown there."""

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from warehouse.cli.grammar import command_of
from warehouse.errors import CompileErrors, WarehouseError
from warehouse.run.log import Log
from warehouse.secrets import redactor

BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Standard output and standard error, as this command line wants them.

    `width` is the terminal's, None where the output is no terminal and may be as wide
    as it likes. `log` is there under `--log-format json`.
    """

    width: int | None = None
    has_colour: bool = False
    has_error_colour: bool = False
    is_quiet: bool = False
    log: Log | None = None
    redact: Callable[[str], str] = field(default_factory=redactor)

    @classmethod
    def of(cls, arguments: Namespace) -> "Terminal":
        """Return the terminal for these arguments.

        The log goes to standard output, but to standard error when the command's
        output is data that somebody reads.
        """
        is_plain = (
            arguments.no_color
            or bool(os.environ.get("NO_COLOR"))
            or os.environ.get("TERM") == "dumb"
        )
        terminal = cls(
            width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None,
            has_colour=sys.stdout.isatty() and not is_plain,
            has_error_colour=sys.stderr.isatty() and not is_plain,
            is_quiet=arguments.quiet,
        )
        if arguments.log_format == "text" or arguments.command is None:
            return terminal
        builds = command_of(arguments.command).group == "Build"
        log = Log(sys.stdout if builds else sys.stderr, is_quiet=arguments.quiet)
        return replace(terminal, log=log)

    @property
    def is_live(self) -> bool:
        """Whether lines may be drawn over."""
        is_dumb = os.environ.get("TERM") == "dumb"
        return self.width is not None and not is_dumb and self.log is None

    def out(self, text: str) -> None:
        """Print what was asked for."""
        print(text)  # noqa: T201

    def write(self, text: str) -> None:
        """Print a piece of what was asked for, which ends its own lines."""
        sys.stdout.write(text)

    def note(self, text: str) -> None:
        """Print what is good to know; --quiet and a JSON log leave it out."""
        if not self.is_quiet and self.log is None:
            print(self.redact(text))  # noqa: T201

    def complain(self, text: str) -> None:
        """Print to standard error."""
        sys.stdout.flush()
        print(self.redact(text), file=sys.stderr, flush=True)  # noqa: T201

    def warn(self, text: str) -> None:
        """Print a warning."""
        if self.log is not None:
            self.log.write("warning", "message", message=text)
        elif not self.is_quiet:
            self.complain(f"{self.error_style('Warning', YELLOW)}: {text}")

    def error(self, error: WarehouseError) -> None:
        """Print an error with its place, excerpt and hint."""
        if self.log is not None:
            self.log.error(error)
            return
        gap = "\n\n" if isinstance(error, CompileErrors) else " "
        title = self.error_style(f"{error.title}:", BOLD, RED)
        self.complain(f"{title}{gap}{error}")

    def bug(self, traceback: str) -> None:
        """Print what nobody expected."""
        if self.log is not None:
            self.log.write("error", "bug", message=traceback)
            return
        title = self.error_style("Bug:", BOLD, RED)
        self.complain(
            f"{traceback}\n{title} this is a fault of warehouse, not of your project."
            "\nPlease report the lines above and what `warehouse debug` prints."
        )

    def style(self, text: str, *codes: str) -> str:
        """Return text in a colour or weight, where standard output has them."""
        return _styled(text, codes) if self.has_colour else text

    def error_style(self, text: str, *codes: str) -> str:
        """Return text in a colour or weight, where standard error has them."""
        return _styled(text, codes) if self.has_error_colour else text


def _styled(text: str, codes: tuple[str, ...]) -> str:
    return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if codes and text else text
