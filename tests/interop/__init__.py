"""Programs that are not ours on the other side of the wire."""
