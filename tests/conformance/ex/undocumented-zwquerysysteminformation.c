// SPDX-License-Identifier: GPL-2.0-only
// Documented for user mode (learn.microsoft.com/windows/win32/sysinfo/zwquerysysteminformation);
// the layouts of further classes are those of public symbol tables and of books.
#include "threads.h"

IMPORTED(NTSTATUS, NtQuerySystemInformation, ULONG, PVOID, ULONG, PULONG);
IMPORTED(NTSTATUS, ZwQuerySystemInformation, ULONG, PVOID, ULONG, PULONG);

/* What a class gives, whatever its length; NULL and a failure reported when it does not. */
static PVOID Query(ULONG Class, PULONG Bytes) {
    PVOID buffer;
    ULONG needed = 0, room;
    NTSTATUS status = ImportedZwQuerySystemInformation(Class, NULL, 0, &needed);
    CHECK_STATUS(status, STATUS_INFO_LENGTH_MISMATCH);
    if (status != STATUS_INFO_LENGTH_MISMATCH || needed == 0) return NULL;
    room = needed + 4096;
    buffer = ExAllocatePoolWithTag(NonPagedPoolNx, room, CONFORMANCE_TAG);
    if (buffer == NULL) return NULL;
    status = ImportedZwQuerySystemInformation(Class, buffer, room, Bytes);
    CHECK_STATUS(status, STATUS_SUCCESS);
    if (NT_SUCCESS(status)) return buffer;
    ExFreePoolWithTag(buffer, CONFORMANCE_TAG);
    return NULL;
}
#define DONE(buffer) ExFreePoolWithTag((buffer), CONFORMANCE_TAG)

typedef struct {
    ULONG Reserved, TimerResolution, PageSize, Pages, LowestPage, HighestPage, Granularity;
    ULONG_PTR LowestUser, HighestUser, Processors;
    CCHAR ProcessorCount;
} BASIC;

CONFORMANCE(ZwQuerySystemInformation, BasicTellsPagesAndProcessors) {
    BASIC info;
    CHECK_STATUS(ImportedZwQuerySystemInformation(0, &info, sizeof(info), NULL), STATUS_SUCCESS);
    CHECK_EQ(info.PageSize, 4096);
    CHECK_EQ(info.ProcessorCount, (CCHAR)KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(info.Processors, KeQueryActiveProcessors());
}

CONFORMANCE(ZwQuerySystemInformation, ProcessesListSystemWithItsThreads) {
    ULONG bytes;
    UCHAR* at = Query(5, &bytes);
    UCHAR* buffer = at;
    BOOLEAN found = FALSE;
    REQUIRE(at != NULL);
    for (;;) {
        if (*(HANDLE*)(at + 0x50) == (HANDLE)4) {
            ULONG threads = *(ULONG*)(at + 4), i;
            found = TRUE;
            CHECK(threads >= 2);
            CHECK_TEXT((UNICODE_STRING*)(at + 0x38), L"System");
            for (i = 0; i < threads; i++)
                CHECK_EQ(*(HANDLE*)(at + 0x100 + i * 0x50 + 0x28), (HANDLE)4);
        }
        if (*(ULONG*)at == 0) break;
        at += *(ULONG*)at;
    }
    CHECK(found);
    DONE(buffer);
}

CONFORMANCE(ZwQuerySystemInformation, ModulesBeginWithTheKernel) {
    ULONG bytes, i;
    UCHAR* buffer = Query(11, &bytes);
    ULONG_PTR own = (ULONG_PTR)ConformanceDriver->DriverStart;
    BOOLEAN found = FALSE;
    REQUIRE(buffer != NULL);
    for (i = 0; i < *(ULONG*)buffer; i++) {
        UCHAR* module = buffer + 8 + i * 0x128;
        if (*(ULONG_PTR*)(module + 0x10) == own) found = TRUE;
    }
    CHECK(found);
    CHECK_BYTES(buffer + 8 + 0x28 + *(USHORT*)(buffer + 8 + 0x26), "ntoskrnl.exe", 13);
    DONE(buffer);
}

CONFORMANCE(ZwQuerySystemInformation, ExtendedModulesEndWithAnOffsetOfZero) {
    ULONG bytes, count = 0, simple;
    UCHAR* at = Query(77, &bytes);
    UCHAR* buffer = at;
    UCHAR* others;
    const UCHAR* own = ConformanceDriver->DriverStart;
    BOOLEAN found = FALSE;
    REQUIRE(at != NULL);
    for (; *(USHORT*)at != 0 && count < 10000; at += *(USHORT*)at) {
        count++;
        if (*(const UCHAR**)(at + 8 + 0x10) != own) continue;
        found = TRUE; /* TimeDateStamp, as the image's header has it */
        CHECK_EQ(*(ULONG*)(at + 8 + 0x128 + 4),
                 *(const ULONG*)(own + *(const ULONG*)(own + 0x3C) + 8));
    }
    others = Query(11, &simple);
    REQUIRE(others != NULL);
    CHECK_EQ(count, *(ULONG*)others);
    CHECK(found);
    DONE(others);
    DONE(buffer);
}

CONFORMANCE(ZwQuerySystemInformation, HandlesContainOneJustMade) {
    ULONG bytes, i;
    HANDLE event = NULL;
    PVOID object = NULL;
    UCHAR* buffer;
    ULONG shorts = 0, longs = 0;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(
        NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE)));
    ObReferenceObjectByHandle(event, 0, *ExEventObjectType, KernelMode, &object, NULL);
    buffer = Query(16, &bytes);
    REQUIRE(buffer != NULL);
    for (i = 0; i < *(ULONG*)buffer; i++) {
        UCHAR* entry = buffer + 8 + i * 24;
        if (*(PVOID*)(entry + 8) == object && *(USHORT*)entry == 4) {
            shorts++;
            CHECK_EQ(*(ULONG*)(entry + 16), EVENT_ALL_ACCESS);
        }
    }
    DONE(buffer);
    buffer = Query(64, &bytes);
    REQUIRE(buffer != NULL);
    for (i = 0; i < *(ULONG_PTR*)buffer; i++) {
        UCHAR* entry = buffer + 16 + i * 40;
        if (*(PVOID*)entry == object && *(ULONG_PTR*)(entry + 8) == 4) longs++;
    }
    DONE(buffer);
    CHECK_EQ(shorts, 1);
    CHECK_EQ(longs, 1);
    ObDereferenceObject(object);
    ZwClose(event);
}

