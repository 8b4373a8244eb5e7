"""Everything that is written, made, moved or removed beneath a directory, in order, as the kernel saw it (inotify)."""
import ctypes
import os
import pathlib
import struct

WRITTEN, ATTRIBUTES, MOVED_FROM, MOVED_TO, MADE, REMOVED = 0x2, 0x4, 0x40, 0x80, 0x100, 0x200
WORDS = {WRITTEN: "written", ATTRIBUTES: "attributes", MOVED_FROM: "moved away", MOVED_TO: "moved here", MADE: "made", REMOVED: "removed"}
QUEUE_OVERFLOW = 0x4000
HEAD = struct.Struct("iIII")


class Watch:
    """Of `folders` and what is beneath them now; a folder that is made later is an event, and not entered."""

    def __init__(self, *folders):
        self._library = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._checked(self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._folders = {}
        for folder in folders:
            for each in [folder, *(path for path in pathlib.Path(folder).rglob("*") if path.is_dir() and not path.is_symlink())]:
                self._folders[self._checked(self._library.inotify_add_watch(self._descriptor, os.fsencode(each), sum(WORDS)))] = pathlib.Path(each)

    def _checked(self, value):
        if value < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "inotify")
        return value

    def events(self):
        """[(word, path)] since the last call."""
        found = []
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return found
            while data:
                watched, mask, _, length = HEAD.unpack_from(data)
                name = os.fsdecode(data[HEAD.size : HEAD.size + length].rstrip(b"\0"))
                data = data[HEAD.size + length :]
                if mask & QUEUE_OVERFLOW:
                    raise OSError("more happened than the kernel keeps; nothing is known")
                found += [(word, self._folders[watched] / name) for bit, word in WORDS.items() if mask & bit]

    def close(self):
        os.close(self._descriptor)
