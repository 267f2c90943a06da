"""What the function is told by its environment: variables in, a frozen `Settings` out, or an error at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Names, and ``max_file_mb``: how large a file may be when unpacked; more would not be done within the timeout."""

    bronze_bucket: str
    silver_bucket: str
    quarantine_bucket: str
    masking_key_secret: str
    event_bus: str
    max_file_mb: str
    log_level: str

    @property
    def max_file_bytes(self) -> int:
        return int(self.max_file_mb) * MB


VARIABLES = tuple(member.name.upper() for member in fields(Settings))


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; ValueError names the variable that is missing or wrong."""
    missing = [variable for variable in VARIABLES if not environment.get(variable)]
    if missing:
        raise ValueError(f"environment variable {', '.join(missing)} is not set; the function cannot start without it")
    settings = Settings(**{variable.lower(): environment[variable] for variable in VARIABLES})
    if settings.log_level not in LOG_LEVELS:
        raise ValueError(f"environment variable LOG_LEVEL is {settings.log_level!r}, expected one of {LOG_LEVELS}")
    if not settings.max_file_mb.isascii() or not settings.max_file_mb.isdigit() or not int(settings.max_file_mb):
        raise ValueError(f"environment variable MAX_FILE_MB is {settings.max_file_mb!r}, expected megabytes from 1")
    return settings
