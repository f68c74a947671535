"""The example's own test."""

from litellm_codex_oauth_provider import __version__


def test_the_version_is_told() -> None:
    assert __version__
