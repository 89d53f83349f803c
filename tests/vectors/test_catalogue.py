import hashlib
import re

import pytest
from servers import BODY, serving

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import catalogue
from wordglass.vectors.catalogue import Entry, File
from wordglass.vectors.download import Patience
from wordglass.vectors.fetch import fetch
from wordglass.vectors.formats.source import Source

ENTRIES = list(catalogue.entries().values())
SHA = hashlib.sha256(BODY).hexdigest()
QUICK = Patience(tries=2, pause=0.001)


def test_every_name_is_complete():
    for entry in ENTRIES:
        assert entry.source, entry
        assert entry.licence, entry
        assert entry.dim in (25, 50, 64, 100, 128, 200, 256, 300, 512, 1024), entry
        assert entry.words is None or entry.words > 1000, entry
        assert entry.files or entry.package, entry
        assert not entry.member or len(entry.files) == 1, entry
        assert "{" not in f"{entry.name}{entry.source}{entry.home}{entry.member}{entry.note}", entry


def test_every_address_is_https_and_its_last_part_a_plain_file_name():
    for entry in ENTRIES:
        for file in entry.files:
            assert re.fullmatch(r"[\w.-]+\.(zip|gz|vec|safetensors|json)", file.name), entry
            for url in file.urls:
                assert re.fullmatch(r"https://[\w.-]+/[\w./-]+", url), entry
                assert url.endswith(f"/{file.name}"), entry


def test_no_two_files_are_kept_under_one_name():
    single = {(file.name, file.urls) for entry in ENTRIES if len(entry.files) == 1 for file in entry.files}
    assert len({name for name, _ in single}) == len(single)


def test_checksums_and_sizes_are_what_they_say():
    for entry in ENTRIES:
        for file in entry.files:
            assert file.size is None or 100 < file.size < 5e9, entry
            assert file.checksum is None or re.fullmatch(
                r"sha256:[0-9a-f]{64}|md5:[0-9a-f]{32}", file.checksum
            )
        for sha256 in entry.package.sha256.values() if entry.package else ():
            assert re.fullmatch("[0-9a-f]{64}", sha256)


def test_an_archive_of_several_files_has_a_member_named():
    for name in ("glove-6b-200d", "glove-twitter-27b-25d", "fasttext-wiki-fr-subword"):
        assert catalogue.entry(name).member
    assert catalogue.entry("glove-6b-200d").member == "glove.6B.200d.txt"
    assert catalogue.entry("fasttext-wiki-fr-subword").member == "wiki.fr.bin"


def test_settings_are_those_that_a_tokeniser_knows():
    allowed = {"case": {"lower", "keep"}, "digits": {"#", "<number>"}, "contractions": {"cut"}}
    for entry in ENTRIES:
        for key, value in entry.settings.items():
            assert value in allowed[key], entry
        sub_words = entry.family.startswith(("potion", "wordllama", "tokenlearn"))
        assert ("case" in entry.settings) != sub_words, entry
    assert catalogue.entry("googlenews-300d").settings == {"case": "keep", "digits": "#"}
    assert catalogue.entry("glove-twitter-27b-25d").settings == {"case": "lower", "digits": "<number>"}


def test_names_are_unique_in_whatever_case_they_are_written():
    names = catalogue.names()
    assert len({name.lower() for name in names}) == len(names) == len(ENTRIES)
    for name in names:
        assert catalogue.entry(name.upper()) is catalogue.entry(name)


def test_every_language_has_its_words_and_its_sub_words():
    names = set(catalogue.names())
    for form, count in (("cc", 158), ("wiki", 294)):  # 157 languages beside English
        words = {
            name for name in names if re.fullmatch(rf"fasttext-{form}-(?!news)[a-z-]+(?<!-subword)", name)
        }
        assert len(words) == count
        assert {f"{name}-subword" for name in words} <= names
    assert catalogue.entry("fasttext-cc-ja-subword").files[0].name == "cc.ja.300.bin.gz"
    assert catalogue.entry("fasttext-wiki-zh_min_nan").files[0].name == "wiki.zh_min_nan.vec"


def test_the_names_of_the_catalogue_are_those_that_are_documented():
    for name in (
        *(f"glove-6b-{dim}d" for dim in (50, 100, 200, 300)),
        *(f"glove-twitter-27b-{dim}d" for dim in (25, 50, 100, 200)),
        *(f"glove-2024-wikigiga-{dim}d" for dim in (50, 100, 200, 300)),
        *("glove-42b-300d", "glove-840b-300d", "glove-2024-dolma-300d", "googlenews-300d"),
        *("fasttext-wiki-news-300d-1m", "fasttext-wiki-news-300d-1m-subword"),
        *("fasttext-crawl-300d-2m", "fasttext-crawl-300d-2m-subword"),
        *("numberbatch-en-19.08", "numberbatch-19.08", "wordllama-l2-256"),
        *(f"potion-base-{size}M" for size in (2, 4, 8, 32)),
        *("potion-retrieval-32M", "potion-multilingual-128M"),
    ):
        assert catalogue.entry(name).name == name


