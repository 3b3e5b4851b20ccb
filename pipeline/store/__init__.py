"""The store under the output folder: finished units of work, and the snapshots made of them.

`fs` changes the file system, `layout` names the places, `work` and `ledger` hold what is done,
`parts` and `publish` make a snapshot of it, `manifest` says what is in one, `fingerprint` what
the rows depend on.
"""
