"""The web server of the example."""
