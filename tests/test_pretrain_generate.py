"""Decoding: the cache against the whole model, drafts that change nothing but the number of passes, copies of the layer."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from corpus.errors import InputError, RecipeError
from corpus.sequences import StageRows
from pipelines.cli import main as command
from pretrain.attention import document_layout
from pretrain.config import ModelConfig
from pretrain.data import Batch, collate, shifted_labels
from pretrain.generate import Chooser, Decoder, Sampling, compare, generate
from pretrain.hugging_face import export
from pretrain.loss import IGNORED
from pretrain.model import MiMo, initialize
from pretrain.mtp import ExtendConfig, add_copies, extend, labels_of, prediction_states, train_copies
from pretrain.weights import load_model, open_checkpoint
from tests.pretrain_shards import END, VOCAB_SIZE
from tests.pretrain_trained import MODEL, configure, train

torch.set_num_threads(1)
ROPE_BASE = 2e4
SHARP = 30.0
"""What first weights are multiplied by where a choice must not be near to even."""

PROMPT = list(b"You may reproduce and distribute copies of the Work")


def make(config: ModelConfig = MODEL, *, seed: int = 0, factor: float = 1.0) -> MiMo:
    model = MiMo(config)
    initialize(model, seed=seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(factor)
    return model


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A trained run: its checkpoint."""
    return Path(train(configure(tmp_path_factory.mktemp("trained"), num_steps=90)).checkpoint)


@pytest.fixture(scope="module")
def trained(run) -> MiMo:
    return load_model(open_checkpoint(run))


@pytest.fixture(scope="module")
def shards(run) -> str:
    return str(run.parent.parent.parent / "shards")


def greedy(**settings: int) -> Sampling:
    return Sampling(max_tokens=settings.get("max_tokens", 60), end_token_ids=(END,))


# ------------------------------------------------------------------------------------------------------------- decoding


