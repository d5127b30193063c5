"""Puts back the names that Python 3.10 took out of `collections`.

Avalon core 5.7.15 carries old copies of requests and urllib3, which import them from there. Loaded at
the start of Python by a .pth file, so that `from avalon import io, schema, inventory` just works.
"""

import collections
import collections.abc

for _name in collections.abc.__all__:
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))
