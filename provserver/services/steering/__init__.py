"""Wide edits and waiting restarts as people see and steer them."""
