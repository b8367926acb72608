"""The Jinja environment: dbt's tags, and what an unknown name does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import jinja2
import jinja2.compiler
import jinja2.ext
import jinja2.filters
import jinja2.nodes
import jinja2.parser
import jinja2.runtime
import jinja2.sandbox
import jinja2.utils

from warehouse.errors import nearest

# Macros are compiled under a prefix, so that a call by plain name inside the same file
# goes through the lookup (project before package before built-in) like any other.
MACRO_PREFIX = "macro__"


class _Parser(jinja2.parser.Parser):
    def parse_macro(self) -> jinja2.nodes.Macro:
        node = super().parse_macro()
        node.name = MACRO_PREFIX + node.name
        return node


class _TestTag(jinja2.ext.Extension):
    """`{% test name(model, …) %}`: the macro `test_name`."""

    tags = {"test", "data_test"}  # noqa: RUF012 - jinja2's interface

    def parse(self, parser: jinja2.parser.Parser) -> jinja2.nodes.Node:
        tag = next(parser.stream)
        name = parser.parse_assign_target(name_only=True).name
        return _macro(parser, f"test_{name}", tag)


class _MaterializationTag(jinja2.ext.Extension):
    """`{% materialization name, adapter='duckdb' %}`: `materialization_name_duckdb`."""

    tags = {"materialization"}  # noqa: RUF012 - jinja2's interface

    def parse(self, parser: jinja2.parser.Parser) -> jinja2.nodes.Node:
        tag = next(parser.stream)
        name = parser.parse_assign_target(name_only=True).name
        adapter = "default"
        while parser.stream.skip_if("comma"):
            option = parser.parse_assign_target(name_only=True).name
            if option == "default":
                continue
            parser.stream.expect("assign")
            value = parser.parse_expression()
            if option == "adapter":
                adapter = value.as_const()
        node = jinja2.nodes.Macro(lineno=tag.lineno)
        node.args, node.defaults = [], []
        return _finish(parser, node, f"materialization_{name}_{adapter}", tag)


def _macro(parser: Any, name: str, tag: Any) -> jinja2.nodes.Node:
    node = jinja2.nodes.Macro(lineno=tag.lineno)
    parser.parse_signature(node)
    return _finish(parser, node, name, tag)


def _finish(parser: Any, node: Any, name: str, tag: Any) -> jinja2.nodes.Node:
    node.name = MACRO_PREFIX + name
    node.body = parser.parse_statements((f"name:end{tag.value}",), drop_needle=True)
    return node  # type: ignore[no-any-return]


class MacroContext(jinja2.runtime.Context):
    """A context over a mapping that finds macros and names when they are asked for."""

    def resolve_or_missing(self, key: str) -> Any:
        """Return what a name means here."""
        if key in self.vars:
            return self.vars[key]
        return self.parent.get(key, jinja2.utils.missing)


class _Generator(jinja2.compiler.CodeGenerator):
    """Writes each piece of text by itself, so that its line is known.

    A piece of the template's own text is yielded as it is, an expression's value
    through `str(…)`: that tells the two apart.
    """

    def _output_child_to_const(self, *_: Any) -> str:
        raise jinja2.nodes.Impossible

    def _output_child_pre(self, node: Any, *rest: Any) -> None:
        if not isinstance(node, jinja2.nodes.TemplateData):
            super()._output_child_pre(node, *rest)

    def _output_child_post(self, node: Any, *rest: Any) -> None:
        if not isinstance(node, jinja2.nodes.TemplateData):
            super()._output_child_post(node, *rest)


class Environment(jinja2.sandbox.SandboxedEnvironment):
    """dbt's Jinja: `do`, loop controls, `test` and `materialization` blocks."""

    context_class = MacroContext
    code_generator_class = _Generator

    def __init__(self, **options: Any) -> None:
        super().__init__(
            extensions=[
                "jinja2.ext.do",
                "jinja2.ext.loopcontrols",
                _TestTag,
                _MaterializationTag,
            ],
            **options,
        )
        self.filters.update(
            as_text=str, as_bool=_same, as_native=_same, as_number=_same
        )
        self.on_chance: Callable[[], None] = lambda: None
        self.filters["random"] = _random
        self.globals["lipsum"] = self._lipsum
        self.known_names: Callable[[], Iterable[str]] = tuple
        self.is_parsing = False
        self.is_marking = False  # macros mark what they write
        self.is_strict = False  # an unknown name is an error even where it is written
        self.undefined = _undefined(self)

    def _lipsum(self, *arguments: Any, **more: Any) -> str:
        self.on_chance()
        return jinja2.utils.generate_lorem_ipsum(*arguments, **more)

    @contextmanager
    def parsing(self) -> Iterator[None]:
        """While files are parsed, what is asked of an unknown name is unknown too.

        Then queries have no rows yet: a template that looks into a result must not
        fail before it runs for real.
        """
        self.is_parsing = True
        try:
            yield
        finally:
            self.is_parsing = False

    def _parse(
        self, source: str, name: str | None, filename: str | None
    ) -> jinja2.nodes.Template:
        return _Parser(self, source, name, filename).parse()


@jinja2.pass_context
def _random(context: jinja2.runtime.Context, values: Any) -> Any:
    environment: Any = context.environment
    environment.on_chance()
    return jinja2.filters.do_random(context, values)


def _undefined(environment: Environment) -> type[jinja2.Undefined]:
    """Return the class of unknown names of an environment."""

    class Undefined(jinja2.Undefined):
        @property
        def _undefined_message(self) -> str:
            name = str(self._undefined_name)
            if self._undefined_obj is jinja2.utils.missing:
                return missing(
                    f'"{name}" is undefined', name, environment.known_names()
                )
            describe = getattr(self._undefined_obj, "_missing", None)
            return describe(name) if describe else super()._undefined_message

        def __str__(self) -> str:
            if environment.is_strict and not environment.is_parsing:
                self._fail_with_undefined_error()
            return super().__str__()

        def __getattr__(self, name: str) -> Any:
            if environment.is_parsing and not name.startswith("__"):
                return self
            return super().__getattr__(name)

        def __getitem__(self, key: Any) -> Any:
            return self if environment.is_parsing else super().__getitem__(key)

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return self if environment.is_parsing else super().__call__(*args, **kwargs)

    return Undefined


def missing(message: str, name: str, known: Iterable[str]) -> str:
    """Return the message with the known names that come near the missing one."""
    hint = nearest(name, known)
    return f"{message}; {hint}" if hint else message


def _same(value: Any) -> Any:
    return value
