"""Everything but training against an object store, over HTTP: moto's S3 server in this process, s3fs on our side."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from corpus import shards
from pipelines.cli import main
from pipelines.inspection import show_reject
from tests.test_end_to_end import REPOSITORY, SMALL

pytestmark = pytest.mark.slow
moto_server = pytest.importorskip("moto.server")
pytest.importorskip("s3fs")


@pytest.fixture
def bucket(monkeypatch):
    """s3://tercet-test on a server of its own."""
    import fsspec

    server = moto_server.ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    fs = fsspec.filesystem("s3", skip_instance_cache=True)
    fs.clear_instance_cache()
    fs.mkdir("tercet-test")
    yield fs
    fs.clear_instance_cache()
    server.stop()


def test_a_mixture_is_read_from_and_written_to_an_object_store(bucket, capsys):
    for name in ("truncated.warc.gz", "responses.warc.gz"):
        bucket.put(str(REPOSITORY / "examples/corpus/broken/web" / name), f"tercet-test/crawl/{name}")
    command = ["mix", "emit", "tiny", *SMALL, "sources.broken_web.path=s3://tercet-test/crawl/", "execution.mode=local"]
    command.append("execution.out=s3://tercet-test/out")
    assert main(command) == 0
    assert "done in" in capsys.readouterr().err
    run = shards.read_json("s3://tercet-test/out/run.json")
    emitted = {stage["name"]: stage["directory"] for stage in run["stages"] if stage["name"].startswith("mix-")}
    assert list(emitted) == ["mix-stage1", "mix-stage2", "mix-stage3"]
    urls = shards.list_files(f"s3://tercet-test/out/{emitted['mix-stage3']}/shards")
    assert sum(pq.read_table(shards.open_input(url)).num_rows for url in urls) == 20
    assert "truncated.warc.gz" in show_reject("s3://tercet-test/out", "truncated_gzip")
    assert main(command) == 0
    assert "nothing to do: every shard was there already" in capsys.readouterr().err
