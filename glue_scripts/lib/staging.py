"""Where a job lays files before they get their names, ``_staging/<job>/<run>/``; nobody else reads there."""

from datetime import datetime, timedelta

from lib.objects import Objects
from lib.published_table import Run

FOLDER = "_staging/"
# No run lasts as long: what is older was left by one that was cut off.
CUT_OFF_AFTER = timedelta(hours=24)


def staging(run: Run) -> str:
    """The run's own folder."""
    return f"{FOLDER}{run.job}/{run.run_id}/"


def clear_left_over(objects: Objects, run: Run, *, now: datetime) -> None:
    """Deletes what earlier runs of the job left."""
    found = objects.listed(f"{FOLDER}{run.job}/")
    objects.delete([item.key for item in found if item.modified and now - item.modified > CUT_OFF_AFTER])
