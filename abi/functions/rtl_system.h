// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/rtl that fit nowhere else: the running user, features of the system, wide
// numbers, checksums.
#pragma once

#include "abi/functions/export.h"
#include "abi/nt.h"

#ifdef __cplusplus
extern "C" {
#endif

NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING CurrentUserKeyPath);
BOOLEAN NTAPI RtlIsStateSeparationEnabled(VOID);
ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask);
NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength, PWSTR String);

BOOLEAN NTAPI RtlGetNtProductType(PULONG ProductType);
BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion, ULONG OSMinorVersion, ULONG SpMajorVersion,
                                ULONG SpMinorVersion, PULONG ReturnedProductType);
ULONG NTAPI RtlGetSuiteMask(VOID);
BOOLEAN NTAPI RtlIsMultiSessionSku(VOID);
BOOLEAN NTAPI RtlIsMultiUsersInSessionSku(VOID);
ULONG NTAPI RtlGetNtGlobalFlags(VOID);
VOID NTAPI RtlGetDefaultCodePage(PUSHORT AnsiCodePage, PUSHORT OemCodePage);
NTSTATUS NTAPI RtlLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);
NTSTATUS NTAPI RtlSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
ULONG NTAPI RtlCrc32(const VOID* Buffer, SIZE_T Size, ULONG InitialCrc);
LONG NTAPI RtlCompareAltitudes(PCUNICODE_STRING Altitude1, PCUNICODE_STRING Altitude2);
NTSTATUS NTAPI RtlStringFromGUIDEx(const GUID* Guid, PUNICODE_STRING GuidString,
                                   BOOLEAN AllocateGuidString);
NTSTATUS __attribute__((ms_abi)) RtlInitializeSidEx(PSID Sid,
                                                    PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                                                    ULONG SubAuthorityCount, ...);
VOID NTAPI RtlGetCallersAddress(PVOID* CallersAddress, PVOID* CallersCaller);

typedef struct _RTL_TIME_ZONE_INFORMATION {
    LONG Bias;
    WCHAR StandardName[32];
    TIME_FIELDS StandardStart;
    LONG StandardBias;
    WCHAR DaylightName[32];
    TIME_FIELDS DaylightStart;
    LONG DaylightBias;
} RTL_TIME_ZONE_INFORMATION, *PRTL_TIME_ZONE_INFORMATION;
RSL_ABI_SIZE(RTL_TIME_ZONE_INFORMATION, 172);
NTSTATUS NTAPI RtlQueryTimeZoneInformation(PRTL_TIME_ZONE_INFORMATION TimeZoneInformation);
NTSTATUS NTAPI RtlQueryPackageIdentity(PVOID TokenObject, PWSTR PackageFullName,
                                       PSIZE_T PackageSize, PWSTR AppId, PSIZE_T AppIdSize,
                                       PBOOLEAN Packaged);
NTSTATUS NTAPI RtlQueryPackageIdentityEx(PVOID TokenObject, PWSTR PackageFullName,
                                         PSIZE_T PackageSize, PWSTR AppId, PSIZE_T AppIdSize,
                                         GUID* DynamicId, PULONG64 Flags);
BOOLEAN NTAPI RtlEqualLuid(PLUID L1, PLUID L2);
VOID NTAPI RtlCopyLuidAndAttributesArray(ULONG Count, PLUID_AND_ATTRIBUTES Source,
                                         PLUID_AND_ATTRIBUTES Target);

#ifdef __cplusplus
}
#endif
