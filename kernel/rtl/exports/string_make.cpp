// SPDX-License-Identifier: GPL-2.0-only
// Making, copying, appending, duplicating and freeing counted strings.
//   Source  learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case), or ntifs
#include <cstring>

#include "abi/functions/rtl_string.h"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/unicode.hpp"

namespace {

using rsl::rtl::Buffer;
using rsl::rtl::CharOf;

template <typename Char>
size_t length_of(const Char* text) {
    size_t length = 0;
    while (text[length] != 0) ++length;
    return length;
}

/// Points a counted string at a terminated one. STATUS_NAME_TOO_LONG leaves it as far as it can count.
template <typename String, typename Char>
NTSTATUS init(String& text, const Char* source) {
    text = {};
    if (source == nullptr) return STATUS_SUCCESS;
    // An even number of bytes, the terminator included.
    constexpr size_t kMost = (MAXUSHORT & ~(sizeof(Char) - 1)) - sizeof(Char);
    const size_t bytes = length_of(source) * sizeof(Char);
    const size_t counted = bytes < kMost ? bytes : kMost;
    text.Buffer = const_cast<Char*>(source);
    text.Length = static_cast<USHORT>(counted);
    text.MaximumLength = static_cast<USHORT>(counted + sizeof(Char));
    return bytes > kMost ? STATUS_NAME_TOO_LONG : STATUS_SUCCESS;
}
template <typename String, typename Char>
NTSTATUS init_checked(String& text, const Char* source) {
    const NTSTATUS status = init(text, source);
    if (status != STATUS_SUCCESS) text = {};
    return status;
}

template <typename String>
void copy(String& to, const String* from) {
    to.Length = 0;
    if (from == nullptr) return;
    to.Length = from->Length < to.MaximumLength ? from->Length : to.MaximumLength;
    std::memmove(to.Buffer, from->Buffer, to.Length);
    rsl::rtl::terminate_if_room(to);
}

template <typename String>
NTSTATUS append(String& to, const void* text, size_t bytes) {
    if (bytes > MAXUSHORT || to.Length + bytes > to.MaximumLength) return STATUS_BUFFER_TOO_SMALL;
    std::memmove(reinterpret_cast<char*>(to.Buffer) + to.Length, text, bytes);
    to.Length = static_cast<USHORT>(to.Length + bytes);
    rsl::rtl::terminate_if_room(to);
    return STATUS_SUCCESS;
}

template <typename String>
void release(String& text) {
    if (text.Buffer == nullptr) return;
    rsl::mm::free(text.Buffer);
    text = {};
}

}  // namespace

/// RtlInitUnicodeString and kin point a counted string at a terminated one; nothing is copied.
///   IRQL     any, on resident memory
///   Returns  the Ex forms: STATUS_SUCCESS, STATUS_NAME_TOO_LONG; the others count what fits
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    (void)init(*DestinationString, SourceString);
}
RSL_EXPORT NTSTATUS NTAPI RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    return init_checked(*DestinationString, SourceString);
}
RSL_EXPORT VOID NTAPI RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString) {
    (void)init(*DestinationString, SourceString);
}
RSL_EXPORT NTSTATUS NTAPI RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString) {
    return init_checked(*DestinationString, SourceString);
}
RSL_EXPORT VOID NTAPI RtlInitString(PSTRING DestinationString, PCSZ SourceString) {
    (void)init(*DestinationString, SourceString);
}
RSL_EXPORT NTSTATUS NTAPI RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString) {
    return init_checked(*DestinationString, SourceString);
}
RSL_EXPORT VOID NTAPI RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString) {
    (void)init(*DestinationString, SourceString);
}
RSL_EXPORT NTSTATUS NTAPI RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString) {
    return init_checked(*DestinationString, SourceString);
}

/// RtlCopyUnicodeString, RtlCopyString copy what fits; a terminator follows if there is room.
///   IRQL     any, on resident memory
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString) {
    copy(*DestinationString, SourceString);
}
RSL_EXPORT VOID NTAPI RtlCopyString(PSTRING DestinationString, const STRING* SourceString) {
    copy(*DestinationString, SourceString);
}

