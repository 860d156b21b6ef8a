"""Shingles and MinHash compiled, straight on the buffers of an Arrow string column: no Python string is ever made.

The same definition as `dedup/shingles.py` and `dedup.signatures.min_hashes`, and the same bits (tests/test_dedup_signatures.py).
A text goes through in blocks of at most 2048 bytes, each block through these loops, so that its arrays stay in the first-level
cache and memory does not depend on how long a document is:

    _read        UTF-8 to the UTF-8 of what its visible code points fold to, and flags for the class of each
    _mark        which bytes belong to a word, and which begin one; those that do not become 0
    _end_words   every word but the last, which may go on, to its hash: two loads of eight bytes, what follows the word cut off
    _shingle     hashes of `width` consecutive words, their upper halves collected
    _lower       the signature lowered to the least value of each permutation

They are loops that the compiler makes 8 to 64 lanes wide. None branches on where words end, which a processor guesses wrong every
second time; and beyond ASCII only `_read` goes character by character.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from corpus.kernels import compiler
from dedup.shingles import IS_INVISIBLE, IS_OPERATOR, IS_PREFIX, IS_WORD, SHINGLE_BASE, WORD_BASE

_BLOCK = 2048
"""Bytes per block."""
_MANY = 4096
"""Shingles collected before the signature is lowered: 16 KB, read once per permutation."""
_LANES = 64
"""Shingles are padded to a multiple of this, so that no loop over them has a remainder: four vectors of 16, unrolled."""
_PIECE = np.uint64(64)
"""Bytes that are looked at for ASCII together."""
_TOGETHER = 4
"""Words that are taken from 64 bytes without looking whether there are so many; a guess per word is wrong at each last one."""
_FEW = np.uint64(16)
"""From so many ASCII characters in a row they are not decoded one by one: one accent on a page cost as much as a paragraph."""
_RUN = np.uint64(64)
"""Bytes whose white space is looked at together."""

_ONE = np.uint64(1)
_Q = np.uint64(SHINGLE_BASE)
_P = np.uint64(WORD_BASE)
_INVISIBLE = np.uint8(IS_INVISIBLE)
_CLASSES = np.uint8(0x1F)
_CONTINUES = np.uint8(0x20)
"""Beside the class of a character, at its second byte and later ones."""

_compiled: Callable[..., Any] = compiler(Path(__file__).parent, "shingles*.py", extra="dedup", borrows=True, nogil=True)
_inlined: Callable[..., Any] = numba.njit(inline="always")


class Workspace(NamedTuple):
    """Arrays that the loops hand to each other; one for all documents of a call."""

    kinds: npt.NDArray[np.uint8]
    """Flags of a block's bytes, and one more at both ends: those of the bytes before and after it."""
    folded: npt.NDArray[np.uint8]
    begins: npt.NDArray[np.uint8]
    inside: npt.NDArray[np.uint8]
    """The folded bytes of words, 0 elsewhere."""
    places: npt.NDArray[np.uint64]
    """Where words begin in a block; in the next ones the sixteen bytes there, and whether a word may have more."""
    firsts: npt.NDArray[np.uint64]
    seconds: npt.NDArray[np.uint64]
    is_long: npt.NDArray[np.uint8]
    words: npt.NDArray[np.uint64]
    turns: npt.NDArray[np.uint64]
    """Powers of the shingles' multiplier, and of its inverse."""
    totals: npt.NDArray[np.uint64]
    uppers: npt.NDArray[np.uint32]


def workspace(width: int) -> Workspace:
    """For shingles of `width` words."""
    block = _BLOCK + 2 * _LANES  # loops go on to a multiple of _LANES, words are found some at a time
    return Workspace(
        kinds=np.zeros(block, np.uint8),
        folded=np.zeros(block, np.uint8),
        begins=np.zeros(block, np.uint8),
        inside=np.zeros(block, np.uint8),
        places=np.zeros(block, np.uint64),
        firsts=np.zeros(block, np.uint64),
        seconds=np.zeros(block, np.uint64),
        is_long=np.zeros(block, np.uint8),
        words=np.zeros(block + width, np.uint64),
        turns=_powers(SHINGLE_BASE, block + width),
        totals=np.zeros(block + width, np.uint64),
        uppers=np.zeros(_MANY + block, np.uint32),
    )


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    """base^k mod 2^64, and those of its inverse: 2 x count."""
    powers = np.empty((2, count), np.uint64)
    powers[:, 0] = 1
    powers[0, 1:], powers[1, 1:] = base, pow(base, -1, 1 << 64)
    return np.cumprod(powers, axis=1, dtype=np.uint64)


