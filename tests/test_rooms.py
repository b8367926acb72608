"""The way through the house: one direction, held by walking every import."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "warehouse"
ROOMS = (
    "version", "secrets", "errors", "project", "jinja", "manifest", "compiler",
    "engine", "run", "release", "site", "api", "cli",
)  # fmt: skip
MUTATORS = {
    "add", "append", "clear", "extend", "insert", "pop", "popitem", "remove",
    "setdefault", "update",
}  # fmt: skip


def module_name(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text()) for name, path in MODULES.items()}
EACH_MODULE = pytest.mark.parametrize("module", MODULES)


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield every module that is imported, anywhere: in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


def room(module: str) -> str:
    """Return the room that a module of the package is in."""
    return module.split(".")[1]


def without_type_checking(tree: ast.Module) -> ast.Module:
    """Return the module without what only a type checker reads."""
    body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return ast.Module(body, [])


@EACH_MODULE
def test_a_module_belongs_to_a_room(module):
    """Every module stands in a room that the design names."""
    assert "." not in module or room(module) in {*ROOMS, "__main__"}


@EACH_MODULE
def test_a_room_imports_only_rooms_to_its_left(module):
    """A room imports only from the rooms before it, inside functions too."""
    if "." not in module or module == "warehouse.__main__":
        return
    allowed = ROOMS[: ROOMS.index(room(module)) + 1]
    found = [name for name in imports(TREES[module]) if name.startswith("warehouse.")]
    assert [name for name in found if room(name) not in allowed] == []


def test_no_modules_import_each_other_in_a_circle():
    """No cycle of modules hides inside a room or behind an import in a function."""
    edges = {name: set(imports(tree)) & set(MODULES) for name, tree in TREES.items()}
    TopologicalSorter(edges).prepare()


@pytest.mark.parametrize(
    ("library", "owner"),
    [("duckdb", "engine"), ("pyarrow", "release"), ("rich", "cli")],
)
def test_a_library_has_one_owner(library, owner):
    """Only one room imports the database, the Parquet writer, the terminal."""
    users = {
        room(module)
        for module, tree in TREES.items()
        for name in imports(without_type_checking(tree))
        if name.split(".")[0] == library
    }
    assert users <= {owner}


@EACH_MODULE
def test_only_the_command_line_prints(module):
    """No other room prints or touches the standard streams."""
    if module.startswith(("warehouse.cli", "warehouse.__main__")):
        return
    written = {ast.unparse(node) for node in ast.walk(TREES[module])}
    calls = {
        ast.unparse(n.func) for n in ast.walk(TREES[module]) if isinstance(n, ast.Call)
    }
    assert "print" not in calls
    assert not written & {"sys.stdout", "sys.stderr"}


@EACH_MODULE
def test_a_module_keeps_no_state(module):
    """What stands in a module is constant: nothing rebinds or changes it."""
    tree = TREES[module]
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    changed = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Global) or _changed(node) in constants
    ]
    assert changed == []


def _changed(node: ast.AST) -> str | None:
    """Return the name whose members this node changes."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return ast.unparse(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_mutator = node.func.attr in MUTATORS
        return ast.unparse(node.func.value) if is_mutator else None
    return None
