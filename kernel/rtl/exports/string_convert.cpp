// SPDX-License-Identifier: GPL-2.0-only
// Between UTF-16 and the code pages, Windows-1252 (ANSI) and 437 (OEM), and UTF-8.
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case), or
//   ntifs Differs  both code pages are those of English Windows whatever the host's language is
#include "abi/functions/rtl_string.h"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/unicode.hpp"

namespace {

using rsl::rtl::buffer_of;
using rsl::rtl::Converted;
using rsl::rtl::Terminator;
using rsl::rtl::view;

/// One byte a character, both ways.
struct CodePage {
    char16_t (*widen)(char);
    char (*narrow)(char16_t);
};
constexpr CodePage kAnsi{rsl::rtl::ansi_to_unicode, rsl::rtl::unicode_to_ansi};
constexpr CodePage kOem{rsl::rtl::oem_to_unicode, rsl::rtl::unicode_to_oem};
enum class Case : uint8_t { kKeep, kUpper };

NTSTATUS widen(UNICODE_STRING& to, const STRING& from, BOOLEAN allocate, CodePage page,
               Terminator terminator = Terminator::kRequired) {
    const std::string_view source = view(from);
    const NTSTATUS status =
        rsl::rtl::prepare(to, source.size() * sizeof(WCHAR), buffer_of(allocate), terminator);
    if (status != STATUS_SUCCESS) return status;
    for (size_t i = 0; i < source.size(); ++i) to.Buffer[i] = page.widen(source[i]);
    return STATUS_SUCCESS;
}

NTSTATUS narrow(STRING& to, const UNICODE_STRING& from, BOOLEAN allocate, CodePage page,
                Case wanted = Case::kKeep, Terminator terminator = Terminator::kRequired) {
    const std::u16string_view source = view(from);
    const NTSTATUS status = rsl::rtl::prepare(to, source.size(), buffer_of(allocate), terminator);
    if (status != STATUS_SUCCESS) return status;
    for (size_t i = 0; i < source.size(); ++i) {
        to.Buffer[i] =
            page.narrow(wanted == Case::kUpper ? rsl::rtl::upcase(source[i]) : source[i]);
    }
    return STATUS_SUCCESS;
}

/// The counted OEM forms refuse a character that the code page lacks; the others write '?'.
bool any_unmappable(const UNICODE_STRING& text, CodePage page, Case wanted) {
    for (const char16_t unit : view(text)) {
        const char16_t mapped = wanted == Case::kUpper ? rsl::rtl::upcase(unit) : unit;
        if (page.narrow(mapped) == '?' && mapped != u'?') return true;
    }
    return false;
}

/// The N forms convert as much as fits. Of the OEM ones STATUS_BUFFER_OVERFLOW says that that was
/// not all; of the ANSI ones the written length does.
NTSTATUS without_warning(NTSTATUS status) {
    return status == STATUS_BUFFER_OVERFLOW ? STATUS_SUCCESS : status;
}
NTSTATUS widen_n(PWCH to, ULONG capacity_bytes, PULONG written, const CHAR* from, ULONG length,
                 CodePage page) {
    const ULONG count = length < capacity_bytes / sizeof(WCHAR)
                            ? length
                            : capacity_bytes / static_cast<ULONG>(sizeof(WCHAR));
    for (ULONG i = 0; i < count; ++i) to[i] = page.widen(from[i]);
    if (written != nullptr) *written = count * static_cast<ULONG>(sizeof(WCHAR));
    return count < length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}
NTSTATUS narrow_n(PCHAR to, ULONG capacity, PULONG written, PCWCH from, ULONG from_bytes,
                  CodePage page, Case wanted) {
    const ULONG length = from_bytes / static_cast<ULONG>(sizeof(WCHAR));
    const ULONG count = length < capacity ? length : capacity;
    for (ULONG i = 0; i < count; ++i) {
        to[i] = page.narrow(wanted == Case::kUpper ? rsl::rtl::upcase(from[i]) : from[i]);
    }
    if (written != nullptr) *written = count;
    return count < length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/// What RtlUTF8ToUnicodeN and its reverse report.
NTSTATUS report(const Converted& converted, size_t unit_bytes, PULONG written) {
    if (written != nullptr) *written = static_cast<ULONG>(converted.units * unit_bytes);
    if (!converted.complete) return STATUS_BUFFER_TOO_SMALL;
    return converted.replaced ? STATUS_SOME_NOT_MAPPED : STATUS_SUCCESS;
}

}  // namespace

/// RtlAnsiStringToUnicodeString and the other conversions of whole strings. Terminated, but for the
/// Counted ones.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_NO_MEMORY, STATUS_INVALID_PARAMETER_2
///   Owner    an allocated buffer is the caller's, until RtlFree...String
RSL_EXPORT NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
                                                       PCANSI_STRING SourceString,
                                                       BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return widen(*DestinationString, *SourceString, AllocateDestinationString, kAnsi);
}
RSL_EXPORT NTSTATUS NTAPI RtlOemStringToUnicodeString(PUNICODE_STRING DestinationString,
                                                      PCOEM_STRING SourceString,
                                                      BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return widen(*DestinationString, *SourceString, AllocateDestinationString, kOem);
}
RSL_EXPORT NTSTATUS NTAPI RtlOemStringToCountedUnicodeString(PUNICODE_STRING DestinationString,
                                                             PCOEM_STRING SourceString,
                                                             BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return widen(*DestinationString, *SourceString, AllocateDestinationString, kOem,
                 Terminator::kNone);
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                                                       PCUNICODE_STRING SourceString,
                                                       BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return narrow(*DestinationString, *SourceString, AllocateDestinationString, kAnsi);
}
RSL_EXPORT NTSTATUS NTAPI RtlUpcaseUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                                                             PCUNICODE_STRING SourceString,
                                                             BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return narrow(*DestinationString, *SourceString, AllocateDestinationString, kAnsi,
                  Case::kUpper);
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeStringToOemString(POEM_STRING DestinationString,
                                                      PCUNICODE_STRING SourceString,
                                                      BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return narrow(*DestinationString, *SourceString, AllocateDestinationString, kOem);
}
RSL_EXPORT NTSTATUS NTAPI RtlUpcaseUnicodeStringToOemString(POEM_STRING DestinationString,
                                                            PCUNICODE_STRING SourceString,
                                                            BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return narrow(*DestinationString, *SourceString, AllocateDestinationString, kOem, Case::kUpper);
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                                                             PCUNICODE_STRING SourceString,
                                                             BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (any_unmappable(*SourceString, kOem, Case::kKeep)) return STATUS_UNMAPPABLE_CHARACTER;
    return narrow(*DestinationString, *SourceString, AllocateDestinationString, kOem, Case::kKeep,
                  Terminator::kNone);
}
RSL_EXPORT NTSTATUS NTAPI RtlUpcaseUnicodeStringToCountedOemString(
    POEM_STRING DestinationString, PCUNICODE_STRING SourceString,
    BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (any_unmappable(*SourceString, kOem, Case::kUpper)) return STATUS_UNMAPPABLE_CHARACTER;
    return narrow(*DestinationString, *SourceString, AllocateDestinationString, kOem, Case::kUpper,
                  Terminator::kNone);
}

