"""Wide edits, waiting restarts and orders to a phone, as people see and steer them."""
