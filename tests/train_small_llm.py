"""Trains tests/small_llm.safetensors: the model that the labelling tests ask.

    tercet extract tiny && python -m tests.train_small_llm out/tiny

From three quarters of examples/corpus (see its README for the licences) it learns to answer `quality.labelling`'s question with
the labels a document has by its origin and with the dimensions that `quality.scores` computes. Ten minutes on one core; prints
the agreement with the truth on the quarter it has not seen.
"""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import shards
from pipelines.report_run import open_run
from pretrain.attention import document_layout
from pretrain.config import ModelConfig
from pretrain.model import MiMo, initialize, num_parameters
from quality.dimensions import RUBRIC
from quality.labelling import EXAMPLE, InvalidAnswerError, complaint, parse_answer, user_message
from quality.scores import QualityConfig, score_documents
from tests import small_llm

STEPS, BATCH, PEAK_LR = 1500, 16, 3e-3
SECONDS = 900.0


class Example(NamedTuple):
    row: dict[str, Any]
    answer: str


def read_examples(out: str) -> list[Example]:
    examples = []
    for shard in open_run(out).document_shards:
        documents = shards.read_table(shard.documents)
        scores = score_documents(documents, config=QualityConfig()).table
        for row, score in zip(documents.to_pylist(), scores.to_pylist(), strict=True):
            domains = small_llm.truth(row["url"])
            if domains:
                answer = {"domains": list(domains), **{name: round(score[name], 1) for name in RUBRIC}}
                examples.append(Example(row, json.dumps(answer)))
    return sorted(examples, key=lambda each: each.row["doc_id"])


def question(row: dict[str, Any], text: str, excerpt_chars: int, *, url: str) -> str:
    content = user_message(text, kind=row["kind"], url=url, doc_id=row["doc_id"], excerpt_chars=excerpt_chars)
    return small_llm.prompt_text([{"role": "user", "content": content}])


def drawn_question(row: dict[str, Any], draw: random.Random) -> str:
    """A piece of the document of some length, with or without its address."""
    text, size = row["text"], draw.randrange(250, 800)
    if draw.random() < 0.5 and len(text) > 2000:
        start = draw.randrange(len(text) - 1000)
        text = text[start : start + draw.choice((1000, 5000, len(text)))]
    return question(row, text, size, url=row["url"] if draw.random() < 0.3 else "")


def complained_question(asked: str, answer: str, draw: random.Random) -> str:
    """The question again, after an answer that was not valid."""
    spoilt = {
        "cut": answer[: draw.randrange(len(answer))],
        "key": answer.replace(draw.choice(list(RUBRIC)), draw.choice(("score", "depth", "rating"))),
        "value": answer.replace(": 0.", f": {draw.choice((7, 10, 1.5, -1))}", 1).replace(": 1.0", ": 8"),
        "label": answer.replace('["', '["maths'),
        "prose": "I would say that this document is about " + answer[:60].split('"')[-2] + ".",
    }[draw.choice(("cut", "key", "value", "label", "prose"))]
    try:
        parse_answer(spoilt)
    except InvalidAnswerError as error:
        return f"{asked}{spoilt}{small_llm.USER}{complaint(error)}{small_llm.ASSISTANT}"
    return asked


def train_tokenizer(examples: list[Example]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=small_llm.VOCABULARY,
        special_tokens=[small_llm.END, small_llm.USER, small_llm.ASSISTANT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [each.row["text"][:4000] for each in examples] + [each.answer for each in examples] * 20
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(small_llm.TOKENIZER))
    return tokenizer


def batch_loss(model: MiMo, tokenizer: Tokenizer, examples: list[Example], draw: random.Random) -> torch.Tensor:
    """Mean cross-entropy of the answers' tokens, plus a tenth of that of all others."""
    rows, starts = [], []
    for each in draw.choices(examples, k=BATCH):
        text = drawn_question(each.row, draw)
        if draw.random() < 0.15:
            text = complained_question(text, each.answer, draw)
        asked = tokenizer.encode(text).ids[-(small_llm.CONTEXT - 100) :]
        rows.append(asked + tokenizer.encode(each.answer + small_llm.END).ids)
        starts.append(len(asked))
    length = max(map(len, rows))
    tokens_BT = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    at_T = torch.arange(length - 1)
    ends_B, starts_B = torch.tensor([len(row) for row in rows]), torch.tensor(starts)
    is_there_BT = at_T < ends_B[:, None] - 1
    is_answer_BT = is_there_BT & (at_T >= starts_B[:, None] - 1)
    layout = document_layout(torch.zeros_like(tokens_BT[:, :-1]))
    hidden = model.hidden(tokens_BT[:, :-1], layout, rope_base=small_llm.ROPE_BASE).main_BTD
    of_answer = F.cross_entropy(model.lm_head(hidden[is_answer_BT]), tokens_BT[:, 1:][is_answer_BT])
    is_some_BT = is_there_BT & ~is_answer_BT & (torch.rand(is_there_BT.shape) < 0.1)
    return of_answer + 0.1 * F.cross_entropy(model.lm_head(hidden[is_some_BT]), tokens_BT[:, 1:][is_some_BT])


def train(model: MiMo, tokenizer: Tokenizer, examples: list[Example]) -> None:
    draw = random.Random(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LR, betas=(0.9, 0.98), weight_decay=0.05)
    started, total = time.monotonic(), 0.0
    for step in range(STEPS):
        passed = max(step / STEPS, (time.monotonic() - started) / SECONDS)
        if passed >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = PEAK_LR * min(1.0, (step + 1) / 50, 1.02 - passed)
        loss = batch_loss(model, tokenizer, examples, draw)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
        if (step + 1) % 50 == 0:
            print(f"step {step + 1}  loss {total / 50:.3f}  {time.monotonic() - started:.0f} s", flush=True)
            total = 0.0


def measure(held_out: list[Example]) -> None:
    """How often the answers are valid and right, from the file that was written."""
    llm = small_llm.load()
    valid = right = 0
    errors = []
    for each in held_out:
        tokens = llm.tokenizer.encode(question(each.row, each.row["text"], 500, url=each.row["url"])).ids
        out, _ = llm.generate(tokens, max_tokens=120)
        try:
            answer = parse_answer(llm.tokenizer.decode(out))
        except InvalidAnswerError as error:
            print(error)
            continue
        true = json.loads(each.answer)
        valid += 1
        right += set(answer.domains) == set(true["domains"])
        errors += [abs(answer.dimensions[name] - true[name]) for name in RUBRIC]
    print(f"{len(held_out)} held out: {valid} valid, {right} with the right domains, mean error {sum(errors) / len(errors):.3f}")


def main(out: str) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    examples = read_examples(out)
    seen = [each for each in examples if not small_llm.is_held_out(each.row["doc_id"])]
    tokenizer = train_tokenizer(seen)
    print(f"{len(seen)} of {len(examples)} documents; an answer is {len(tokenizer.encode(json.dumps(EXAMPLE)).ids)} tokens")
    config: ModelConfig = small_llm.CONFIG
    model = MiMo(config)
    initialize(model, seed=0)
    print(f"{num_parameters(model):,} parameters")
    train(model, tokenizer, seen)
    small_llm.save(model, small_llm.WEIGHTS)
    measure([each for each in examples if small_llm.is_held_out(each.row["doc_id"])])


if __name__ == "__main__":
    main(sys.argv[1])
