"""`ls`: what a selection chooses."""

import json
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from warehouse.api.listing import chosen, listed, name, parts, path, selector, types_of
from warehouse.api.unchanged import remember_answer
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.shortcut import asked_of, show_answer
from warehouse.cli.terminal import Terminal
from warehouse.errors import ExitCode
from warehouse.manifest.nodes import Node, Source

SHOWN: Mapping[str, Callable[[Node | Source], str]] = {
    "name": name,
    "path": path,
    "selector": selector,
    "json": lambda node: json.dumps(listed(node), default=str, ensure_ascii=False),
}


def _keys(node: Node | Source, keys: Sequence[str]) -> str:
    return json.dumps(parts(node, keys), default=str, ensure_ascii=False)


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Print a line for each node; a file of several nodes once."""
    asked = asked_of(arguments)
    project = open_project(arguments, terminal, Messages(terminal))
    types = types_of(arguments.resource_type)
    found = chosen(project, arguments.select, arguments.exclude, types)
    show = SHOWN[arguments.output]
    if arguments.output == "json" and arguments.output_keys:
        keys = [key for word in arguments.output_keys for key in word.split()]
        show = partial(_keys, keys=keys)
    lines = [show(project.manifest[unique_id]) for unique_id in found]
    if arguments.output == "path":
        lines = list(dict.fromkeys(lines))
    show_answer("ls", lines, terminal)
    if asked is not None:
        remember_answer(project, asked, lines)
    return ExitCode.OK
