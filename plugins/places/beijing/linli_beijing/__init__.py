"""The rules of Beijing (北京市), as a place plugin of Linli."""
