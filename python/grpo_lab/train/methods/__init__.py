"""A file a method: `trainer(session)` makes what trains it, and `CAPTURED` says whether it samples groups while it does."""
