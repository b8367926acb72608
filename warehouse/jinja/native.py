"""YAML values with Jinja in them: an expression keeps its type, other text is text."""

import re
from collections.abc import Mapping
from typing import Any

from warehouse.errors import WarehouseError
from warehouse.jinja.environment import Environment
from warehouse.jinja.faults import DatabaseNeeded
from warehouse.jinja.plain import Piece, is_plain, read_call
from warehouse.jinja.template import Template
from warehouse.project.files import SourceFile

# dbt takes these calls for expressions even without braces: `to: ref('customers')`.
_BARE_CALL = re.compile(r"\s*(?:env_var|ref|var|source|doc)\s*\(.+\)\s*", re.DOTALL)
_VALUE = "<value>"
_EXPRESSION = re.compile(r"\s*\{\{((?:(?!\{\{|\}\}).)*)\}\}\s*", re.DOTALL)


class Native:
    """Evaluates YAML values; keeps what it compiled."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._templates: dict[str, Template] = {}

    def evaluate(
        self,
        value: Any,
        names: Mapping[str, Any],
        *,
        file: str = _VALUE,
        bare_calls: bool = False,
    ) -> Any:
        """Return a YAML value with all that is Jinja in it evaluated.

        `bare_calls` takes `ref('x')` for an expression. Raises CompileError; without
        `file` its place is for the caller to say, who knows the line.
        """

        def inner(part: Any) -> Any:
            if isinstance(part, dict):
                return {key: inner(member) for key, member in part.items()}
            if isinstance(part, list):
                return [inner(member) for member in part]
            if isinstance(part, str):
                return self._text(part, names, file, bare_calls)
            return part

        try:
            return inner(value)
        except WarehouseError as error:
            if error.location is not None and error.location.file == _VALUE:
                error.location, error.stack = None, ()
            raise

    def _text(
        self, text: str, names: Mapping[str, Any], file: str, bare_calls: bool
    ) -> Any:
        if bare_calls and _BARE_CALL.fullmatch(text):
            return self._expression(text, names, file)
        if "{{" not in text and "{%" not in text:
            return text
        expression = _EXPRESSION.fullmatch(text)
        if expression:
            return self._expression(expression[1], names, file)
        return self._template(text, file).render(names).text

    def _expression(self, text: str, names: Mapping[str, Any], file: str) -> Any:
        call = read_call(text)
        if call is not None and is_plain((Piece(1, call),), names):
            try:
                return call.value(names)
            except DatabaseNeeded:
                raise
            except Exception:  # noqa: BLE001, S110 - Jinja fails again, and says how
                pass
        template = self._template(f"{{% set result = {text} %}}", file)
        return template.exports(names)["result"]

    def _template(self, text: str, file: str) -> Template:
        if text not in self._templates:
            source = SourceFile(file, file, text, "")
            self._templates[text] = Template(self._environment, source)
        return self._templates[text]
