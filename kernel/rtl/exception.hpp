// SPDX-License-Identifier: GPL-2.0-only
// Structured exceptions for the kernel's own code: raising, dispatching, catching, safe copies.
// NT's RtlRaiseException, RtlUnwindEx, __C_specific_handler and kin are in exports/. How a fault
// finds its handler: docs/nt/exceptions.md.
//
// The kernel is compiled without C++ exceptions: a caught exception runs no destructor of the frames
// it leaves. Code under guarded() therefore owns nothing: no locks, no Ref, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "abi/types/exception.h"
#include "base/core/result.hpp"

extern "C" {
// arch/x64/guarded.S: what the functions below are made of. 0, or the code of the exception.
int32_t rsl_seh_copy(void* destination, const void* source, size_t bytes);   // by words: for few bytes
int32_t rsl_seh_touch(void* memory, size_t bytes);  // bytes > 0
}

namespace rsl::rtl {

/// Finds and runs the handler of an exception. Called by the trap path with the registers at the
/// fault. True: continue at `context`, which a filter may have changed. False: nobody handled it; the
/// caller bug checks. Does not return at all when a handler takes over. Runs at the IRQL of the fault
/// on the faulting stack; needs about 4 KB of it. Interrupts are as they were at the fault.
bool dispatch_exception(EXCEPTION_RECORD& record, CONTEXT& context);

/// Raises `status` as a noncontinuable exception whose address is the caller of the caller (what
/// ExRaiseStatus does for a driver). Bug check KMODE_EXCEPTION_NOT_HANDLED if nobody catches it.
[[noreturn]] void raise_status(int32_t status);
/// Fills a record for a fault at `address`: STATUS_ACCESS_VIOLATION with NT's two parameters.
void make_access_violation(EXCEPTION_RECORD& record, uint64_t pc, uint64_t address, bool write,
                           bool execute);

/// Calls function(context). Its result, or the code of the exception that ended it; `caught` then
/// gets the record if not nullptr. Any exception is caught, breakpoints too.
int32_t seh_invoke(int32_t (*function)(void*), void* context, EXCEPTION_RECORD* caught = nullptr);

/// What ended in `code`, as seh_invoke() gives it. A driver may raise a warning or informational code: here it is a failure.
inline Result<void> result_of_guarded(int32_t code) {
    const Status status{code};
    if (status == Status::kSuccess) [[likely]] return {};
    return status.failed() ? status : Status{Status::kUnsuccessful};
}

/// Runs `body` and turns an exception in it into its failed Status. Body: () -> void, or
/// () -> Result<void>. See the note on destructors above.
template <typename Body>
Result<void> guarded(Body&& body) {
    auto trampoline = [](void* opaque) -> int32_t {
        auto& function = *static_cast<std::remove_reference_t<Body>*>(opaque);
        if constexpr (std::is_void_v<decltype(function())>) {
            function();
            return 0;
        } else {
            return function().status().nt();
        }
    };
    return result_of_guarded(seh_invoke(trampoline, &body));
}

/// MmUserProbeAddress: user memory ends 64 KB below the half of the address space.
inline constexpr uint64_t kUserProbeAddress = 0x00007FFFFFFF0000;
/// Whether [address, address + bytes) lies below it. Says nothing of mappings.
inline bool is_user_range(const void* address, size_t bytes) {
    const auto begin = reinterpret_cast<uint64_t>(address);
    return begin <= kUserProbeAddress && bytes <= kUserProbeAddress - begin;
}

/// copy_guarded() of much.
inline constexpr size_t kMuch = 512;
Result<void> copy_much_guarded(void* destination, const void* source, size_t bytes);
/// Copies between any addresses, kernel or user, that may not be there, change meanwhile or go away. IRQL <= APC_LEVEL where
/// they may be paged in.
inline Result<void> copy_guarded(void* destination, const void* source, size_t bytes) {
    if (bytes >= kMuch) return copy_much_guarded(destination, source, bytes);
    return result_of_guarded(rsl_seh_copy(destination, source, bytes));
}
/// Reads and writes back a byte of each page: faults now rather than later.
inline Result<void> touch_guarded(void* memory, size_t bytes) {
    if (bytes == 0) return {};
    return result_of_guarded(rsl_seh_touch(memory, bytes));
}
/// The same from or to memory of the current process: kAccessViolation when the range is not user memory or not accessible.
inline Result<void> copy_from_user(void* destination, const void* user_source, size_t bytes) {
    if (!is_user_range(user_source, bytes)) return Status::kAccessViolation;
    return copy_guarded(destination, user_source, bytes);
}
inline Result<void> copy_to_user(void* user_destination, const void* source, size_t bytes) {
    if (!is_user_range(user_destination, bytes)) return Status::kAccessViolation;
    return copy_guarded(user_destination, source, bytes);
}

/// Reads one T from user memory.
template <typename T>
    requires std::is_trivially_copyable_v<T>
Result<T> read_user(const T* user_source) {
    T value;
    RSL_TRY(copy_from_user(&value, user_source, sizeof(T)));
    return value;
}

/// Return addresses from `context` on, the program counter first; returns how many. Stops at a frame
/// that cannot be unwound. Any IRQL; never faults on a broken stack.
size_t walk_stack(const CONTEXT& context, std::span<uint64_t> out);
/// The same from the caller on.
size_t walk_own_stack(std::span<uint64_t> out);

}  // namespace rsl::rtl
