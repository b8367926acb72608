"""The arguments of a generic test's macro."""

from typing import Any

from warehouse.jinja.macros import Scope
from warehouse.jinja.plain import read_call
from warehouse.jinja.templates import Templates
from warehouse.manifest.nodes import TestInfo

WHERE = "get_where_subquery("  # the macro that `where` of a test's config goes through


def test_arguments(
    test: TestInfo, templates: Templates, scope: Scope, file: str
) -> dict[str, Any]:
    """Evaluate a generic test's arguments: `ref('x')` becomes a relation.

    Raises CompileError for an expression that fails.
    """
    names = scope.names(scope.package)
    evaluated = templates.native.evaluate(
        dict(test.kwargs), names, file=file, bare_calls=True
    )
    inner = test.model.removeprefix(WHERE).removesuffix(")")
    if not (test.model.startswith(WHERE) and read_call(inner)):
        model = templates.native.evaluate("{{ " + test.model + " }}", names, file=file)
        return {"model": model, **evaluated}
    # As one expression it would be compiled for each node that is tested.
    relation = templates.native.evaluate("{{ " + inner + " }}", names, file=file)
    template = "{{ get_where_subquery(_dbt_tested) }}"
    scope.values["_dbt_tested"] = relation
    model = templates.native.evaluate(template, names, file=file)
    return {"model": model, **evaluated}


test_arguments.__test__ = False  # type: ignore[attr-defined]  # pytest: no test
