"""``python -m backfill order_etl --from 2011-03-01 --to 2011-03-31 --env dev [--yes]``: days computed again.

Without --yes it shows what would run and what that costs. ``all`` is order_etl, crm_etl, and then gold_etl, which reads
what they publish. A job that makes its tables of all there is runs once, whatever the days. Exit codes: 0 done,
1 failed or refused (the reason on stderr; started again, it goes on), 2 wrong arguments.
"""

import argparse
import sys
from datetime import date

from botocore.exceptions import BotoCoreError, ClientError

from backfill.backfill import Backfill, BackfillError
from backfill.days import Days
from backfill.place import Place, place_of
from backfill.preview import preview
from config.batch_jobs import JOBS
from config.environment_argument import environment_argument

FAILED = 1
# In the order in which one reads what the other publishes. Days of cdc_merge are those on which files came, no event
# dates, and compact computes nothing.
ALL = ("order_etl", "crm_etl", "gold_etl")
WHOLE = frozenset(job.name for job in JOBS if job.whole)
GO_ON = "nothing was run; is this what you want? Say it again with YES=1"


def main() -> int:
    """Runs the command; what can be foreseen to fail is a line, not a traceback."""
    parser = _parser()
    arguments = parser.parse_args()
    given = [arguments.first, arguments.last]
    if (arguments.date and any(given)) or not (arguments.date or all(given)):
        parser.error("say which days: --date, or --from and --to")
    try:
        days = Days(first=arguments.date or arguments.first, last=arguments.date or arguments.last)
        place = place_of(arguments.env)
        place.check_account()
        names = ALL if arguments.name == "all" else (arguments.name,)
        work = [_backfill(arguments, days, place, name) for name in names]
        # All of them first: one that cannot run is to be known before another one has.
        plan = [(each, _shown(place, each)) for each in work]
        if not arguments.yes:
            print(GO_ON if any(to_do for _, to_do in plan) else "there is nothing to do")
            return 0
        for each, to_do in plan:
            for done in each.run(to_do):
                print(f"{each.job}: {done} done", flush=True)
    except (BackfillError, BotoCoreError, ClientError, OSError, ValueError) as error:
        print(f"backfill: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("backfill: interrupted; start it again to go on", file=sys.stderr)
        return FAILED
    return 0


def _backfill(arguments: argparse.Namespace, days: Days, place: Place, name: str) -> Backfill:
    return Backfill(
        job=name,
        days=days,
        chunk=arguments.chunk,
        label=arguments.again,
        runs=place.runs(name),
        whole=name in WHOLE,
    )


def _shown(place: Place, work: Backfill) -> list[Days]:
    """Says what is left to do, and what it costs; returns the pieces."""
    history = work.runs.history()
    work.check_free(history)
    to_do, pieces = work.to_do(history), work.pieces()
    days, of_all = sum(map(len, to_do)), " of all there is" if work.whole else ""
    done = f", {len(pieces) - len(to_do)} of {len(pieces)} runs are done" if len(to_do) < len(pieces) else ""
    print(f"{work.job} in {place.env.name}: {work.days}, {days} days to compute in {len(to_do)} runs{of_all}{done}")
    if to_do and place.is_here:
        print("  it runs on this machine and costs nothing")
    elif to_do:
        print(f"  {preview(place.size(work.job), to_do, history, whole=work.whole)}")
    return to_do


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backfill", description=__doc__.partition("\n")[0])
    parser.add_argument("name", help=f"of the job, or all: {', then '.join(ALL)}")
    parser.add_argument("--env", required=True, type=environment_argument)
    parser.add_argument("--date", type=date.fromisoformat, help="one event date")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first event date")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, help="last event date")
    parser.add_argument("--chunk", type=int, default=1, help="days per run")
    parser.add_argument("--again", default="1", help="another word here does again what is done")
    parser.add_argument("--yes", action="store_true", help="run, not only show")
    return parser


if __name__ == "__main__":
    sys.exit(main())
