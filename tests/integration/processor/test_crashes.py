"""A process dies while it stores a copy, before any system call and after any octet: nothing is half, nothing twice."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROGRAM = textwrap.dedent(
    '''
    """Dies at every step of storing a copy, and stores it again; prints what was found where that was wrong."""

    import asyncio, itertools, json, os, resource, signal, sys, threading, time
    from pathlib import Path
    from uuid import UUID

    from mailcore.content.local import LocalContentStore
    from mailcore.mail.content import InlineContent, StoredContent
    from processor.local_copy import LocalCopy
    from processor.mailbox_quota import Quotas
    from processor.mailboxes import Mailboxes

    base, size = Path(sys.argv[1]), int(sys.argv[2])
    BODY = b"x" * (size - 5) + b"end" + b"\\r\\n"
    HEADER = b"Subject: crash\\r\\n\\r\\n"
    WHOLE = b"Return-Path: <>\\nDelivered-To: ada@example.com\\nSubject: crash\\n\\n" + BODY.replace(b"\\r\\n", b"\\n")
    async def content():
        if size <= 65536:
            return InlineContent(BODY)
        writer = await LocalContentStore(base / "content").create()
        await writer.write(BODY)
        return await writer.commit()

    stored = asyncio.run(content())
    copy = LocalCopy(UUID(int=1), 1.0, 0, "example.com/ada", ".Ads", "ada@example.com", "", HEADER, stored, 0)

    async def deliver(root, is_repeat):
        # All of it anew: threads do not outlive a fork.
        mailboxes = Mailboxes(root, LocalContentStore(base / "content"), time.time, Quotas(None, None))
        try:
            return await mailboxes.store(copy, look_twice=lambda: is_repeat)
        finally:
            mailboxes.close()

    def dies(root, *, before=None, after=None, is_repeat=False):
        """Have another process deliver, which dies before a system call of its threads, or after an octet of a file."""
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        calls = itertools.count()

        def profile(frame, event, called):
            if event == "c_call" and getattr(called, "__module__", "") == "posix" and next(calls) == before:
                os.kill(os.getpid(), signal.SIGKILL)

        threading.setprofile(profile)
        if after is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (after, resource.RLIM_INFINITY))
        asyncio.run(deliver(root, is_repeat))
        os._exit(0)

    def delivered(root):
        return [path.read_bytes() for path in root.rglob("*") if path.parent.name in {"new", "cur"}]

    wrong, deaths = [], 0

    def judge(name, root):
        first = delivered(root)
        asyncio.run(deliver(root, True))
        after = delivered(root)
        if first not in ([], [WHOLE]) or after != [WHOLE]:
            wrong.append([name, [len(one) for one in first], [len(one) for one in after]])

    for step in itertools.count():
        root = base / f"step-{step}"
        if not dies(root, before=step):
            break
        deaths += 1
        # Whoever comes next dies at the same place of his own work.
        dies(root, before=step, is_repeat=True)
        judge(root.name, root)
    octets = sorted({0, 1, 30, len(WHOLE) - len(BODY), len(WHOLE) // 2, len(WHOLE) - 2, len(WHOLE) - 1})
    for octet in octets:
        root = base / f"octet-{octet}"
        deaths += dies(root, after=octet)
        judge(root.name, root)
    print(json.dumps({"wrong": wrong, "deaths": deaths, "octets": len(octets)}))
    '''
)


@pytest.mark.parametrize("size", [2_000, 300_000], ids=["inline", "in the content store"])
def test_a_crash_anywhere_leaves_all_or_nothing_and_a_repeat_completes_it(tmp_path: Path, size: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path, str(size)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    # It died at every octet, and at many system calls: the program does what it says.
    assert found["deaths"] > found["octets"] + 15
