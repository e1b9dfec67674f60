"""Stand-ins for what is outside the house: phones and SIP peers that speak the real protocols."""
