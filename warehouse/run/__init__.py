"""The plan, the threads, the materializations and the data tests."""
