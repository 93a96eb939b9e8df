"""Blobs on a real disk."""

import hashlib
import os
import stat
import subprocess
import sys
import textwrap
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.errors import Invalid
from holdfast.vendors import BlobMissing, NoVendorTook, StorageFull, storage_pool


@pytest.fixture
def root(tmp_path):
    return tmp_path / "blobs"


@pytest.fixture
def pool(root):
    return storage_pool([f"file://{root}?name=here"])


def files(root):
    return sorted(str(found.relative_to(root)) for found in root.rglob("*") if found.is_file())


def name_of(content):
    return hashlib.sha256(content).hexdigest()


def test_a_blob_lies_under_its_hash_and_is_read_back(pool, root):
    blob = pool.put(b"hello")
    assert (blob.hash, blob.size, blob.place) == (name_of(b"hello"), 5, "here")
    assert files(root) == [f"2c/f2/{blob.hash}"]
    assert pool.exists(blob.hash)
    assert pool.size(blob.hash) == 5
    assert pool.read(blob.hash) == b"hello"
    assert pool.path(blob.hash).read_bytes() == b"hello"
    assert b"".join(pool.stream(blob.hash)) == b"hello"
    assert pool.places() == pool.places(blob.hash) == ("here",)


def test_storing_the_same_again_changes_nothing(pool, root):
    first = pool.put(b"hello")
    before = (root / "2c/f2" / first.hash).stat()
    assert pool.put(b"hello") == first
    assert pool.put(iter([b"hel", b"lo"])) == first
    assert (root / "2c/f2" / first.hash).stat().st_size == before.st_size
    assert files(root) == [f"2c/f2/{first.hash}"]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(0, 300), st.none() | st.integers(0, 300))
def test_a_stream_gives_exactly_the_asked_part(pool, pieces, start, length):
    content = b"".join(pieces)
    blob = pool.put(iter(pieces))
    end = None if length is None else start + length
    assert b"".join(pool.stream(blob.hash, start, length)) == content[start:end]


def test_large_blobs_are_streamed_in_pieces(pool):
    content = os.urandom(300_000)
    pieces = list(pool.stream(pool.put(content).hash))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 65_536


def test_a_deleted_blob_is_gone_and_deleting_again_says_so(pool, root):
    blob = pool.put(b"hello")
    assert pool.delete(blob.hash) is True
    assert pool.delete(blob.hash) is False
    assert files(root) == []
    assert not pool.exists(blob.hash)
    assert pool.places(blob.hash) == ()
    for ask in (pool.read, pool.size, pool.path, pool.stream):
        with pytest.raises(BlobMissing):
            ask(blob.hash)


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "g" * 64])
def test_only_hashes_are_names(pool, name):
    for ask in (pool.read, pool.exists, pool.path, pool.delete, pool.stream, pool.size):
        with pytest.raises(Invalid):
            ask(name)


def test_only_the_servers_user_can_look(pool, root):
    old = os.umask(0)
    try:
        pool.put(b"hello")
    finally:
        os.umask(old)
    for found in [root, *root.rglob("*")]:
        assert stat.S_IMODE(found.stat().st_mode) == (0o600 if found.is_file() else 0o700)


def test_a_stream_that_breaks_leaves_nothing_behind(pool, root):
    def breaking():
        yield b"half"
        raise RuntimeError("the upload broke off")

    with pytest.raises(RuntimeError):
        pool.put(breaking())
    assert files(root) == []


def test_a_half_written_blob_is_never_visible(pool, root):
    seen = []

    def watched():
        yield b"hel"
        seen.append((pool.exists(name_of(b"hello")), list(pool._vendors[0].blobs())))
        yield b"lo"

    blob = pool.put(watched())
    assert seen == [(False, [])]
    assert list(pool._vendors[0].blobs()) == [blob.hash]


def test_a_killed_writer_leaves_no_blob_and_its_draft_is_swept(root):
    script = f"""
        import os, signal
        from holdfast.vendors import storage_pool
        def content():
            yield b"hel" * 100_000
            os.kill(os.getpid(), signal.SIGKILL)
        storage_pool(["file://{root}"]).put(content())
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert killed.returncode == -9
    (draft,) = files(root)
    assert draft.startswith(".drafts/")
    store = storage_pool([f"file://{root}"])._vendors[0]
    assert list(store.blobs()) == []
    assert files(root) == [draft]  # young: it might belong to another process
    os.utime(root / draft, (0, 0))
    storage_pool([f"file://{root}"])
    assert files(root) == []


def test_a_full_disk_is_told_and_leaves_nothing(root):
    script = f"""
        import resource
        from holdfast.vendors import NoVendorTook, StorageFull, storage_pool
        pool = storage_pool(["file://{root}"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        try:
            pool.put(b"x" * 20_000)
        except NoVendorTook as error:
            print(error.details["tried"][0].key)
        pool.put(b"x" * 1_000)
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == StorageFull.key
    (kept,) = files(root)
    assert kept.endswith(name_of(b"x" * 1_000))


def test_file_and_folders_are_synced_before_put_returns(root, monkeypatch):
    pool = storage_pool([f"file://{root}"])
    did = []
    sync, replace = os.fsync, os.replace

    def syncing(descriptor):
        did.append(os.readlink(f"/proc/self/fd/{descriptor}").removeprefix(str(root)))
        sync(descriptor)

    def replacing(source, target):
        did.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", replacing)
    pool.put(b"hello")
    assert did[0].startswith("/.drafts/")
    assert did[1:] == ["", "/2c", "rename", "/2c/f2"]
    did.clear()
    pool.put(b"hello")
    assert did == ["/2c/f2"]


def test_a_damaged_blob_is_not_handed_out_and_another_place_serves_it(tmp_path):
    content = b"hello"
    both = storage_pool([f"file://{tmp_path}/one?name=one", f"file://{tmp_path}/two?name=two"])
    one = storage_pool([f"file://{tmp_path}/one?name=one"])
    two = storage_pool([f"file://{tmp_path}/two?name=two"])
    blob = one.put(content)
    two.put(content)
    assert both.places(blob.hash) == ("one", "two")
    one.path(blob.hash).write_bytes(b"jello")
    assert both.read(blob.hash) == content
    with pytest.raises(NoVendorTook):
        one.read(blob.hash)
    one.path(blob.hash).write_bytes(b"cut")
    one.put(content)
    assert one.read(blob.hash) == content
    assert both.delete(blob.hash) is True
    assert both.places(blob.hash) == ()


def test_the_next_place_takes_what_the_first_cannot(tmp_path):
    both = storage_pool([f"file://{tmp_path}/one?name=one", f"file://{tmp_path}/two?name=two"])
    (tmp_path / "one" / ".drafts").rmdir()
    assert both.put(b"hello").place == "two"


def test_many_threads_may_store_the_same(pool, root):
    blobs = []
    threads = [threading.Thread(target=lambda: blobs.append(pool.put(iter([b"same"] * 1000)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({blob.hash for blob in blobs}) == 1
    assert len(blobs) == 8
    assert files(root) == [f"{blobs[0].hash[:2]}/{blobs[0].hash[2:4]}/{blobs[0].hash}"]
