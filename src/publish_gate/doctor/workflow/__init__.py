"""Workflow files as GitHub reads them, every part with its place."""
