"""Where a model's configuration says a thing."""

from warehouse.errors import Location
from warehouse.manifest.nodes import Node


def place_of(node: Node, *keys: str) -> Location:
    """Return the first line of the model that names a key; else its YAML, or its file.

    The keys are tried in their order.
    """
    lines = node.file.text.splitlines()
    for key in keys:
        for number, line in enumerate(lines, start=1):
            if key in line:
                return node.file.location(number)
    return node.properties or node.file.location()
