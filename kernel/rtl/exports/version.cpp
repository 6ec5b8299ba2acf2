// SPDX-License-Identifier: GPL-2.0-only
// Which Windows this is: 10.0 build 19045, a workstation (docs/adr: decision D3). And random numbers.
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case)
#include "abi/functions/rtl.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"

namespace {

constexpr ULONG kMajor = 10, kMinor = 0, kBuild = 19045;
constexpr USHORT kSuiteSingleUser = 0x0100;
constexpr ULONG kNtddi = 0x0A000008;  // NTDDI_WIN10_VB: the version whose interface builds 19041 to 19045 have

/// Three bits a field, in the order of the VER_ bits.
unsigned condition_for(ULONGLONG mask, unsigned bit) { return static_cast<unsigned>(mask >> (bit * 3) & 7); }
constexpr unsigned kMinorBit = 0, kMajorBit = 1, kBuildBit = 2, kPlatformBit = 3, kServiceMinorBit = 4,
                   kServiceMajorBit = 5, kSuiteBit = 6, kProductBit = 7;

bool holds(ULONG ours, ULONG theirs, unsigned condition) {
    switch (condition) {
        case VER_EQUAL: return ours == theirs;
        case VER_GREATER: return ours > theirs;
        case VER_GREATER_EQUAL: return ours >= theirs;
        case VER_LESS: return ours < theirs;
        case VER_LESS_EQUAL: return ours <= theirs;
        default: return false;
    }
}

}  // namespace

/// RtlGetVersion (wdm.h) fills in the short or the long structure, by the size that it states.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    VersionInformation->dwMajorVersion = kMajor;
    VersionInformation->dwMinorVersion = kMinor;
    VersionInformation->dwBuildNumber = kBuild;
    VersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
    VersionInformation->szCSDVersion[0] = 0;
    if (VersionInformation->dwOSVersionInfoSize == sizeof(RTL_OSVERSIONINFOEXW)) {
        auto* more = reinterpret_cast<PRTL_OSVERSIONINFOEXW>(VersionInformation);
        more->wServicePackMajor = more->wServicePackMinor = 0;
        more->wSuiteMask = kSuiteSingleUser;
        more->wProductType = VER_NT_WORKSTATION;
        more->wReserved = 0;
    }
    return STATUS_SUCCESS;
}

/// RtlVerifyVersionInfo (wdm.h) compares the fields that TypeMask names. Major, minor and service pack
/// numbers count as one number: 10.0 is "at least 6.1".
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_REVISION_MISMATCH, STATUS_INVALID_PARAMETER
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask,
                                               ULONGLONG ConditionMask) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (TypeMask == 0 || ConditionMask == 0) return STATUS_INVALID_PARAMETER;
    if ((TypeMask & VER_SUITENAME) != 0) {
        const USHORT common = VersionInfo->wSuiteMask & kSuiteSingleUser;
        const bool all = condition_for(ConditionMask, kSuiteBit) == VER_AND;
        if (all ? common != VersionInfo->wSuiteMask : common == 0 && VersionInfo->wSuiteMask != 0) {
            return STATUS_REVISION_MISMATCH;
        }
    }
    const struct {
        ULONG type;
        unsigned bit;
        ULONG ours, theirs;
    } kPlain[] = {{VER_PRODUCT_TYPE, kProductBit, VER_NT_WORKSTATION, VersionInfo->wProductType},
                  {VER_PLATFORMID, kPlatformBit, VER_PLATFORM_WIN32_NT, VersionInfo->dwPlatformId},
                  {VER_BUILDNUMBER, kBuildBit, kBuild, VersionInfo->dwBuildNumber}};
    for (const auto& field : kPlain) {
        if ((TypeMask & field.type) == 0) continue;
        if (!holds(field.ours, field.theirs, condition_for(ConditionMask, field.bit))) return STATUS_REVISION_MISMATCH;
    }
    const struct {
        ULONG type;
        unsigned bit;
        ULONG ours, theirs;
    } kOrdered[] = {{VER_MAJORVERSION, kMajorBit, kMajor, VersionInfo->dwMajorVersion},
                    {VER_MINORVERSION, kMinorBit, kMinor, VersionInfo->dwMinorVersion},
                    {VER_SERVICEPACKMAJOR, kServiceMajorBit, 0, VersionInfo->wServicePackMajor},
                    {VER_SERVICEPACKMINOR, kServiceMinorBit, 0, VersionInfo->wServicePackMinor}};
    ULONG left = TypeMask & (VER_MAJORVERSION | VER_MINORVERSION | VER_SERVICEPACKMAJOR | VER_SERVICEPACKMINOR);
    for (const auto& field : kOrdered) {
        if ((left & field.type) == 0) continue;
        left &= ~field.type;
        // The first field that differs decides; when none does, the last one's condition does.
        if (field.ours == field.theirs && left != 0) continue;
        const bool good = holds(field.ours, field.theirs, condition_for(ConditionMask, field.bit));
        return good ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
    }
    return STATUS_SUCCESS;
}

/// VerSetConditionMask (winnt.h) packs a condition for the one field that TypeMask names.
///   IRQL     any
RSL_EXPORT ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition) {
    const ULONGLONG condition = Condition & 7;
    if (TypeMask == 0 || condition == 0) return ConditionMask;
    const auto bit = static_cast<unsigned>(31 - __builtin_clz(TypeMask));  // of several, the highest
    return bit > kProductBit ? ConditionMask : ConditionMask | condition << (bit * 3);
}

/// RtlIsNtDdiVersionAvailable, RtlIsServicePackVersionInstalled (wdm.h): for an NTDDI_ version without,
/// and with, its service pack byte.
///   IRQL     <= APC_LEVEL
RSL_EXPORT BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(ULONG Version) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr ULONG kOldServicePack = 0xFF00;  // from Windows 10 on the low byte is the version itself
    return (Version & kOldServicePack) == 0 && Version <= kNtddi;
}
RSL_EXPORT BOOLEAN NTAPI RtlIsServicePackVersionInstalled(ULONG Version) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return (Version & 0xFFFF0000) == (kNtddi & 0xFFFF0000) && (Version & 0xFF00) == 0;
}

namespace {

/// A Lehmer generator: 2^31 - 1 is prime and 48271 a good root of it. Results are 0 to 2^31 - 2.
ULONG next_random(ULONG& seed) {
    constexpr uint64_t kModulus = MAXLONG;
    const uint64_t state = seed % kModulus == 0 ? 1 : seed % kModulus;
    seed = static_cast<ULONG>(state * 48271 % kModulus);
    return seed - 1;
}

}  // namespace

/// RtlRandom, RtlRandomEx (ntifs.h) give a pseudo-random number below MAXLONG and move the seed on.
///   IRQL     any, on a resident seed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlrandomex
///   Differs  the sequence is another one; none is documented
RSL_EXPORT ULONG NTAPI RtlRandom(PULONG Seed) { return next_random(*Seed); }
RSL_EXPORT ULONG NTAPI RtlRandomEx(PULONG Seed) { return next_random(*Seed); }
