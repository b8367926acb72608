"""Rendered SQL as a tree: what it reads, its columns, its fingerprint."""
