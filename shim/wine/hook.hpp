// SPDX-License-Identifier: GPL-2.0-only
// The hook into a Wine process: system calls of calls.inc go through us first. What is not about a
// handle or name of ours is passed on unchanged. Installed once, before Wine's first thread; if
// anything about Wine's ntdll.so is not as expected, nothing is changed and the reason is told.
//
// Handlers run on Wine's kernel stack of the calling thread. A bad user pointer makes Wine leave
// the handler without unwinding: user memory is touched only while nothing is held
// (user_memory.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "abi/types/basic.h"
#include "base/posix/error.hpp"
#include "shim/wine/syscall_table.hpp"

namespace rsl::wine {

/// The arguments of a system call as machine words, however many it has: no Nt function has more
/// than eleven.
using Words = std::array<uint64_t, 11>;

enum class Call : uint8_t {
#define RSL_NT_CALL(name) k##name,
#include "shim/wine/calls.inc"
#undef RSL_NT_CALL
    kCount
};

/// Looks at Wine's ntdll.so (a dlopen() handle) and puts our entries into its table.
HostResult<void> install(void* ntdll);

/// What Wine itself does for the call.
NTSTATUS original(Call call, const Words& words);

/// Any function that ntdll.so exports with the convention of its system calls.
NTSTATUS call_ntdll(uint64_t function, const Words& words);
/// The same by its name; STATUS_NOT_IMPLEMENTED where this Wine has none.
NTSTATUS call_ntdll(const char* name, const Words& words);
/// Its address, or 0.
uint64_t ntdll_function(const char* name);

template <typename T>
uint64_t word(T value) {
    if constexpr (std::is_pointer_v<T>) {
        return reinterpret_cast<uint64_t>(value);
    } else {
        return static_cast<uint64_t>(value);
    }
}
template <typename T>
T pointer(uint64_t word) {
    return reinterpret_cast<T>(word);
}

#define RSL_NT_CALL(name) NTSTATUS handle_##name(const Words& words);
#include "shim/wine/calls.inc"
#undef RSL_NT_CALL

}  // namespace rsl::wine
