"""Text as an SQL string."""


def literal(text: str) -> str:
    """Return `text` as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
