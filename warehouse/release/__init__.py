"""Releases: a private candidate, its export, one atomic publication, and the way back.

Who publishes or rolls back holds the home's build lock (`lock.build_lock`).
"""
