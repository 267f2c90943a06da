"""Counts what each key sends: too much at once is throttled, too much in a day is beyond the quota."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from local.front_door.applied_api import Plan

DAY_SECONDS = 86_400
Refusal = Literal["INVALID_API_KEY", "QUOTA_EXCEEDED", "THROTTLED"]


@dataclass
class _Used:
    """``tokens``: how many requests may come at once now."""

    tokens: float
    at: float
    day: int
    today: int = 0


class Usage:
    """One for all requests of a door. ``clock`` tells seconds since 1970."""

    def __init__(self, plans: Mapping[str, Plan], clock: Callable[[], float] = time.time) -> None:
        self._plans = plans
        self._clock = clock
        self._used: dict[str, _Used] = {}
        self._one_at_a_time = threading.Lock()

    def refuse(self, key: str | None) -> Refusal | None:
        """Why a request with this key goes no further; None counts it."""
        plan = self._plans.get(key or "")
        if plan is None or key is None:
            return "INVALID_API_KEY"
        with self._one_at_a_time:
            return self._count(key, plan)

    def _count(self, key: str, plan: Plan) -> Refusal | None:
        now = self._clock()
        day = int(now // DAY_SECONDS)
        used = self._used.setdefault(key, _Used(tokens=plan.burst or 0, at=now, day=day))
        if used.day != day:
            used.day, used.today = day, 0
        if plan.per_day is not None and used.today >= plan.per_day:
            return "QUOTA_EXCEEDED"
        if plan.rate and plan.burst:
            used.tokens = min(plan.burst, used.tokens + (now - used.at) * plan.rate)
            used.at = now
            if used.tokens < 1:
                return "THROTTLED"
            used.tokens -= 1
        used.today += 1
        return None
