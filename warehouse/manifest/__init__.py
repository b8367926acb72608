"""Every node and edge of a project, as frozen values."""
