// SPDX-License-Identifier: GPL-2.0-only
// Numbers and GUIDs as text.
//   Source  learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case)
#include "kernel/rtl/number.hpp"

#include <cstring>

#include "abi/functions/rtl_string.h"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/counted.hpp"

namespace {

using rsl::rtl::Letters;
using rsl::rtl::view;

/// 0 means 10; what is left must be one of the four that NT knows. 0: it is none.
unsigned output_base(ULONG base) {
    if (base == 0) return 10;
    return base == 2 || base == 8 || base == 10 || base == 16 ? base : 0;
}

struct Prefixed {
    unsigned base;
    size_t start;  // behind white space, sign and prefix
    bool negative;
};

/// Skips white space and a sign; with base 0 a prefix (0x, 0o, 0b) says the base. Base 0: not a base.
template <typename Char>
Prefixed read_prefix(const Char* text, size_t length, ULONG base) {
    size_t at = 0;
    while (at < length && text[at] != 0 && text[at] <= ' ') ++at;
    bool negative = false;
    if (at < length && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
    if (base != 0) return {output_base(base), at, negative};
    if (length - at >= 2 && text[at] == '0') {
        const unsigned found = text[at + 1] == 'x' ? 16 : text[at + 1] == 'o' ? 8 : text[at + 1] == 'b' ? 2 : 0;
        if (found != 0) return {found, at + 2, negative};
    }
    return {10, at, negative};
}

template <typename Char>
NTSTATUS to_integer(const Char* text, size_t length, ULONG base, uint64_t& value, size_t* end = nullptr) {
    const Prefixed prefix = read_prefix(text, length, base);
    if (prefix.base == 0) return STATUS_INVALID_PARAMETER;
    uint64_t number = 0;
    size_t at = prefix.start;
    for (; at < length; ++at) {
        const unsigned digit = rsl::rtl::digit_value(static_cast<char32_t>(text[at]));
        if (digit >= prefix.base) break;
        number = number * prefix.base + digit;
    }
    value = prefix.negative ? 0 - number : number;
    if (end != nullptr) *end = at;
    return STATUS_SUCCESS;
}

NTSTATUS from_integer(uint64_t value, ULONG base, UNICODE_STRING& text) {
    const unsigned used_base = output_base(base);
    if (used_base == 0) return STATUS_INVALID_PARAMETER;
    char16_t digits[65];
    const size_t bytes = rsl::rtl::write_digits(value, used_base, Letters::kUpper, digits) * sizeof(WCHAR);
    if (bytes > text.MaximumLength) return STATUS_BUFFER_OVERFLOW;
    std::memcpy(text.Buffer, digits, bytes);
    text.Length = static_cast<USHORT>(bytes);
    rsl::rtl::terminate_if_room(text);
    return STATUS_SUCCESS;
}

constexpr std::u16string_view kGuidForm = u"{00000000-0000-0000-0000-000000000000}";
constexpr uint8_t kGuidBytes[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};  // as written, in memory

}  // namespace

/// RtlIntegerToUnicodeString, RtlInt64ToUnicodeString write a number in base 2, 8, 10 (or 0) or 16.
///   IRQL     PASSIVE_LEVEL as documented; any in fact
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String) {
    return from_integer(Value, Base, *String);
}
RSL_EXPORT NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String) {
    return from_integer(Value, Base, *String);
}

/// RtlIntegerToChar writes a number, terminated if there is room; a negative length means "right-aligned
/// in that many characters, zeros in front".
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, LONG OutputLength, PCHAR String) {
    const unsigned used_base = output_base(Base);
    if (used_base == 0) return STATUS_INVALID_PARAMETER;
    char digits[65];
    const size_t count = rsl::rtl::write_digits(Value, used_base, Letters::kUpper, digits);
    const bool padded = OutputLength < 0;
    const size_t room = static_cast<size_t>(padded ? -static_cast<int64_t>(OutputLength) : OutputLength);
    if (count > room) return STATUS_BUFFER_OVERFLOW;
    const size_t zeros = padded ? room - count : 0;
    std::memset(String, '0', zeros);
    std::memcpy(String + zeros, digits, count);
    if (!padded && count < room) String[count] = '\0';
    return STATUS_SUCCESS;
}

