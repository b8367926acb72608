"""`datapackage.json`: what the marts are, as a Frictionless Data Package, version 1."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from warehouse.release import disk
from warehouse.release.record import MARTS_FOLDER, MartFile
from warehouse.release.sql_type import ARRAY, LIST, parse

DATAPACKAGE_FILE = "datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"
_NOT_IN_NAMES = re.compile(r"[^-a-z0-9._/]")
_TYPES = {
    "BOOLEAN": "boolean", "TINYINT": "integer", "SMALLINT": "integer",
    "INTEGER": "integer", "BIGINT": "integer", "UTINYINT": "integer",
    "USMALLINT": "integer", "UINTEGER": "integer", "UBIGINT": "integer",
    "FLOAT": "number", "DOUBLE": "number", "DECIMAL": "number", "VARCHAR": "string",
    "UUID": "string", "BLOB": "string", "JSON": "any", "DATE": "date", "TIME": "time",
    "TIME_NS": "time", "STRUCT": "object", "MAP": "object", LIST: "array",
    ARRAY: "array",
}  # fmt: skip
_FORMATS = {"UUID": "uuid", "BLOB": "binary"}


def write_datapackage(
    folder: Path, project: str, marts: Iterable[MartFile], about: Mapping[str, str]
) -> None:
    """Describe the marts in the folder in which they stand.

    `about` maps a mart to its description. Equal marts give equal bytes.
    """
    package = {
        "profile": "data-package",
        "name": _name(project),
        "resources": [_resource(mart, about.get(mart.name, "")) for mart in marts],
    }
    if package["resources"]:  # a package has one at least
        text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
        disk.write_text(folder / DATAPACKAGE_FILE, text)


def _resource(mart: MartFile, description: str) -> dict[str, Any]:
    paths = [part.path.removeprefix(f"{MARTS_FOLDER}/") for part in mart.files]
    whole = {"hash": f"sha256:{mart.sha256}"} if not mart.partition_by else {}
    return {
        "profile": "data-resource",
        "name": _name(mart.name),
        "path": paths if mart.partition_by else paths[0],
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        **({"description": description} if description else {}),
        "bytes": mart.bytes,
        **whole,
        "rows": mart.rows,
        **({"partitionBy": list(mart.partition_by)} if mart.partition_by else {}),
        "schema": _schema(mart),
    }


def _schema(mart: MartFile) -> dict[str, Any]:
    fields = []
    for column in mart.columns:
        outer = parse(column.type).name
        kind = "datetime" if outer.startswith("TIMESTAMP") else _TYPES[outer]
        field = {"name": column.name, "type": kind}
        if outer in _FORMATS:
            field["format"] = _FORMATS[outer]
        if column.description:
            field["description"] = column.description
        fields.append({**field, "sqlType": column.type})
    by_name = {column.name.lower(): column.name for column in mart.columns}
    key = [by_name[name.lower()] for name in mart.key]
    return {"fields": fields, **({"primaryKey": key} if key else {})}


def _name(name: str) -> str:
    """Return a name as the format allows it.

    >>> _name("Alle Verträge")
    'alle-vertr-ge'
    """
    return _NOT_IN_NAMES.sub("-", name.lower())
