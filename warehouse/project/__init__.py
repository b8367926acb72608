"""What is on disk: configuration, files, properties, seeds."""
