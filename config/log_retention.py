"""How long CloudWatch Logs can keep lines: it accepts certain numbers of days and no others."""

LOG_KEEP_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def check_keep_days(name: str, days: int) -> None:
    """ValueError unless CloudWatch Logs accepts ``days``."""
    if days not in LOG_KEEP_DAYS:
        raise ValueError(f"{name} {days} is none of {LOG_KEEP_DAYS}")
