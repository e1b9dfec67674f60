"""Golden files: the bytes that a technician can read, one maker a folder; ``UPDATE_GOLDEN=1 pytest`` rewrites them.

``tests/vendors/<maker>/<MODEL>.<rest>`` is compared with the rendered file whose name, without the address of the
phone, is ``<rest>``: ``T46U.cfg`` is ``805ec0d9c744.cfg``. To add one, touch the empty file and update. The folder's
``overrides.json`` holds the free parameters of every golden phone: one that replaces or adds, one null that removes.
"""

import json
import os
from pathlib import Path

import pytest

from provserver.vendors.registry import vendors
from tests.vendors.standard import standard_phone

HERE = Path(__file__).parent
NOT_GOLDEN = {".py", ".json", ".pyc"}


def golden_files() -> list[Path]:
    """Find every golden file of every maker."""
    folders = [HERE / name for name in vendors()]
    found = (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()))
    return [path for path in found if path.is_file() and path.suffix not in NOT_GOLDEN]


def rendered(vendor: str, model: str) -> dict[str, bytes]:
    """Render the golden phone of a model; bodies by the name that a golden file has."""
    maker = vendors()[vendor]
    overrides = json.loads((HERE / vendor / "overrides.json").read_text())
    phone = standard_phone(maker.models[model], overrides=overrides)
    return {
        f"{model}.{file.name.replace(phone.mac, '').lstrip('.-')}": file.body for file in maker.package.files(phone)
    }


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}-{path.name}") for path in golden_files()])
def test_a_rendered_file_is_the_golden_one(path: Path) -> None:
    models = [name for name in vendors()[path.parent.name].models if path.name.startswith(f"{name}.")]
    body = rendered(path.parent.name, max(models, key=len))[path.name]
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(body)
    assert body == path.read_bytes()


@pytest.mark.parametrize("vendor", list(vendors()))
def test_every_maker_has_golden_files_with_an_override_and_a_removal(vendor: str) -> None:
    assert any(path.parent.name == vendor for path in golden_files())
    overrides = json.loads((HERE / vendor / "overrides.json").read_text())
    assert None in overrides.values()
    assert any(value is not None for value in overrides.values())
