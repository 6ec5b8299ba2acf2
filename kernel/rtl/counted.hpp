// SPDX-License-Identifier: GPL-2.0-only
// NT's counted strings, narrow and wide, as views; and how a result string gets its buffer. For the
// string exports.
#pragma once

#include <cstdint>
#include <string_view>

#include "abi/types/basic.h"
#include "abi/types/status.h"
#include "kernel/mm/pool.hpp"

namespace rsl::rtl {

inline constexpr mm::PoolTag kStringTag = mm::pool_tag("Strg");  // the tag that NT's strings have

inline std::u16string_view view(const UNICODE_STRING& text) { return {text.Buffer, text.Length / sizeof(WCHAR)}; }
inline std::string_view view(const STRING& text) { return {text.Buffer, text.Length}; }

/// The two structures differ in their characters only.
template <typename String>
struct CharOf;
template <>
struct CharOf<UNICODE_STRING> {
    using Type = char16_t;
};
template <>
struct CharOf<STRING> {
    using Type = char;
};

/// A terminator behind the text, if the buffer has room for one.
template <typename String>
void terminate_if_room(String& text) {
    using Char = typename CharOf<String>::Type;
    if (text.MaximumLength >= text.Length + sizeof(Char)) text.Buffer[text.Length / sizeof(Char)] = 0;
}

/// Where a conversion's `bytes` of text go: a new buffer with room for a terminator, or the caller's.
/// STATUS_NO_MEMORY, STATUS_BUFFER_OVERFLOW (the caller's is too small), STATUS_INVALID_PARAMETER_2
/// (more than a counted string can hold).
enum class Buffer : uint8_t { kCallers, kAllocate };
enum class Terminator : uint8_t { kNone, kRequired };
template <typename String>
NTSTATUS prepare(String& text, uint64_t bytes, Buffer buffer, Terminator terminator = Terminator::kRequired) {
    using Char = typename CharOf<String>::Type;
    const uint64_t needed = bytes + (terminator == Terminator::kRequired ? sizeof(Char) : 0);
    if (needed > MAXUSHORT) return STATUS_INVALID_PARAMETER_2;
    if (buffer == Buffer::kAllocate) {
        text.Buffer = static_cast<Char*>(mm::allocate(needed != 0 ? needed : sizeof(Char), kStringTag));
        if (text.Buffer == nullptr) return STATUS_NO_MEMORY;
        text.MaximumLength = static_cast<USHORT>(needed);
    } else if (needed > text.MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    text.Length = static_cast<USHORT>(bytes);
    if (terminator == Terminator::kRequired) text.Buffer[bytes / sizeof(Char)] = 0;
    return STATUS_SUCCESS;
}

inline Buffer buffer_of(BOOLEAN allocate) { return allocate ? Buffer::kAllocate : Buffer::kCallers; }

}  // namespace rsl::rtl
