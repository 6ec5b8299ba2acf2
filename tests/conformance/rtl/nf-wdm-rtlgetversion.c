/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-wdm-rtlverifyversioninfo, VerSetConditionMask (winnt.h) and the two version questions. */
#include "conformance.h"

NTSYSAPI ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask,
                                             UCHAR Condition);
#undef RtlIsNtDdiVersionAvailable /* wdm.h makes them functions of a library that is linked in */
#undef RtlIsServicePackVersionInstalled
NTSYSAPI BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(ULONG Version);
NTSYSAPI BOOLEAN NTAPI RtlIsServicePackVersionInstalled(ULONG Version);

CONFORMANCE(RtlGetVersion, FillsBothStructures) {
    RTL_OSVERSIONINFOW plain = {sizeof(plain)};
    RTL_OSVERSIONINFOEXW more = {sizeof(more)};
    CHECK_STATUS(RtlGetVersion(&plain), STATUS_SUCCESS);
    CHECK(plain.dwMajorVersion >= 6);
    CHECK_EQ(plain.dwPlatformId, VER_PLATFORM_WIN32_NT);
    CHECK(plain.dwBuildNumber > 0);
    more.wProductType = 77;
    CHECK_STATUS(RtlGetVersion((PRTL_OSVERSIONINFOW)&more), STATUS_SUCCESS);
    CHECK_EQ(more.dwMajorVersion, plain.dwMajorVersion);
    CHECK_EQ(more.dwBuildNumber, plain.dwBuildNumber);
    CHECK(more.wProductType >= VER_NT_WORKSTATION && more.wProductType <= VER_NT_SERVER);
}

CONFORMANCE(RtlVerifyVersionInfo, ComparesInOrder) {
    RTL_OSVERSIONINFOEXW now = {sizeof(now)}, wanted;
    ULONGLONG mask = 0;
    ULONG types = VER_MAJORVERSION | VER_MINORVERSION | VER_SERVICEPACKMAJOR;
    RtlGetVersion((PRTL_OSVERSIONINFOW)&now);
    mask = VerSetConditionMask(mask, VER_MAJORVERSION, VER_GREATER_EQUAL);
    mask = VerSetConditionMask(mask, VER_MINORVERSION, VER_GREATER_EQUAL);
    mask = VerSetConditionMask(mask, VER_SERVICEPACKMAJOR, VER_GREATER_EQUAL);
    wanted = now;
    CHECK_STATUS(RtlVerifyVersionInfo(&wanted, types, mask), STATUS_SUCCESS);
    wanted.dwMajorVersion--;
    wanted.dwMinorVersion = 99;
    wanted.wServicePackMajor = 99;
    CHECK_STATUS(RtlVerifyVersionInfo(&wanted, types, mask), STATUS_SUCCESS);
    wanted = now;
    wanted.dwMajorVersion++;
    CHECK_STATUS(RtlVerifyVersionInfo(&wanted, types, mask), STATUS_REVISION_MISMATCH);
    wanted = now;
    wanted.dwBuildNumber++;
    mask = VerSetConditionMask(0, VER_BUILDNUMBER, VER_EQUAL);
    CHECK_STATUS(RtlVerifyVersionInfo(&wanted, VER_BUILDNUMBER, mask), STATUS_REVISION_MISMATCH);
    CHECK_STATUS(RtlVerifyVersionInfo(&wanted, VER_BUILDNUMBER,
                                      VerSetConditionMask(0, VER_BUILDNUMBER, VER_LESS)),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlVerifyVersionInfo(&wanted, 0, mask), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(VerSetConditionMask, KeepsThreeBitsForEachType) {
    CHECK_EQ(VerSetConditionMask(0, VER_MINORVERSION, VER_EQUAL), VER_EQUAL);
    CHECK_EQ(VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL),
             (ULONGLONG)VER_GREATER_EQUAL << 3);
    CHECK_EQ(VerSetConditionMask(1, VER_PRODUCT_TYPE, VER_LESS), 1 | (ULONGLONG)VER_LESS << 21);
    CHECK_EQ(VerSetConditionMask(5, 0, VER_EQUAL), 5);
}

CONFORMANCE(RtlIsNtDdiVersionAvailable, KnowsOlderAndNotNewer) {
    CHECK(RtlIsNtDdiVersionAvailable(0x05010000));
    CHECK(RtlIsNtDdiVersionAvailable(0x06000000));
    CHECK(RtlIsNtDdiVersionAvailable(0x0A000000));
    CHECK(!RtlIsNtDdiVersionAvailable(0x0B000000));
}

CONFORMANCE(RtlIsServicePackVersionInstalled, WantsTheSameMajorVersion) {
    CHECK(RtlIsServicePackVersionInstalled(0x0A000000));
    CHECK(!RtlIsServicePackVersionInstalled(0x06000000));
    CHECK(!RtlIsServicePackVersionInstalled(0x06010100));
    CHECK(!RtlIsServicePackVersionInstalled(0x0A000100));
}
