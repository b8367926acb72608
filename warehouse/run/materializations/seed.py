"""`materialized='seed'`: the rows of a CSV file."""

from warehouse.compiler.compile import Compiled
from warehouse.engine.protocol import CsvFile
from warehouse.run.materializations.work import Work


def seed(work: Work) -> int | None:
    """Load a CSV file into a table."""
    return work.engine.load_csv(work.relation, csv_file(work.compiled))


def csv_file(compiled: Compiled) -> CsvFile:
    """Describe a seed's file."""
    node = compiled.node
    if node.seed is None:
        raise ValueError(f"{node.unique_id} is no seed")
    return CsvFile(
        path=node.seed.file,
        columns=compiled.columns or (),
        types=node.config.get("column_types") or {},
        delimiter=str(node.config.get("delimiter") or ","),
    )