@torch.no_grad()
def test_logits_with_the_cache_are_those_of_the_whole_row():
    """Read at once, token by token, and over drafts that were thrown away."""
    model = make(factor=SHARP)
    tokens = torch.randint(0, VOCAB_SIZE, (20,), generator=torch.Generator().manual_seed(0)).tolist()
    layout = document_layout(torch.zeros(1, 20, dtype=torch.int64))
    whole, ahead = model.logits(torch.tensor([tokens]), layout, rope_base=ROPE_BASE)
    decoder = Decoder(model, 24, num_layers=1, rope_base=ROPE_BASE)
    choose = Chooser(Sampling(), decoder.device)
    found = [decoder.read(tokens[:5])[-1]]
    for i in range(5, 20):
        found.append(decoder.read([tokens[i], 7, 8], start=i)[0])
        draft, _ = decoder.draft(tokens[: i + 1], choose)
        assert draft == [int(ahead[0, i - 1].argmax())]
    torch.testing.assert_close(torch.stack(found), whole[0, 4:], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_greedy_text_with_drafts_is_that_without(seed, num_layers):
    model = make(replace(MODEL, num_nextn_predict_layers=num_layers), seed=seed, factor=SHARP)
    prompt = PROMPT[: seed + 1]
    plain = generate(model, prompt, greedy(max_tokens=40), rope_base=ROPE_BASE, speculate=False)
    drafted = generate(model, prompt, greedy(max_tokens=40), rope_base=ROPE_BASE)
    assert drafted.tokens == plain.tokens
    assert len(set(plain.tokens)) > 3
    assert len(plain.tokens) == 40 or plain.tokens[-1] == END
    assert (plain.num_passes, plain.kept) == (len(plain.tokens) - 1, ())
    assert len(drafted.tokens) - 1 == drafted.num_passes + sum(drafted.kept)


def test_greedy_text_of_a_trained_model_takes_fewer_passes(trained):
    plain = generate(trained, PROMPT, greedy(), rope_base=ROPE_BASE, speculate=False)
    drafted = generate(trained, PROMPT, greedy(), rope_base=ROPE_BASE)
    assert drafted.tokens == plain.tokens
    assert drafted.num_passes < plain.num_passes


def acceptance(model: MiMo, *, temperature: float = 1.0) -> float:
    """Of the first layer, over samples from several prompts."""
    sampling = Sampling(max_tokens=50, temperature=temperature)
    samples = [generate(model, PROMPT[:n], replace(sampling, seed=n), rope_base=ROPE_BASE) for n in (4, 12, 20, 50)]
    return float(np.mean([sample.acceptance[0] for sample in samples]))


def test_a_trained_prediction_layer_is_right_more_often_than_a_fresh_one(trained):
    spoiled = load_model_with_fresh_layer(trained)
    fresh, learnt = acceptance(spoiled), acceptance(trained)
    assert 0 < fresh < learnt < 1


def load_model_with_fresh_layer(model: MiMo) -> MiMo:
    fresh, state = make(seed=3), model.state_dict()
    fresh.load_state_dict({name: tensor for name, tensor in state.items() if ".mtp_layers." not in name}, strict=False)
    return fresh


def test_samples_with_drafts_have_the_models_distribution():
    """Three tokens of a vocabulary of three, against their exact probabilities; layers that are often wrong."""
    config = replace(MODEL, vocab_size=3, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_nextn_predict_layers=2)
    model = make(config, seed=5, factor=SHARP)
    sampling = Sampling(max_tokens=3, temperature=1.5)
    texts = list(product(range(3), repeat=3))
    expected = np.array([probability(model, [1], text, sampling.temperature) for text in texts])
    assert expected.sum() == pytest.approx(1, abs=1e-4)
    samples = [generate(model, [1], replace(sampling, seed=seed), rope_base=ROPE_BASE) for seed in range(800)]
    seen = np.array([sum(sample.tokens == text for sample in samples) for text in texts])
    often = expected * len(samples) >= 5
    counts, wanted = (np.append(x[often], x[~often].sum()) for x in (seen, expected * len(samples)))
    assert often.sum() > 8
    assert chisquare(counts, wanted * counts.sum() / wanted.sum()).pvalue > 1e-3
    kept = sum(sample.kept[0] for sample in samples) / sum(sample.num_passes for sample in samples)
    assert 0.1 < kept < 0.9  # so that both ways were taken


@torch.no_grad()
def probability(model: MiMo, prompt: list[int], text: tuple[int, ...], temperature: float) -> float:
    tokens = torch.tensor([[*prompt, *text]])
    logits = model.logits(tokens, document_layout(torch.zeros_like(tokens)), rope_base=ROPE_BASE)[0]
    probabilities = torch.softmax(logits[0].double() / temperature, dim=-1)
    return float(np.prod([probabilities[len(prompt) - 1 + i, token] for i, token in enumerate(text)]))


def test_a_draft_is_kept_or_replaced_so_that_the_wanted_distribution_comes_out():
    """Drafts drawn from another distribution, with a token that is never wanted and one that is never drafted."""
    wanted, offered = torch.tensor([0.5, 0.3, 0.2, 0.0]), torch.tensor([0.1, 0.6, 0.0, 0.3])
    choose = Chooser(Sampling(temperature=1.0, seed=1), torch.device("cpu"))
    rows = torch.stack([wanted, torch.tensor([0.0, 0.0, 0.0, 1.0])])
    made = [choose.check([choose.draw(offered)], [offered], rows) for _ in range(4000)]
    counts = np.bincount([tokens[0] for tokens in made], minlength=4)
    assert counts[3] == 0
    assert chisquare(counts[:3], wanted[:3].numpy() / wanted.sum().item() * len(made)).pvalue > 1e-3
    kept = [tokens for tokens in made if len(tokens) == 2]
    assert all(tokens[1] == 3 for tokens in kept)
    # Kept: the sum of the smaller of the two probabilities.
    assert len(kept) / len(made) == pytest.approx(0.4, abs=0.03)


def test_sampling_is_repeated_by_its_seed(trained):
    samples = [
        generate(trained, PROMPT, Sampling(max_tokens=30, temperature=1.0, seed=seed), rope_base=ROPE_BASE).tokens
        for seed in (1, 1, 2)
    ]
    assert samples[0] == samples[1] != samples[2]


def test_it_stops_after_an_end_token_and_at_the_longest_row(trained):
    plain = generate(trained, PROMPT, Sampling(max_tokens=40), rope_base=ROPE_BASE)
    assert len(plain.tokens) == 40
    end = plain.tokens[9]
    stopped = generate(trained, PROMPT, Sampling(max_tokens=40, end_token_ids=(end,)), rope_base=ROPE_BASE)
    assert stopped.tokens == plain.tokens[: plain.tokens.index(end) + 1]
    long = PROMPT * 4 + PROMPT[:50]
    assert len(generate(trained, long, greedy(max_tokens=99), rope_base=ROPE_BASE).tokens) <= 256 - len(long)


@pytest.mark.parametrize(
    ("prompt", "says"), [([], "no token"), ([1] * 256, "longest row is 256"), ([VOCAB_SIZE], "the tokenizer is another's")]
)
def test_a_prompt_that_the_model_cannot_take_is_refused(prompt, says):
    with pytest.raises(InputError, match=says):
        generate(make(), prompt, greedy(), rope_base=ROPE_BASE)


def test_a_model_without_a_prediction_layer_is_decoded_plainly():
    made = compare(make(replace(MODEL, num_nextn_predict_layers=0)), PROMPT, greedy(max_tokens=5), rope_base=ROPE_BASE)
    assert made.speculative is None
    assert len(made.plain.tokens) == 5


# ---------------------------------------------------------------------------------------------- copies of the prediction layer


@pytest.fixture(scope="module")
def batch(shards) -> Batch:
    rows = StageRows(shards)
    return collate(rows.read(range(6)), seq_len=64)


def test_layer_k_is_to_say_token_k_plus_1_ahead(batch):
    tokens, document = batch.tokens_BT.numpy(), batch.layout.document_BT.numpy().astype(np.int64)
    real = np.ones_like(tokens, dtype=bool)
    real[:, 1:] = (batch.labels_BT.numpy()[:, :-1] != IGNORED) | (np.diff(document) > 0)
    assert torch.equal(labels_of(batch, 1), batch.mtp_labels_BT)
    for layer in (1, 2, 3):
        assert np.array_equal(labels_of(batch, layer).numpy(), shifted_labels(tokens, document, real, shift=layer + 1))
    assert (labels_of(batch, 3) != IGNORED).sum() > 100


@torch.no_grad()
def test_the_chain_in_training_is_the_chain_that_drafts(batch):
    """What layer k says at a token, all tokens being given, is what it drafts after that token and k more."""
    model = make(replace(MODEL, num_nextn_predict_layers=3), factor=SHARP)
    end = int((batch.layout.document_BT[0] == 0).sum())
    tokens = batch.tokens_BT[0, :end].tolist()
    states = prediction_states(model, batch, rope_base=ROPE_BASE)
    said = [model.lm_head(state[0]).argmax(dim=-1).tolist() for state in states]
    decoder = Decoder(model, end + 4, num_layers=3, rope_base=ROPE_BASE)
    choose = Chooser(Sampling(), decoder.device)
    decoder.read(tokens[:1])
    for n in range(2, end):
        decoder.draft(tokens[:n], choose)
        decoder.read([tokens[n - 1], 3, 4, 5], start=n - 1)
        for k in range(1, min(4, n)):
            settled = model.lm_head(decoder.hidden[k][n - 1 - k]).argmax()
            assert int(settled) == said[k - 1][n - 1 - k]


def extended(
    model: MiMo, shards: str, *, dtype: torch.dtype = torch.float32, **settings: float
) -> tuple[MiMo, list[tuple[float, ...]]]:
    """The model with two copies that were trained, and their losses at every step."""
    other = make()
    other.load_state_dict(model.state_dict())
    other.to(dtype)
    copies = add_copies(other, num_layers=3)
    config = ExtendConfig(**({"steps": 30, "batch_rows": 8, "lr": 3e-3} | settings))
    return other, [line.losses for line in train_copies(other, copies, StageRows(shards), config, rope_base=ROPE_BASE)]


def test_only_the_copies_are_trained_and_they_learn(trained, shards):
    before = trained.state_dict()
    model, losses = extended(trained, shards)
    after = model.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert {name for name in after if name not in before} == {
        name.replace("layers.0", f"layers.{i}") for name in before if "mtp_layers.0" in name for i in (1, 2)
    }
    assert not torch.equal(after["model.mtp_layers.1.input_proj.weight"], after["model.mtp_layers.2.input_proj.weight"])
    _, without_learning = extended(trained, shards, lr=1e-12)
    for copy in range(2):
        assert all(after[copy] < before[copy] - 0.02 for after, before in zip(losses[-5:], without_learning[-5:], strict=True))


def test_a_step_does_not_depend_on_how_it_is_cut_into_passes(trained, shards):
    one, other = (extended(trained, shards, steps=2, micro_batch_tokens=tokens)[1] for tokens in (64, 512))
    np.testing.assert_allclose(one, other, rtol=1e-5)


def test_copies_learn_beside_a_frozen_bf16_model_as_beside_one_in_fp32(trained, shards):
    """As on a GPU: the model in bf16, the copies in fp32 with products in bf16."""
    _, fine = extended(trained, shards, steps=5)
    model, coarse = extended(trained, shards, steps=5, dtype=torch.bfloat16)
    np.testing.assert_allclose(coarse, fine, rtol=2e-2)
    kinds = {name.split(".")[2]: p.dtype for name, p in model.named_parameters() if ".mtp_layers." in name}
    assert kinds == {"0": torch.bfloat16, "1": torch.float32, "2": torch.float32}


def test_a_model_that_cannot_be_extended_says_so(trained):
    with pytest.raises(InputError, match="no multi-token-prediction layer"):
        add_copies(make(replace(MODEL, num_nextn_predict_layers=0)), num_layers=2)
    with pytest.raises(RecipeError, match="has 1 prediction layers already"):
        add_copies(make(), num_layers=1)


def test_the_command_line_extends_and_decodes_with_every_layer(run, tmp_path, capsys):
    """Copies by the command, exported, read back from the folder: acceptance of each layer, greedy text unchanged."""
    from mix.tokenizing import END_OF_DOCUMENT, train_tokenizer

    (tmp_path / "t.json").write_text(train_tokenizer(["some text"], vocab_size=VOCAB_SIZE, special=(END_OF_DOCUMENT,)))
    out, options = str(tmp_path / "three"), ["--steps", "20", "--batch-rows", "8", "--lr", "3e-3", "--device", "cpu"]
    assert command(["pretrain", "extend-mtp", str(run), out, *options]) == 0
    assert "step    20 of 20" in capsys.readouterr().err
    export(open_checkpoint(out), str(tmp_path / "hf"), dtype="fp32", tokenizer=str(tmp_path / "t.json"))
    assert command(["pretrain", "generate", str(tmp_path / "hf"), "--prompt", "of the", "--max-tokens", "40"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("of the")
    assert all(f"layer {k} " in said.err for k in (1, 2, 3))
    assert said.err.count("tokens/s") == 2
    extended, original = (load_model(open_checkpoint(path)) for path in (out, run))
    three, one = (generate(model, PROMPT, greedy(), rope_base=ROPE_BASE) for model in (extended, original))
    assert three.tokens == one.tokens
    assert three.acceptance[0] >= three.acceptance[1] >= three.acceptance[2] > 0
    assert three.num_passes < one.num_passes


def test_extending_writes_the_source_to_the_bit(run, shards, tmp_path):
    source = open_checkpoint(run)
    config = ExtendConfig(num_layers=2, steps=1, batch_rows=2, device="cpu")
    extend(source, shards, str(tmp_path / "two"), config)
    made = open_checkpoint(tmp_path / "two")
    kept = made.read(list(source.shapes))
    assert all(torch.equal(kept[name], tensor) for name, tensor in source.read(list(source.shapes)).items())
    assert made.description.model == replace(MODEL, num_nextn_predict_layers=2)
    assert made.digest != source.digest


def test_no_tokenizer_is_said(run, capsys):
    assert command(["pretrain", "generate", str(run), "--prompt", "x"]) == 1
    assert "--tokenizer" in capsys.readouterr().err