/// RtlUnicodeStringToInteger, RtlUnicodeStringToInt64, RtlCharToInteger read a number: white space, a
/// sign, with base 0 a prefix, then digits up to the first character that is none.
///   IRQL     PASSIVE_LEVEL as documented; any in fact
///   Returns  STATUS_SUCCESS (0 without a digit), STATUS_INVALID_PARAMETER (empty string, bad base)
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value) {
    if (String->Length < sizeof(WCHAR)) {
        *Value = 0;
        return STATUS_INVALID_PARAMETER;
    }
    uint64_t number = 0;
    const NTSTATUS status = to_integer(String->Buffer, view(*String).size(), Base, number);
    if (status == STATUS_SUCCESS) *Value = static_cast<ULONG>(number);
    return status;
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeStringToInt64(PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
                                                  PWSTR* EndPointer) {
    if (String->Length < sizeof(WCHAR)) return STATUS_INVALID_PARAMETER;
    uint64_t number = 0;
    size_t end = 0;
    const NTSTATUS status = to_integer(String->Buffer, view(*String).size(), Base, number, &end);
    if (status != STATUS_SUCCESS) return status;
    *Number = static_cast<LONG64>(number);
    if (EndPointer != nullptr) *EndPointer = String->Buffer + end;
    return STATUS_SUCCESS;
}
RSL_EXPORT NTSTATUS NTAPI RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value) {
    uint64_t number = 0;
    const NTSTATUS status = to_integer(String, std::strlen(String), Base, number);
    if (status == STATUS_SUCCESS) *Value = static_cast<ULONG>(number);
    return status;
}

/// RtlGUIDFromString (wdm.h) reads "{00000000-0000-0000-0000-000000000000}".
///   IRQL     PASSIVE_LEVEL as documented; any in fact
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID* Guid) {
    const std::u16string_view text = view(*GuidString);
    if (text.size() < kGuidForm.size()) return STATUS_INVALID_PARAMETER;
    uint8_t bytes[16] = {};
    size_t nibble = 0;
    for (size_t i = 0; i < kGuidForm.size(); ++i) {
        if (kGuidForm[i] != u'0') {
            if (text[i] != kGuidForm[i]) return STATUS_INVALID_PARAMETER;
            continue;
        }
        const unsigned digit = rsl::rtl::digit_value(text[i]);
        if (digit >= 16) return STATUS_INVALID_PARAMETER;
        uint8_t& byte = bytes[kGuidBytes[nibble / 2]];
        byte = static_cast<uint8_t>(byte << 4 | digit);
        ++nibble;
    }
    std::memcpy(Guid, bytes, sizeof(bytes));
    return STATUS_SUCCESS;
}

/// RtlStringFromGUID (wdm.h) writes that form into a new buffer, in upper case.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MEMORY
///   Owner    the caller, until RtlFreeUnicodeString
RSL_EXPORT NTSTATUS NTAPI RtlStringFromGUID(const GUID* Guid, PUNICODE_STRING GuidString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const NTSTATUS status =
        rsl::rtl::prepare(*GuidString, kGuidForm.size() * sizeof(WCHAR), rsl::rtl::Buffer::kAllocate);
    if (status != STATUS_SUCCESS) return status;
    uint8_t bytes[16];
    std::memcpy(bytes, Guid, sizeof(bytes));
    size_t nibble = 0;
    for (size_t i = 0; i < kGuidForm.size(); ++i) {
        GuidString->Buffer[i] = kGuidForm[i];
        if (kGuidForm[i] != u'0') continue;
        const uint8_t byte = bytes[kGuidBytes[nibble / 2]];
        const unsigned digit = nibble % 2 == 0 ? byte >> 4 : byte & 15;
        GuidString->Buffer[i] = u"0123456789ABCDEF"[digit];
        ++nibble;
    }
    return STATUS_SUCCESS;
}
