// SPDX-License-Identifier: GPL-2.0-only
// What NtQueryKey, NtEnumerateKey, NtQueryValueKey and NtEnumerateValueKey answer, written to kernel
// memory. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/types/cm.h"
#include "kernel/cm/store.hpp"

namespace rsl::cm {

/// An answer of `bytes` in all, of which the first `fixed` are the least that makes sense.
struct Answer {
    uint32_t fixed = 0;
    uint32_t bytes = 0;
};
/// The status that a caller with room for `room` bytes gets: STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL,
/// STATUS_BUFFER_OVERFLOW (as much as fits is written).
int32_t status_for(const Answer& answer, uint32_t room);

/// Writes what fits of an answer; nothing when not even the fixed part does. `path` is for
/// KeyNameInformation. kInvalidParameter: no such class.
Result<Answer> describe_key(const Key& key, KEY_INFORMATION_CLASS what, std::u16string_view path,
                            std::span<std::byte> out);
Result<Answer> describe_value(const Value& value, KEY_VALUE_INFORMATION_CLASS what,
                              std::span<std::byte> out);

}  // namespace rsl::cm
