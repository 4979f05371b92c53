"""A synthetic student information system: made-up districts that live on day by day and know their own truth.

The demo, the tests and the benchmark read the files that it writes and compare what Rollcall made of them
with what really happened. `SyntheticDistrict` is the whole interface; nobody in it exists.
"""

from pipeline.demo.synthetic.district import SyntheticDistrict

__all__ = ["SyntheticDistrict"]