/// RtlxAnsiStringToUnicodeSize and kin: the bytes that a conversion needs, terminator included.
///   IRQL     any, on resident memory
RSL_EXPORT ULONG NTAPI RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString) {
    return (AnsiString->Length + 1u) * static_cast<ULONG>(sizeof(WCHAR));
}
RSL_EXPORT ULONG NTAPI RtlxOemStringToUnicodeSize(PCOEM_STRING OemString) {
    return (OemString->Length + 1u) * static_cast<ULONG>(sizeof(WCHAR));
}
RSL_EXPORT ULONG NTAPI RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString) {
    return UnicodeString->Length / static_cast<ULONG>(sizeof(WCHAR)) + 1;
}
RSL_EXPORT ULONG NTAPI RtlxUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString) {
    return UnicodeString->Length / static_cast<ULONG>(sizeof(WCHAR)) + 1;
}

// The names without the x, which headers make macros of, are exported too.
RSL_EXPORT ULONG NTAPI RtlAnsiStringToUnicodeSize(PCANSI_STRING AnsiString) {
    return RtlxAnsiStringToUnicodeSize(AnsiString);
}
RSL_EXPORT ULONG NTAPI RtlOemStringToUnicodeSize(PCOEM_STRING OemString) {
    return RtlxOemStringToUnicodeSize(OemString);
}
RSL_EXPORT ULONG NTAPI RtlUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString) {
    return RtlxUnicodeStringToAnsiSize(UnicodeString);
}
RSL_EXPORT ULONG NTAPI RtlUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString) {
    return RtlxUnicodeStringToOemSize(UnicodeString);
}

/// RtlAnsiCharToUnicodeChar (ntifs.h) converts one character and moves the pointer behind it.
///   IRQL     any, on resident memory
RSL_EXPORT WCHAR NTAPI RtlAnsiCharToUnicodeChar(PUCHAR* SourceCharacter) {
    return rsl::rtl::ansi_to_unicode(static_cast<char>(*(*SourceCharacter)++));
}

