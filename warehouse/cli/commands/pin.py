"""`pin` and `unpin`: what retention must leave alone."""

from argparse import Namespace

from warehouse.api.home import require_home
from warehouse.cli.terminal import Terminal
from warehouse.errors import ExitCode
from warehouse.release.pins import pin, unpin


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Pin or unpin a release and say which."""
    home = require_home(arguments.project_dir, arguments.home)
    is_pin = arguments.command == "pin"
    if is_pin:
        found = pin(home, arguments.release, arguments.reason)
        said = f"{found.release_id} is pinned: it stays until it is unpinned"
    else:
        found = unpin(home, arguments.release)
        said = f"{found.release_id} is not pinned any more; {found.who} pinned it"
        said += f": {found.reason}" if found.reason else ""
    if terminal.log is not None:
        words = {"release_id": found.release_id, "reason": found.reason}
        terminal.log.write("info", arguments.command, **words)
    terminal.note(said)
    return ExitCode.OK
