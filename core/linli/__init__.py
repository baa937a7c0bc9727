"""Linli (邻里): judge community matters by local rules, and publish every decision."""

__version__ = "0.1.0"
