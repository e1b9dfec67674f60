"""What keys point at: lines, departments, groups, short codes of a company; and what becomes of keys without them."""
