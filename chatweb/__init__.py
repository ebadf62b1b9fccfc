"""chatweb: a self-hosted chat for a local network.

Start reading at ``app.py``, which makes the parts and joins them; ``tests/test_shape.py`` is the map of who may know whom.
"""

__version__ = "0.1.0"
