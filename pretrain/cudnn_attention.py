"""cuDNN's ragged attention, through the package nvidia-cudnn-frontend (1.18 is 2 MB and needs nothing but torch's own cuDNN).

torch has an operator for it, of which 2.11 builds the kernel anew in every call (58 ms at 8,192 tokens on an H200) and gets wrong
gradients. Here a kernel is built once for each number of documents, row length and shape, and documents may be empty, so that
few such numbers occur (`DocumentLayout.padded_cu_seqlens`).

A segment may have fewer queries than keys, or none (context parallel): its queries are then the last tokens of its keys.

Shape suffixes: N tokens of all documents, H query heads, G key-value heads, K head dimension.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch


def is_installed() -> bool:
    return importlib.util.find_spec("cudnn") is not None


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a kernel is built for."""

    device: torch.device
    num_documents: int
    max_q: int
    max_k: int
    num_queries: int
    num_keys: int
    num_heads: int
    num_key_value_heads: int
    head_dim: int

    @classmethod
    def of(cls, q_NHK: torch.Tensor, k_NGK: torch.Tensor, cu_q: torch.Tensor, max_q: int, max_k: int) -> Shape:
        N, H, K = q_NHK.shape
        return cls(
            device=q_NHK.device,
            num_documents=len(cu_q) - 1,
            max_q=max_q,
            max_k=max_k,
            num_queries=N,
            num_keys=len(k_NGK),
            num_heads=H,
            num_key_value_heads=k_NGK.shape[1],
            head_dim=K,
        )

    @property
    def is_square(self) -> bool:
        """Whether every key is a query too."""
        return self.max_q == self.max_k


