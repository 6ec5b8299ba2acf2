// SPDX-License-Identifier: GPL-2.0-only
// Words in bytes at any alignment, and secrets that leave no trace. For the algorithms of this
// folder.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace rsl::cng {

using Bytes = std::span<const uint8_t>;

template <std::unsigned_integral Word>
Word load_big(const uint8_t* at) {
    Word word;
    std::memcpy(&word, at, sizeof(word));
    return sizeof(Word) == 8 ? static_cast<Word>(__builtin_bswap64(word))
                             : static_cast<Word>(__builtin_bswap32(static_cast<uint32_t>(word)));
}
template <std::unsigned_integral Word>
void store_big(uint8_t* at, Word word) {
    word = sizeof(Word) == 8 ? static_cast<Word>(__builtin_bswap64(word))
                             : static_cast<Word>(__builtin_bswap32(static_cast<uint32_t>(word)));
    std::memcpy(at, &word, sizeof(word));
}
inline uint32_t load_little32(const uint8_t* at) {
    uint32_t word;
    std::memcpy(&word, at, sizeof(word));
    return word;
}
inline void store_little32(uint8_t* at, uint32_t word) { std::memcpy(at, &word, sizeof(word)); }

/// Writes zeros that the compiler does not leave out.
inline void wipe(void* at, size_t bytes) {
    std::memset(at, 0, bytes);
    __asm__ volatile("" : : "r"(at) : "memory");
}

/// Compares secrets: the time does not tell where they differ.
inline bool equal_secrets(const uint8_t* a, const uint8_t* b, size_t bytes) {
    uint32_t different = 0;
    for (size_t i = 0; i < bytes; ++i) different |= static_cast<uint32_t>(a[i] ^ b[i]);
    return different == 0;
}

}  // namespace rsl::cng
