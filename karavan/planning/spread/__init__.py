"""Situations too large for one search: regions planned by themselves, joined, and planned again across their borders.

The way of a plan: ``ground`` (places on one map of roads) -> ``regions`` (the map cut up) -> ``portions`` (who gets
which goods and vehicles) -> ``pieces`` (a region as a situation of its own) -> ``piece`` (planned, anywhere) ->
``joined`` (one plan). ``campaign`` is what is known of the whole; ``sweeps`` goes this way again with other borders.
``crew`` is who plans pieces: this process; or a Dask cluster (``cluster``), the only module that knows Dask.
"""
