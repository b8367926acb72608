"""One specification of a project, written for four engines.

A project of N models on seeds of a thousand rows: a fifth stage a seed, a fifth are
marts, the rest join up to three models before them; each is 38 lines of SQL and has two
tests. The same statements for everyone: as a dbt project (ours and dbt's), as a SQLMesh
project, and as a bare script that DuckDB runs statement by statement.
"""

import csv
import datetime as dt
import os
import random
from dataclasses import dataclass
from pathlib import Path

ROWS = 1_000
TESTS = {
    "unique": "select id from {table} where id is not null group by id "
    "having count(*) > 1",
    "not_null": "select id from {table} where id is null",
}
BODY = """\
with left_side as (
    select * from {first}
),

right_side as (
    select * from {second}
),

third_side as (
    select * from {third}
),

joined as (
    select
        left_side.id,
        left_side.category,
        left_side.amount + right_side.amount * 0.5 as amount,
        left_side.quantity + third_side.quantity as quantity,
        left_side.happened_on
    from left_side
    left join right_side on left_side.id = right_side.id
    left join third_side on left_side.id = third_side.id
),

ranked as (
    select
        joined.*,
        row_number() over (partition by category order by amount, id) as place
    from joined
)

select
    id,
    category,
    cast(amount - {number} as decimal(18, 2)) as amount,
    cast(quantity + place as bigint) % 1000003 as quantity,
    happened_on
from ranked
"""

HISTORY = """\
-- depends_on: {{{{ ref('arrivals') }}}}
{{{{ config(materialized='incremental') }}}}
{{% if is_incremental() %}}
select id, amount from {{{{ ref('arrivals') }}}}
where id > (select max(id) from {{{{ this }}}})
{{% else %}}
select range as id, cast(range % 1000 * 0.25 as double) as amount from range({rows})
{{% endif %}}
"""


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its name, its layer, and what it reads."""

    name: str
    layer: str
    reads: tuple[str, str, str]
    number: int

    def sql(self, relation: str) -> str:
        """Return its statement, `relation` being how a name is written."""
        first, second, third = (relation.format(name) for name in self.reads)
        return BODY.format(first=first, second=second, third=third, number=self.number)


@dataclass(frozen=True, slots=True)
class Specification:
    """Seeds and models, in an order in which they can be built."""

    seeds: tuple[str, ...]
    models: tuple[Model, ...]


def specify(count: int, chance: int = 7) -> Specification:
    """Return a project of `count` models."""
    choose = random.Random(chance)
    seeds = tuple(f"seed_{n:05}" for n in range(max(1, count // 50)))
    models: list[Model] = []
    for number in range(count):
        part = number / count
        layer = "staging" if part < 0.2 else "marts" if part >= 0.8 else "intermediate"
        if layer == "staging":
            reads = (seeds[number % len(seeds)],) * 3
        else:
            # Mostly recent models, as projects have it: deep rather than flat.
            near = [model.name for model in models[-max(20, count // 5) :]]
            reads = tuple(choose.choice(near) for _ in range(3))
        models.append(Model(f"{layer}_{number:05}", layer, reads, number))
    return Specification(seeds, tuple(models))


def write_seeds(specification: Specification, folder: Path) -> None:
    """Write the seeds as CSV files."""
    choose = random.Random(11)
    for name in specification.seeds:
        write_seed(folder / f"{name}.csv", ROWS, choose)


def write_seed(path: Path, rows: int, choose: random.Random) -> None:
    """Write one CSV file of so many rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    start = dt.date(2024, 1, 1)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "category", "amount", "quantity", "happened_on"])
        for number in range(rows):
            writer.writerow(
                [
                    number,
                    f"category {choose.randrange(20)}",
                    f"{choose.uniform(1, 1000):.2f}",
                    choose.randrange(100),
                    start + dt.timedelta(days=choose.randrange(700)),
                ]
            )


def write_dbt(specification: Specification, folder: Path) -> None:
    """Write the project for dbt and for ours; ours also makes releases."""
    write_seeds(specification, folder / "seeds")
    write_project(folder)
    for model in specification.models:
        layer = folder / "models" / model.layer
        layer.mkdir(parents=True, exist_ok=True)
        text = model.sql("{{{{ ref('{}') }}}}")
        (layer / f"{model.name}.sql").write_text(text)
    for layer in ("staging", "intermediate", "marts"):
        lines = ["version: 2", "models:"]
        for model in specification.models:
            if model.layer == layer:
                lines += [f"  - name: {model.name}", "    columns:"]
                lines += ["      - name: id", "        data_tests: [unique, not_null]"]
        (folder / "models" / layer / "_models.yml").write_text("\n".join(lines) + "\n")


def write_sqlmesh(specification: Specification, folder: Path) -> None:
    """Write the project for SQLMesh: full models, with audits for tests."""
    write_seeds(specification, folder / "seeds")
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "gateways:\n  here:\n    connection: {type: duckdb, database: mesh.duckdb}\n"
        "default_gateway: here\n"
        "model_defaults: {dialect: duckdb, start: 2024-01-01}\n"
    )
    for name in specification.seeds:
        (models / f"{name}.sql").write_text(
            f"MODEL (name main.{name}, kind SEED (path '../seeds/{name}.csv'), columns "
            "(id bigint, category varchar, amount double, quantity bigint, "
            "happened_on date));\n"
        )
    for model in specification.models:
        head = (
            f"MODEL (name main.{model.name}, kind FULL, "
            "audits (unique_values(columns := (id)), not_null(columns := (id))));\n\n"
        )
        (models / f"{model.name}.sql").write_text(head + model.sql("main.{}"))


def write_script(specification: Specification, folder: Path) -> None:
    """Write a script that runs the same statements one by one, nothing around them."""
    write_seeds(specification, folder / "seeds")
    statements = [
        f"create table {name} as from read_csv('seeds/{name}.csv')"
        for name in specification.seeds
    ]
    for model in specification.models:
        statements.append(f"create table {model.name} as {model.sql('{}')}")
        statements += [
            f"select count(*) from ({test.format(table=model.name)})"
            for test in TESTS.values()
        ]
    (folder / "statements.txt").write_text("\n;;\n".join(statements))
    (folder / "script.py").write_text(
        "import duckdb, pathlib\n"
        "connection = duckdb.connect('script.duckdb')\n"
        "for text in pathlib.Path('statements.txt').read_text().split('\\n;;\\n'):\n"
        "    connection.execute(text).fetchall()\n"
        "connection.close()\n"
    )


def write_project(folder: Path, name: str = "generated") -> None:
    """Write what every dbt project has; ours also makes releases."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dbt_project.yml").write_text(
        f"name: {name}\nversion: '1.0'\nprofile: {name}\n"
        f"models: {{{name}: {{+materialized: table}}}}\n"
    )
    (folder / "pyproject.toml").write_text('[tool.warehouse]\nhome = "data"\n')
    (folder / "profiles.yml").write_text(
        f"{name}:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, "
        f"path: target/{name}.duckdb, threads: {os.cpu_count()}}}\n"
    )


def write_large_seed(folder: Path, rows: int) -> None:
    """Write a project that is one CSV file."""
    write_project(folder)
    write_seed(folder / "seeds" / "large.csv", rows, random.Random(13))


def write_history(folder: Path, rows: int) -> None:
    """Write a project of one incremental model, which takes what newly arrives."""
    write_project(folder)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "arrivals.csv").write_text(f"id,amount\n{rows},0.5\n")
    (folder / "models").mkdir()
    (folder / "models" / "events.sql").write_text(HISTORY.format(rows=rows))