CONFORMANCE(ZwQuerySystemInformation, ProcessorTimesComeOneAProcessor) {
    ULONG bytes = 0;
    LONGLONG* buffer = Query(8, &bytes);
    REQUIRE(buffer != NULL);
    CHECK_EQ(bytes, 48 * KeQueryActiveProcessorCount(NULL));
    CHECK(buffer[1] != 0 && buffer[0] <= buffer[1]);
    DONE(buffer);
}

CONFORMANCE(ZwQuerySystemInformation, DebuggerIsNotPresent) {
    BOOLEAN info[2] = {7, 7};
    CHECK_STATUS(ImportedZwQuerySystemInformation(35, info, sizeof(info), NULL), STATUS_SUCCESS);
    CHECK_EQ(info[0], FALSE);
    CHECK_EQ(info[1], TRUE);
}

CONFORMANCE(ZwQuerySystemInformation, CodeIntegrityKeepsItsLength) {
    ULONG info[2] = {8, 7};
    CHECK_STATUS(ImportedZwQuerySystemInformation(103, info, sizeof(info), NULL), STATUS_SUCCESS);
    CHECK_EQ(info[0], 8);
}

CONFORMANCE(ZwQuerySystemInformation, PoolTagsContainOneInUse) {
    ULONG bytes, i;
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'TfnC');
    UCHAR* buffer = Query(22, &bytes);
    BOOLEAN found = FALSE;
    REQUIRE(buffer != NULL && memory != NULL);
    for (i = 0; i < *(ULONG*)buffer; i++) {
        UCHAR* tag = buffer + 8 + i * 40;
        if (*(ULONG*)tag == 'TfnC') found = *(SIZE_T*)(tag + 16) + *(SIZE_T*)(tag + 32) >= 100;
    }
    CHECK(found);
    DONE(buffer);
    ExFreePoolWithTag(memory, 'TfnC');
}

CONFORMANCE(ZwQuerySystemInformation, RefusesAnUnknownClassAndTellsTheLength) {
    ULONG needed = 0;
    BASIC info;
    CHECK_STATUS(ImportedZwQuerySystemInformation(9999, &info, sizeof(info), NULL),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ImportedZwQuerySystemInformation(0, &info, 4, &needed),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQ(needed, sizeof(info));
}

CONFORMANCE_IN_CALLER(NtQuerySystemInformation, RefusesAKernelAddressOfAUser) {
    BASIC info;
    CHECK_STATUS(ImportedNtQuerySystemInformation(0, &info, sizeof(info), NULL),
                 STATUS_ACCESS_VIOLATION);
}

/* The classes that winternl.h documents with a size and no more, and those with a few words. */
CONFORMANCE(ZwQuerySystemInformation, EveryDocumentedClassHasItsSize) {
    static const struct {
        ULONG Class, Bytes;
    } documented[] = {{2, 312}, {33, 16}, {37, 16}, {45, 32}, {103, 8}, {124, 12}, {134, 32}, {196, 4}, {201, 4}, {206, 8}};
    UCHAR buffer[512] __attribute__((aligned(8)));
    ULONG i, needed;
    for (i = 0; i < RTL_NUMBER_OF(documented); i++) {
        RtlZeroMemory(buffer, sizeof(buffer));
        *(ULONG*)buffer = 8; /* of class 103 the caller says its length */
        needed = 0;
        CHECK_STATUS(ImportedZwQuerySystemInformation(documented[i].Class, buffer, sizeof(buffer), &needed), STATUS_SUCCESS);
        CHECK_EQ(needed, documented[i].Bytes);
        CHECK_STATUS(ImportedZwQuerySystemInformation(documented[i].Class, buffer, documented[i].Bytes - 1, NULL),
                     STATUS_INFO_LENGTH_MISMATCH);
    }
}

CONFORMANCE(ZwQuerySystemInformation, PerformanceTellsOfIdleTimeAndPages) {
    ULONG bytes;
    UCHAR* buffer = Query(2, &bytes);
    REQUIRE(buffer != NULL);
    CHECK(*(ULONG*)(buffer + 44) != 0);
    CHECK(*(ULONG*)(buffer + 44) < *(ULONG*)(buffer + 52));
    DONE(buffer);
}

CONFORMANCE(NtQuerySystemInformation, RefusesAClassThatNobodyKnows) {
    ULONG value;
    CHECK_STATUS(ImportedNtQuerySystemInformation(9999, &value, sizeof(value), NULL), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ImportedZwQuerySystemInformation(9999, &value, sizeof(value), NULL), STATUS_INVALID_INFO_CLASS);
}
