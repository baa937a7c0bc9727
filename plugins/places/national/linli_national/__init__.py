"""The national texts, as a place plugin of Linli."""
