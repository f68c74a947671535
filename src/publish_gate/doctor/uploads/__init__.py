"""Which steps of a workflow upload, with what, where to, and how they authenticate."""
