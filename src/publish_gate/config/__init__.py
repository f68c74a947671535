"""The config file: what a repository publishes, read strictly, with every problem located."""
