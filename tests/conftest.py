"""How all tests run: property tests with the same examples each time, however slow the machine is."""

from __future__ import annotations

from hypothesis import settings

# Coverage is held to the last branch, which chance must not decide; and a busy machine is no fault of the code.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
