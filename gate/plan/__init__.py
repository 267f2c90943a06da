"""Part three, ``plan``: what a plan would do that cannot be undone, or opens what was closed."""
