"""Who guesses, and which secrets are in other hands."""
