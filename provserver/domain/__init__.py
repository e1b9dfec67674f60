"""Words and rules of the trade, pure: no database, no network, no clock."""
