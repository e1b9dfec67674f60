"""What was changed, as evidence, and how it is taken back."""
