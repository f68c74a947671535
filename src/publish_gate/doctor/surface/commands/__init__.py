"""What a command of a script does: which program it runs in the end, and whether that uploads distributions."""