def forward(
    q_NHK: torch.Tensor,
    k_NGK: torch.Tensor,
    v_NGK: torch.Tensor,
    cu_q: torch.Tensor,
    cu_k: torch.Tensor,
    max_q: int,
    max_k: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Causal attention inside documents, and the logarithms of the softmax's sums, fp32, NH1."""
    shape = Shape.of(q_NHK, k_NGK, cu_q, max_q, max_k)
    graph, names = _forward_graph(shape)
    mixed_NHK = torch.empty_like(q_NHK)
    log_sums = q_NHK.new_empty((shape.num_queries, shape.num_heads, 1), dtype=torch.float32)
    tensors = {"q": q_NHK, "k": k_NGK, "v": v_NGK, "o": mixed_NHK, "stats": log_sums}
    _execute(graph, names, tensors, cu_q, cu_k, shape)
    return mixed_NHK, log_sums


def backward(
    grad_NHK: torch.Tensor,
    q_NHK: torch.Tensor,
    k_NGK: torch.Tensor,
    v_NGK: torch.Tensor,
    mixed_NHK: torch.Tensor,
    log_sums: torch.Tensor,
    cu_q: torch.Tensor,
    cu_k: torch.Tensor,
    max_q: int,
    max_k: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Gradients of q, k and v."""
    shape = Shape.of(q_NHK, k_NGK, cu_q, max_q, max_k)
    graph, names = _backward_graph(shape)
    # Keys of a segment without queries may not be written.
    new = torch.empty_like if shape.is_square else torch.zeros_like
    grads = torch.empty_like(q_NHK), new(k_NGK), new(v_NGK)
    tensors = {"q": q_NHK, "k": k_NGK, "v": v_NGK, "o": mixed_NHK, "do": grad_NHK, "stats": log_sums}
    _execute(graph, names, tensors | dict(zip(("dq", "dk", "dv"), grads, strict=True)), cu_q, cu_k, shape)
    return grads


def _execute(graph: Any, names: dict[str, Any], tensors: dict[str, Any], cu_q: Any, cu_k: Any, shape: Shape) -> None:
    import cudnn  # type: ignore[import-not-found,import-untyped,unused-ignore]

    width = shape.head_dim
    offsets = {
        "num_queries": cu_q.diff(),
        "num_keys": cu_k.diff(),
        "by_query": cu_q * (shape.num_heads * width),
        "by_key": cu_k * (shape.num_key_value_heads * width),
        "by_head": cu_q * shape.num_heads,
    }
    handle = _handle(shape.device)
    cudnn.set_stream(handle=handle, stream=torch.cuda.current_stream(shape.device).cuda_stream)
    workspace = torch.empty(graph.get_workspace_size(), device=shape.device, dtype=torch.uint8)
    graph.execute({names[name]: tensor for name, tensor in (tensors | offsets).items()}, workspace, handle=handle)


@cache
def _handle(device: torch.device) -> Any:
    import cudnn  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with torch.cuda.device(device):
        return cudnn.create_handle()


class _Builder:
    """The tensors that both graphs have: documents of at most max_k tokens, packed end to end."""

    def __init__(self, shape: Shape) -> None:
        import cudnn  # type: ignore[import-not-found,import-untyped,unused-ignore]

        self.cudnn, self.shape = cudnn, shape
        self.graph = cudnn.pygraph(
            io_data_type=cudnn.data_type.BFLOAT16,
            intermediate_data_type=cudnn.data_type.FLOAT,
            compute_data_type=cudnn.data_type.FLOAT,
            handle=_handle(shape.device),
        )
        self.names = {name: self._integers(name, shape.num_documents) for name in ("num_queries", "num_keys")}
        for name in ("by_query", "by_key", "by_head"):
            self.names[name] = self._integers(name, shape.num_documents + 1)
        self.options = {
            "attn_scale": shape.head_dim**-0.5,
            "use_causal_mask" if shape.is_square else "use_causal_mask_bottom_right": True,
            "use_padding_mask": True,
            "seq_len_q": self.names["num_queries"],
            "seq_len_kv": self.names["num_keys"],
        }

    def _integers(self, name: str, count: int) -> Any:
        return self.graph.tensor(name=name, dim=[count, 1, 1, 1], stride=[1, 1, 1, 1], data_type=self.cudnn.data_type.INT32)

    def _layout(self, by: str) -> tuple[list[int], list[int]]:
        """Dimensions and strides of a packed tensor as cuDNN sees it: documents, heads, tokens, head dimension."""
        s = self.shape
        length, heads, width = {
            "by_query": (s.max_q, s.num_heads, s.head_dim),
            "by_key": (s.max_k, s.num_key_value_heads, s.head_dim),
            "by_head": (s.max_q, s.num_heads, 1),
        }[by]
        return [s.num_documents, heads, length, width], [length * heads * width, width, heads * width, 1]

    def input(self, name: str, by: str) -> Any:
        dim, stride = self._layout(by)
        kind = self.cudnn.data_type.FLOAT if by == "by_head" else self.cudnn.data_type.BFLOAT16
        self.names[name] = self.graph.tensor(name=name, dim=dim, stride=stride, data_type=kind)
        self.names[name].set_ragged_offset(self.names[by])
        return self.names[name]

    def output(self, name: str, tensor: Any, by: str) -> None:
        dim, stride = self._layout(by)
        kind = self.cudnn.data_type.FLOAT if by == "by_head" else self.cudnn.data_type.BFLOAT16
        tensor.set_output(True).set_dim(dim).set_stride(stride).set_data_type(kind)
        tensor.set_ragged_offset(self.names[by])
        self.names[name] = tensor

    def build(self) -> tuple[Any, dict[str, Any]]:
        self.graph.validate()
        self.graph.build_operation_graph()
        self.graph.create_execution_plans([self.cudnn.heur_mode.A, self.cudnn.heur_mode.FALLBACK])
        self.graph.check_support()
        self.graph.build_plans()
        return self.graph, self.names


@cache
def _forward_graph(shape: Shape) -> tuple[Any, dict[str, Any]]:
    builder = _Builder(shape)
    q, k, v = builder.input("q", "by_query"), builder.input("k", "by_key"), builder.input("v", "by_key")
    mixed, stats = builder.graph.sdpa(name="sdpa", q=q, k=k, v=v, generate_stats=True, **builder.options)
    builder.output("o", mixed, "by_query")
    builder.output("stats", stats, "by_head")
    return builder.build()


@cache
def _backward_graph(shape: Shape) -> tuple[Any, dict[str, Any]]:
    builder = _Builder(shape)
    inputs = {name: builder.input(name, "by_key" if name in "kv" else "by_query") for name in ("q", "k", "v", "o", "do")}
    grads = builder.graph.sdpa_backward(
        name="sdpa_backward",
        q=inputs["q"],
        k=inputs["k"],
        v=inputs["v"],
        o=inputs["o"],
        dO=inputs["do"],
        stats=builder.input("stats", "by_head"),
        # Else the workspace would be for num_documents * max_k tokens.
        max_total_seq_len_q=shape.num_queries,
        max_total_seq_len_kv=shape.num_keys,
        **builder.options,
    )
    for name, grad, by in zip(("dq", "dk", "dv"), grads, ("by_query", "by_key", "by_key"), strict=True):
        builder.output(name, grad, by)
    return builder.build()
