// SPDX-License-Identifier: GPL-2.0-only
// What depends on who runs, and other small questions.
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi, the page of each name
#include <cstdarg>
#include <cstring>

#include "abi/functions/rtl_exception.h"
#include "abi/functions/rtl_string.h"
#include "abi/functions/rtl_system.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/number.hpp"
#include "kernel/se/sid.hpp"
#include "kernel/se/token.hpp"

/// RtlFormatCurrentUserKeyPath (ntifs.h) gives the registry path of the running user:
/// \Registry\User\SID.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MEMORY
///   Owner    the caller, until RtlFreeUnicodeString
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING CurrentUserKeyPath) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr std::u16string_view kUsers = u"\\REGISTRY\\USER\\";
    char16_t sid[256];  // 15 parts of 10 digits and the head take less
    const size_t length = rsl::se::format_sid(*rsl::se::effective_token().token->subject().user, sid);
    const NTSTATUS status = rsl::rtl::prepare(
        *CurrentUserKeyPath, (kUsers.size() + length) * sizeof(WCHAR), rsl::rtl::Buffer::kAllocate);
    if (status != STATUS_SUCCESS) return status;
    std::memcpy(CurrentUserKeyPath->Buffer, kUsers.data(), kUsers.size() * sizeof(WCHAR));
    std::memcpy(CurrentUserKeyPath->Buffer + kUsers.size(), sid, length * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/// RtlIsStateSeparationEnabled (ntddk.h): whether the system keeps its state apart from its
/// binaries.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlIsStateSeparationEnabled() {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return FALSE;
}

/// RtlGetEnabledExtendedFeatures (ntddk.h): which of the asked-for features XSAVE keeps.
///   IRQL     any
///   Returns  0: the kernel saves the state of SSE with FXSAVE and leaves XSAVE disabled, as the
///   page allows Differs  nothing known
RSL_EXPORT ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask) {
    (void)FeatureMask;
    return 0;
}

/// RtlIntegerToUnicode: RtlIntegerToChar for wide characters (no page; declared beside it).
///   IRQL     any, on resident memory
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength,
                                              PWSTR String) {
    const unsigned base = Base == 0 ? 10 : Base;
    if (base != 2 && base != 8 && base != 10 && base != 16) return STATUS_INVALID_PARAMETER;
    char16_t digits[65];
    const size_t count = rsl::rtl::write_digits(Value, base, rsl::rtl::Letters::kUpper, digits);
    const bool padded = OutputLength < 0;
    const auto room = static_cast<size_t>(padded ? -int64_t{OutputLength} : int64_t{OutputLength});
    if (count > room) return STATUS_BUFFER_OVERFLOW;
    const size_t zeros = padded ? room - count : 0;
    for (size_t i = 0; i < zeros; ++i) String[i] = u'0';
    std::memcpy(String + zeros, digits, count * sizeof(WCHAR));
    if (!padded && count < room) String[count] = 0;
    return STATUS_SUCCESS;
}

// ---- What kind of system this is
//   Differs  a Professional edition without roles

/// RtlGetNtProductType (ntddk.h) gives the kind of system: 1, a workstation.
RSL_EXPORT BOOLEAN NTAPI RtlGetNtProductType(PULONG ProductType) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *ProductType = VER_NT_WORKSTATION;
    return TRUE;
}
/// RtlGetProductInfo (winnt.h's GetProductInfo) gives the edition, as long as the caller knows
/// systems from Vista on.
///   Returns  TRUE, or FALSE with PRODUCT_UNDEFINED
RSL_EXPORT BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion, ULONG OSMinorVersion,
                                           ULONG SpMajorVersion, ULONG SpMinorVersion,
                                           PULONG ReturnedProductType) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr ULONG kUndefined = 0, kProfessional = 0x30, kVista = 6;
    if (ReturnedProductType == nullptr) return FALSE;
    *ReturnedProductType = OSMajorVersion < kVista ? kUndefined : kProfessional;
    return *ReturnedProductType != kUndefined;
}
/// RtlGetSuiteMask gives VER_SUITE bits: a single user at a time.
RSL_EXPORT ULONG NTAPI RtlGetSuiteMask() { return 0x0100; }
RSL_EXPORT BOOLEAN NTAPI RtlIsMultiSessionSku() { return FALSE; }
RSL_EXPORT BOOLEAN NTAPI RtlIsMultiUsersInSessionSku() { return FALSE; }
/// RtlGetNtGlobalFlags: the image debugging flags of the whole system; none is set.
RSL_EXPORT ULONG NTAPI RtlGetNtGlobalFlags() { return 0; }
/// RtlGetDefaultCodePage gives the ANSI and OEM code pages.
RSL_EXPORT VOID NTAPI RtlGetDefaultCodePage(PUSHORT AnsiCodePage, PUSHORT OemCodePage) {
    constexpr USHORT kAnsi = 1252, kOem = 437;
    *AnsiCodePage = kAnsi;
    *OemCodePage = kOem;
}

