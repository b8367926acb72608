"""A project as the command line's arguments describe it."""

import shlex
from argparse import Namespace
from collections.abc import Sequence

from warehouse.api.variables import read_variables
from warehouse.api.workspace import Options, Workspace
from warehouse.cli.parser import PROGRAM
from warehouse.cli.terminal import Terminal
from warehouse.run.results import EventHandler
from warehouse.secrets import redact


def open_project(
    arguments: Namespace, terminal: Terminal, on_event: EventHandler
) -> Workspace:
    """Read the project's configuration; its nodes are read when they are asked for."""
    options = Options(
        target=arguments.target,
        profiles_dir=arguments.profiles_dir,
        vars=read_variables(arguments.vars),
        full_refresh=getattr(arguments, "full_refresh", False),
        store_failures=getattr(arguments, "store_failures", False),
        command=arguments.command,
        threads=arguments.threads,
        home=arguments.home,
        selector=getattr(arguments, "selector", None),
        indirect_selection=getattr(arguments, "indirect_selection", "eager"),
        state=getattr(arguments, "state", None),
        defer=getattr(arguments, "defer", False),
        defer_state=getattr(arguments, "defer_state", None),
        favor_state=getattr(arguments, "favor_state", False),
        empty=getattr(arguments, "empty", False),
        sample=getattr(arguments, "sample", None),
        words=command_text(arguments.words),
        event_time_start=getattr(arguments, "event_time_start", None),
        event_time_end=getattr(arguments, "event_time_end", None),
    )
    project = Workspace(arguments.project_dir, options, on_event)
    if terminal.log is not None:
        terminal.log.invocation_id = project.invocation.invocation_id
    return project


def command_text(words: Sequence[str]) -> str:
    """Return the command line for the release's record; variables may be secret.

    >>> command_text(["build", "--vars", "{token: abc}", "-s", "a b"])
    "warehouse build --vars … -s 'a b'"
    """
    shown = []
    for before, word in zip(["", *words], words, strict=False):
        if before == "--vars":
            shown.append("…")
        elif word.startswith("--vars="):
            shown.append("--vars=…")
        else:
            shown.append(shlex.quote(word))
    return redact(" ".join([PROGRAM, *shown]))
