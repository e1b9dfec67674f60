"""What each maker wants: a table of models and one pure function each, and the writers that they share."""