/// RtlAppendUnicodeToString and kin append all of a string or nothing.
///   IRQL     any, on resident memory
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source) {
    return Source == nullptr ? STATUS_SUCCESS : append(*Destination, Source, length_of(Source) * sizeof(WCHAR));
}
RSL_EXPORT NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source) {
    return append(*Destination, Source->Buffer, Source->Length);
}
RSL_EXPORT NTSTATUS NTAPI RtlAppendAsciizToString(PSTRING Destination, PCSZ Source) {
    return Source == nullptr ? STATUS_SUCCESS : append(*Destination, Source, length_of(Source));
}
RSL_EXPORT NTSTATUS NTAPI RtlAppendStringToString(PSTRING Destination, const STRING* Source) {
    return append(*Destination, Source->Buffer, Source->Length);
}

/// RtlCreateUnicodeString, RtlCreateUnicodeStringFromAsciiz make a copy with a buffer of its own.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE, or FALSE when memory lacks
///   Owner    the caller, until RtlFreeUnicodeString
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const size_t bytes = length_of(SourceString) * sizeof(WCHAR);
    if (rsl::rtl::prepare(*DestinationString, bytes, Buffer::kAllocate) != STATUS_SUCCESS) return FALSE;
    std::memcpy(DestinationString->Buffer, SourceString, bytes);
    return TRUE;
}
RSL_EXPORT BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING DestinationString, PCSZ SourceString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const size_t length = length_of(SourceString);
    if (rsl::rtl::prepare(*DestinationString, length * sizeof(WCHAR), Buffer::kAllocate) != STATUS_SUCCESS) return FALSE;
    for (size_t i = 0; i < length; ++i) DestinationString->Buffer[i] = rsl::rtl::ansi_to_unicode(SourceString[i]);
    return TRUE;
}

/// RtlDuplicateUnicodeString (ntifs.h) copies a string into a new buffer.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_NAME_TOO_LONG, STATUS_NO_MEMORY
///   Owner    the caller, until RtlFreeUnicodeString
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING StringIn, PUNICODE_STRING StringOut) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr ULONG kTerminate = 1, kAllocateNull = 2;
    if (StringOut == nullptr || (Flags & ~(kTerminate | kAllocateNull)) != 0 || Flags == kAllocateNull) {
        return STATUS_INVALID_PARAMETER;
    }
    const size_t bytes = StringIn == nullptr ? 0 : StringIn->Length;
    *StringOut = {};
    if (bytes == 0 && (Flags & kAllocateNull) == 0) return STATUS_SUCCESS;
    const auto terminator =
        (Flags & kTerminate) != 0 ? rsl::rtl::Terminator::kRequired : rsl::rtl::Terminator::kNone;
    const NTSTATUS status = rsl::rtl::prepare(*StringOut, bytes, Buffer::kAllocate, terminator);
    if (status != STATUS_SUCCESS) return status == STATUS_INVALID_PARAMETER_2 ? STATUS_NAME_TOO_LONG : status;
    if (bytes != 0) std::memcpy(StringOut->Buffer, StringIn->Buffer, bytes);
    return STATUS_SUCCESS;
}

/// RtlValidateUnicodeString (ntifs.h) checks that a structure can be one: even lengths, a buffer.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String) {
    if (Flags != 0) return STATUS_INVALID_PARAMETER;
    if (String == nullptr) return STATUS_SUCCESS;
    const bool even = String->Length % sizeof(WCHAR) == 0 && String->MaximumLength % sizeof(WCHAR) == 0;
    const bool fits = String->Length <= String->MaximumLength;
    const bool there = String->Buffer != nullptr || String->MaximumLength == 0;
    return even && fits && there ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/// RtlFreeUnicodeString and kin free a buffer that an Rtl routine has allocated, and clear the string.
///   IRQL     PASSIVE_LEVEL as documented; works up to DISPATCH_LEVEL
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    release(*UnicodeString);
}
RSL_EXPORT VOID NTAPI RtlFreeAnsiString(PANSI_STRING AnsiString) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    release(*AnsiString);
}
RSL_EXPORT VOID NTAPI RtlFreeOemString(POEM_STRING OemString) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    release(*OemString);
}
RSL_EXPORT VOID NTAPI RtlFreeUTF8String(PUTF8_STRING Utf8String) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    release(*Utf8String);
}
