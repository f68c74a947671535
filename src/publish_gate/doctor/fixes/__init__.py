"""What to do about a finding: changes of a workflow file, and values for the forms of an index."""
