"""People and programs: who they are, how they come in, and which of them there are."""
