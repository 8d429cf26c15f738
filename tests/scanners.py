"""Virus scanners to ask in tests: clamd itself where it is installed, and its end of the wire."""

import hashlib
import os
import shutil
import signal
import socketserver
import subprocess
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

from review_api.cli.checks import trial_file

EICAR = trial_file()
HAS_CLAMD = shutil.which("clamd") is not None
LIMIT = 1024 * 1024
TOO_LONG = b"INSTREAM size limit exceeded. ERROR\0"


@contextmanager
def clamd():
    """The real thing with one signature of our own: the trial file's; gives the address."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        place = Path(folder)
        (place / "db").mkdir()
        signature = f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test\n"  # noqa: S324
        (place / "db" / "own.hdb").write_text(signature)
        settings = place / "clamd.conf"
        settings.write_text(
            f"LocalSocket {place}/socket\nDatabaseDirectory {place}/db\nPidFile {place}/pid\n"
            f"TemporaryDirectory {place}\nStreamMaxLength {LIMIT}\n"
        )
        # It goes into the background once it listens.
        subprocess.run(["clamd", "-c", settings], check=True, capture_output=True, timeout=60)
        try:
            yield f"unix://{place}/socket"
        finally:
            os.kill(int((place / "pid").read_text()), signal.SIGTERM)


class Wire(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """clamd's end of INSTREAM; ``answer`` replaces its own, ``b""`` hangs up, None says nothing."""

    daemon_threads = True
    request_queue_size = 16

    def __init__(self, path):
        super().__init__(path, Session)
        self.address = f"unix://{path}"
        self.answer = self.finds = lambda content: (
            b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"
        )
        self.pieces = []
        self.over = threading.Event()

    def says(self, answer):
        self.answer = lambda _content: answer


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        content = self.content()
        answer = TOO_LONG if content is None else self.server.answer(content)
        if answer is None:
            self.server.over.wait()
        else:
            with suppress(BrokenPipeError):  # whoever asked may have gone
                self.wfile.write(answer)

    def content(self):
        """What comes up to a piece of no length; None for more than is taken."""
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            self.server.pieces.append(size)
            content += self.rfile.read(size)
            if len(content) > LIMIT:
                return None
        return content


@contextmanager
def wire():
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        server = Wire(f"{folder}/socket")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            server.server_close()
