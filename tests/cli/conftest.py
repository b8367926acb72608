"""The command line as its users run it: a process, in a folder, with real files."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

PROJECT = {
    "dbt_project.yml": """\
        name: shop
        version: "1.0"
        models:
          shop:
            +materialized: table
            marts:
              +schema: marts
        """,
    "pyproject.toml": '[tool.warehouse]\nhome = "data"\n',
    "seeds/raw_orders.csv": "id,customer,amount\n1,Ada,2.50\n2,Bob,10.00\n3,Ada,\n",
    "seeds/_seeds.yml": """\
        seeds:
          - name: raw_orders
            config: {column_types: {amount: "decimal(18,2)"}}
        """,
    "models/stg_orders.sql": "select id, customer, amount from {{ ref('raw_orders') }}",
    "models/marts/orders.sql": "select * from {{ ref('stg_orders') }}\n",
    "models/marts/_marts.yml": """\
        models:
          - name: orders
            columns:
              - name: id
                data_tests: [unique, not_null]
        """,
}
NULL_TEST = "      - name: amount\n        data_tests: [not_null]\n"


class Shop:
    """A project folder, and the `warehouse` command run in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if key not in {"NO_COLOR", "DBT_PROFILES_DIR", "COLUMNS"}
        } | {"HOME": str(root.parent)}

    def write(self, files: dict[str, str]) -> None:
        """Write files by their paths; a common indentation is taken off."""
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8")

    def run(
        self, *words: str, code: int = 0, input_text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, which must end with this exit code."""
        result = subprocess.run(
            [sys.executable, "-m", "warehouse", *words],
            cwd=self.root,
            env=self.environment,
            input=input_text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == code, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        return result

    def out(self, *words: str, **options: object) -> str:
        """Run a command; return what it prints."""
        return self.run(*words, **options).stdout

    def complaint(self, *words: str, code: int = 2) -> str:
        """Run a command that goes wrong; return what it says."""
        return self.run(*words, code=code).stderr

    def fail_a_test(self) -> None:
        """Add a data test that the orders do not pass."""
        path = self.root / "models/marts/_marts.yml"
        path.write_text(path.read_text() + NULL_TEST)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Write a project with a home; nothing has been built yet."""
    project = Shop(tmp_path / "shop")
    project.write(PROJECT)
    return project


@pytest.fixture
def in_place(shop: Shop) -> Shop:
    """Write the same project without a home."""
    (shop.root / "pyproject.toml").unlink()
    return shop


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Shop:
    """Build the project once for the tests that only read it."""
    project = Shop(tmp_path_factory.mktemp("built") / "shop")
    project.write(PROJECT)
    project.run("build")
    return project
