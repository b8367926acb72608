"""From the command line's words to a namespace, by argparse."""

import argparse
import shutil
import textwrap
from argparse import ArgumentError, Namespace
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NoReturn

from warehouse.cli.arguments import COMMON, Argument, switch
from warehouse.cli.grammar import COMMANDS, Command, command_of
from warehouse.errors import UsageError, nearest

PROGRAM = "warehouse"
WIDEST = 88  # columns of help; longer lines are hard to read
VERSION = switch("--version", "-V", help="print the version")
PURPOSE = "Build dbt-style SQL projects on DuckDB, and publish them as releases."
EXIT_CODES = """\
exit codes:
  0    done
  1    a model or test failed, or a release could not be made; nothing was published
  2    the command, the configuration or a template is wrong, or there is a bug
  3    another build holds the lock
  130  interrupted (Ctrl-C)
  143  asked to end (SIGTERM)
  141  whoever read the output went away (| head)"""


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help that reads the same under every Python: docs/cli.md is made of it."""

    def __init__(self, prog: str) -> None:
        terminal = shutil.get_terminal_size((WIDEST + 2, 24)).columns - 2
        super().__init__(prog, max_help_position=28, width=min(terminal, WIDEST))

    def _format_action_invocation(self, action: argparse.Action) -> str:
        """Name the value once, behind all spellings, as Python does from 3.13 on."""
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        shown = action.metavar or "|".join(map(str, action.choices or ()))
        return f"{', '.join(action.option_strings)} {shown}"


class Parser(argparse.ArgumentParser):
    """An argument parser that raises our errors, with the nearest name."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print before it exits."""
        raise UsageError(message, hint=f"{self.prog} --help")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        hint = nearest(str(value), known) or f"there is: {', '.join(known)}"
        if action.dest == "command":
            raise UsageError(f'unknown command "{value}"', hint=hint)
        raise ArgumentError(action, f'unknown value "{value}"; {hint}')


def parse(words: Sequence[str]) -> Namespace:
    """Read a command line; every argument of its command has a value afterwards.

    `command` is the command's own name, None without one; `words` are the line. Raises
    UsageError with the nearest command or flag. Leaves the program, as argparse does,
    for --help.
    """
    values, unknown = make_parser().parse_known_args(words)
    values.words = tuple(words)
    arguments: Sequence[Argument] = (*COMMON, VERSION)
    if "command" not in values:
        values.command = None
    else:
        command = command_of(values.command)
        values.command = command.name
        arguments = (*COMMON, *command.arguments)
    if unknown:
        raise _unknown(unknown[0], values.command, arguments)
    for argument in arguments:
        if argument.name not in values:
            setattr(values, argument.name, argument.default)
    return values


def make_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} COMMAND [options]",
        description=_overview(),
        epilog=EXIT_CODES,
        formatter_class=Formatter,
        allow_abbrev=False,
    )
    for argument in (VERSION, *COMMON):
        argument.add_to(parser)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", help=argparse.SUPPRESS, parser_class=Parser
    )
    commands.default = argparse.SUPPRESS
    for command in COMMANDS:
        words = _parser_words(command)
        _fill(
            commands.add_parser(command.name, aliases=command.aliases, **words), command
        )
    return parser


def command_parser(command: Command) -> Parser:
    """Return the parser of one command's arguments, with its help."""
    parser = Parser(**_parser_words(command))
    _fill(parser, command)
    return parser


def _parser_words(command: Command) -> dict[str, Any]:
    positional = [a.flags[0] for a in command.arguments if a.flags[0][0] != "-"]
    values = [f"[{name.upper()}]" for name in positional]
    examples = "\n".join(f"  {example}" for example in command.examples)
    also = f" Also: {', '.join(command.aliases)}." if command.aliases else ""
    return {
        "prog": f"{PROGRAM} {command.name}",
        "usage": " ".join([PROGRAM, command.name, *values, "[options]"]),
        "description": _wrapped(command.description + also),
        "epilog": f"examples:\n{examples}",
        "formatter_class": Formatter,
        "allow_abbrev": False,
    }


def _fill(parser: Parser, command: Command) -> None:
    for argument in command.arguments:
        argument.add_to(parser)
    common = parser.add_argument_group("options of every command")
    for argument in COMMON:
        argument.add_to(common)


def _overview() -> str:
    """Return what there is to say, by groups of commands."""
    lines = [PURPOSE, ""]
    for group, members in groupby(COMMANDS, key=lambda command: command.group):
        lines.append(f"{group.lower()}:")
        lines += [f"  {c.name:<10} {c.summary}" for c in members]
    lines += ["", f"{PROGRAM} COMMAND --help says more, with examples."]
    return "\n".join(lines)


def _wrapped(text: str) -> str:
    width = min(shutil.get_terminal_size((WIDEST + 2, 24)).columns - 2, WIDEST)
    return textwrap.fill(text, width)


def _unknown(
    word: str, command: str | None, arguments: Sequence[Argument]
) -> UsageError:
    """Return the error for a word that nothing takes."""
    where = f"{PROGRAM} {command}" if command else PROGRAM
    if not word.startswith("-"):
        hint = f"{where} --help"
        return UsageError(f'{where} does not take "{word}"', hint=hint)
    flag = word.partition("=")[0]
    flags = [flag for argument in arguments for flag in argument.flags]
    hint = nearest(flag, flags) or f"{where} --help"
    return UsageError(f"{where} has no flag {flag}", hint=hint)