/// RtlLocalTimeToSystemTime, RtlSystemTimeToLocalTime: the machine's time zone is UTC.
RSL_EXPORT NTSTATUS NTAPI RtlLocalTimeToSystemTime(PLARGE_INTEGER LocalTime,
                                                   PLARGE_INTEGER SystemTime) {
    *SystemTime = *LocalTime;
    return STATUS_SUCCESS;
}
RSL_EXPORT NTSTATUS NTAPI RtlSystemTimeToLocalTime(PLARGE_INTEGER SystemTime,
                                                   PLARGE_INTEGER LocalTime) {
    *LocalTime = *SystemTime;
    return STATUS_SUCCESS;
}

/// RtlCrc32: the checksum of Ethernet and ZIP, going on from an earlier one (0 at first).
///   IRQL     any, on resident memory
RSL_EXPORT ULONG NTAPI RtlCrc32(const VOID* Buffer, SIZE_T Size, ULONG InitialCrc) {
    constexpr ULONG kPolynomial = 0xEDB88320;  // bits reversed
    ULONG crc = ~InitialCrc;
    for (SIZE_T i = 0; i < Size; ++i) {
        crc ^= static_cast<const UCHAR*>(Buffer)[i];
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    }
    return ~crc;
}

/// RtlCompareAltitudes compares minifilter altitudes, decimal numbers of any length with a
/// fraction.
///   IRQL     <= APC_LEVEL
///   Returns  less than zero, zero, more than zero
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ifs/load-order-groups-and-altitudes-for-minifilter-drivers
RSL_EXPORT LONG NTAPI RtlCompareAltitudes(PCUNICODE_STRING Altitude1, PCUNICODE_STRING Altitude2) {
    struct Number {
        std::u16string_view whole, fraction;
        explicit Number(std::u16string_view text) {
            const size_t point = text.find(u'.');
            whole = text.substr(0, point);
            if (point != std::u16string_view::npos) fraction = text.substr(point + 1);
            while (!whole.empty() && whole.front() == u'0') whole.remove_prefix(1);
            while (!fraction.empty() && fraction.back() == u'0') fraction.remove_suffix(1);
        }
    };
    const Number a{rsl::rtl::view(*Altitude1)}, b{rsl::rtl::view(*Altitude2)};
    if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
    const int order = a.whole.compare(b.whole);
    return order != 0 ? order : a.fraction.compare(b.fraction);
}

/// RtlStringFromGUIDEx (wdm.h): RtlStringFromGUID into a buffer of its own or the caller's.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MEMORY, STATUS_BUFFER_OVERFLOW
RSL_EXPORT NTSTATUS NTAPI RtlStringFromGUIDEx(const GUID* Guid, PUNICODE_STRING GuidString,
                                              BOOLEAN AllocateGuidString) {
    UNICODE_STRING made{};
    NTSTATUS status = RtlStringFromGUID(Guid, &made);
    if (status != STATUS_SUCCESS) return status;
    if (AllocateGuidString) return *GuidString = made, STATUS_SUCCESS;
    status = rsl::rtl::prepare(*GuidString, made.Length, rsl::rtl::Buffer::kCallers);
    if (status == STATUS_SUCCESS) std::memcpy(GuidString->Buffer, made.Buffer, made.Length);
    RtlFreeUnicodeString(&made);
    return status;
}

