"""What a phone is answered that asks: its files, what it sends back, and what is written down of its coming."""
