"""A Python model's canonical form, and whether running it again gives the same rows.

Judged by names, on the safe side: what is not known to be repeatable runs every time.
"""

import ast
import platform
from collections.abc import Iterator
from importlib import metadata

from warehouse.compiler.reads import parse, tables_read
from warehouse.compiler.tokens import is_volatile
from warehouse.project.files import SourceFile

_DIALECT = "duckdb"
_LIBRARY = frozenset(
    {
        "__future__", "abc", "ast", "bisect", "calendar", "collections", "copy", "csv",
        "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions",
        "functools", "graphlib", "hashlib", "heapq", "io", "itertools", "json", "math",
        "numbers", "operator", "re", "statistics", "string", "textwrap", "types",
        "typing", "unicodedata", "warnings", "zoneinfo",
    }
)  # fmt: skip
# Import name and distribution; the versions count.
_PACKAGES = {
    "duckdb": "duckdb",
    "networkx": "networkx",
    "numpy": "numpy",
    "pandas": "pandas",
    "polars": "polars",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "statsmodels": "statsmodels",
}
_VOLATILE = frozenset(
    {
        "__import__", "connect", "choice", "default_rng", "environ", "eval", "exec",
        "from_csv_auto", "from_parquet", "getenv", "glob", "globals", "input", "now",
        "open", "permutation", "rand", "randint", "randn", "random", "sample",
        "shuffle", "today", "utcnow",
    }
)  # fmt: skip
_OF_SESSION = frozenset({"table", "table_function", "view"})
_VOLATILE_PREFIXES = ("read_", "scan_", "uuid")
_QUERIES = frozenset({"execute", "executemany", "from_query", "query", "sql"})


def python_code(file: SourceFile) -> str | None:
    """Return a text that is equal while a Python model would give the same rows.

    It holds the code without comments and layout, and the versions of Python and of the
    packages. None for what must run every time: what imports other modules than known
    ones, or mentions files, clocks, chance or tables that are not passed through `dbt`.
    """
    tree = _Undocumented().visit(ast.parse(file.text))
    modules = set(_imported(tree))
    if not modules <= _LIBRARY | set(_PACKAGES) or not _is_repeatable(tree):
        return None
    versions = [f"{name} {_version(name)}" for name in sorted(modules & set(_PACKAGES))]
    return "\n".join([platform.python_version(), *versions, ast.dump(tree)])


class _Undocumented(ast.NodeTransformer):
    """Takes docstrings out."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | ast.Pass:
        is_text = isinstance(node.value, ast.Constant)
        return ast.Pass() if is_text else node


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0] if not node.level else "."


def _version(module: str) -> str:
    try:
        return metadata.version(_PACKAGES[module])
    except metadata.PackageNotFoundError:
        return "none"


def _is_repeatable(tree: ast.Module) -> bool:
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    aliases = {node for found in nodes for node in _aliases(found)}
    return not any(_is_volatile(node, names, aliases) for node in nodes)


def _aliases(node: ast.AST) -> Iterator[str]:
    """Yield the names that an import binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)


def _is_volatile(node: ast.AST, names: set[str], aliases: set[str]) -> bool:
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
        is_word = not text.strip() or text.isidentifier()
        return not is_word and is_volatile(text, _DIALECT)
    if isinstance(node, ast.Name):
        return _is_volatile_name(node.id)
    if isinstance(node, ast.Attribute):
        is_module = isinstance(node.value, ast.Name) and node.value.id in aliases
        is_session = node.attr in _OF_SESSION and not is_module
        return is_session or _is_volatile_name(node.attr)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_query = node.func.attr in _QUERIES
        return is_query and not all(_reads_only(arg, names) for arg in node.args)
    return False


def _is_volatile_name(name: str) -> bool:
    return name in _VOLATILE or name.startswith(_VOLATILE_PREFIXES)


def _reads_only(argument: ast.expr, names: set[str]) -> bool:
    """Whether a query is a literal that reads nothing but the file's own frames."""
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        return False
    if argument.value.isidentifier():
        return True  # `relation.query("name", …)`
    tree = parse(argument.value, _DIALECT)
    known = {name.lower() for name in names}
    return tree is not None and all(
        len(read.name) == 1 and read.name[0] in known for read in tables_read(tree)
    )
