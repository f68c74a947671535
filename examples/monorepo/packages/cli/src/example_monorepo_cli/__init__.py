"""The command line of the example."""
