"""From findings and evidence to the cause, or to what is missing to name one."""
