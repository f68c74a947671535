"""The record of a failure: what a job log says, and which root causes it proves or allows."""
