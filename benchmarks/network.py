"""Build a large, heavy-tailed deal network and say what it takes.

    python benchmarks/network.py [--companies N] [--legs N] [--growth] [--json FILE]

A seeded network (see network_seeds.py) is added to a copy of the project; one fresh
process builds all of it. Printed are wall and CPU time, peak memory, and seconds and
rows of each model; then pro-rata round trips beside an exact sparse solve. --growth
does the same for a tenth and a hundredth of the network first.

What a walk lets go is bounded here and not in the project, where all money is followed:
see the variables below.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
from network_seeds import SCENARIOS, Shape, write_seeds
from scipy import sparse
from scipy.sparse import linalg

ROOT = Path(__file__).parents[1]
PARTS = ("seeds", "sql", "dbt_project.yml", "profiles.yml", "pyproject.toml")
VARIABLES = {"longest_cycle": 3, "least_walked_ratio": 0.00005}
TESTS = "all data tests"
FLOWS = """
    select from_company_id, to_company_id, cast(outgoing_usd as double)
    from marts.bilateral_exposures
    where scenario_id = ? and outgoing_usd > 0
    order by all
"""
RATIOS = """
    select company_id, round_trip_ratio, residual_ratio
    from marts.round_trip_ratios
    where
        scenario_id = ? and tracing_rule = 'pro_rata' and round_trip_ratio is not null
    order by outgoing_usd desc, company_id asc
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one build took: seconds, MiB, and seconds and rows of each node."""

    wall: float
    cpu: float
    memory: float
    nodes: dict[str, float]
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Round trips in SQL and solved exactly: their differences and the residuals."""

    compared: int
    difference_median: float
    difference_greatest: float
    residual_median: float
    residual_greatest: float
    outside: int


def copy_project(folder: Path, shape: Shape) -> None:
    """Copy the project and add the network to its seeds.

    The numbers worked out by hand from the documents are not looked for in it.
    """
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for path in (folder / "sql" / "tests").glob("worked_numbers_*.sql"):
        path.unlink()
    write_seeds(folder / "seeds", shape)


def build(folder: Path) -> Cost:
    """Build the project in a process of its own; a failing build ends the benchmark."""
    command = [sys.executable, "-m", "warehouse", "build", "--log-format", "json"]
    command += ["--vars", json.dumps(VARIABLES)]
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    clock = time.perf_counter()
    with (folder / "log.jsonl").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - clock
    if status:
        raise SystemExit(_faults(folder / "log.jsonl"))
    cpu = usage.ru_utime + usage.ru_stime
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Cost(wall, cpu, usage.ru_maxrss / scale, _seconds(folder), _rows(folder))


def _faults(log: Path) -> str:
    lines = log.read_text().splitlines()
    faults = [line for line in lines if '"level": "error"' in line]
    return "\n".join(["the build failed:", *(faults or lines)[-5:]])


def _seconds(folder: Path) -> dict[str, float]:
    """Return the seconds of each seed and model, and those of all tests together."""
    (run,) = (folder / "data" / "runs").iterdir()
    results = json.loads((run / "run_results.json").read_text())["results"]
    seconds: dict[str, float] = {}
    for result in results:
        kind, _, name = result["unique_id"].split(".", 2)
        name = TESTS if kind == "test" else name
        seconds[name] = seconds.get(name, 0) + result["execution_time"]
    return seconds


def _rows(folder: Path) -> dict[str, int]:
    with _database(folder) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        counts = {}
        for schema, table in tables:
            count = connection.execute(f"select count(*) from {schema}.{table}")
            ((counts[table],),) = count.fetchall()
        return counts


def _database(folder: Path) -> duckdb.DuckDBPyConnection:
    path = folder / "data" / "current" / "warehouse.duckdb"
    return duckdb.connect(str(path), read_only=True)


