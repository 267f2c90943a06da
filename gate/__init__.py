"""Gates before a deployment: what the stacks say, what scanners say of them, and what a plan would do.

`python -m gate` runs all three; each writes a report to build/gate/ and has an exit code of its own.
"""
