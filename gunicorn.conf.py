"""For people who run gunicorn themselves: ``gunicorn wsgi:app`` in this folder, and ``provserver worker`` beside it.

Everything is configured by the environment (``provserver config`` shows it); ``provserver run`` needs none of this.
"""

from provserver.cli.first import announce, prepare
from provserver.cli.serving import settings
from provserver.config import load

globals().update(settings(load()))


def on_starting(_server):
    """Bring the tables up to date and make the first admin, before there are several processes."""
    config = load()
    announce(config, prepare(config).start)
