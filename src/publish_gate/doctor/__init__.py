"""The doctor: names the fault in a trusted-publishing set-up before the index refuses."""
