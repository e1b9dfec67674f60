"""The API's pages: Swagger UI out of its wheel, under our own content security policy."""

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory, url_for

pages = Blueprint("api_pages", __name__, url_prefix="/api/docs")

ASSETS = frozenset(
    {
        "swagger-ui.css",
        "index.css",
        "swagger-ui-bundle.js",
        "favicon-16x16.png",
        "favicon-32x32.png",
    }
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>provserver API</title>
<link rel="stylesheet" href="{assets}index.css">
<link rel="stylesheet" href="{assets}swagger-ui.css">
<link rel="icon" type="image/png" href="{assets}favicon-32x32.png">
</head>
<body>
<div id="swagger-ui" data-description="{description}"></div>
<script src="{assets}swagger-ui-bundle.js"></script>
<script src="{start}"></script>
</body>
</html>
"""


@pages.get("", strict_slashes=False)
def show() -> Response:
    """Show the API's description as pages to read and try."""
    text = _PAGE.format(
        assets=url_for("api_pages.asset", name=""),
        description=url_for("api-docs.openapi_json"),
        start=url_for("static", filename="api-docs.js"),
    )
    return Response(text, mimetype="text/html")


@pages.get("/assets/", defaults={"name": ""})
@pages.get("/assets/<name>")
def asset(name: str) -> Response:
    """Send a file of Swagger UI."""
    if name not in ASSETS:
        abort(404)
    folder = Path(str(files("flask_swagger_ui"))) / "dist"
    return send_from_directory(folder, name, max_age=86400)
