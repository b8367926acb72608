"""What can be said: every command with its arguments, purpose and example.

Nothing here imports what a command needs to run: `--help` is paid for by everyone.
"""

from dataclasses import dataclass
from pathlib import Path

from warehouse.cli.arguments import (
    DEFER,
    EVENT_TIME,
    EXCLUDE,
    FAIL_FAST,
    FULL_REFRESH,
    INDIRECT,
    PARTS,
    RESOURCE_TYPE,
    SELECT,
    SELECTOR,
    STATE,
    STORE_FAILURES,
    WAIT,
    Argument,
    limit,
    option,
    rows,
    several,
    switch,
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `module`, below `warehouse.cli.commands`, has its `run`."""

    name: str
    group: str
    summary: str
    description: str
    examples: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()
    module: str = ""
    aliases: tuple[str, ...] = ()


CHOICE = (SELECT, EXCLUDE, SELECTOR, INDIRECT, STATE)
BUILD = (*CHOICE, *DEFER, *PARTS, FULL_REFRESH, FAIL_FAST, WAIT)
REASON = option("--reason", metavar="TEXT", help="why; kept in the history")
RELEASE = option(
    "release",
    metavar="ID",
    help="the release: its id or the beginning of it, current, or previous",
)

COMMANDS = (
    Command(
        name="build",
        group="Build",
        summary="build what changed, test it, and publish it as a release",
        description="Run seeds, models and their tests in the order in which they "
        "need each other. With a home (`[tool.warehouse]` of pyproject.toml), nodes "
        "that did not change are reused, and if nothing fails the whole becomes the "
        "current release at once; readers never see half of it. Without a home it "
        "builds into the profile's database file, as dbt does.",
        examples=(
            "warehouse build",
            "warehouse build --select +company_exposures --wait 10m",
        ),
        arguments=(
            *BUILD,
            *EVENT_TIME,
            RESOURCE_TYPE,
            STORE_FAILURES,
            switch(
                "--accept-changes",
                help="publish although a gate is shut; the release says so",
            ),
            switch(
                "--dry-run",
                help="say what would run, and why; build nothing",
            ),
        ),
    ),
    Command(
        name="run",
        group="Build",
        summary="run models without their tests; publishes nothing",
        description="Run models. With a home they are built in the candidate, which "
        "the next `warehouse build` goes on with, tests and publishes.",
        examples=("warehouse run --select tag:nightly",),
        arguments=(*BUILD, *EVENT_TIME),
        module="build",
    ),
    Command(
        name="seed",
        group="Build",
        summary="load the CSV seeds; publishes nothing",
        description="Load CSV seeds into their tables. With a home that is in the "
        "candidate, which the next `warehouse build` goes on with.",
        examples=("warehouse seed --select raw_deals",),
        arguments=BUILD,
        module="build",
    ),
    Command(
        name="snapshot",
        group="Build",
        summary="add what has changed to the snapshots; publishes nothing",
        description="Run snapshots: each adds the versions that are new and ends those "
        "that they replace. With a home that is in the candidate, which the next "
        "`warehouse build` goes on with. The history stays through --full-refresh.",
        examples=("warehouse snapshot --select customers_history",),
        arguments=BUILD,
        module="build",
    ),
    Command(
        name="test",
        group="Build",
        summary="run data tests; publishes nothing",
        description="Run the data tests of what is selected, on what was built last.",
        examples=("warehouse test --select company_exposures --fail-fast",),
        arguments=(*CHOICE, *DEFER, FAIL_FAST, WAIT, STORE_FAILURES),
        module="build",
    ),
    Command(
        name="clone",
        group="Build",
        summary="make views of what an earlier run built elsewhere",
        description="Make, in the profile's database, a view of each chosen node's "
        "relation as the manifest of --state names it; attach its database in the "
        "profile. What exists stays, unless --full-refresh is said. Only without a "
        "home.",
        examples=("warehouse clone --state production/target",),
        arguments=(*CHOICE, RESOURCE_TYPE, FULL_REFRESH),
    ),
    Command(
        name="run-operation",
        group="Build",
        summary="call a macro",
        description="Call a macro by its name, or `package.name`. It may change the "
        "database file of a project without a home; with one it reads the current "
        "release. What it logs and prints is shown.",
        examples=(
            "warehouse run-operation grant_select --args '{role: reporter}'",
            "warehouse run-operation codegen.generate_base_model --quiet",
        ),
        arguments=(
            option("macro", metavar="MACRO", help="the macro's name"),
            option("--args", metavar="YAML", help="its arguments: '{role: reporter}'"),
        ),
        module="run_operation",
    ),
    Command(
        name="retry",
        group="Build",
        summary="go on with the last run: what failed in it or never began",
        description="Ask again for what the last run was asked for. With a home "
        "everything in the candidate whose fingerprint still matches is reused, as "
        "every build does, and the whole is published. In place, or by the "
        "run_results.json in the folder of --state, what failed or was skipped is run, "
        "as dbt's retry does; if the run was killed, all of it.",
        examples=("warehouse retry", "warehouse retry --wait 10m"),
        arguments=(
            option(
                "--state",
                type=Path,
                metavar="FOLDER",
                help="the folder of the run_results.json to go by (the last run's)",
            ),
            FULL_REFRESH,
            FAIL_FAST,
            WAIT,
        ),
    ),
    Command(
        name="ls",
        group="Look",
        summary="list nodes, to see what a selector chooses",
        description="List the nodes that a selection chooses, in build order, without "
        "running anything.",
        examples=(
            "warehouse ls --select stg_deals+ --resource-type model",
            "warehouse ls --output json | jq .name",
        ),
        arguments=(
            *CHOICE,
            RESOURCE_TYPE,
            option(
                "--output",
                "-o",
                choices=("name", "path", "selector", "json"),
                default="selector",
                help="what to print of each: its selector (as dbt does), name, file, "
                "or a JSON object",
            ),
            several(
                "--output-keys",
                metavar="KEY",
                help="the keys of the JSON object, config.materialized too",
            ),
        ),
        aliases=("list",),
    ),
    Command(
        name="why",
        group="Look",
        summary="say why a node would run or be reused",
        description="Say whether the next build runs a node or reuses it, and the "
        "first difference from how it was last built; the same of its tests. Nothing "
        "is built. `warehouse build --dry-run` says it of all that would run.",
        examples=("warehouse why company_exposures",),
        arguments=(
            option("node", metavar="NODE", help="the node's name or id"),
            FULL_REFRESH,
        ),
    ),
    Command(
        name="source",
        group="Look",
        summary="check how old the sources are: `source freshness`",
        description="Ask each source that has `freshness` when it was last loaded, by "
        "its `loaded_at_field` or `loaded_at_query`, and write target/sources.json. "
        "Exit code 1 when one is older than `error_after`, or cannot be asked.",
        examples=(
            "warehouse source freshness",
            "warehouse source freshness --select source:bank",
        ),
        arguments=(
            option("action", choices=("freshness",), help="what to do: freshness"),
            *CHOICE,
            option(
                "--output", "-o", type=Path, metavar="FILE", help="write to this file"
            ),
        ),
    ),
    Command(
        name="query",
        group="Look",
        summary="ask the current release with SQL",
        description="Run SQL, read-only, on the current release, or on the database "
        "file of a project without a home. DuckDB's own short forms work: "
        "`from marts.deals`, `describe marts.deals`, `show all tables`.",
        examples=(
            'warehouse query "from marts.company_exposures"',
            'warehouse query "from marts.deals" --output deals.parquet',
            "warehouse query - --format csv < question.sql",
        ),
        arguments=(
            option(
                "sql",
                nargs="?",
                metavar="SQL",
                help="the SQL; - reads it from the standard input",
            ),
            option("--file", type=Path, metavar="FILE", help="read the SQL from FILE"),
            option(
                "--format",
                choices=("table", "csv", "json", "jsonl", "markdown", "parquet"),
                help="how to write the rows (table, or what FILE's ending says)",
            ),
            option(
                "--output",
                "-o",
                type=Path,
                metavar="FILE",
                help="write to FILE, whole or not at all",
            ),
            option(
                "--limit",
                type=limit,
                default=0,
                metavar="N",
                help="show N rows; -1: all (50 in a table on a terminal, else all)",
            ),
            option(
                "--release", metavar="ID", help="ask an older release: its id, previous"
            ),
        ),
    ),
    Command(
        name="show",
        group="Look",
        summary="preview a node's rows, as its SQL stands now",
        description="Compile a node, or the SQL of --inline, and run it read-only on "
        "the current release: what the model would give, before it is built.",
        examples=(
            "warehouse show company_exposures --limit 20",
            "warehouse show --inline \"select count(*) from {{ ref('deals') }}\"",
        ),
        arguments=(
            option("name", nargs="?", metavar="NAME", help="the node"),
            SELECT,
            option(
                "--inline", metavar="SQL", help="SQL with Jinja, in place of a node"
            ),
            option(
                "--limit",
                type=limit,
                default=5,
                metavar="N",
                help="show N rows; -1: all (5)",
            ),
            option(
                "--format",
                "--output",
                choices=("text", "table", "csv", "json", "jsonl", "markdown"),
                default="table",
                help="how to write the rows",
            ),
        ),
    ),
    Command(
        name="compile",
        group="Look",
        summary="write the SQL that would run",
        description="Render the Jinja, and write the SQL below target/compiled/, as "
        "dbt does. That of one node is printed too; of --inline it is only printed.",
        examples=("warehouse compile --select company_exposures",),
        arguments=(
            *CHOICE,
            option(
                "--inline", metavar="SQL", help="SQL with Jinja, in place of a node"
            ),
        ),
    ),
    Command(
        name="parse",
        group="Look",
        summary="check the project and write target/manifest.json",
        description="Read every file of the project, report every error at once, and "
        "write target/manifest.json. One that stands as it was written, from files and "
        "an environment that are the same, is left as it is.",
        examples=("warehouse parse",),
    ),
    Command(
        name="docs",
        group="Look",
        summary="describe what was built: `docs generate`",
        description="Write target/manifest.json with the SQL of each node, "
        "target/catalog.json with the columns and types that the tables have, and "
        "target/index.html, a page that shows them. Of the current release, or of the "
        "database file of a project without a home.",
        examples=("warehouse docs generate",),
        arguments=(
            option("action", choices=("generate",), help="what to do: generate"),
            *CHOICE,
            switch("--no-compile", help="leave the nodes' SQL out"),
            switch("--empty-catalog", help="do not ask the database"),
        ),
    ),
    Command(
        name="verify",
        group="Releases",
        summary="whether a release is, byte for byte, what was published",
        description="Hash every file of a release and compare it with its record: what "
        "is missing, changed or a stranger is told at once, with exit code 1. With "
        "--rebuild the project is built from nothing into a temporary folder, and each "
        "table and view is compared with the release's, which proves that reuse gave "
        "what a rebuild gives.",
        examples=(
            "warehouse verify",
            "warehouse verify --all",
            "warehouse verify --rebuild",
        ),
        arguments=(
            option(
                "release",
                nargs="?",
                default="current",
                metavar="ID",
                help="the release: its id or the beginning of it, current, or previous",
            ),
            switch("--all", help="every release on disk"),
            switch("--rebuild", help="build from nothing beside it, and compare"),
        ),
    ),
    Command(
        name="diff",
        group="Releases",
        summary="what a release changed: rows, columns and sums of the marts",
        description="Compare the marts of two releases, by default those of the "
        "current one with those of the one before. Rows are told apart by the mart's "
        "key (a column that is tested unique and not null, or a primary key).",
        examples=(
            "warehouse diff",
            "warehouse diff previous current --mart company_exposures --rows 20",
            "warehouse diff --format json",
        ),
        arguments=(
            option(
                "before",
                nargs="?",
                default="previous",
                metavar="BEFORE",
                help="a release: its id or the beginning of it (previous)",
            ),
            option(
                "after",
                nargs="?",
                default="current",
                metavar="AFTER",
                help="the release to compare it with (current)",
            ),
            several("--mart", metavar="NAME", help="only these marts"),
            option(
                "--rows",
                type=rows,
                default=3,
                metavar="N",
                help="how many rows to show of each kind (3); 0 shows none",
            ),
            option(
                "--format",
                choices=("table", "json"),
                default="table",
                help="how to write it",
            ),
        ),
    ),
    Command(
        name="releases",
        group="Releases",
        summary="list what has been published, newest first",
        description="List the releases on disk: when, by whom, from which commit, "
        "what is in them, which is current, which are pinned or were rolled back from, "
        "and why.",
        examples=(
            "warehouse releases",
            "warehouse releases --history",
            "warehouse releases --format json",
        ),
        arguments=(
            switch(
                "--history",
                help="what was done instead, oldest first: each publication, rollback "
                "and pin, with who and why",
            ),
            option(
                "--format",
                choices=("table", "json"),
                default="table",
                help="how to write them",
            ),
        ),
    ),
    Command(
        name="rollback",
        group="Releases",
        summary="make an older release current again",
        description="Point readers to an older release, at once and as a whole. "
        "Nothing is rebuilt or deleted; it works even when the project's files or the "
        "current release are broken. The next build publishes again, with a warning: "
        "correct the input, stop the scheduled job or set a gate to hold the rollback.",
        examples=('warehouse rollback --reason "amounts in EUR, not USD"',),
        arguments=(
            option("--to", metavar="ID", help="the release (the one before this)"),
            REASON,
            WAIT,
        ),
    ),
    Command(
        name="pin",
        group="Releases",
        summary="keep a release, whatever the retention says",
        description="Keep a release on disk until it is unpinned. Waits for no build.",
        examples=('warehouse pin current --reason "figures of the annual report"',),
        arguments=(RELEASE, REASON),
    ),
    Command(
        name="unpin",
        group="Releases",
        summary="leave a release to the retention again",
        description="Take a pin away. The release goes when its time has come, at the "
        "next publication at the earliest.",
        examples=("warehouse unpin 20261123T090000Z-000000",),
        arguments=(RELEASE,),
        module="pin",
    ),
    Command(
        name="deps",
        group="Project",
        summary="install the packages of packages.yml into dbt_packages/",
        description="Install what packages.yml or dependencies.yml names, and what "
        "that requires: folders (`local:`, as links), git repositories (`git:` with "
        "`revision:` and `subdirectory:`) and tar files on disk (`tarball:`). "
        "package-lock.yml keeps the commits for the next time. No hub is asked: a "
        "`package:` must stand in dbt_packages/ already.",
        examples=("warehouse deps", "warehouse deps --upgrade"),
        arguments=(
            switch("--upgrade", help="take the newest commits, not those of the lock"),
            switch("--lock", help="only write package-lock.yml; install nothing"),
        ),
    ),
    Command(
        name="debug",
        group="Project",
        summary="show what is used from where, and whether it works",
        description="Show versions, project, profile, home, current release and build "
        "lock, and open the database. Exit code 2 when something is wrong.",
        examples=("warehouse debug",),
    ),
    Command(
        name="clean",
        group="Project",
        summary="remove what builds leave in the project: target/, logs/",
        description="Remove the folders of `clean-targets` in dbt_project.yml. Never "
        "anything outside the project, never its files, never releases.",
        examples=("warehouse clean", "warehouse clean --dry-run"),
        arguments=(switch("--dry-run", help="only say what would be removed"),),
    ),
)


def command_of(name: str) -> Command:
    """Return a command by its name or an alias of it."""
    return next(c for c in COMMANDS if name == c.name or name in c.aliases)
