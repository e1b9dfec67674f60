"""Words that the sections of a file share."""

FLAGS = {True: "true", False: "false"}

VERSION = "1.26.11"
"""The numbering of settings that the names here are of; a newer firmware carries an older section forward, step by
step (wiki, migrationindetail)."""
