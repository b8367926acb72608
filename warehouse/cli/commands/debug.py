"""`debug`: what is used from where, and whether it works."""

from argparse import Namespace

from warehouse.api.diagnosis import diagnose
from warehouse.api.variables import read_variables
from warehouse.api.workspace import Options
from warehouse.cli.terminal import DIM, GREEN, RED, Terminal
from warehouse.errors import ExitCode
from warehouse.secrets import redact


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Print what is found; faults stand beneath."""
    options = Options(
        target=arguments.target,
        profiles_dir=arguments.profiles_dir,
        vars=read_variables(arguments.vars),
        threads=arguments.threads,
        home=arguments.home,
    )
    faults = []
    for finding in diagnose(arguments.project_dir, options):
        mark = terminal.style("ok", GREEN) if not finding.fault else "!!"
        mark = terminal.style(mark, RED) if finding.fault else mark
        name = terminal.style(finding.name.ljust(10), DIM)
        terminal.out(redact(f"{mark}  {name}  {finding.value}"))
        faults += [finding.fault] if finding.fault else []
    for fault in faults:
        terminal.complain("")
        terminal.error(fault)
    return ExitCode.USAGE if faults else ExitCode.OK