/// RtlInitializeSidEx (ntifs.h) makes a SID with its subauthorities.
///   IRQL     any, on resident memory
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER (more than 15 of them)
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlinitializesidex
RSL_EXPORT NTSTATUS __attribute__((ms_abi)) RtlInitializeSidEx(
    PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority, ULONG SubAuthorityCount, ...) {
    constexpr UCHAR kMost = 15;  // SID_MAX_SUB_AUTHORITIES
    const auto count = static_cast<UCHAR>(
        SubAuthorityCount);  // a UCHAR in the prototype, which va_start cannot follow
    if (count > kMost) return STATUS_INVALID_PARAMETER;
    const NTSTATUS status = RtlInitializeSid(Sid, IdentifierAuthority, count);
    if (!NT_SUCCESS(status)) return status;
    __builtin_ms_va_list list;
    __builtin_ms_va_start(list, SubAuthorityCount);
    for (UCHAR i = 0; i < count; ++i) *RtlSubAuthoritySid(Sid, i) = __builtin_va_arg(list, ULONG);
    __builtin_ms_va_end(list);
    return STATUS_SUCCESS;
}

/// RtlGetCallersAddress: where the caller was called from, and where that function was.
///   IRQL     any
RSL_EXPORT VOID NTAPI RtlGetCallersAddress(PVOID* CallersAddress, PVOID* CallersCaller) {
    PVOID frames[3] = {};
    RtlCaptureStackBackTrace(1, 3, frames, nullptr);
    *CallersAddress = frames[1];
    *CallersCaller = frames[2];
}

/// RtlQueryPackageIdentity, RtlQueryPackageIdentityEx (ntifs.h): the application package that a
/// token is of.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_FOUND: no program of ours is packaged; STATUS_INVALID_PARAMETER
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlquerypackageidentity
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlQueryPackageIdentity(PVOID TokenObject, PWSTR PackageFullName,
                                                  PSIZE_T PackageSize, PWSTR AppId,
                                                  PSIZE_T AppIdSize, PBOOLEAN Packaged) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if ((PackageFullName != nullptr && PackageSize == nullptr) ||
        (AppId != nullptr && AppIdSize == nullptr)) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Packaged != nullptr) *Packaged = FALSE;
    return STATUS_NOT_FOUND;
}
RSL_EXPORT NTSTATUS NTAPI RtlQueryPackageIdentityEx(PVOID TokenObject, PWSTR PackageFullName,
                                                    PSIZE_T PackageSize, PWSTR AppId,
                                                    PSIZE_T AppIdSize, GUID* DynamicId,
                                                    PULONG64 Flags) {
    return RtlQueryPackageIdentity(TokenObject, PackageFullName, PackageSize, AppId, AppIdSize,
                                   nullptr);
}

/// RtlQueryTimeZoneInformation (winnt.h's TIME_ZONE_INFORMATION): UTC, all year.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
RSL_EXPORT NTSTATUS NTAPI
RtlQueryTimeZoneInformation(PRTL_TIME_ZONE_INFORMATION TimeZoneInformation) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr std::u16string_view kName = u"UTC";
    *TimeZoneInformation = {};
    std::memcpy(TimeZoneInformation->StandardName, kName.data(), kName.size() * sizeof(WCHAR));
    std::memcpy(TimeZoneInformation->DaylightName, kName.data(), kName.size() * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/// RtlEqualLuid (wdm.h) compares two locally unique identifiers.
///   IRQL     any
RSL_EXPORT BOOLEAN NTAPI RtlEqualLuid(PLUID L1, PLUID L2) {
    return L1->LowPart == L2->LowPart && L1->HighPart == L2->HighPart;
}
/// RtlCopyLuidAndAttributesArray copies `Count` of them.
RSL_EXPORT VOID NTAPI RtlCopyLuidAndAttributesArray(ULONG Count, PLUID_AND_ATTRIBUTES Source,
                                                    PLUID_AND_ATTRIBUTES Target) {
    for (ULONG i = 0; i < Count; ++i) Target[i] = Source[i];
}
