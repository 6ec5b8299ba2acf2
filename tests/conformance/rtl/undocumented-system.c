/* SPDX-License-Identifier: GPL-2.0-only */
/* What kind of system this is, a checksum, altitudes, local time: exported, in headers or by use,
 * without a page. */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlGetNtProductType(PULONG ProductType);
NTSYSAPI BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion, ULONG OSMinorVersion,
                                         ULONG SpMajorVersion, ULONG SpMinorVersion,
                                         PULONG ReturnedProductType);
NTSYSAPI ULONG NTAPI RtlGetSuiteMask(VOID);
NTSYSAPI BOOLEAN NTAPI RtlIsMultiSessionSku(VOID);
NTSYSAPI BOOLEAN NTAPI RtlIsMultiUsersInSessionSku(VOID);
NTSYSAPI ULONG NTAPI RtlGetNtGlobalFlags(VOID);
NTSYSAPI VOID NTAPI RtlGetDefaultCodePage(PUSHORT AnsiCodePage, PUSHORT OemCodePage);
NTSYSAPI NTSTATUS NTAPI RtlLocalTimeToSystemTime(PLARGE_INTEGER LocalTime,
                                                 PLARGE_INTEGER SystemTime);
NTSYSAPI NTSTATUS NTAPI RtlSystemTimeToLocalTime(PLARGE_INTEGER SystemTime,
                                                 PLARGE_INTEGER LocalTime);
NTSYSAPI ULONG NTAPI RtlCrc32(const VOID* Buffer, SIZE_T Size, ULONG InitialCrc);
NTSYSAPI LONG NTAPI RtlCompareAltitudes(PCUNICODE_STRING Altitude1, PCUNICODE_STRING Altitude2);
#undef RtlGetCallersAddress /* ntddk.h makes the compiler's own of it */
NTSYSAPI VOID NTAPI RtlGetCallersAddress(PVOID* CallersAddress, PVOID* CallersCaller);
NTSYSAPI NTSTATUS NTAPI RtlStringFromGUIDEx(const GUID* Guid, PUNICODE_STRING GuidString,
                                            BOOLEAN AllocateGuidString);

CONFORMANCE(RtlGetNtProductType, AgreesWithTheVersion) {
    RTL_OSVERSIONINFOEXW version = {sizeof(version)};
    ULONG type = 0;
    RtlGetVersion((PRTL_OSVERSIONINFOW)&version);
    CHECK(RtlGetNtProductType(&type));
    CHECK_EQ(type, version.wProductType);
}

CONFORMANCE(RtlGetProductInfo, KnowsAnEditionFromVistaOn) {
    ULONG type = 0;
    CHECK(RtlGetProductInfo(10, 0, 0, 0, &type));
    CHECK(type != 0);
    CHECK(!RtlGetProductInfo(5, 1, 0, 0, &type));
    CHECK(!RtlGetProductInfo(10, 0, 0, 0, NULL));
}

CONFORMANCE(RtlGetSuiteMask, AgreesWithTheVersion) {
    RTL_OSVERSIONINFOEXW version = {sizeof(version)};
    RtlGetVersion((PRTL_OSVERSIONINFOW)&version);
    CHECK_EQ(RtlGetSuiteMask() & 0xFFFF, version.wSuiteMask);
}

CONFORMANCE(RtlIsMultiSessionSku, IsFalseOnAWorkstation) {
    CHECK_EQ(RtlIsMultiSessionSku(), FALSE);
}

CONFORMANCE(RtlIsMultiUsersInSessionSku, IsFalseOnAWorkstation) {
    CHECK_EQ(RtlIsMultiUsersInSessionSku(), FALSE);
}

CONFORMANCE(RtlGetNtGlobalFlags, HasNoneSet) { CHECK_EQ(RtlGetNtGlobalFlags(), 0); }

