"""`materialized='seed'`: the rows of a CSV file."""

from warehouse.compiler.compiled import Compiled
from warehouse.engine.protocol import CsvFile
from warehouse.errors import ExecutionError, Location
from warehouse.project.seeds import SeedFile, longest
from warehouse.run.bad_rows import (
    QUARANTINE,
    bad_values,
    forget_rejects,
    policy_of,
    refuse,
    set_aside,
)
from warehouse.run.materializations.work import Work


def seed(work: Work) -> int | None:
    """Load a CSV file into a table; its bad rows are told, or set aside."""
    of_node, file = seed_of(work.compiled), csv_file(work.compiled)
    policy = policy_of(work.node)
    load = work.engine.load_csv(work.relation, file)
    found = bad_values(work, of_node, file, load)
    refuse(work, found, policy)
    if policy.action == QUARANTINE:
        return load.rows - set_aside(work, found)
    forget_rejects(work)
    return load.rows


def seed_of(compiled: Compiled) -> SeedFile:
    """Return a seed's file."""
    node = compiled.node
    if node.seed is None:
        raise ValueError(f"{node.unique_id} is no seed")
    return node.seed


def csv_file(compiled: Compiled) -> CsvFile:
    """Describe a seed's file for the database."""
    config, path = compiled.node.config, seed_of(compiled).file
    try:
        size = longest(path)
    except OSError as error:
        raise ExecutionError(
            f"cannot read the file: {error.strerror}",
            location=Location(seed_of(compiled).path),
        ) from error
    return CsvFile(
        path=path,
        columns=compiled.columns or (),
        types=config.get("column_types") or {},
        delimiter=str(config.get("delimiter") or ","),
        longest_row=size.row,
        longest_line=size.line,
    )
