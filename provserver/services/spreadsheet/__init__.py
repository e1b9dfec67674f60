"""Lines and phones as one table, brought in and given out."""
