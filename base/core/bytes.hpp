// SPDX-License-Identifier: GPL-2.0-only
// Arithmetic and raw-memory reads that cannot overflow or misalign. For bytes from peers and files.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace rsl {

/// `value` rounded up to a multiple of `alignment`, a power of two. Wraps on overflow.
template <std::unsigned_integral T>
constexpr T align_up(T value, T alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}
template <std::unsigned_integral T>
constexpr T align_down(T value, T alignment) {
    return value & ~(alignment - 1);
}
template <std::unsigned_integral T>
constexpr bool is_aligned(T value, T alignment) {
    return (value & (alignment - 1)) == 0;
}

/// a + b, or nothing if it does not fit.
template <std::unsigned_integral T>
constexpr std::optional<T> checked_add(T a, T b) {
    T sum;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}
template <std::unsigned_integral T>
constexpr std::optional<T> checked_mul(T a, T b) {
    T product;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

/// Whether [offset, offset + length) lies inside `size` bytes.
constexpr bool in_bounds(uint64_t offset, uint64_t length, uint64_t size) {
    return offset <= size && length <= size - offset;
}

/// Reads a T at any alignment, or nothing when it does not fit.
template <typename T>
    requires std::is_trivially_copyable_v<T>
std::optional<T> read_at(std::span<const std::byte> bytes, uint64_t offset) {
    if (!in_bounds(offset, sizeof(T), bytes.size())) return std::nullopt;
    T value;
    __builtin_memcpy(&value, bytes.data() + offset, sizeof(T));  // no call, in the guest either
    return value;
}

}  // namespace rsl
