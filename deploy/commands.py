"""The commands, one function each: they look, say what they found, and act only when told to."""

import argparse
import os
from pathlib import Path

from config.naming import stack_name
from deploy import adopt as adoption
from deploy.bootstrap import bootstrap as make_state_bucket
from deploy.drift import find_drift
from deploy.errored_state import find_errored, prepare, push
from deploy.stack import DeployError, Stack
from deploy.state_lock import describe, reasons_to_wait, surroundings
from deploy.state_object import StateObject, version_to_restore
from deploy.workspace import ROOT, open_stack, platform_stack

DONE, DRIFTED = 0, 2
HISTORY = 10
GO_ON = "if so, say it again with YES=1"


def bootstrap(arguments: argparse.Namespace) -> int:
    ask = not arguments.yes and not os.environ.get("AWS_ENDPOINT_URL")
    made = make_state_bucket(arguments.env, arguments.work_dir / "bootstrap", ask=ask)
    print(f"{'as before' if made.was_there else 'made'}: the states of {arguments.env.name} are in {made.place}")
    return DONE


def lock(arguments: argparse.Namespace) -> int:
    state = StateObject.of(_stack(arguments))
    held = state.lock()
    if held is None:
        print(f"s3://{state.bucket}/{state.key} is not locked")
        return DONE
    seen = surroundings(state_written=state.written())
    print(describe(held, seen))
    for reason in reasons_to_wait(held, seen):
        print(f"  its holder may be alive: {reason}")
    return DONE


def unlock(arguments: argparse.Namespace) -> int:
    stack = _stack(arguments)
    state = StateObject.of(stack)
    held = state.lock()
    if held is None:
        print(f"s3://{state.bucket}/{state.key} is not locked")
        return DONE
    seen = surroundings(state_written=state.written())
    print(describe(held, seen))
    reasons = reasons_to_wait(held, seen)
    if reasons and not arguments.yes:
        raise DeployError(f"not released: {'; '.join(reasons)}. Is its holder gone? {GO_ON}")
    stack.init()
    # By its id: a lock taken since then stays.
    stack.terraform("force-unlock", "-force", held.id)
    print("released; `make adopt` finds what its holder may have left")
    return DONE


def adopt(arguments: argparse.Namespace) -> int:
    stack = _stack(arguments)
    stack.init()
    found = adoption.find_orphans(stack)
    for what in ("imported", "updated", "created", "endangered"):
        for address in getattr(found, what):
            print(f"  {what:<10} {address}")
    if found.endangered or not found.imported:
        adoption.forget_plan(stack)
    if found.endangered:
        raise DeployError("not adopted: it would destroy or replace the endangered ones; import them by hand")
    if not found.imported:
        print("nothing to adopt: no resource exists that the state does not know")
        return DONE
    if not arguments.yes:
        print(f"planned only; is this what you want? {GO_ON}")
        return DONE
    adoption.adopt(stack)
    print(f"adopted {len(found.imported)}, created {len(found.created)}")
    return DONE


def rescue(arguments: argparse.Namespace) -> int:
    stack = _stack(arguments)
    path = arguments.file or find_errored([stack.folder, ROOT / "cdktf.out" / "stacks" / stack.name])
    stack.init()
    found = prepare(stack, path)
    known = f"serial {found.remote.serial}, {found.remote.resources} resources" if found.remote else "none"
    print(f"{path}: serial {found.errored.serial}, {found.errored.resources} resources; stored now: {known}")
    objection = found.objection()
    if objection:
        raise DeployError(objection)
    if not arguments.yes:
        print(f"not pushed; is it of the last apply? {GO_ON}")
        return DONE
    print(f"pushed; the file is now {push(stack, found)}")
    return DONE


def restore(arguments: argparse.Namespace) -> int:
    state = StateObject.of(_stack(arguments))
    versions = state.versions(HISTORY)
    current = state.current()
    for version in versions:
        what = f"serial {version.serial}, {version.resources} resources" if version.readable else "unreadable"
        print(f"  {version.written:%Y-%m-%d %H:%M:%S} {what}{' <- current' if version.id == current else ''}")
    wanted = version_to_restore(versions, current=current)
    if wanted is None:
        print("nothing to restore: the current state is readable, or no version is")
        return DONE
    if state.lock() is not None:
        raise DeployError("the state is locked: see `make lock` first")
    if not arguments.yes:
        print(f"serial {wanted.serial} is the newest readable one; bring it back? {GO_ON}")
        return DONE
    state.bring_back(wanted)
    print(f"serial {wanted.serial} is current again; `make adopt` finds what was made since")
    return DONE


def drift(arguments: argparse.Namespace) -> int:
    stack = _stack(arguments)
    stack.init()
    found = find_drift(stack)
    for each in found:
        print(f"  {each}")
    print(f"{stack.name}: {f'drift in {len(found)}' if found else 'no drift'}")
    return DRIFTED if found else DONE


def _stack(arguments: argparse.Namespace) -> Stack:
    folder: Path | None = arguments.stack_folder
    if folder is not None:
        return open_stack(folder, arguments.work_dir)
    if arguments.env.emulator_endpoint is not None:
        raise DeployError(f"{stack_name(arguments.env)} keeps its state on this machine; `make demo` starts it afresh")
    return platform_stack(arguments.env, arguments.work_dir)
