"""The functions, each in a module of its own with a ``handler(event, context)``; nothing is opened on import."""
