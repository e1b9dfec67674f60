"""How a phone learns of a change: when, by which way, what it waits for, and what proves that it has it."""
