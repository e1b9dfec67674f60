"""Run the command line with ``python -m provserver``."""

from provserver.cli import main

if __name__ == "__main__":
    main()
