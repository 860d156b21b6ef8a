"""The model: what attends to what, rotary positions, the prediction block, losses, initial weights, MiMo-7B's size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.checkpoint import CheckpointPolicy

from corpus.config import build
from corpus.errors import RecipeError
from pretrain.attention import BACKENDS, attend, choose_backend, document_layout, runs_here
from pretrain.config import AdamWConfig, ModelConfig
from pretrain.fp8 import linear_fp8, quantize
from pretrain.loss import IGNORED, cross_entropy, softmax_and_gradient_in_place, softmax_and_gradient_to_fuse
from pretrain.model import (
    Execution,
    MiMo,
    flops_per_token,
    initialize,
    keep_products,
    num_parameters,
    rotary_table,
    rotate,
)
from pretrain.optimizer import LeanAdamW, build_optimizer, join, main_grad, set_lr, split
from pretrain.optimizer import step as optimizer_step

RECIPES = Path(__file__).parent.parent / "pipelines" / "recipes"
SMALL = ModelConfig(
    vocab_size=97,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    max_position_embeddings=64,
)
DOCUMENTS = torch.tensor([[0] * 5 + [1] * 1 + [2] * 6, [0] * 12])


def make(config: ModelConfig = SMALL, *, seed: int = 0) -> MiMo:
    model = MiMo(config)
    initialize(model, seed=seed)
    return model


def random_tokens(shape: tuple[int, int], *, seed: int = 0) -> torch.Tensor:
    return torch.randint(0, SMALL.vocab_size, shape, generator=torch.Generator().manual_seed(seed))


def load(recipe: str) -> ModelConfig:
    return build(ModelConfig, yaml.safe_load((RECIPES / recipe / "model.yaml").read_text()), where=recipe)


# ------------------------------------------------------------------------------------------------------------ layout


def test_positions_restart_with_every_document():
    layout = document_layout(DOCUMENTS)
    assert layout.position_BT.tolist() == [[0, 1, 2, 3, 4, 0, 0, 1, 2, 3, 4, 5], list(range(12))]
    assert layout.cu_seqlens.tolist() == [0, 5, 6, 12, 24]
    assert layout.padded_cu_seqlens.tolist() == [0, 5, 6, 12, 24]
    assert document_layout(DOCUMENTS[:1]).padded_cu_seqlens.tolist() == [0, 5, 6, 12, 12]
    assert layout.next_is_same_BT[0].tolist() == [True] * 4 + [False, False] + [True] * 5 + [False]


def test_the_mask_lets_a_token_see_itself_and_the_earlier_ones_of_its_document():
    mask = document_layout(DOCUMENTS).mask_B1QT[0, 0]
    for query in range(12):
        same = [key for key in range(query + 1) if DOCUMENTS[0, key] == DOCUMENTS[0, query]]
        assert mask[query].nonzero()[:, 0].tolist() == same


# --------------------------------------------------------------------------------------------------------- attention


def reference_attention(q, k, v, document):
    """Softmax attention written out token by token."""
    B, T, H, K = q.shape
    group = H // k.shape[2]
    out = torch.zeros_like(q)
    for b in range(B):
        for t in range(T):
            seen = [s for s in range(t + 1) if document[b, s] == document[b, t]]
            for h in range(H):
                scores = torch.stack([q[b, t, h] @ k[b, s, h // group] for s in seen]) * K**-0.5
                out[b, t, h] = sum(w * v[b, s, h // group] for w, s in zip(scores.softmax(0), seen, strict=True))
    return out


CPU = torch.device("cpu")
HERE = [name for name in BACKENDS if runs_here(name, CPU, torch.float32)]
"""The others want a GPU: benchmarks/pretrain_gpu.py compares them with the same oracle."""


@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
@pytest.mark.parametrize("backend", HERE)
def test_every_backend_is_softmax_attention_inside_documents(backend):
    generator = torch.Generator().manual_seed(1)
    q = torch.randn(2, 12, 4, 8, generator=generator)
    k, v = torch.randn(2, 2, 12, 2, 8, generator=generator)
    out = attend(q, k, v, document_layout(DOCUMENTS), backend=backend)
    torch.testing.assert_close(out, reference_attention(q, k, v, DOCUMENTS), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "says"), [("flash9", "does not exist; there are auto, sdpa"), ("cudnn", "needs bf16 and a GPU")]
)
def test_a_backend_that_cannot_be_had_is_named_with_those_that_can(name, says):
    with pytest.raises(RecipeError, match=f"{name}.*{says}.*flex"):
        choose(name)


def choose(wanted: str) -> str:
    return choose_backend(wanted, num_heads=4, num_key_value_heads=2, head_dim=8, seq_len=16, device=CPU, dtype=torch.float32)


def test_auto_is_what_runs_here():
    assert choose("auto") == "sdpa"
    assert choose("flex") == "flex"


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), changed=st.integers(0, 2))
def test_no_document_sees_another(seed, changed):
    """Perturbing one document of a row leaves the logits of the others bit for bit as they were, also two tokens ahead."""
    model, layout = make(), document_layout(DOCUMENTS[:1])
    tokens = random_tokens((1, 12), seed=seed)
    inside = DOCUMENTS[0] == changed
    perturbed = torch.where(inside, (tokens + 1) % SMALL.vocab_size, tokens)
    with torch.no_grad():
        before, after = (model.logits(x, layout, rope_base=1e4) for x in (tokens, perturbed))
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one[0, ~inside], other[0, ~inside])
        assert not torch.equal(one[0, inside], other[0, inside])


def test_a_document_has_the_same_logits_alone_and_packed():
    model, tokens = make(), random_tokens((1, 12))
    alone = document_layout(torch.zeros(1, 6, dtype=torch.int64))
    with torch.no_grad():
        packed = model.logits(tokens, document_layout(DOCUMENTS[:1]), rope_base=1e4)
        single = model.logits(tokens[:, 6:], alone, rope_base=1e4)
    for one, other in zip(packed, single, strict=True):
        torch.testing.assert_close(one[:, 6:], other, rtol=1e-5, atol=1e-6)


def test_no_token_sees_a_later_one():
    model, layout = make(), document_layout(torch.zeros(1, 12, dtype=torch.int64))
    tokens = random_tokens((1, 12))
    changed = tokens.clone()
    changed[0, 8] = (changed[0, 8] + 1) % SMALL.vocab_size
    with torch.no_grad():
        (main, mtp), (main_2, mtp_2) = (model.logits(x, layout, rope_base=1e4) for x in (tokens, changed))
    assert torch.equal(main[0, :8], main_2[0, :8])
    # The prediction block at t reads the embedding of t+1: one place earlier is where the change first shows.
    assert torch.equal(mtp[0, :7], mtp_2[0, :7])
    assert not torch.equal(mtp[0, 7], mtp_2[0, 7])


# ------------------------------------------------------------------------------------------------------------ rotary


@settings(max_examples=30, deadline=None)
@given(near=st.integers(0, 500), distance=st.integers(0, 500), shift=st.integers(0, 500), base=st.sampled_from([1e4, 6.4e5]))
def test_rotary_products_depend_on_the_distance_alone(near, distance, shift, base):
    q, k = torch.randn(2, 1, 1, 1, 32, generator=torch.Generator().manual_seed(3), dtype=torch.float64)

    def product(position_q: int, position_k: int) -> float:
        tables = (rotary_table(torch.tensor([[p]]), head_dim=32, base=base) for p in (position_q, position_k))
        rotated = [rotate(x, table) for x, table in zip((q, k), tables, strict=True)]
        return float((rotated[0] * rotated[1]).sum())

    assert product(near + distance, near) == pytest.approx(product(near + distance + shift, near + shift), abs=2e-3)


def test_rotary_keeps_lengths_and_leaves_position_0_alone():
    x = torch.randn(1, 50, 2, 16)
    turned = rotate(x, rotary_table(torch.arange(50)[None], head_dim=16, base=1e4))
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))
    assert torch.equal(turned[:, 0], x[:, 0])


def test_a_larger_base_turns_slower():
    slow, fast = (rotary_table(torch.tensor([[100]]), head_dim=16, base=base) for base in (6.4e5, 1e4))
    assert slow.cos_BT1K[0, 0, 0, 7] > fast.cos_BT1K[0, 0, 0, 7]


# ------------------------------------------------------------------------------------------------- prediction block


def test_the_prediction_block_follows_figure_2():
    """Written out again: [norm of the hidden state, norm of the next embedding] -> projection -> block -> norm."""
    model, layout = make(), document_layout(torch.zeros(1, 12, dtype=torch.int64))
    tokens = random_tokens((1, 12))
    block = model.model.mtp_layers[0]
    table = rotary_table(layout.position_BT, head_dim=SMALL.head_dim, base=1e4)
    with torch.no_grad():
        hidden = model.hidden(tokens, layout, rope_base=1e4)
        embedding = model.model.embed_tokens(tokens)
        following = torch.cat([embedding[:, 1:], torch.zeros_like(embedding[:, :1])], dim=1)
        norm = {
            name: F.rms_norm(x, (32,), getattr(block, name).weight, 1e-5)
            for name, x in (("hidden_layernorm", hidden.main_BTD), ("token_layernorm", following))
        }
        x = F.linear(torch.cat([norm["hidden_layernorm"], norm["token_layernorm"]], -1), block.input_proj.weight)
        x = x + block.self_attn(block.input_layernorm(x), layout, table)
        x = x + block.mlp(block.post_attention_layernorm(x))
        torch.testing.assert_close(hidden.mtp_BTD, block.final_layernorm(x))


def test_the_prediction_block_learns_what_only_the_next_token_tells():
    """In a random sequence followed by its own rule x[t+2] = f(x[t+1]), the block succeeds; aligned otherwise it could not."""
    model = make(replace(SMALL, num_hidden_layers=1))
    optimizer = build_optimizer(model, AdamWConfig())
    rule = torch.randperm(97, generator=torch.Generator().manual_seed(0))
    layout = document_layout(torch.zeros(16, 12, dtype=torch.int64))
    for group in optimizer.param_groups:
        group["lr"] = 1e-2
    for step in range(60):
        columns = [torch.randint(0, 97, (16,), generator=torch.Generator().manual_seed(step))]
        for _ in range(11):
            columns.append(rule[columns[-1]])
        tokens = torch.stack(columns, dim=1)
        ignored = torch.full_like(tokens, IGNORED)
        mtp_labels = ignored.clone()
        mtp_labels[:, :-2] = tokens[:, 2:]
        losses = model(tokens, layout, ignored, mtp_labels, rope_base=1e4, scale=1 / 160, mtp_scale=1 / 160)
        losses.total.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert losses.main.item() == 0
    assert losses.mtp.item() / 160 < 0.5


def test_without_a_prediction_block_there_is_one_loss():
    model = make(replace(SMALL, num_nextn_predict_layers=0))
    tokens = random_tokens((2, 12))
    losses = model(tokens, document_layout(DOCUMENTS), tokens, tokens, rope_base=1e4)
    assert losses.main.item() > 0
    assert losses.mtp.item() == 0


# -------------------------------------------------------------------------------------------------------------- loss


@pytest.mark.parametrize("num_tokens", [1, 7, 100])
def test_chunked_cross_entropy_is_cross_entropy_with_its_gradients(monkeypatch, num_tokens):
    monkeypatch.setattr("pretrain.loss.CHUNK_TOKENS", {"cpu": 32})
    generator = torch.Generator().manual_seed(num_tokens)
    hidden = torch.randn(num_tokens, 16, generator=generator, requires_grad=True)
    weight = torch.randn(50, 16, generator=generator, requires_grad=True)
    labels = torch.randint(0, 50, (num_tokens,), generator=generator)
    labels[::3] = IGNORED
    scale = torch.rand(num_tokens, generator=generator)
    ours, nll = cross_entropy(hidden, weight, labels, scale)
    theirs = F.cross_entropy(hidden @ weight.T, labels, ignore_index=IGNORED, reduction="none")
    torch.testing.assert_close(nll, theirs)
    torch.testing.assert_close(ours, (theirs * scale).sum())
    expected = torch.autograd.grad((theirs * scale).sum(), (hidden, weight))
    torch.testing.assert_close(torch.autograd.grad(ours, (hidden, weight)), expected)
    # A weight with an fp32 sum beside it gets its gradient there, on top of what is in it.
    weight.main_grad = torch.ones(50, 16)
    cross_entropy(hidden, weight, labels, scale)[0].backward()
    assert weight.grad is None
    torch.testing.assert_close(weight.main_grad, expected[1] + 1)


def test_what_a_compiler_fuses_is_what_is_done_in_place():
    torch.manual_seed(5)
    logits, scale = 8 * torch.randn(40, 97), torch.rand(40)
    labels = torch.randint(0, 97, (40,))
    labels[::7] = IGNORED
    fused = softmax_and_gradient_to_fuse(logits.clone(), labels, scale)
    in_place = softmax_and_gradient_in_place(logits.clone(), labels, scale)
    for ours, theirs in zip(in_place, fused, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    assert (fused[1][::7] == 0).all()


def test_cross_entropy_under_autocast_is_close_to_fp32():
    model, tokens = make(), random_tokens((2, 12))
    layout = document_layout(DOCUMENTS)
    exact = model(tokens, layout, tokens, tokens, rope_base=1e4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = model(tokens, layout, tokens, tokens, rope_base=1e4)
    rounded.total.backward()
    assert rounded.main.item() == pytest.approx(exact.main.item(), rel=1e-2)
    assert all(p.grad is not None and p.grad.dtype == torch.float32 for p in model.parameters())


# ----------------------------------------------------------------------------------------------- weights and their size


def test_mimo_7b_has_the_published_shape_and_size():
    config = load("mimo-7b")
    with torch.device("meta"):
        model = MiMo(config)
    # 7.83e9 with the prediction block: two matrices of 151,680 x 4,096 and 36 + 1 layers of 192.9e6, and the 2D -> D projection.
    layer = 2 * 4096 * 4096 + 2 * 4096 * 1024 + 4096 + 2 * 1024 + 3 * 4096 * 11_008 + 2 * 4096
    assert num_parameters(model.model.layers[0]) == layer
    assert num_parameters(model.model.mtp_layers) == layer + 2 * 4096 * 4096 + 3 * 4096
    assert num_parameters(model) == 7_833_409_536


def test_tensors_are_named_as_in_the_released_checkpoints():
    with torch.device("meta"):
        names = set(MiMo(load("mimo-7b")).state_dict())
    block = {
        "input_layernorm.weight",
        "post_attention_layernorm.weight",
        *(f"self_attn.{x}_proj.{kind}" for x in "qkv" for kind in ("weight", "bias")),
        "self_attn.o_proj.weight",
        *(f"mlp.{x}_proj.weight" for x in ("gate", "up", "down")),
    }
    extra = {"token_layernorm.weight", "hidden_layernorm.weight", "input_proj.weight", "final_layernorm.weight"}
    assert names == {
        "model.embed_tokens.weight",
        "model.norm.weight",
        "lm_head.weight",
        *(f"model.layers.{i}.{name}" for i in range(36) for name in block),
        *(f"model.mtp_layers.0.{name}" for name in block | extra),
    }
    assert len(block | extra) == 16


def test_initial_weights():
    config = replace(SMALL, hidden_size=64, intermediate_size=256, vocab_size=1000)
    state = make(config).state_dict()
    assert float(state["model.embed_tokens.weight"].std()) == pytest.approx(0.02, rel=0.05)
    assert float(state["model.layers.1.mlp.down_proj.weight"].std()) == pytest.approx(0.02 / 2, rel=0.05)
    assert not state["model.layers.0.self_attn.q_proj.bias"].any()
    assert bool((state["model.norm.weight"] == 1).all())
    assert all(
        torch.equal(tensor, again) for tensor, again in zip(state.values(), make(config).state_dict().values(), strict=True)
    )
    assert not torch.equal(state["lm_head.weight"], make(config, seed=1).lm_head.weight)


def test_norms_and_biases_do_not_decay():
    model = make()
    decaying, others = (group["params"] for group in build_optimizer(model, AdamWConfig()).param_groups)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    assert all(names[id(p)].endswith(("norm.weight", ".bias")) for p in others)
    assert not any(names[id(p)].endswith(("norm.weight", ".bias")) for p in decaying)
    assert len(decaying) + len(others) == len(names)


@pytest.mark.parametrize(
    ("change", "says"),
    [({"num_key_value_heads": 3}, "not a multiple"), ({"head_dim": 7}, "even"), ({"num_nextn_predict_layers": -1}, "0 or 1")],
)
def test_impossible_shapes_are_refused(change, says):
    with pytest.raises(RecipeError, match=says):
        replace(SMALL, **change)


# ---------------------------------------------------------------------------------------- how, not what, is computed


def gradients(execution: Execution, *, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    model = MiMo(SMALL, execution)
    initialize(model, seed=0)
    model.to(dtype)
    tokens = random_tokens((2, 12))
    model(tokens, document_layout(DOCUMENTS), tokens, tokens, rope_base=1e4, scale=0.1, mtp_scale=0.03).total.backward()
    return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])


@pytest.mark.parametrize("fp8", [False, True])
@pytest.mark.parametrize("level", ["elementwise", "mlp", "layer"])
def test_recomputation_changes_no_gradient(level, fp8):
    expected = gradients(Execution(fp8=fp8))
    assert torch.equal(gradients(Execution(recompute=level, fp8=fp8)), expected)
    assert torch.equal(gradients(Execution(recompute=level, recompute_layers=1, fp8=fp8)), expected)


def saved_bytes(execution: Execution) -> int:
    """Of what one layer keeps for its backward pass, its parameters apart."""
    model = MiMo(replace(SMALL, intermediate_size=512), execution)
    layer, layout = model.model.layers[0], document_layout(DOCUMENTS)
    kept: dict[int, int] = {}

    def keep(x: torch.Tensor) -> torch.Tensor:
        kept[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    parameters = {p.untyped_storage().data_ptr() for p in model.parameters()}
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        layer(torch.randn(2, 12, 32, requires_grad=True), layout, rotary_table(layout.position_BT, head_dim=8, base=1e4))
    return sum(size for pointer, size in kept.items() if pointer not in parameters)


def test_whole_layers_recomputed_keep_only_what_goes_in():
    assert saved_bytes(Execution(recompute="layer")) < saved_bytes(Execution()) / 5


@pytest.mark.parametrize(("dropped_width", "wide", "narrow"), [(0, True, True), (512, False, True)])
def test_the_policy_of_recomputation_drops_the_wide_products(dropped_width, wide, narrow):
    def kept(*shapes: tuple[int, int]) -> bool:
        tensors = [torch.empty(shape) for shape in shapes]
        policy = keep_products(None, torch.ops.aten.mm.default, *tensors, dropped_width=dropped_width)
        return policy == CheckpointPolicy.MUST_SAVE

    assert kept((12, 32), (32, 512)) is wide
    assert kept((12, 512), (512, 32)) is wide
    assert kept((12, 32), (32, 64)) is narrow


def test_8_bit_products_are_close_and_so_are_their_gradients():
    generator = torch.Generator().manual_seed(0)
    x, weight, bias = (torch.randn(shape, generator=generator) for shape in ((6, 10, 64), (48, 64), (48,)))
    x.requires_grad_()
    weight.requires_grad_()
    grad = torch.randn(6, 10, 48, generator=generator)
    exact, rounded = F.linear(x, weight, bias), linear_fp8(x, weight, bias)
    found = (rounded, *torch.autograd.grad(rounded, (x, weight), grad))
    expected = (exact, *torch.autograd.grad(exact, (x, weight), grad))
    for ours, theirs in zip(found, expected, strict=True):
        # Three bits of mantissa on both sides; two on the gradients'.
        assert 0.005 < (ours - theirs).norm() / theirs.norm() < 0.08


def test_8_bits_hold_the_largest_value_and_the_scale():
    rounded, scale = quantize(torch.tensor([[0.0, -3.0, 1.5]]), torch.float8_e4m3fn)
    torch.testing.assert_close(rounded.float() * scale, torch.tensor([[0.0, -3.0, 1.5]]))
    assert quantize(torch.zeros(2, 2), torch.float8_e4m3fn)[0].float().eq(0).all()


# ------------------------------------------------------------------------------------------------------ lean optimizer


@given(values=st.lists(st.floats(-(2.0**127), 2.0**127, width=32, allow_subnormal=False), min_size=1, max_size=20))
def test_16_and_16_bits_are_the_fp32_number(values):
    master = torch.tensor(values)
    top, rest = split(master)
    weight = top.view(torch.bfloat16)
    assert torch.equal(join(weight, rest), master)
    nearest = master.bfloat16()
    assert ((weight.float() - master).abs() <= (nearest.float() - master).abs()).all()


@pytest.mark.parametrize(("moments", "limit"), [("bf16", 1e-2), ("int8", 5e-2)])
def test_the_lean_optimizer_moves_weights_as_fp32_adamw_does(moments, limit):
    """Over 60 steps at a rate of which bf16 weights alone would lose nearly every update."""
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(64, 64, generator=generator).bfloat16()
    lean, plain = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.float())
    ours = LeanAdamW([{"params": [lean], "weight_decay": 0.1}], betas=(0.9, 0.95), eps=1e-8, moments=moments)
    theirs = torch.optim.AdamW([plain], lr=1e-4, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    set_lr(ours, 1e-4)
    direction = torch.randn(64, 64, generator=generator)
    for _ in range(60):
        gradient = direction + torch.randn(64, 64, generator=generator)
        main_grad(lean).copy_(gradient)
        plain.grad = gradient
        ours.step()
        theirs.step()
        assert not main_grad(lean).any()
    moved, expected = join(lean.data, ours.state[lean]["remainder"]) - start.float(), plain.data - start.float()
    assert (moved - expected).norm() / expected.norm() < limit


def test_gradients_of_several_passes_add_up_in_fp32_and_are_clipped():
    model = make().bfloat16()
    optimizer = build_optimizer(model, AdamWConfig(state="bf16"))
    tokens = random_tokens((2, 12))
    for _ in range(3):
        model(tokens, document_layout(DOCUMENTS), tokens, tokens, rope_base=1e4, scale=1.0).total.backward()
    assert all(p.grad is None and main_grad(p).dtype == torch.float32 for p in model.parameters())
    total = torch.cat([main_grad(p).flatten() for p in model.parameters()]).norm()
    before = {p: join(p.data, optimizer.state[p]["remainder"]) for p in model.parameters()}
    assert optimizer_step(model, optimizer, lr=1e-3, max_norm=1.0) == pytest.approx(float(total), rel=1e-4)
    first_moments = torch.cat([optimizer.state[p]["exp_avg"].float().flatten() for p in model.parameters()])
    assert float(first_moments.norm()) == pytest.approx(0.1, rel=1e-2)  # (1 - beta1) * a gradient of norm 1
    assert any(not torch.equal(before[p], join(p.data, optimizer.state[p]["remainder"])) for p in model.parameters())
    assert not any(main_grad(p).any() for p in model.parameters())


def test_flops_of_mimo_7b():
    """6 x (7.21e9 weights of products + the head again) + causal attention: 54.4e9 at 8,192 tokens, 76.8e9 at 32,768."""
    config = load("mimo-7b")
    assert flops_per_token(config, seq_len=8192) == pytest.approx(54.4e9, rel=2e-3)
    assert flops_per_token(config, seq_len=32_768) == pytest.approx(76.8e9, rel=2e-3)
