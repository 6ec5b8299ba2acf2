// SPDX-License-Identifier: GPL-2.0-only
// Comparing counted strings, and their case.
//   Source  learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case), or ntifs
#include "abi/functions/rtl_string.h"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/unicode.hpp"

namespace {

using rsl::rtl::CaseRule;
using rsl::rtl::view;

CaseRule rule_of(BOOLEAN ignore_case) { return ignore_case ? CaseRule::kIgnore : CaseRule::kExact; }

/// Narrow strings compare in the ANSI code page.
char upper_ansi(char c) {
    const char16_t wide = rsl::rtl::ansi_to_unicode(c);
    const char16_t up = rsl::rtl::upcase(wide);
    const char back = rsl::rtl::unicode_to_ansi(up);
    return back == '?' && up != u'?' ? c : back;
}
LONG compare_narrow(std::string_view a, std::string_view b, BOOLEAN ignore_case) {
    const size_t common = a.size() < b.size() ? a.size() : b.size();
    for (size_t i = 0; i < common; ++i) {
        const auto left = static_cast<uint8_t>(ignore_case ? upper_ansi(a[i]) : a[i]);
        const auto right = static_cast<uint8_t>(ignore_case ? upper_ansi(b[i]) : b[i]);
        if (left != right) return left - right;
    }
    return static_cast<LONG>(a.size()) - static_cast<LONG>(b.size());
}

NTSTATUS map_case(UNICODE_STRING& to, const UNICODE_STRING& from, BOOLEAN allocate, char16_t (*map)(char16_t)) {
    const std::u16string_view source = view(from);  // may be the same buffer
    const NTSTATUS status =
        rsl::rtl::prepare(to, from.Length, rsl::rtl::buffer_of(allocate), rsl::rtl::Terminator::kNone);
    if (status != STATUS_SUCCESS) return status;
    for (size_t i = 0; i < source.size(); ++i) to.Buffer[i] = map(source[i]);
    return STATUS_SUCCESS;
}

}  // namespace

/// RtlCompareUnicodeString and kin order strings by their units; with CaseInSensitive, upper-cased.
///   IRQL     PASSIVE_LEVEL as documented; any in fact
///   Returns  less than zero, zero, more than zero
///   Differs  nothing known
RSL_EXPORT LONG NTAPI RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                              BOOLEAN CaseInSensitive) {
    return rsl::rtl::compare(view(*String1), view(*String2), rule_of(CaseInSensitive));
}
RSL_EXPORT LONG NTAPI RtlCompareUnicodeStrings(PCWCH String1, SIZE_T String1Length, PCWCH String2,
                                               SIZE_T String2Length, BOOLEAN CaseInSensitive) {
    return rsl::rtl::compare({String1, String1Length}, {String2, String2Length}, rule_of(CaseInSensitive));
}
RSL_EXPORT LONG NTAPI RtlCompareString(const STRING* String1, const STRING* String2, BOOLEAN CaseInSensitive) {
    return compare_narrow(view(*String1), view(*String2), CaseInSensitive);
}
RSL_EXPORT BOOLEAN NTAPI RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                               BOOLEAN CaseInSensitive) {
    if (String1->Length != String2->Length) return FALSE;
    return rsl::rtl::compare(view(*String1), view(*String2), rule_of(CaseInSensitive)) == 0;
}
RSL_EXPORT BOOLEAN NTAPI RtlEqualString(const STRING* String1, const STRING* String2, BOOLEAN CaseInSensitive) {
    return compare_narrow(view(*String1), view(*String2), CaseInSensitive) == 0;
}

/// RtlPrefixUnicodeString, RtlPrefixString: whether String2 begins with String1; RtlSuffix...: ends.
///   IRQL     any, on resident memory
RSL_EXPORT BOOLEAN NTAPI RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                                BOOLEAN CaseInSensitive) {
    return rsl::rtl::starts_with(view(*String2), view(*String1), rule_of(CaseInSensitive));
}
RSL_EXPORT BOOLEAN NTAPI RtlPrefixString(const STRING* String1, const STRING* String2, BOOLEAN CaseInSensitive) {
    const std::string_view prefix = view(*String1), text = view(*String2);
    return prefix.size() <= text.size() &&
           compare_narrow(prefix, text.substr(0, prefix.size()), CaseInSensitive) == 0;
}
RSL_EXPORT BOOLEAN NTAPI RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                                BOOLEAN CaseInSensitive) {
    const std::u16string_view suffix = view(*String1), text = view(*String2);
    return suffix.size() <= text.size() &&
           rsl::rtl::compare(suffix, text.substr(text.size() - suffix.size()), rule_of(CaseInSensitive)) == 0;
}

/// RtlUpcaseUnicodeChar, RtlDowncaseUnicodeChar, RtlUpperChar map one character.
///   IRQL     any
///   Differs  the table is Unicode's simple mapping, where one unit maps to one and back
RSL_EXPORT WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR SourceCharacter) { return rsl::rtl::upcase(SourceCharacter); }
RSL_EXPORT WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR SourceCharacter) { return rsl::rtl::downcase(SourceCharacter); }
RSL_EXPORT CHAR NTAPI RtlUpperChar(CHAR Character) { return upper_ansi(Character); }

/// RtlUpperString (ntifs.h) copies what fits, in upper case.
///   IRQL     any, on resident memory
RSL_EXPORT VOID NTAPI RtlUpperString(PSTRING DestinationString, const STRING* SourceString) {
    const USHORT length = SourceString->Length < DestinationString->MaximumLength ? SourceString->Length
                                                                                 : DestinationString->MaximumLength;
    for (USHORT i = 0; i < length; ++i) DestinationString->Buffer[i] = upper_ansi(SourceString->Buffer[i]);
    DestinationString->Length = length;
}

/// RtlUpcaseUnicodeString, RtlDowncaseUnicodeString map a whole string.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_NO_MEMORY
///   Owner    an allocated buffer is the caller's, until RtlFreeUnicodeString
///   Differs  as RtlUpcaseUnicodeChar
RSL_EXPORT NTSTATUS NTAPI RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                                 BOOLEAN AllocateDestinationString) {
    return map_case(*DestinationString, *SourceString, AllocateDestinationString, rsl::rtl::upcase);
}
RSL_EXPORT NTSTATUS NTAPI RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                                   BOOLEAN AllocateDestinationString) {
    return map_case(*DestinationString, *SourceString, AllocateDestinationString, rsl::rtl::downcase);
}

/// RtlHashUnicodeString (wdm.h) hashes a string with x65599: hash * 65599 + unit.
///   IRQL     PASSIVE_LEVEL as documented; any in fact
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm,
                                               PULONG HashValue) {
    constexpr ULONG kDefault = 0, kX65599 = 1;
    if (String == nullptr || HashValue == nullptr || (HashAlgorithm != kDefault && HashAlgorithm != kX65599)) {
        return STATUS_INVALID_PARAMETER;
    }
    ULONG hash = 0;
    for (const char16_t unit : view(*String)) {
        hash = hash * 65599u + (CaseInSensitive ? rsl::rtl::upcase(unit) : unit);
    }
    *HashValue = hash;
    return STATUS_SUCCESS;
}