CONFORMANCE(RtlGetDefaultCodePage, AgreesWithTheVariables) {
    extern USHORT* const __imp_NlsAnsiCodePage;
    extern USHORT* const __imp_NlsOemCodePage;
    USHORT ansi = 0, oem = 0;
    RtlGetDefaultCodePage(&ansi, &oem);
    CHECK_EQ(ansi, *__imp_NlsAnsiCodePage);
    CHECK_EQ(oem, *__imp_NlsOemCodePage);
}

CONFORMANCE(RtlLocalTimeToSystemTime, ReversesTheOtherDirection) {
    LARGE_INTEGER system, local, back;
    KeQuerySystemTime(&system);
    CHECK_STATUS(RtlSystemTimeToLocalTime(&system, &local), STATUS_SUCCESS);
    CHECK_STATUS(RtlLocalTimeToSystemTime(&local, &back), STATUS_SUCCESS);
    CHECK_EQ(back.QuadPart, system.QuadPart);
}

CONFORMANCE(RtlSystemTimeToLocalTime, AgreesWithExSystemTimeToLocalTime) {
    LARGE_INTEGER system, local, other;
    KeQuerySystemTime(&system);
    CHECK_STATUS(RtlSystemTimeToLocalTime(&system, &local), STATUS_SUCCESS);
    ExSystemTimeToLocalTime(&system, &other);
    CHECK_EQ(local.QuadPart, other.QuadPart);
}

CONFORMANCE(RtlCrc32, IsTheChecksumOfEthernet) {
    CHECK_EQ(RtlCrc32("123456789", 9, 0), 0xCBF43926);
    CHECK_EQ(RtlCrc32("456789", 6, RtlCrc32("123", 3, 0)), 0xCBF43926);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlCrc32("", 0, 0), 0));
}

static LONG Compare(PCWSTR First, PCWSTR Second) {
    UNICODE_STRING first, second;
    RtlInitUnicodeString(&first, First);
    RtlInitUnicodeString(&second, Second);
    return RtlCompareAltitudes(&first, &second);
}
CONFORMANCE(RtlCompareAltitudes, ComparesNumbersAndNotText) {
    CHECK_EQ(Compare(L"320000", L"320000"), 0);
    CHECK(Compare(L"99999", L"320000") < 0);
    CHECK(Compare(L"320000.5", L"320000.25") > 0);
    CHECK(Compare(L"320000.1", L"320000") > 0);
    CHECK_EQ(Compare(L"0320000.10", L"320000.1"), 0);
}

static __attribute__((noinline)) VOID Callee(PVOID* Address, PVOID* Caller) {
    RtlGetCallersAddress(Address, Caller);
    __asm__ volatile("" ::: "memory");
}
CONFORMANCE(RtlGetCallersAddress, TellsWhoCalledTheCaller) {
    PVOID address = NULL, caller = NULL;
    PUCHAR start = ConformanceDriver->DriverStart;
    Callee(&address, &caller);
    CHECK((PUCHAR)address >= start && (PUCHAR)address < start + ConformanceDriver->DriverSize);
    CHECK(caller != NULL);
}

CONFORMANCE(RtlStringFromGUIDEx, WritesIntoTheCallersBufferOrANewOne) {
    static const GUID sample = {
        0x01234567, 0x89AB, 0xCDEF, {0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE}};
    WCHAR buffer[39];
    UNICODE_STRING text = {0, sizeof(buffer), buffer}, made = {0};
    CHECK_STATUS(RtlStringFromGUIDEx(&sample, &text, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"{01234567-89AB-CDEF-1032-547698BADCFE}");
    text.MaximumLength = 20;
    CHECK(!NT_SUCCESS(RtlStringFromGUIDEx(&sample, &text, FALSE)));
    CHECK_STATUS(RtlStringFromGUIDEx(&sample, &made, TRUE), STATUS_SUCCESS);
    CHECK_TEXT(&made, L"{01234567-89AB-CDEF-1032-547698BADCFE}");
    RtlFreeUnicodeString(&made);
}
