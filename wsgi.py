"""What a WSGI server loads: ``gunicorn wsgi:app``."""

from provserver.app import application

app = application()