@_inlined
def _mix64(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@_inlined
def _decode(data, i):
    """The code point at byte `i` of valid UTF-8, and the byte after it."""
    lead = np.uint32(data[i])
    if lead < 0x80:
        return lead, i + np.uint64(1)
    second = np.uint32(data[i + np.uint64(1)]) & np.uint32(0x3F)
    if lead < 0xE0:
        return ((lead & np.uint32(0x1F)) << np.uint32(6)) | second, i + np.uint64(2)
    third = np.uint32(data[i + np.uint64(2)]) & np.uint32(0x3F)
    if lead < 0xF0:
        return ((lead & np.uint32(0x0F)) << np.uint32(12)) | (second << np.uint32(6)) | third, i + np.uint64(3)
    fourth = np.uint32(data[i + np.uint64(3)]) & np.uint32(0x3F)
    high = ((lead & np.uint32(0x07)) << np.uint32(18)) | (second << np.uint32(12))
    return high | (third << np.uint32(6)) | fourth, i + np.uint64(4)


@intrinsic
def _at_least(typing_context, array, first, least):
    """64 bits: bit k is set where array[first + k] >= least, all three unsigned, the array of bytes."""

    def generate(context, builder, signature, arguments):
        lanes = ir.VectorType(ir.IntType(8), 64)
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), 64), None)
        one = builder.insert_element(ir.Constant(lanes, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0))
        threshold = builder.shuffle_vector(one, ir.Constant(lanes, ir.Undefined), zeros)
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        values = builder.load(builder.bitcast(builder.gep(made.data, [arguments[1]]), lanes.as_pointer()), align=1)
        return builder.bitcast(builder.icmp_unsigned(">=", values, threshold), ir.IntType(64))

    return types.uint64(array, first, least), generate


