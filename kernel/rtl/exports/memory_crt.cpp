// SPDX-License-Identifier: GPL-2.0-only
// memcpy and its family: drivers import them, and the compiler calls them from every kernel object.
// In the VM only; the host has its C library's. IRQL any, on resident memory.
//   Source  learn.microsoft.com/cpp/c-runtime-library/reference/memcpy-wmemcpy and siblings
//
// Up to 32 bytes without a loop, by words from both ends that may overlap: under TCG each turn of a loop costs as much
// as several words, and so do the registers that more words would take. Then plain loops, and long runs of words for large blocks
// (arch/x64/memory.S); SSE registers belong to the interrupted thread. -ffreestanding keeps the compiler from turning these loops into calls of themselves.
#include <cstddef>
#include <cstdint>

#include "abi/functions/export.h"

extern "C" void rsl_copy_qwords(void* destination, const void* source, size_t count);
extern "C" void rsl_fill_qwords(void* destination, uint64_t pattern, size_t count);

namespace {

using Byte = unsigned char;
using Word __attribute__((aligned(1), may_alias)) = uint64_t;
constexpr size_t kLongRunFrom = 512;

template <typename Unit>
Unit load(const Byte* from) {
    using Place __attribute__((aligned(1), may_alias)) = Unit;
    return *reinterpret_cast<const Place*>(from);
}
template <typename Unit>
void store(Byte* to, Unit value) {
    using Place __attribute__((aligned(1), may_alias)) = Unit;
    *reinterpret_cast<Place*>(to) = value;
}

/// Everything is read before anything is written: the blocks may overlap in any way.
template <typename Unit>
void copy_both_ends(Byte* to, const Byte* from, size_t bytes) {
    const Unit first = load<Unit>(from), last = load<Unit>(from + bytes - sizeof(Unit));
    store(to, first), store(to + bytes - sizeof(Unit), last);
}
void copy_at_most_16(Byte* to, const Byte* from, size_t bytes) {
    if (bytes >= 8) return copy_both_ends<uint64_t>(to, from, bytes);
    if (bytes >= 4) return copy_both_ends<uint32_t>(to, from, bytes);
    if (bytes >= 2) return copy_both_ends<uint16_t>(to, from, bytes);
    if (bytes != 0) *to = *from;
}
void copy_at_most_32(Byte* to, const Byte* from, size_t bytes) {
    if (bytes <= 16) return copy_at_most_16(to, from, bytes);
    const Byte* const end = from + bytes;
    const uint64_t a = load<uint64_t>(from), b = load<uint64_t>(from + 8);
    const uint64_t c = load<uint64_t>(end - 16), d = load<uint64_t>(end - 8);
    store(to, a), store(to + 8, b), store(to + bytes - 16, c), store(to + bytes - 8, d);
}

void copy_32(Byte* to, const Byte* from) {
    const uint64_t a = load<uint64_t>(from), b = load<uint64_t>(from + 8);
    const uint64_t c = load<uint64_t>(from + 16), d = load<uint64_t>(from + 24);
    store(to, a), store(to + 8, b), store(to + 16, c), store(to + 24, d);
}

/// Blocks that do not overlap, or with the target before the source.
void copy_forward(Byte* to, const Byte* from, size_t bytes) {
    if (bytes >= kLongRunFrom) {
        const size_t whole = bytes & ~size_t{7};
        rsl_copy_qwords(to, from, whole / 8);
        to += whole, from += whole, bytes -= whole;
    }
    for (; bytes > 32; to += 32, from += 32, bytes -= 32) copy_32(to, from);
    copy_at_most_32(to, from, bytes);
}

void copy_backward(Byte* to, const Byte* from, size_t bytes) {
    to += bytes, from += bytes;
    for (; bytes >= 8; bytes -= 8) {
        to -= 8, from -= 8;
        *reinterpret_cast<Word*>(to) = *reinterpret_cast<const Word*>(from);
    }
    for (; bytes != 0; --bytes) *--to = *--from;
}

}  // namespace

RSL_EXPORT void* memcpy(void* destination, const void* source, size_t bytes) {
    copy_forward(static_cast<Byte*>(destination), static_cast<const Byte*>(source), bytes);
    return destination;
}

RSL_EXPORT void* memmove(void* destination, const void* source, size_t bytes) {
    auto* to = static_cast<Byte*>(destination);
    auto* from = static_cast<const Byte*>(source);
    if (bytes <= 32) {
        copy_at_most_32(to, from, bytes);
        return destination;
    }
    // The difference wraps to a huge number when the target lies below: forward is right there.
    if (static_cast<size_t>(to - from) >= bytes) {
        copy_forward(to, from, bytes);
    } else {
        copy_backward(to, from, bytes);
    }
    return destination;
}

RSL_EXPORT void* memset(void* destination, int value, size_t bytes) {
    auto* to = static_cast<Byte*>(destination);
    const uint64_t pattern = static_cast<Byte>(value) * 0x0101010101010101ull;
    if (bytes >= kLongRunFrom) {
        const size_t whole = bytes & ~size_t{7};
        rsl_fill_qwords(to, pattern, whole / 8);
        to += whole, bytes -= whole;
    }
    for (; bytes >= 32; to += 32, bytes -= 32) {
        store(to, pattern), store(to + 8, pattern), store(to + 16, pattern), store(to + 24, pattern);
    }
    if (bytes >= 16) store(to, pattern), store(to + 8, pattern), store(to + bytes - 16, pattern);
    if (bytes >= 8) {
        store(to, pattern), store(to + bytes - 8, pattern);
    } else {
        for (; bytes != 0; --bytes) *to++ = static_cast<Byte>(value);
    }
    return destination;
}

RSL_EXPORT int memcmp(const void* left, const void* right, size_t bytes) {
    auto* a = static_cast<const Byte*>(left);
    auto* b = static_cast<const Byte*>(right);
    while (bytes >= 8 && *reinterpret_cast<const Word*>(a) == *reinterpret_cast<const Word*>(b)) {
        a += 8, b += 8, bytes -= 8;
    }
    for (; bytes != 0; --bytes, ++a, ++b) {
        if (*a != *b) return *a < *b ? -1 : 1;
    }
    return 0;
}

RSL_EXPORT void* memchr(const void* memory, int value, size_t bytes) {
    for (auto* at = static_cast<const Byte*>(memory); bytes != 0; ++at, --bytes) {
        if (*at == static_cast<Byte>(value)) return const_cast<Byte*>(at);
    }
    return nullptr;
}
