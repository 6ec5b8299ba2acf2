// SPDX-License-Identifier: GPL-2.0-only
// Arguments and results of Nt routines that lie in the caller's memory. For a user-mode caller every
// access is checked and cannot fault; for a kernel caller it is a plain access, as in NT.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "base/core/result.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::ps {

inline Result<void> copy_in(void* destination, const void* source, size_t bytes,
                            KPROCESSOR_MODE mode) {
    if (mode != KernelMode) return rtl::copy_from_user(destination, source, bytes);
    std::memcpy(destination, source, bytes);
    return {};
}
inline Result<void> copy_out(void* destination, const void* source, size_t bytes,
                             KPROCESSOR_MODE mode) {
    if (mode != KernelMode) return rtl::copy_to_user(destination, source, bytes);
    std::memcpy(destination, source, bytes);
    return {};
}

template <typename T>
    requires std::is_trivially_copyable_v<T>
Result<T> read_in(const T* source, KPROCESSOR_MODE mode) {
    T value;
    RSL_TRY(copy_in(&value, source, sizeof(T), mode));
    return value;
}
template <typename T>
    requires std::is_trivially_copyable_v<T>
Result<void> write_out(T* destination, const std::type_identity_t<T>& value, KPROCESSOR_MODE mode) {
    return copy_out(destination, &value, sizeof(T), mode);
}

}  // namespace rsl::ps
