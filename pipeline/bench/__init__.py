"""`make bench`: our flow beside bare `nlp.pipe` on the same passages, in one run.

`sample` finds the articles, `flows` times whole runs with worker processes, `stages` the stages in
one process beside bare parsing, `peers` what else there is, `show` prints it. Figures are ratios of
one run on one machine; absolute times mean little elsewhere.
"""
