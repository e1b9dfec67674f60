"""The phones themselves: which there are, what replaces one, and the firmware that they are to run."""
