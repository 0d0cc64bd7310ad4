"""Makes the archives that Python starts from: compiled by the very interpreter that will read them, and stored without
compression, so that the server's own compression sees all of it. Run by build-python.mjs in Pyodide."""

import io
import py_compile
import sys
import zipfile
from pathlib import Path

# What nobody needs who learns: tools, tests, old and graphical things.
TRIMMED = (
    "__pyproject__/",
    "ctypes/macholib/",
    "curses/",
    "dbm/",
    "ensurepip/",
    "idlelib/",
    "lib2to3/",
    "pydoc_data/",
    "sqlite3/",
    "test/",
    "tkinter/",
    "turtle.py",
    "turtledemo/",
    "venv/",
    "xmlrpc/",
)


def compiled(source: bytes, name: str) -> bytes:
    """The code of a module. Whether its source has changed is never asked."""
    path = Path("/tmp/module.py")
    path.write_bytes(source)
    target = Path("/tmp/module.pyc")
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(path), str(target), dfile=name, doraise=True, optimize=0, invalidation_mode=mode)
    return target.read_bytes()


def archive(sources: list[str], place: str, target: str) -> None:
    """Puts the modules of zip files into one, compiled; `place` is where they will be imported from."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for source in sources:
            with zipfile.ZipFile(io.BytesIO(Path(source).read_bytes())) as files:
                for name in sorted(files.namelist()):
                    if name.endswith("/") or name.startswith(TRIMMED) or "/tests/" in name:
                        continue
                    data = files.read(name)
                    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                    if name.endswith(".py"):
                        try:
                            data = compiled(data, f"{place}/{name}")
                        except py_compile.PyCompileError as error:
                            print(f"{name} stays as it is: {error}", file=sys.stderr)
                        else:
                            info.filename = f"{name}c"
                    elif not name.endswith((".pem", ".json", ".txt", "METADATA")):
                        continue
                    out.writestr(info, data)
