"""What the house does: one function a use case, one transaction each."""
