// SPDX-License-Identifier: GPL-2.0-only
// The program's memory. A bad address faults, and Wine answers the call with
// STATUS_ACCESS_VIOLATION without unwinding our frames: so buffers are touched here first, while no
// lock, arena memory or blocked signal is held.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abi/types/basic.h"

namespace rsl::wine {

inline constexpr size_t kPageBytes = 4096;

/// Reads a byte of every page.
inline void probe_readable(const void* memory, size_t bytes) {
    const auto* at = static_cast<const volatile char*>(memory);
    for (size_t i = 0; i < bytes; i += kPageBytes) (void)at[i];
    if (bytes != 0) (void)at[bytes - 1];
}

/// Writes every page, its contents unchanged even if others write to it meanwhile.
inline void probe_writable(void* memory, size_t bytes) {
    const auto touch = [](char* at) {
        __atomic_fetch_or(at, 0, __ATOMIC_RELAXED);
    };  // pairs with nothing: no value moves
    auto* at = static_cast<char*>(memory);
    for (size_t i = 0; i < bytes; i += kPageBytes) touch(at + i);
    if (bytes != 0) touch(at + bytes - 1);
}

/// A counted string of the program's; empty for none.
inline std::u16string_view text_of(const UNICODE_STRING* string) {
    if (string == nullptr || string->Buffer == nullptr) return {};
    return {reinterpret_cast<const char16_t*>(string->Buffer), string->Length / sizeof(char16_t)};
}

}  // namespace rsl::wine
