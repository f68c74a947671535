"""Telling the world: outputs, summary, annotations, console and JSON."""
