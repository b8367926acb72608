"""SQL as tokens: its canonical form, and whether its rows change by themselves."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

_FILE_FOLLOWS = {TokenType.FROM, TokenType.JOIN}
_VOLATILE_WORDS = frozenset(
    {
        "current_catalog", "current_date", "current_localtime",
        "current_localtimestamp", "current_role", "current_schema", "current_time",
        "current_timestamp", "current_user", "duckdb_columns", "duckdb_settings",
        "duckdb_tables", "duckdb_views", "information_schema", "localtime",
        "localtimestamp", "pg_catalog", "session_user", "tablesample",
    }
)  # fmt: skip
_VOLATILE_FUNCTIONS = frozenset(
    {
        "age", "ago", "current_connection_id", "current_database", "current_query",
        "current_query_id", "current_schemas", "current_setting",
        "current_transaction_id", "currval", "gen_random_uuid", "get_current_time",
        "get_current_timestamp", "getenv", "getvariable", "glob", "iceberg_scan",
        "in_search_path", "json_execute_serialized_sql", "nextval", "now", "query",
        "query_table", "random", "setseed", "setval", "sniff_csv", "stats", "today",
        "transaction_timestamp", "txid_current", "user", "uuid", "uuidv4", "uuidv7",
        "vector_type", "version", "which_secret", "write_log",
    }
)  # fmt: skip
_VOLATILE_PREFIXES = ("duckdb_", "parquet_", "pragma_", "read_")

_SUSPICIOUS = _VOLATILE_WORDS | _VOLATILE_FUNCTIONS | {"sample"}


_NAMES = {kind: str(kind) for kind in TokenType}  # to ask each token takes long


@cache
def dialect_of(name: str) -> sqlglot.Dialect:
    """Return sqlglot's dialect of this name."""
    return sqlglot.Dialect.get_or_raise(name)


def tokens(sql: str, dialect: str) -> list[Any]:
    """Return the statement's tokens; all of it as one when sqlglot cannot read it."""
    try:
        return list(dialect_of(dialect).tokenize(sql))
    except SqlglotError:
        return [Token(TokenType.UNKNOWN, sql)]


def canonical(sql: str, dialect: str, found: Sequence[Any] | None = None) -> str:
    """Return a hash of the SQL that comments and layout leave as it is.

    Made of the tokens and not of the tree: a tree that passes over a clause that the
    parser does not know would make two different statements equal. Case counts, since
    an alias keeps it.
    """
    found = tokens(sql, dialect) if found is None else found
    text = "".join([f"{_NAMES[token.token_type]}\0{token.text}\0" for token in found])
    return hashlib.sha256(text.encode()).hexdigest()


def volatile_word(sql: str, dialect: str) -> str | None:
    """Return the first word of SQL that makes it volatile, or None."""
    found = tokens(sql, dialect)
    neighbours = zip([None, *found], found, [*found[1:], None], strict=False)
    words = (three[1].text for three in neighbours if _is_volatile(*three))
    return next(words, None)


def is_volatile(sql: str, dialect: str, found: Sequence[Any] | None = None) -> bool:
    """Whether running the SQL again could give other rows though nothing changed.

    It asks the clock, chance, the session or files. Judged by names alone: a needless
    run is better than a stale table.
    """
    found = tokens(sql, dialect) if found is None else found
    if not found or not _is_suspicious(found):
        return not found
    neighbours = zip([None, *found], found, [*found[1:], None], strict=False)
    return any(_is_volatile(*three) for three in neighbours)


def _is_suspicious(found: Sequence[Any]) -> bool:
    """Whether any token could be volatile beside the right ones; in most SQL none is.

    To look at each once is much quicker than to look at each with its neighbours.
    """
    if {TokenType.UNKNOWN, TokenType.STRING} & {token.token_type for token in found}:
        return True
    words = {token.text.lower() for token in found}
    return not words.isdisjoint(_SUSPICIOUS) or any(
        word.startswith(_VOLATILE_PREFIXES) for word in words
    )


def _is_volatile(before: Any, token: Any, after: Any) -> bool:
    name = token.text.lower()
    if token.token_type is TokenType.UNKNOWN:
        return bool(name != "unknown")  # the word itself, or who knows what
    if token.token_type is TokenType.STRING:
        return before is not None and before.token_type in _FILE_FOLLOWS
    if name in _VOLATILE_WORDS:
        return True
    if name == "sample" and before is not None:
        return bool(before.token_type is TokenType.USING)
    is_called = after is not None and after.token_type is TokenType.L_PAREN
    return is_called and (
        name in _VOLATILE_FUNCTIONS or name.startswith(_VOLATILE_PREFIXES)
    )
