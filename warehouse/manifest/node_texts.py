"""Each node's part of `manifest.json`: as text, which takes longest to make."""

import json
from collections.abc import Iterator, Mapping

from warehouse.jinja.invocation import Invocation
from warehouse.manifest.artefact import node_dict, rest_dict
from warehouse.manifest.kept_nodes import hash_of
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.project.kept import Memory

_encode = json.JSONEncoder(default=str).encode


class NodeTexts:
    """The texts of nodes: kept from before, and new.

    `origins` tells for a node's id all that reading it depended on.
    """

    def __init__(self, origins: Mapping[str, str], memory: Memory) -> None:
        self._origins = origins
        self._memory = memory

    def of(self, node: Node) -> str:
        """Return a node as JSON, in the shape of dbt's manifest."""
        origin = self._origins.get(node.unique_id)
        if origin is None:
            return _encode(node_dict(node))
        checksum = node.file.checksum  # of a seed, whose origin has not its content
        key = hash_of(f"{origin} {node.unique_id} {checksum} {node.depends_on}")
        text = self._memory.get(key)
        if text is None:
            text = _encode(node_dict(node))
            self._memory.put(key, text)
        return str(text)

    def manifest_text(
        self, manifest: Manifest, invocation: Invocation
    ) -> Iterator[str]:
        """Yield the pieces of the JSON of `manifest_dict`; remember what is new."""
        rest = _encode(rest_dict(manifest, invocation))
        yield f'{rest[:-1]}, "nodes": {{'
        comma = ""
        for node in manifest.nodes.values():
            if node.is_compiled:
                yield f"{comma}{_encode(node.unique_id)}: {self.of(node)}"
                comma = ", "
        yield "}}"
        self._memory.save(most=0)
