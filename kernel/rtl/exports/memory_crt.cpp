// SPDX-License-Identifier: GPL-2.0-only
// memcpy and its family: drivers import them, and the compiler calls them from every kernel object.
// In the VM only; the host has its C library's. IRQL any, on resident memory.
//   Source  learn.microsoft.com/cpp/c-runtime-library/reference/memcpy-wmemcpy and siblings
// copy_words.h says how they go about it. -ffreestanding keeps the compiler from turning loops into calls of themselves.
#include <cstddef>
#include <cstdint>

#include "abi/functions/export.h"
#include "kernel/rtl/copy_words.h"

extern "C" void rsl_fill_qwords(void* destination, uint64_t pattern, size_t count);

namespace {

using Byte = unsigned char;
using Word __attribute__((aligned(1), may_alias)) = uint64_t;
template <typename Unit>
void store(Byte* to, Unit value) {
    using Place __attribute__((aligned(1), may_alias)) = Unit;
    *reinterpret_cast<Place*>(to) = value;
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
    rsl_copy_forward(static_cast<Byte*>(destination), static_cast<const Byte*>(source), bytes);
    return destination;
}

RSL_EXPORT void* memmove(void* destination, const void* source, size_t bytes) {
    auto* to = static_cast<Byte*>(destination);
    auto* from = static_cast<const Byte*>(source);
    if (bytes <= 32) {
        rsl_copy_at_most_32(to, from, bytes);
        return destination;
    }
    // The difference wraps to a huge number when the target lies below: forward is right there.
    if (static_cast<size_t>(to - from) >= bytes) {
        rsl_copy_forward(to, from, bytes);
    } else {
        copy_backward(to, from, bytes);
    }
    return destination;
}

RSL_EXPORT void* memset(void* destination, int value, size_t bytes) {
    auto* to = static_cast<Byte*>(destination);
    const uint64_t pattern = static_cast<Byte>(value) * 0x0101010101010101ull;
    if (bytes >= kRslStringInstructionFrom) {
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
