"""Files of the repository that a step runs: scripts, and the tasks of task runners."""
