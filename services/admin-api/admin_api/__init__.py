"""The REST API: settings, directory, queue, traces."""
