"""How a generic test is called, as dbt's manifest tells it."""

from typing import Any

from warehouse.manifest.nodes import TestInfo


def test_metadata(info: TestInfo, package: str) -> dict[str, Any]:
    """Return what dbt's manifest says of how a test is called.

    As in dbt `ref` names no package, which is that of the tested node.
    """
    model = info.model.replace(f"ref('{package}', ", "ref(")
    return {
        "namespace": info.namespace,
        "name": info.name,
        "kwargs": {"model": f"{{{{ {model} }}}}", **info.kwargs},
    }


test_metadata.__test__ = False  # type: ignore[attr-defined]  # pytest: no test
