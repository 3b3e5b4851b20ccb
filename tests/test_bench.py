"""The benchmark measures what it says: the same words, start-up apart, time kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pipeline import run as runs
from pipeline.bench import __main__ as command
from pipeline.bench import peers, stages
from pipeline.bench.flows import Flow, flow
from pipeline.bench.peers import Peers
from pipeline.bench.sample import sample, words
from pipeline.bench.show import Figures
from pipeline.bench.stages import Stages
from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from tests import fakes

NO_CORPORA = Path("/nonexistent")


def a_flow(articles: int, seconds: float, workers: int = 1) -> Flow:
    return Flow(articles, articles * 100, workers, seconds, 4.0, 500.0, 100.0)


def a_stages(words: int, bare: int) -> Stages:
    return Stages(100, 900, 10_000, words, bare, 1.0, 8.0, 0.5, 0.5, 9.0)


def test_repeated_samples_are_no_duplicates() -> None:
    source, pages = sample(NO_CORPORA, 40)
    assert source == "raw, repeated"
    assert len({" ".join(page.text.split()) for page in pages}) == 40


def test_we_and_nlp_pipe_parse_the_same_words(extractor: Extractor) -> None:
    _, pages = sample(NO_CORPORA, 4)
    found = stages.measure(extractor, pages, 60)
    assert found.articles == 4
    assert found.words == found.bare_words > 500
    assert found.text_words == words(pages)
    assert 0 < found.ours - found.parse < found.ours


def test_others_are_measured_on_our_docs(extractor: Extractor) -> None:
    _, pages = sample(NO_CORPORA, 2)
    found = peers.measure(extractor, pages, 0)
    assert found.articles == 2
    assert found.relations > 0
    assert found.matches > 0
    assert min(found.parse, found.langdetect, found.dependency_matcher) > 0
    assert (found.textacy is None) == (found.triples is None)


def test_a_run_is_timed_from_its_start_and_its_workers_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "real_rooms", lambda settings: fakes.ROOMS)
    monkeypatch.setenv("FAKE_DELAY", "0.1")
    _, pages = sample(NO_CORPORA, 12)
    found = flow([*pages, page_from_text("deux mots")], 2)
    assert (found.articles, found.words, found.workers) == (13, words(pages), 2), "none rejected"
    assert 0 < found.first_seconds <= found.seconds
    if Path("/proc/self/task").exists():
        assert found.worker_mb > 10


def test_start_up_counts_in_no_ratio() -> None:
    one = [a_flow(10, 6.0), a_flow(110, 16.0), a_flow(310, 36.0)]
    two = [a_flow(10, 6.0, 2), a_flow(310, 21.0, 2)]
    figures = Figures("test", one, two, a_stages(12_000, 12_000), Peers())
    assert figures.ratio_to_nlp_pipe == pytest.approx(1000 / (10_000 / 9))
    assert figures.two_workers_to_one == pytest.approx(2)
    assert [factor for _, factor in figures.growth()] == [1, 1]
    assert figures.ratio_in_process == pytest.approx(0.9)


@pytest.mark.parametrize("bare", [12_000, 11_999])
def test_the_command_writes_its_figures_and_fails_where_words_differ(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    bare: int,
) -> None:
    """The larger run does not fit in the time, which is said."""
    seconds = {8: 5.0, 250: 30.0, 300: 400.0}
    monkeypatch.setattr(
        command, "flow", lambda p, workers: a_flow(len(p), seconds[len(p)], workers)
    )
    monkeypatch.setattr(command, "load", lambda settings: None)
    monkeypatch.setattr(command.stages, "measure", lambda *_: a_stages(12_000, bare))
    monkeypatch.setattr(command.peers, "measure", lambda *_: Peers(parse=1.0))
    out = tmp_path / "bench.json"
    line = ["bench", "--articles", "300", "--minutes", "1", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", [*line, "--corpora", str(NO_CORPORA)])
    if bare == 12_000:
        command.main()
    else:
        with pytest.raises(SystemExit, match=r"12000 words parsed by us, 11999 by nlp\.pipe"):
            command.main()
    figures = json.loads(out.read_text())
    assert figures["ratio_to_nlp_pipe"] == pytest.approx(24_200 / 25 / (10_000 / 9), abs=0.001)
    assert [run["articles"] for run in figures["runs"]] == [8, 250, 8, 250]
    shown = capsys.readouterr().out
    assert "not measured: 300 articles would take about 36 s with one worker" in shown
    assert "not measured: textacy is not installed" in shown


def test_too_few_articles_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["bench", "--articles", "8", "--corpora", str(NO_CORPORA)]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit) as end:
        command.main()
    assert end.value.code == 2
    assert "--articles: more than 8, which only warm up" in capsys.readouterr().err
    monkeypatch.setattr(command, "sample", lambda *_: ("few", []))
    monkeypatch.setattr(sys, "argv", ["bench"])
    with pytest.raises(SystemExit, match="0 articles at hand; more than 8 are needed"):
        command.main()


def test_sizes_that_the_corpus_does_not_reach_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run is measured twice: its growth would be a division by nothing."""
    pages = sample(NO_CORPORA, 30)[1]
    monkeypatch.setattr(command, "sample", lambda *_: ("few", pages))
    monkeypatch.setattr(command, "flow", lambda p, workers: a_flow(len(p), len(p), workers))
    monkeypatch.setattr(command, "load", lambda settings: None)
    monkeypatch.setattr(command.stages, "measure", lambda *_: a_stages(12_000, 12_000))
    monkeypatch.setattr(command.peers, "measure", lambda *_: Peers(parse=1.0))
    out = tmp_path / "bench.json"
    monkeypatch.setattr(sys, "argv", ["bench", "--out", str(out)])
    command.main()
    runs_measured = json.loads(out.read_text())["runs"]
    assert [run["articles"] for run in runs_measured] == [8, 30, 8, 30]
