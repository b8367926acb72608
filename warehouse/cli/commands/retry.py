"""`retry`: what the last run left undone."""

from argparse import Namespace

from warehouse.api.build import build
from warehouse.api.request import Request
from warehouse.api.retrying import read_last
from warehouse.api.workspace import Workspace
from warehouse.cli.commands.build import job, say_who_builds, show_result
from warehouse.cli.progress import progress_for
from warehouse.cli.projects import command_text, open_project
from warehouse.cli.terminal import Terminal
from warehouse.errors import ExitCode


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Ask for the last run's work again, and show it as that command does."""
    with job(arguments, terminal) as report, progress_for(terminal) as progress:
        folder, arguments.state = arguments.state, None
        project = open_project(arguments, terminal, progress)
        last = read_last(project, folder)
        if last.is_done(project.home):
            terminal.note("nothing to retry: nothing failed or was skipped")
            return ExitCode.OK
        options = last.options(project.options)
        project = Workspace(arguments.project_dir, options, progress)
        if terminal.log is not None:
            terminal.log.invocation_id = project.invocation.invocation_id
        given = Request(
            fail_fast=arguments.fail_fast,
            command=command_text(arguments.words),
            wait=arguments.wait,
        )
        request = last.request(given, has_home=project.home is not None)
        say_who_builds(project, request, terminal)
        result = report.result = build(project, request)
    show_result(options.command, project, result, terminal)
    return result.exit_code
