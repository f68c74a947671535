"""The start of a release: every file as it was released, and compiled in a second process."""