def test_an_unknown_name_is_answered_with_those_like_it():
    with pytest.raises(ArgumentError, match="glove-6b-50d"):
        catalogue.entry("glove-6b-60d")
    with pytest.raises(ArgumentError, match="no vectors are called 'x"):
        catalogue.entry("x" * 10_000)


def test_what_is_not_here_is_told_how_to_get():
    line = catalogue.entry("glove-6b-50d").how_to_get()
    assert "pip install 'wordglass[glove]'" in line
    assert "wordglass vectors add glove-6b-50d (862 MB, licence: PDDL 1.0)" in line
    assert "pip install 'ja-ginza'" in catalogue.entry("ja-ginza").how_to_get()
    assert "licence: CC BY-SA 4.0" in catalogue.entry("numberbatch-19.08").announcement()


def entry(*files, name="some", member=None):
    return Entry(name, name, "test", "CC0", 2, None, None, None, files, member, {}, None)


def test_a_single_file_is_fetched_once_and_its_hash_kept(tmp_path):
    with serving(lambda request, n: request.file()) as server:
        wanted = entry(File((server.url("/words.txt"),)))
        assert fetch(wanted, tmp_path) == tmp_path / "words.txt"
        assert fetch(wanted, tmp_path) == tmp_path / "words.txt"
        assert len(server.asked) == 1
    assert (tmp_path / "words.txt.sha256").read_text() == f"{SHA}  words.txt\n"


def test_every_later_download_must_be_the_first_one_again(tmp_path):
    with serving(lambda request, n: request.file(BODY[n - 1 :])) as server:
        wanted = entry(File((server.url("/words.txt"),)))
        fetch(wanted, tmp_path).unlink()
        with pytest.raises(DataError, match=f"{SHA}.*words.txt.sha256 has the hash of the first"):
            fetch(wanted, tmp_path)
    assert not (tmp_path / "words.txt").exists()


def test_a_file_damaged_on_the_disk_is_fetched_again(tmp_path):
    with serving(lambda request, n: request.file()) as server:
        wanted = entry(File((server.url("/words.txt"),), checksum=f"sha256:{SHA}"))
        fetch(wanted, tmp_path).write_bytes(b"damaged")
        assert fetch(wanted, tmp_path).read_bytes() == BODY


def test_a_file_put_there_by_hand_needs_no_network(tmp_path):
    (tmp_path / "words.txt").write_bytes(BODY)
    assert fetch(entry(File(("http://127.0.0.1:1/words.txt",))), tmp_path) == tmp_path / "words.txt"


def test_the_second_address_is_asked_where_the_first_has_nothing(tmp_path):
    def answer(request, n):
        if request.path.startswith("/gone"):
            request.head(404, Content_Length=0)
        else:
            request.file()

    with serving(answer) as server:
        wanted = entry(File((server.url("/gone/words.txt"), server.url("/words.txt"))))
        assert fetch(wanted, tmp_path).read_bytes() == BODY
        nowhere = entry(File((server.url("/gone/1"), server.url("/gone/2"))))
        with pytest.raises(DataError, match="/gone/2: the server answers 404"):
            fetch(nowhere, tmp_path, patience=QUICK)


def test_a_wrong_file_is_not_looked_for_elsewhere(tmp_path):
    with serving(lambda request, n: request.file()) as server:
        wanted = entry(File((server.url("/a"), server.url("/b")), checksum="sha256:" + "0" * 64))
        with pytest.raises(DataError, match=SHA):
            fetch(wanted, tmp_path)
        assert len(server.asked) == 1


def test_several_files_make_a_folder_and_one_progress(tmp_path):
    seen = []
    with serving(lambda request, n: request.file()) as server:
        files = [File((server.url(f"/{name}"),), len(BODY)) for name in ("model.safetensors", "config.json")]
        folder = fetch(entry(*files), tmp_path, lambda done, total: seen.append((done, total)))
    assert folder == tmp_path / "some"
    assert {path.name for path in folder.glob("[!.]*[!6]")} == {"model.safetensors", "config.json"}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (2 * len(BODY), 2 * len(BODY))


def test_a_member_of_an_archive_is_named_as_it_is_read(tmp_path):
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a.txt", "b.txt"):
            archive.writestr(name, f"the words of {name}")
    with serving(lambda request, n: request.file(packed.getvalue())) as server:
        path = fetch(entry(File((server.url("/both.zip"),)), member="b.txt"), tmp_path)
    assert path == tmp_path / "both.zip" / "b.txt"
    assert Source(path).head == b"the words of b.txt"


def test_what_can_only_be_installed_is_not_fetched(tmp_path):
    with pytest.raises(ArgumentError, match="pip install 'ja-ginza'"):
        fetch(catalogue.entry("ja-ginza"), tmp_path)
