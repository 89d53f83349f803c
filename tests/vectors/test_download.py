import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import BODY, ETAG, serving

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import download as downloading
from wordglass.vectors.download import Patience, UnavailableError

SHA = hashlib.sha256(BODY).hexdigest()
MD5 = hashlib.md5(BODY).hexdigest()
QUICK = Patience(connect=5, read=0.3, tries=3, pause=0.001, longest_pause=1)
download = partial(downloading.download, patience=QUICK)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "vectors.zip"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def left(target):
    """The names of what lies beside a file."""
    return sorted(path.name for path in target.parent.iterdir())


def reason(*args, **kwargs):
    """The one line that says why a download failed."""
    with pytest.raises(DataError) as caught:
        download(*args, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_there_only_when_it_is_whole_and_checked(target):
    seen = []

    def progress(done, total):
        seen.append((done, total))
        assert not target.exists()

    with serving(lambda request, n: request.file()) as server:
        found = download(server.url(), target, f"sha256:{SHA}", len(BODY), progress)
    assert found == SHA
    assert target.read_bytes() == BODY
    assert left(target) == ["vectors.zip"]
    assert seen[0] == (0, len(BODY))
    assert seen[-1] == (len(BODY), len(BODY))
    assert server.asked == [None]


def test_a_file_that_is_there_is_not_asked_for_again(target):
    target.write_bytes(BODY)
    with serving(lambda request, n: request.file()) as server:
        assert download(server.url(), target, f"sha256:{SHA}") == SHA
        assert "delete it" in reason(server.url(), target, "sha256:" + "0" * 64)
    assert server.asked == []


def test_an_md5_is_checked_where_that_is_what_was_published(target):
    with serving(lambda request, n: request.file()) as server:
        assert download(server.url(), target, f"md5:{MD5}") == SHA
        target.unlink()
        wrong = "0" * 32
        line = reason(server.url(), target, f"md5:{wrong}")
    assert MD5 in line
    assert wrong in line


def test_wrong_content_is_deleted_and_both_hashes_are_named(target):
    wrong = "0" * 64
    with serving(lambda request, n: request.file()) as server:
        line = reason(server.url(), target, f"sha256:{wrong}")
    assert SHA in line
    assert wrong in line
    assert left(target) == []


def test_the_hash_that_a_host_tells_when_it_redirects_is_checked(target):
    def answer(request, n):
        if request.path == "/vectors.zip":
            request.head(302, Location="/blob", X_Linked_Etag=f'"{"1" * 64}"', Content_Length=0)
        else:
            request.file()

    with serving(answer) as server:
        assert "1" * 64 in reason(server.url(), target)
        assert download(server.url(), target, f"sha256:{SHA}") == SHA  # what the caller knows comes first


@pytest.mark.parametrize("validator", [{}, {"ETag": 'W/"weak"', "Last_Modified": formatdate(usegmt=True)}])
def test_a_lost_connection_is_taken_up_where_it_broke(target, validator):
    def answer(request, n):
        if n < 3:
            request.file(upto=50_000, **validator)
        else:
            ranged = request.headers.get("If-Range") in (ETAG, validator.get("Last_Modified"))
            assert ranged
            request.file(**(validator | ({"ETag": request.headers["If-Range"]} if validator else {})))

    with serving(answer) as server:
        assert download(server.url(), target, f"sha256:{SHA}") == SHA
    if not validator:
        assert server.asked == [None, "bytes=50000-", "bytes=100000-"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, len(BODY) // 4), max_size=6))
def test_hanging_up_at_any_byte_costs_no_byte_twice(cuts):
    sent = []

    def answer(request, n):
        upto = cuts[n - 1] if n <= len(cuts) else None
        asked = request.headers.get("Range")
        first = int(asked[6:-1]) if asked else 0
        sent.append(len(BODY[first:][:upto]))
        request.file(upto=upto)

    with TemporaryDirectory() as here, serving(answer) as server:
        patient = Patience(read=5, tries=10, pause=0)
        assert downloading.download(server.url(), Path(here) / "file", patience=patient) == SHA
    assert sum(sent) == len(BODY)


def test_a_later_run_asks_only_for_the_rest(target):
    with serving(lambda request, n: request.file(upto=70_000 if n == 1 else 0)) as server:
        line = reason(server.url(), target)
        assert "70,000 bytes are kept: run again" in line
        assert left(target) == ["vectors.zip.part", "vectors.zip.part.json"]
        server.answer = lambda request, n: request.file()
        assert download(server.url(), target) == SHA
    assert server.asked[-1] == "bytes=70000-"


def test_a_killed_process_is_taken_up_by_the_next(target):
    script = (
        "import sys; from pathlib import Path; from wordglass.vectors.download import download;"
        "print(download(sys.argv[1], Path(sys.argv[2])))"
    )

    def answer(request, n):
        request.file(upto=100_000 if n == 1 else None)
        if n == 1:
            request.wfile.flush()
            time.sleep(30)

    with serving(answer) as server:
        command = [sys.executable, "-c", script, server.url(), str(target)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE)
        part = target.with_name("vectors.zip.part")
        for _ in range(1000):
            if part.exists() and part.stat().st_size == 100_000:
                break
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
        assert not target.exists()
        again = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    assert again.stdout.strip() == SHA
    assert target.read_bytes() == BODY
    assert server.asked == [None, "bytes=100000-"]


def test_an_interrupt_keeps_what_has_come(target):
    def progress(done, total):
        if done > 0:
            raise KeyboardInterrupt

    with serving(lambda request, n: request.file()) as server:
        with pytest.raises(KeyboardInterrupt):
            download(server.url(), target, progress=progress)
        kept = target.with_name("vectors.zip.part").stat().st_size
        assert kept > 0
        assert download(server.url(), target) == SHA
    assert server.asked == [None, f"bytes={kept}-"] or kept == len(BODY)


def test_a_part_that_is_whole_is_not_asked_for_again(target):
    target.with_name("vectors.zip.part").write_bytes(BODY)
    with serving(lambda request, n: request.file()) as server:
        note = {"url": server.url(), "validator": ETAG, "length": len(BODY)}
        target.with_name("vectors.zip.part.json").write_text(json.dumps(note))
        assert download(server.url(), target) == SHA
    assert server.asked == []


@pytest.mark.parametrize(
    "note",
    ["", "{", "[]", "null", "{}", '{"url": 3, "validator": 4, "length": "x"}', '{"a": "\\n"}', "URL"],
)
def test_a_part_of_which_nothing_is_known_is_begun_anew(target, note):
    target.with_name("vectors.zip.part").write_bytes(b"something else")
    with serving(lambda request, n: request.file()) as server:
        known = json.dumps({"url": server.url("/other"), "validator": ETAG, "length": len(BODY)})
        target.with_name("vectors.zip.part.json").write_text(known if note == "URL" else note)
        assert download(server.url(), target) == SHA
    assert server.asked == [None]


def test_a_server_that_knows_no_ranges_begins_again(target):
    with serving(lambda request, n: request.file(upto=[200_000, None][n - 1], ranges=False)) as server:
        assert download(server.url(), target) == SHA
    assert server.asked == [None, "bytes=200000-"]


def test_a_file_without_etag_or_date_is_begun_again(target):
    with serving(lambda request, n: request.file(upto=[200_000, None][n - 1], ETag="")) as server:
        assert download(server.url(), target) == SHA
    assert server.asked == [None, None]


@pytest.mark.parametrize("knows_if_range", [True, False])
def test_a_file_that_changed_on_the_server_is_not_mixed_with_the_old_one(target, knows_if_range):
    other = BODY[::-1]

    def answer(request, n):
        if n == 1:
            request.file(upto=90_000)
            return
        if not knows_if_range:
            del request.headers["If-Range"]
        request.file(other, ETag='"two"')

    with serving(answer) as server:
        download(server.url(), target)
    assert target.read_bytes() == other


def test_a_server_that_sends_another_part_than_asked_for_is_not_believed(target):
    def answer(request, n):
        if request.headers.get("Range"):
            length = len(BODY)
            request.head(
                206, Content_Range=f"bytes 5-{length - 1}/{length}", Content_Length=length - 5, ETag=ETAG
            )
            request.wfile.write(BODY[5:])
        else:
            request.file(upto=[90_000, 0, None][min(n, 3) - 1])

    with serving(answer) as server:
        assert download(server.url(), target) == SHA


def test_a_length_that_is_more_than_comes_is_found_out(target):
    with serving(lambda request, n: request.file(Content_Length=len(BODY) + 1)) as server:
        line = reason(server.url(), target)
    assert "3 times in a row" in line
    assert not target.exists()


def test_a_length_that_is_less_than_the_file_is_found_out_by_hash_or_size(target):
    with serving(lambda request, n: request.file(Content_Length=1000)) as server:
        assert SHA in reason(server.url(), target, f"sha256:{SHA}")
        assert "1,000 bytes" in reason(server.url(), target, size=len(BODY))
    assert left(target) == []


def test_without_a_length_the_size_that_is_known_is_held_against_what_came(target):
    def answer(request, n):
        request.head(200)
        request.wfile.write(BODY[:5000])

    with serving(answer) as server:
        assert "5,000 bytes came" in reason(server.url(), target, size=len(BODY))
        assert left(target) == []
        assert download(server.url(), target) == hashlib.sha256(BODY[:5000]).hexdigest()


def test_a_chunked_body_that_breaks_off_is_not_taken_for_the_whole(target):
    def answer(request, n):
        request.head(200, Transfer_Encoding="chunked", ETag=ETAG)
        request.wfile.write(b"%x\r\n%b\r\n" % (len(BODY), BODY))
        if n == 3:
            request.wfile.write(b"0\r\n\r\n")

    with serving(answer) as server:
        assert download(server.url(), target) == SHA
    assert server.asked == [None, f"bytes={len(BODY)}-", f"bytes={len(BODY)}-"]


def test_a_server_that_stalls_is_asked_again_for_the_rest(target):
    free = threading.Event()

    def answer(request, n):
        request.file(upto=80_000 if n == 1 else None)
        if n == 1:
            request.wfile.flush()
            free.wait(20)

    with serving(answer) as server:
        assert download(server.url(), target) == SHA
        free.set()
    assert server.asked == [None, "bytes=80000-"]


def test_a_server_that_says_nothing_is_given_up_after_some_tries(target):
    free = threading.Event()
    with serving(lambda request, n: free.wait(20)) as server:
        assert "does not answer, 3 times in a row" in reason(server.url(), target)
        free.set()
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_that_fails_for_a_while_is_asked_again_when_it_says(target, status):
    def answer(request, n):
        if n == 1:
            request.head(status, Retry_After="1", Content_Length=0)
        else:
            request.file()

    with serving(answer) as server:
        start = time.monotonic()
        assert download(server.url(), target) == SHA
    assert time.monotonic() - start >= 1


def test_a_server_that_goes_on_failing_is_given_up(target):
    with serving(lambda request, n: request.head(500, Content_Length=0)) as server:
        assert "500 Internal Server Error, 3 times in a row" in reason(server.url(), target)
        server.answer = lambda request, n: request.head(
            503, Retry_After=formatdate(time.time() + 9000, usegmt=True)
        )
        assert "asks to wait 9,0" in reason(server.url(), target) or "asks to wait 8,9" in reason(
            server.url(), target
        )


@pytest.mark.parametrize("status", [404, 403, 410, 204, 304])
def test_an_address_that_has_nothing_is_given_up_at_once(target, status):
    with serving(lambda request, n: request.head(status, Content_Length=0)) as server:
        line = reason(server.url(), target)
    assert server.url() in line
    assert str(status) in line
    assert len(server.asked) == 1


def test_redirections_are_followed(target):
    def answer(request, n):
        if n < 5:
            request.head([301, 302, 303, 307][n - 1], Location=f"/{n}", Content_Length=0)
        else:
            request.file()

    with serving(answer) as server:
        assert download(server.url(), target) == SHA
    assert len(server.asked) == 5


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://[::1"])
def test_redirections_lead_to_http_alone(target, location):
    with serving(lambda request, n: request.head(302, Location=location, Content_Length=0)) as server:
        assert "neither http nor https" in reason(server.url(), target)
    assert left(target) in ([], ["vectors.zip.part"])


def test_a_loop_of_redirections_ends(target):
    with serving(lambda request, n: request.head(302, Location="/vectors.zip", Content_Length=0)) as server:
        assert "more than 10 redirections" in reason(server.url(), target)
    assert len(server.asked) == 11


def test_a_body_compressed_unasked_is_refused_and_a_gzip_file_stays_as_it_is(target):
    def answer(request, n):
        assert request.headers["Accept-Encoding"] == "identity"
        request.file(Content_Encoding="gzip")  # no gzip at all

    with serving(answer) as server:
        assert "compressed" in reason(server.url(), target)
        assert download(server.url("/words.vec.gz"), target.with_name("words.vec.gz")) == SHA


def test_only_http_addresses_and_known_hashes_are_taken(target):
    for url in ("file:///etc/passwd", "/etc/passwd", "ftp://127.0.0.1/x"):
        with pytest.raises(ArgumentError):
            download(url, target)
    with pytest.raises(ArgumentError):
        download("http://127.0.0.1/", target, "crc:00")


def test_where_there_is_no_server_it_is_said_at_once(target):
    with serving(lambda request, n: None) as server:
        url = server.url()
    start = time.monotonic()
    patient = Patience(pause=30)
    with pytest.raises(UnavailableError, match="no connection"):
        downloading.download(url, target, patience=patient)
    with pytest.raises(UnavailableError, match="no connection"):
        downloading.download("https://no-such-host.invalid/x", target, patience=patient)
    assert time.monotonic() - start < 10


def test_a_certificate_that_is_not_trusted_is_refused(target):
    with serving(lambda request, n: request.file()) as server:  # it does not even speak TLS
        assert "https://" in reason(server.url().replace("http:", "https:"), target)


def test_two_at_once_download_once(target):
    def answer(request, n):
        time.sleep(0.1)
        request.file()

    with serving(answer) as server, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: download(server.url(), target), range(4)))
    assert found == [SHA] * 4
    assert len(server.asked) == 1
    assert left(target) == ["vectors.zip"]