/// RtlMultiByteToUnicodeN and the other N forms convert as much as fits into a plain buffer.
///   IRQL     PASSIVE_LEVEL as documented; any in fact, on resident memory
///   Returns  STATUS_SUCCESS; the OEM forms also STATUS_BUFFER_OVERFLOW
RSL_EXPORT NTSTATUS NTAPI RtlMultiByteToUnicodeN(PWCH UnicodeString, ULONG MaxBytesInUnicodeString,
                                                 PULONG BytesInUnicodeString,
                                                 const CHAR* MultiByteString,
                                                 ULONG BytesInMultiByteString) {
    return without_warning(widen_n(UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString,
                                   MultiByteString, BytesInMultiByteString, kAnsi));
}
RSL_EXPORT NTSTATUS NTAPI RtlOemToUnicodeN(PWCH UnicodeString, ULONG MaxBytesInUnicodeString,
                                           PULONG BytesInUnicodeString, const CHAR* OemString,
                                           ULONG BytesInOemString) {
    return widen_n(UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString, OemString,
                   BytesInOemString, kOem);
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeToMultiByteN(PCHAR MultiByteString,
                                                 ULONG MaxBytesInMultiByteString,
                                                 PULONG BytesInMultiByteString, PCWCH UnicodeString,
                                                 ULONG BytesInUnicodeString) {
    return without_warning(narrow_n(MultiByteString, MaxBytesInMultiByteString,
                                    BytesInMultiByteString, UnicodeString, BytesInUnicodeString,
                                    kAnsi, Case::kKeep));
}
RSL_EXPORT NTSTATUS NTAPI RtlUpcaseUnicodeToMultiByteN(PCHAR MultiByteString,
                                                       ULONG MaxBytesInMultiByteString,
                                                       PULONG BytesInMultiByteString,
                                                       PCWCH UnicodeString,
                                                       ULONG BytesInUnicodeString) {
    return without_warning(narrow_n(MultiByteString, MaxBytesInMultiByteString,
                                    BytesInMultiByteString, UnicodeString, BytesInUnicodeString,
                                    kAnsi, Case::kUpper));
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeToOemN(PCHAR OemString, ULONG MaxBytesInOemString,
                                           PULONG BytesInOemString, PCWCH UnicodeString,
                                           ULONG BytesInUnicodeString) {
    return narrow_n(OemString, MaxBytesInOemString, BytesInOemString, UnicodeString,
                    BytesInUnicodeString, kOem, Case::kKeep);
}
RSL_EXPORT NTSTATUS NTAPI RtlUpcaseUnicodeToOemN(PCHAR OemString, ULONG MaxBytesInOemString,
                                                 PULONG BytesInOemString, PCWCH UnicodeString,
                                                 ULONG BytesInUnicodeString) {
    return narrow_n(OemString, MaxBytesInOemString, BytesInOemString, UnicodeString,
                    BytesInUnicodeString, kOem, Case::kUpper);
}
RSL_EXPORT NTSTATUS NTAPI RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString, const CHAR*,
                                                    ULONG BytesInMultiByteString) {
    *BytesInUnicodeString = BytesInMultiByteString * static_cast<ULONG>(sizeof(WCHAR));
    return STATUS_SUCCESS;
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeToMultiByteSize(PULONG BytesInMultiByteString, PCWCH,
                                                    ULONG BytesInUnicodeString) {
    *BytesInMultiByteString = BytesInUnicodeString / static_cast<ULONG>(sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/// RtlUTF8ToUnicodeN, RtlUnicodeToUTF8N (ntifs.h) convert; without a destination they measure.
///   IRQL     PASSIVE_LEVEL as documented; any in fact, on resident memory
///   Returns  STATUS_SUCCESS, STATUS_SOME_NOT_MAPPED, STATUS_BUFFER_TOO_SMALL,
///   STATUS_INVALID_PARAMETER,
///            STATUS_INVALID_PARAMETER_4 (no source), STATUS_INVALID_PARAMETER_5 (odd length)
///   Differs  each byte of a malformed sequence becomes a U+FFFD of its own
RSL_EXPORT NTSTATUS NTAPI RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination,
                                            ULONG UnicodeStringMaxByteCount,
                                            PULONG UnicodeStringActualByteCount,
                                            PCSTR UTF8StringSource, ULONG UTF8StringByteCount) {
    if (UTF8StringSource == nullptr) return STATUS_INVALID_PARAMETER_4;
    if (UnicodeStringDestination == nullptr && UnicodeStringActualByteCount == nullptr)
        return STATUS_INVALID_PARAMETER;
    const Converted converted =
        rsl::rtl::utf8_to_utf16({UTF8StringSource, UTF8StringByteCount}, UnicodeStringDestination,
                                UnicodeStringMaxByteCount / sizeof(WCHAR));
    return report(converted, sizeof(WCHAR), UnicodeStringActualByteCount);
}
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeToUTF8N(PCHAR UTF8StringDestination,
                                            ULONG UTF8StringMaxByteCount,
                                            PULONG UTF8StringActualByteCount,
                                            PCWCH UnicodeStringSource,
                                            ULONG UnicodeStringByteCount) {
    if (UnicodeStringSource == nullptr) return STATUS_INVALID_PARAMETER_4;
    if (UnicodeStringByteCount % sizeof(WCHAR) != 0) return STATUS_INVALID_PARAMETER_5;
    if (UTF8StringDestination == nullptr && UTF8StringActualByteCount == nullptr)
        return STATUS_INVALID_PARAMETER;
    const Converted converted =
        rsl::rtl::utf16_to_utf8({UnicodeStringSource, UnicodeStringByteCount / sizeof(WCHAR)},
                                UTF8StringDestination, UTF8StringMaxByteCount);
    return report(converted, 1, UTF8StringActualByteCount);
}

namespace {

/// A destination for `bytes`, which shrinks, with STATUS_BUFFER_OVERFLOW, to what the caller's
/// buffer and a terminator have room for.
template <typename String>
NTSTATUS prepare_or_cut(String& to, uint64_t& bytes, BOOLEAN allocate) {
    using Char = typename rsl::rtl::CharOf<String>::Type;
    const NTSTATUS status = rsl::rtl::prepare(to, bytes, buffer_of(allocate));
    if (status != STATUS_BUFFER_OVERFLOW) return status;
    bytes = to.MaximumLength < sizeof(Char)
                ? 0
                : (to.MaximumLength - sizeof(Char)) / sizeof(Char) * sizeof(Char);
    return status;
}
template <typename String>
NTSTATUS finish(String& to, const Converted& converted, NTSTATUS prepared) {
    using Char = typename rsl::rtl::CharOf<String>::Type;
    to.Length = static_cast<USHORT>(converted.units * sizeof(Char));
    rsl::rtl::terminate_if_room(to);
    return prepared != STATUS_SUCCESS ? prepared : report(converted, sizeof(Char), nullptr);
}

}  // namespace

/// RtlUnicodeStringToUTF8String, RtlUTF8StringToUnicodeString (wdm.h) convert counted strings. What
/// does not fit the caller's buffer is cut off.
///   IRQL     PASSIVE_LEVEL
///   Returns  as RtlAnsiStringToUnicodeString, and STATUS_SOME_NOT_MAPPED
///   Owner    an allocated buffer is the caller's, until RtlFreeUTF8String or RtlFreeUnicodeString
RSL_EXPORT NTSTATUS NTAPI RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString,
                                                       PCUNICODE_STRING SourceString,
                                                       BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const Converted needed = rsl::rtl::utf16_to_utf8(view(*SourceString), nullptr, 0);
    uint64_t bytes = needed.units;
    const NTSTATUS status = prepare_or_cut(*DestinationString, bytes, AllocateDestinationString);
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW) return status;
    const Converted converted =
        rsl::rtl::utf16_to_utf8(view(*SourceString), DestinationString->Buffer, bytes);
    return finish(*DestinationString, converted, status);
}
RSL_EXPORT NTSTATUS NTAPI RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString,
                                                       PUTF8_STRING SourceString,
                                                       BOOLEAN AllocateDestinationString) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const Converted needed = rsl::rtl::utf8_to_utf16(view(*SourceString), nullptr, 0);
    uint64_t bytes = needed.units * sizeof(WCHAR);
    const NTSTATUS status = prepare_or_cut(*DestinationString, bytes, AllocateDestinationString);
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW) return status;
    const Converted converted = rsl::rtl::utf8_to_utf16(
        view(*SourceString), DestinationString->Buffer, bytes / sizeof(WCHAR));
    return finish(*DestinationString, converted, status);
}

// ---- What drivers' macros look at: code pages of one byte a character.
extern "C" {
constinit BOOLEAN NlsMbCodePageTag = FALSE;
constinit BOOLEAN NlsMbOemCodePageTag = FALSE;
constinit USHORT NlsAnsiCodePage = 1252;
constinit USHORT NlsOemCodePage = 437;
// ntifs.h: pointers to a word for each byte, not zero for a lead byte. No byte is one.
constinit USHORT RslNoLeadBytes[256] = {};
constinit PUSHORT NlsLeadByteInfo = RslNoLeadBytes;
constinit PUSHORT NlsOemLeadByteInfo = RslNoLeadBytes;
}
