"""`main`: reads the command line, runs the command, turns faults into exit codes."""

import gc
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from warehouse.cli.grammar import command_of
from warehouse.cli.parser import PROGRAM, make_parser, parse
from warehouse.cli.signals import ending_soon
from warehouse.cli.terminal import Terminal
from warehouse.errors import ExitCode, Terminated, WarehouseError
from warehouse.version import VERSION

UNREAD = 141  # 128 + SIGPIPE
# A thread of a build asks for Python between two statements, for less than this; by the
# interpreter's own 5 ms the others would wait for each other a third of the time.
SWITCH_SECONDS = 0.0005


def main(words: Sequence[str] | None = None) -> int:
    """Run a command line; return the process's exit code."""
    gc.set_threshold(50_000, 20, 100)  # a command ends soon: collecting costs a tenth
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with ending_soon():
            return _main(sys.argv[1:] if words is None else words)
    except Terminated:  # before it, or after
        return ExitCode.TERMINATED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    finally:
        if words is None:
            gc.freeze()  # what is left goes with the process: it is not looked through


def _main(words: Sequence[str]) -> int:
    terminal = Terminal()
    try:
        arguments = parse(words)
        terminal = Terminal.of(arguments)
        code = _run(arguments.command, arguments, terminal)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more on its way out: let it find somewhere to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except Exception as error:  # noqa: BLE001 - the last to hear of it
        return _report(error, terminal)
    return code


def _run(name: str | None, arguments: Namespace, terminal: Terminal) -> int:
    if name is None:
        if getattr(arguments, "version", False):
            terminal.out(f"{PROGRAM} {VERSION}")
        else:
            terminal.out(make_parser().format_help().rstrip())
        return ExitCode.OK
    command = command_of(name)
    if command.name in {"build", "parse", "ls"}:
        from warehouse.cli.shortcut import answered, asked_of  # noqa: PLC0415

        asked = asked_of(arguments)
        if asked is not None and answered(asked, terminal):
            return ExitCode.OK
    module = command.module or command.name
    # Only now: no command should pay for what another one imports.
    return int(
        import_module(f"warehouse.cli.commands.{module}").run(arguments, terminal)
    )


def _report(error: Exception, terminal: Terminal) -> ExitCode:
    """Say what went wrong; a traceback is for bugs alone."""
    if isinstance(error, WarehouseError):
        terminal.error(error)
        return error.exit_code
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        terminal.error(WarehouseError(f"{place}{error.strerror or error}"))
        return ExitCode.USAGE
    if type(error).__name__ == "EngineError":  # whose module need not be imported
        terminal.error(WarehouseError(str(error)))
        return ExitCode.FAILED
    terminal.bug("".join(traceback.format_exception(error)))
    return ExitCode.USAGE
