"""`rollback`: an older release becomes the current one."""

from argparse import Namespace

from warehouse.api.home import require_home, rollback
from warehouse.cli.terminal import Terminal
from warehouse.cli.words import moment
from warehouse.errors import ExitCode


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Move the pointer and say from where to where."""
    home = require_home(arguments.project_dir, arguments.home)
    before = home.current_id()
    asked = arguments.to, arguments.reason, arguments.wait
    release = rollback(home, *asked, terminal.warn)
    if terminal.log is not None:
        ids = {"release_id": release.release_id, "from_release_id": before}
        terminal.log.write("info", "rollback", **ids, reason=arguments.reason)
    published = moment(release.created_at)
    was = f"; it was {before}" if before else ""
    terminal.note(f"{release.release_id}, published {published} UTC, is current{was}")
    return ExitCode.OK
