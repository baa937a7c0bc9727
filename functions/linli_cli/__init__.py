"""The command line: the other way into the service."""