@intrinsic
def _load(typing_context, array, first):
    """array[first : first + 8], of bytes, as a little-endian number."""

    def generate(context, builder, signature, arguments):
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        pointer = builder.gep(made.data, [arguments[1]])
        return builder.load(builder.bitcast(pointer, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(array, first), generate


@intrinsic
def _lowest(typing_context, bits):
    """Position of the lowest set bit, 64 where there is none."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(bits), generate


@intrinsic
def _count(typing_context, bits):
    """Number of set bits."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(bits), generate


@_inlined
def _padded(count):
    return (count + np.uint64(_LANES - 1)) & ~np.uint64(_LANES - 1)


@_compiled
def _read(data, i, end, table, encoded, kinds, folded, count):
    """Appends the visible code points of data[i:end] to kinds and folded until nearly full; the next byte and the new count."""
    limit = np.uint64(_BLOCK + 1) - np.uint64(2) * _PIECE  # a fold has 3 bytes for 2 at most
    while i < end and count <= limit:
        if i + _PIECE <= end:
            num_ascii = _lowest(_at_least(data, i, np.uint8(0x80)))
            if num_ascii >= _FEW:
                for k in range(_PIECE):
                    byte = data[i + k]
                    kinds[count + k] = _ascii_kind(byte)
                    folded[count + k] = np.uint8(byte + (np.uint8(32) if _is_within(byte, 65, 26) else np.uint8(0)))
                i += num_ascii
                count += num_ascii
                continue
        stop = min(i + _FEW, end)
        while i < stop:
            code, i = _decode(data, i)
            kind, letter = table[code], encoded[code]
            size = np.uint64(kind >> np.uint8(6)) + _ONE
            kind = np.uint8(kind & _CLASSES)
            for k in range(np.uint64(4)):
                kinds[count + k] = np.uint8(kind | _CONTINUES) if k > 0 else kind
                folded[count + k] = np.uint8(letter >> np.uint32(8 * k))
            count += np.uint64(0) if kind == _INVISIBLE else size
    return i, count


@_inlined
def _is_within(byte, first, number):
    return np.uint8(byte - np.uint8(first)) < np.uint8(number)


@_inlined
def _ascii_kind(byte):
    """What the table says of an ASCII character, in comparisons: the compiler makes them 64 lanes wide, but no look-ups."""
    is_letter = _is_within(byte | np.uint8(32), 97, 26) | _is_within(byte, 48, 10) | (byte == np.uint8(95))  # a-z 0-9 _
    is_operator = (
        _is_within(byte, 60, 3) | _is_within(byte, 37, 2) | (byte == np.uint8(43)) | (byte == np.uint8(94))
    )  # <=> %& + ^
    is_prefix = (byte == np.uint8(45)) | (byte == np.uint8(33))  # - !
    kind = np.uint8(IS_WORD) if is_letter else np.uint8(0)
    kind = np.uint8(IS_OPERATOR) if is_operator else kind
    return np.uint8(IS_PREFIX) if is_prefix else kind


@_compiled
def _mark(kinds, folded, count, joins, begins, inside):
    """inside[k]: folded[k + 1], or 0 outside words; begins[k] is 1 where a word does, at each character with `joins` 0."""
    for k in range(_padded(count)):
        before, here, after = kinds[k], kinds[k + _ONE], kinds[k + np.uint64(2)]
        before_is_letter = np.uint8(before | np.uint8(before >> np.uint8(1)))
        after_is_letter = np.uint8(after | np.uint8(after >> np.uint8(1)))
        prefix = np.uint8(np.uint8(here >> np.uint8(3)) & np.uint8(after_is_letter & np.uint8(~before_is_letter)))
        single = np.uint8(np.uint8(np.uint8(here >> np.uint8(1)) | np.uint8(here >> np.uint8(2))) | prefix)
        starts = np.uint8(single | np.uint8(here & np.uint8(~np.uint8(before & joins))))
        begins[k] = np.uint8(np.uint8(starts & np.uint8(~np.uint8(here >> np.uint8(5)))) & np.uint8(1))
        all_or_nothing = np.uint8(np.uint8(0) - np.uint8(np.uint8(here | single) & np.uint8(1)))
        inside[k] = np.uint8(folded[k + _ONE] & all_or_nothing)  # with an `if` AVX2 signs 202 MB/s, not 524


@_compiled
def _go_on(inside, first, end, total, power, shift):
    """The sum of a word with inside[first:end] behind it, byte by byte, and the power and shift of the byte after them."""
    for k in range(first, end):
        total += (np.uint64(inside[k]) << shift) * power
        shift += np.uint64(8)
        if shift == 64:
            shift = np.uint64(0)
            power *= _P
    return total, power, shift


@_compiled
def _long_sum(inside, first, end):
    """The sum of the word inside[first:end], eight bytes at a time."""
    total = np.uint64(0)
    power = _ONE
    for place in range(first, end, np.uint64(8)):
        beyond = np.uint64(64) - min(end - place, np.uint64(8)) * np.uint64(8)
        total += ((_load(inside, place) << beyond) >> beyond) * power
        power *= _P
    return total


@_compiled
def _end_words(begins, inside, count, total, power, shift, places, firsts, seconds, is_long, words, held):
    """Appends to words[:held] the hash of every word that another one follows; the last stays open: (held, *_go_on of it).

    A power of 0 says that there is no word yet.
    """
    for k in range(count, _padded(count)):
        begins[k] = 0
    for k in range(count, count + np.uint64(16)):
        inside[k] = 0
    number = np.uint64(0)
    for first in range(np.uint64(0), count, np.uint64(64)):
        bits = _at_least(begins, first, np.uint8(1))
        after = number + _count(bits)
        while number < after:
            for k in range(np.uint64(_TOGETHER)):
                place = first + _lowest(bits)
                places[number + k] = place
                firsts[number + k] = _load(inside, place)
                seconds[number + k] = _load(inside, place + np.uint64(8))
                bits &= bits - _ONE
            number += np.uint64(_TOGETHER)
        number = after
    if number == 0:
        total, power, shift = _go_on(inside, np.uint64(0), count, total, power, shift)
        return held, total, power, shift
    if power != 0:
        words[held] = _mix64(_go_on(inside, np.uint64(0), places[0], total, power, shift)[0])
        held += _ONE
    last = number - _ONE
    longest = np.uint64(0)
    for k in range(last):
        length = places[k + _ONE] - places[k]  # with the zeros behind it
        longest = max(longest, length)
        is_long[k] = np.uint8(length > 16)
        short = np.uint64(64) - min(length, np.uint64(8)) * np.uint64(8)
        beyond = np.uint64(64) - (min(max(length, np.uint64(9)), np.uint64(16)) - np.uint64(8)) * np.uint64(8)
        second = ((seconds[k] << beyond) >> beyond) if length > 8 else np.uint64(0)
        words[held + k] = _mix64(((firsts[k] << short) >> short) + second * _P)
    if longest > 16:
        for k in range(last, _padded(last)):
            is_long[k] = 0
        for at in range(np.uint64(0), last, np.uint64(64)):
            bits = _at_least(is_long, at, np.uint8(1))
            while bits != 0:
                k = at + _lowest(bits)
                words[held + k] = _mix64(_long_sum(inside, places[k], places[k + _ONE]))
                bits &= bits - _ONE
    total, power, shift = _go_on(inside, places[last], count, np.uint64(0), _ONE, np.uint64(0))
    return held + last, total, power, shift


@_compiled
def _shingle(words, number, width, turns, totals, uppers, filled):
    """Upper halves of the hashes of the shingles that begin at words[:number] to uppers[filled:]."""
    padded = _padded(number)
    if width == 5:  # the default: 0.6 ns a shingle, 0.9 below
        for k in range(padded):
            total = words[k + np.uint64(4)]
            total = total * _Q + words[k + np.uint64(3)]
            total = total * _Q + words[k + np.uint64(2)]
            total = total * _Q + words[k + np.uint64(1)]
            total = total * _Q + words[k]
            uppers[filled + k] = np.uint32(_mix64(total) >> np.uint64(32))
        return
    total = np.uint64(0)
    for k in range(number + width):
        totals[k] = total
        total += words[k] * turns[0, k]
    for k in range(padded):
        total = (totals[k + width] - totals[k]) * turns[1, k]
        uppers[filled + k] = np.uint32(_mix64(total) >> np.uint64(32))


@_compiled
def _lower(uppers, filled, multipliers, offsets, signature):
    """signature[i] = min(itself, multipliers[i] * x + offsets[i] mod 2^32 for x in uppers[:filled])."""
    padded = _padded(filled)
    for k in range(filled, padded):
        uppers[k] = uppers[0]
    for i in range(signature.size):
        a, b = multipliers[i], offsets[i]
        least = signature[i]
        for k in range(padded):
            least = min(least, np.uint32(a * uppers[k] + b))
        signature[i] = least


@_compiled
def _sign_text(data, start, end, width, joins, table, encoded, multipliers, offsets, space, signature):
    """Number of words and of shingles of the UTF-8 data[start:end]; fills `signature`."""
    kinds, folded, begins, inside, places, firsts, seconds, is_long, words, turns, totals, uppers = space
    signature[:] = np.uint32(0xFFFFFFFF)
    kinds[0] = 0
    read = np.uint64(1)  # bytes in `kinds`, the one before the block included
    held = filled = num_words = num_shingles = np.uint64(0)
    total = power = shift = np.uint64(0)
    i = start
    while True:
        i, read = _read(data, i, end, table, encoded, kinds, folded, read)
        is_last = i == end
        if is_last:
            kinds[read] = 0  # what follows the text separates
            read += _ONE
        count = read - np.uint64(2)
        _mark(kinds, folded, count, joins, begins, inside)
        had = held
        held, total, power, shift = _end_words(
            begins, inside, count, total, power, shift, places, firsts, seconds, is_long, words, held
        )
        kinds[0], kinds[1], folded[1] = kinds[count], kinds[count + _ONE], folded[count + _ONE]
        read = np.uint64(2)
        if is_last and power != 0:
            words[held] = _mix64(total)
            held += _ONE
        num_words += held - had
        if is_last and 0 < num_words < width:
            width = num_words
        if held >= width:
            number = held - width + _ONE
            _shingle(words, number, width, turns, totals, uppers, filled)
            filled += number
            num_shingles += number
            for k in range(width - _ONE):
                words[k] = words[number + k]
            held = width - _ONE
        if filled > 0 and (is_last or filled >= _MANY):
            _lower(uppers, filled, multipliers, offsets, signature)
            filled = np.uint64(0)
        if is_last:
            return num_words, num_shingles


@_compiled
def _collapse(data, start, end, spaces, out, position):
    """data[start:end] with every run of white space as one blank, none at the ends, to `out`; returns the place after it."""
    begin = position
    after_space = True  # blanks at the beginning go
    i = start
    while i < end:
        stop = end
        if i + _RUN + np.uint64(2) <= end:
            # A piece without runs and without spaces beyond ASCII (U+0085, 00A0, 1680, 2000-200A, 2028, 2029, 202F, 205F, 3000).
            first = data[i]
            awkward = after_space & ((first == 32) | ((first >= 9) & (first <= 13)) | ((first >= 28) & (first <= 31)))
            for k in range(_RUN):
                byte, second, third = data[i + k], data[i + k + _ONE], data[i + k + np.uint64(2)]
                space = (byte == 32) | ((byte >= 9) & (byte <= 13)) | ((byte >= 28) & (byte <= 31))
                again = (second == 32) | ((second >= 9) & (second <= 13)) | ((second >= 28) & (second <= 31))
                wide = ((byte == 0xC2) & ((second == 0x85) | (second == 0xA0))) | ((byte == 0xE1) & (second == 0x9A))
                wide |= (byte == 0xE2) & (((second == 0x80) & ((third <= 0x8A) | (third >= 0xA8))) | (second == 0x81))
                wide |= (byte == 0xE3) & (second == 0x80)
                awkward |= (space & again) | wide
                out[position + k] = np.uint8(32) if space else byte
            if not awkward:
                i += _RUN
                position += _RUN
                after_space = out[position - _ONE] == 32
                continue
            stop = i + _RUN
        while i < stop:
            byte = data[i]
            if byte < 0xC0:  # ASCII, or the rest of a character that began in the piece before
                space = byte < 0x80 and spaces[byte]
                out[position] = np.uint8(32) if space else byte
                position += np.uint64(not (space and after_space))
                after_space = space
                i += _ONE
                continue
            code, after = _decode(data, i)
            if spaces[code]:
                out[position] = 32
                position += np.uint64(not after_space)
                after_space = True
            else:
                for k in range(i, after):
                    out[position] = data[k]
                    position += _ONE
                after_space = False
            i = after
    return position - _ONE if after_space and position > begin else position


@_compiled
def sign(data, bounds, width, joins, table, encoded, spaces, multipliers, offsets, space, signatures, counts, collapsed, ends):
    """All documents of a column: document d is data[bounds[d]:bounds[d + 1]].

    Fills signatures (documents x hashes), counts (words and shingles x documents), the collapsed bytes and where each ends.
    """
    position = np.uint64(0)
    for d in range(bounds.size - 1):
        start, end = np.uint64(bounds[d]), np.uint64(bounds[d + 1])
        num_words, num_shingles = _sign_text(
            data, start, end, np.uint64(width), np.uint8(joins), table, encoded, multipliers, offsets, space, signatures[d]
        )
        counts[0, d], counts[1, d] = num_words, num_shingles
        position = _collapse(data, start, end, spaces, collapsed, position)
        ends[d + 1] = position
