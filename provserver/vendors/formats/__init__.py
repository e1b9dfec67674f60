"""Parameters to bytes: these writers escape, and nobody else does."""
