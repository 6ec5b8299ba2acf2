// SPDX-License-Identifier: GPL-2.0-only
// The functions that a freestanding compiler calls by itself. String instructions on words: under
// TCG those on bytes are ten times slower.
#include <cstddef>
#include <cstdint>

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, size_t bytes) {
    void* out = to;
    size_t words = bytes / 8;
    size_t rest = bytes % 8;
    asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)::"memory");
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest)::"memory");
    return out;
}

void* memset(void* to, int value, size_t bytes) {
    void* out = to;
    const uint64_t pattern = 0x0101010101010101u * static_cast<uint8_t>(value);
    size_t words = bytes / 8;
    size_t rest = bytes % 8;
    asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(pattern) : "memory");
    asm volatile("rep stosb" : "+D"(to), "+c"(rest) : "a"(pattern) : "memory");
    return out;
}

void* memmove(void* to, const void* from, size_t bytes) {
    auto* out = static_cast<unsigned char*>(to);
    const auto* in = static_cast<const unsigned char*>(from);
    if (out <= in) return memcpy(to, from, bytes);
    while (bytes-- != 0) {
        out[bytes] = in[bytes];
        asm volatile("" ::: "memory");  // or the compiler makes this a call of memmove
    }
    return to;
}

int memcmp(const void* left, const void* right, size_t bytes) {
    const auto* a = static_cast<const unsigned char*>(left);
    const auto* b = static_cast<const unsigned char*>(right);
    for (size_t i = 0; i < bytes; ++i) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length] != '\0') {
        ++length;
        asm volatile("" ::: "memory");  // or the compiler makes this a call of strlen
    }
    return length;
}

}  // extern "C"
