"""Trials of the library on disk: killed, filled up, damaged, crowded. Anyone may run them; no weights needed.

    python -m benchmarks.reliability             all trials at full size, figures on stdout
    python -m benchmarks.reliability --quick     the sizes that CI runs
    python -m benchmarks.reliability kills       one of them

Everything goes through the product's own lines (`Workspace.ingest`, `.remove`, `.rebuild`); only the encoder
is a small one, so that a cycle takes tenths of a second. Each trial returns a `Figure`.
"""
