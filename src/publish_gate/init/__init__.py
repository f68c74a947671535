"""Setting up a repository: a workflow that decides, builds and publishes, and what to type into whose form."""
