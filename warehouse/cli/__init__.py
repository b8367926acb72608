"""The command line: the only printer. It asks `api` and shows what it answers."""

from warehouse.cli.entry import main

__all__ = ["main"]
