"""What the function is told by its environment: variables in, a frozen `Settings` out, or an error at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Names only; the key itself lies in Secrets Manager. ``file_queue_url``: where a file's rest is told of."""

    event_stream: str
    quarantine_bucket: str
    file_queue_url: str
    masking_key_secret: str
    log_level: str


VARIABLES = tuple(member.name.upper() for member in fields(Settings))


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; ValueError names the variable that is missing or wrong."""
    missing = [variable for variable in VARIABLES if not environment.get(variable)]
    if missing:
        raise ValueError(f"environment variable {', '.join(missing)} is not set; the function cannot start without it")
    settings = Settings(**{variable.lower(): environment[variable] for variable in VARIABLES})
    if settings.log_level not in LOG_LEVELS:
        raise ValueError(f"environment variable LOG_LEVEL is {settings.log_level!r}, expected one of {LOG_LEVELS}")
    return settings
