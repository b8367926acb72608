"""A contract's columns and constraints as SQL, from their mappings in `model`."""

from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.jinja.relation import Relation


def columns_ddl(columns: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a definition for each column: its name, type and constraints.

    >>> columns_ddl({"id": {"name": "id", "data_type": "int",
    ...                     "constraints": [{"type": "not_null"}]}})
    ['id int not null']
    """
    return [" ".join(_column(column)) for column in columns.values()]


def _column(column: Mapping[str, Any]) -> Iterable[str]:
    name = column["name"]
    yield Relation.quoted(name) if column.get("quote") else name
    yield str(column["data_type"])
    for constraint in column.get("constraints") or ():
        text = _of_column(constraint)
        if text is not None:
            yield text.strip()


def _of_column(constraint: Mapping[str, Any]) -> str | None:
    kind, expression = constraint["type"], constraint.get("expression") or ""
    to, to_columns = constraint.get("to"), constraint.get("to_columns")
    match kind:
        case "check":
            return f"check ({expression})" if expression else None
        case "not_null" | "unique" | "primary_key":
            return f"{kind.replace('_', ' ')} {expression}"
        case "foreign_key" if to and to_columns:
            return f"references {to} ({', '.join(to_columns)})"
        case "foreign_key" if expression:
            return f"references {expression}"
        case "custom" if expression:
            return str(expression)
    return None


def constraints_ddl(constraints: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the constraints of a whole table, each as SQL."""
    return [text for text in map(_of_table, constraints) if text is not None]


def _of_table(constraint: Mapping[str, Any]) -> str | None:
    kind, expression = constraint["type"], constraint.get("expression") or ""
    name = f"constraint {constraint['name']} " if constraint.get("name") else ""
    columns = ", ".join(constraint.get("columns") or ())
    to, to_columns = constraint.get("to"), constraint.get("to_columns")
    match kind:
        case "check":
            return f"{name}check ({expression})" if expression else None
        case "unique" | "primary_key":
            words = " ".join(filter(None, (kind.replace("_", " "), expression)))
            return f"{name}{words} ({columns})"
        case "foreign_key" if to and to_columns:
            target = f"references {to} ({', '.join(to_columns)})"
            return f"{name}foreign key ({columns}) {target}"
        case "foreign_key" if expression:
            return f"{name}foreign key ({columns}) references {expression}"
        case "custom" if expression:
            return f"{name}{expression}"
    return None