def test_one_that_waits_goes_on_where_the_first_has_failed(target):
    def answer(request, n):
        if n == 1:
            time.sleep(0.2)
            request.head(404, Content_Length=0)
        else:
            request.file()

    with serving(answer) as server, ThreadPoolExecutor(2) as pool:
        first = pool.submit(download, server.url(), target)
        time.sleep(0.1)
        assert pool.submit(download, server.url(), target).result() == SHA
        assert isinstance(first.exception(), UnavailableError)


def test_one_that_waits_begins_anew_where_the_first_had_to_delete(target):
    def answer(request, n):
        if n == 1:
            time.sleep(0.2)
        request.file(BODY[::-1] if n == 1 else BODY)

    with serving(answer) as server, ThreadPoolExecutor(2) as pool:
        first = pool.submit(download, server.url(), target, f"sha256:{SHA}")
        time.sleep(0.1)
        assert pool.submit(download, server.url(), target, f"sha256:{SHA}").result() == SHA
        assert isinstance(first.exception(), DataError)
    assert target.read_bytes() == BODY


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 128 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_too_small_is_found_before_the_download(small_disk):
    with serving(lambda request, n: request.file()) as server:
        line = reason(server.url(), small_disk / "file")
    assert "make room" in line
    assert (small_disk / "file.part").stat().st_size == 0


def test_a_disk_that_is_full_is_one_line_and_the_rest_can_follow(small_disk):
    def answer(request, n):
        request.head(200)
        request.wfile.write(BODY)

    with serving(answer) as server:
        line = reason(server.url(), small_disk / "file")
    assert os.strerror(errno.ENOSPC) in line
    assert not (small_disk / "file").exists()


def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with serving(lambda request, n: request.file()) as server:
        assert "cannot write" in reason(server.url(), tmp_path / "file" / "vectors.zip")


def test_a_proxy_that_the_environment_names_is_asked(target, monkeypatch):
    with serving(lambda request, n: request.file()) as proxy:
        monkeypatch.setenv("http_proxy", f"127.0.0.1:{proxy.server_port}")
        monkeypatch.delenv("no_proxy", raising=False)
        assert download("http://somewhere.invalid/file", target) == SHA
    assert proxy.asked == [None]