def compare(folder: Path, size: int) -> Comparison:
    """Solve the pro-rata round trips of some companies exactly; compare with SQL's.

    Half are those that pay most, half are drawn by chance. With P the forwarded parts
    and e the company's unit vector, x of (I - P) x = e has the visits to the company;
    what comes home of a dollar there is 1 - 1/x, of which it has sent out its outflow.
    """
    with _database(folder) as connection:
        scenario = [SCENARIOS[-1][0]]
        payers, payees, amounts = (
            connection.execute(FLOWS, scenario).fetchnumpy().values()
        )
        ratios = connection.execute(RATIOS, scenario).fetchall()
    ids, ends = np.unique(np.concatenate([payers, payees]), return_inverse=True)
    shape = (len(ids), len(ids))
    flows = sparse.csr_array((amounts, ends.reshape(2, -1)), shape=shape)
    outflows, inflows = flows.sum(axis=1), flows.sum(axis=0)
    passes = np.maximum(outflows, inflows)
    system = sparse.eye_array(len(ids)) - sparse.diags_array(1 / passes) @ flows
    numbers = {company: number for number, company in enumerate(ids)}
    others = ratios[size // 2 :]
    chance = np.random.default_rng(0).permutation(len(others))[: size - size // 2]
    differences, residuals = [], []
    for company, ratio, residual in ratios[: size // 2] + [others[i] for i in chance]:
        number = numbers[company]
        visits = _visits(system, number)
        exact = (1 - 1 / visits) * passes[number] / outflows[number]
        differences.append(exact - ratio)
        residuals.append(residual)
    return _comparison(np.array(differences), np.array(residuals))


def _visits(system: sparse.csr_array, number: int) -> float:
    """Return how often a dollar is at a company in all, the first time included."""
    unit = np.zeros(system.shape[0])
    unit[number] = 1
    solution, status = linalg.gmres(system, unit, rtol=1e-13, restart=100)
    if status:
        raise SystemExit("the exact solve does not converge")
    return float(solution[number])


def _comparison(differences: np.ndarray, residuals: np.ndarray) -> Comparison:
    rounding = 1e-9
    outside = (differences < -rounding) | (differences > residuals + rounding)
    return Comparison(
        len(differences),
        float(np.median(abs(differences))),
        float(abs(differences).max()),
        float(np.median(residuals)),
        float(residuals.max()),
        int(outside.sum()),
    )


def measure(shape: Shape, compared: int, shown: int) -> tuple[Cost, Comparison]:
    """Generate, build and compare one network in a temporary folder; print it all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder, shape)
        cost = build(folder)
        comparison = compare(folder, compared)
    print(f"\n{shape.companies:,} companies, {shape.legs:,} legs, 3 scenarios")
    print(f"{cost.wall:.1f} s, {cost.cpu:.1f} s of CPU, {cost.memory:,.0f} MiB at most")
    print(f"{'':40}{'seconds':>10}{'rows':>12}")
    slowest = sorted(cost.nodes.items(), key=lambda item: -item[1])
    for node, seconds in slowest[:shown]:
        rows = f"{cost.rows[node]:,}" if node in cost.rows else ""
        print(f"{node:40}{seconds:10.2f}{rows:>12}")
    print(f"round trips of {comparison.compared} companies, SQL against exact solve:")
    print(
        f"  difference {comparison.difference_median:.1e} (median), "
        f"{comparison.difference_greatest:.1e} (greatest); published residual "
        f"{comparison.residual_median:.1e}, {comparison.residual_greatest:.1e}; "
        f"{comparison.outside} outside"
    )
    return cost, comparison


def report_growth(costs: dict[int, Cost]) -> None:
    """Print how time and memory grow with the number of legs."""
    print(f"\n{'legs':>10}{'wall s':>10}{'cpu s':>10}{'MiB':>10}")
    for legs, cost in costs.items():
        print(f"{legs:10,}{cost.wall:10.1f}{cost.cpu:10.1f}{cost.memory:10,.0f}")


def main() -> None:
    """Measure one network, or three that grow; print, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Shape()
    parser.add_argument("--companies", type=int, default=default.companies)
    parser.add_argument("--legs", type=int, default=default.legs)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument(
        "--growth", action="store_true", help="a hundredth and a tenth of it first"
    )
    parser.add_argument("--compared", type=int, default=400, help="companies solved")
    parser.add_argument("--shown", type=int, default=25, help="slowest nodes to print")
    parser.add_argument("--json", type=Path, help="write what was measured here")
    options = parser.parse_args()
    full = replace(
        default, companies=options.companies, legs=options.legs, seed=options.seed
    )
    shapes = [
        replace(full, companies=full.companies // part, legs=full.legs // part)
        for part in ((100, 10, 1) if options.growth else (1,))
    ]
    print(f"{platform.platform()}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}")
    measured = {
        shape.legs: measure(shape, options.compared, options.shown) for shape in shapes
    }
    report_growth({legs: cost for legs, (cost, _) in measured.items()})
    if options.json:
        values = {legs: list(map(asdict, both)) for legs, both in measured.items()}
        options.json.write_text(json.dumps(values, indent=2))


if __name__ == "__main__":
    main()
