"""Days computed again: a job's name and a range of event dates in, runs of that job one after the other out.

A job replaces what it computes, so a day may be done any number of times. What has been done is known from the job's
own runs, wherever it runs: no list of ours could say otherwise than they do.
"""
