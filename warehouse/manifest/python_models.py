"""Python models: what a file asks of dbt, read from its tree without running it."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from warehouse.errors import CompileError, Location, WarehouseError
from warehouse.manifest.recorder import ParseConfig, Recorder
from warehouse.project.files import SourceFile

_SIGNATURE = "def model(dbt, session):"


def read_python(file: SourceFile, recorder: Recorder) -> None:
    """Note the references and the config of a Python model.

    As in dbt they are literal: `dbt.ref("orders")`. Raises CompileError pointing at
    the call, and for a file without a function `model(dbt, session)`.
    """
    tree = python_tree(file)
    model_function(file, tree)
    answers: dict[str, Callable[..., Any]] = {
        "dbt.ref": recorder.ref,
        "dbt.source": recorder.source,
        "dbt.config": ParseConfig(recorder),
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = ast.unparse(call.func)
        if name not in answers:
            continue
        try:
            args, kwargs = _literals(name, call)
            answers[name](*args, **kwargs)
        except WarehouseError as error:
            error.location = error.location or place(file, call)
            raise
        except TypeError as error:
            message = f"{name}(): {error}"
            raise CompileError(message, location=place(file, call)) from error


def python_tree(file: SourceFile) -> ast.Module:
    """Return a file's tree. Raises CompileError for a syntax error."""
    try:
        return ast.parse(file.text, file.path)
    except SyntaxError as error:
        raise CompileError(
            f"invalid Python: {error.msg}",
            location=file.location(error.lineno, error.offset),
        ) from error


def model_function(file: SourceFile, tree: ast.Module) -> ast.FunctionDef:
    """Return the function that builds the model. Raises CompileError without one."""
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "model"
    ]
    if not found:
        raise CompileError(
            "a Python model needs a function `model`",
            location=file.location(),
            hint=f"write `{_SIGNATURE}`, which returns a relation or a frame",
        )
    names = [argument.arg for argument in found[-1].args.args]
    if len(names) != 2 or names[0] != "dbt":
        raise CompileError(
            "`model` takes two arguments, of which the first is called dbt",
            location=place(file, found[-1]),
            hint=f"write `{_SIGNATURE}`",
        )
    return found[-1]


def return_lines(function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines on which a function returns, those of inner functions not."""
    queue: list[ast.AST] = list(function.body)
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Return):
            yield node.lineno
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            queue += ast.iter_child_nodes(node)


def place(file: SourceFile, node: Any) -> Location:
    """Return where a piece of the tree stands in its file."""
    line = file.text.splitlines()[node.lineno - 1]
    column = len(line.encode()[: node.col_offset].decode(errors="ignore")) + 1
    return file.location(node.lineno, column)


def _literals(name: str, call: ast.Call) -> tuple[list[Any], dict[str, Any]]:
    try:
        args = [ast.literal_eval(argument) for argument in call.args]
        kwargs = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    except ValueError as error:
        raise CompileError(
            f"the arguments of {name}() must be literals: they are read without "
            "running the file",
            hint='write the value itself, as in dbt.ref("orders")',
        ) from error
    return args, kwargs
