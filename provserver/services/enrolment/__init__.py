"""How a phone gets its first answer, and the secrets that it keeps from then on."""
