// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Newer than mingw's headers.
typedef struct _COPY_ADDRESS {
    union {
        PVOID VirtualAddress;
        PHYSICAL_ADDRESS PhysicalAddress;
    } u;
} COPY_ADDRESS;
NTKERNELAPI NTSTATUS NTAPI MmCopyMemory(PVOID TargetAddress, COPY_ADDRESS SourceAddress,
                                        SIZE_T NumberOfBytes, ULONG Flags,
                                        PSIZE_T NumberOfBytesTransferred);
#define COPY_PHYSICAL 1
#define COPY_VIRTUAL  2

CONFORMANCE(MmCopyMemory, CopiesFromPhysicalMemory) {
    PUCHAR memory = ExAllocatePoolWithTag(NonPagedPoolNx, PAGES(2), CONFORMANCE_TAG);
    UCHAR copy[64] = {0};
    COPY_ADDRESS source;
    SIZE_T copied = 0;
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, PAGES(2), 0x77);
    source.u.PhysicalAddress = MmGetPhysicalAddress(memory + 100);
    CHECK_STATUS(MmCopyMemory(copy, source, sizeof(copy), COPY_PHYSICAL, &copied), STATUS_SUCCESS);
    CHECK_EQ(copied, sizeof(copy));
    CHECK_BYTES(copy, memory + 100, sizeof(copy));
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
CONFORMANCE(MmCopyMemory, CopiesFromVirtualMemoryUpToAHole) {
    UCHAR copy[64] = {0}, original[64];
    COPY_ADDRESS source = {.u.VirtualAddress = original};
    SIZE_T copied = 0;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    RtlFillMemory(original, sizeof(original), 0x77);
    AT_IRQL(APC_LEVEL, status = MmCopyMemory(copy, source, sizeof(copy), COPY_VIRTUAL, &copied));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_BYTES(copy, original, sizeof(copy));
    source.u.VirtualAddress = (PVOID)0xFFFF800000000000ULL;
    CHECK(!NT_SUCCESS(MmCopyMemory(copy, source, sizeof(copy), COPY_VIRTUAL, &copied)));
    CHECK_EQ(copied, 0);
    CHECK(!NT_SUCCESS(
        MmCopyMemory(copy, source, sizeof(copy), COPY_VIRTUAL | COPY_PHYSICAL, &copied)));
}
CONFORMANCE(MmCopyMemory, RefusesWhatIsNoMemory) {
    COPY_ADDRESS source;
    UCHAR copy[8];
    SIZE_T copied = 7;
    source.u.PhysicalAddress.QuadPart = 0x7FFF00000000;
    CHECK(!NT_SUCCESS(MmCopyMemory(copy, source, sizeof(copy), COPY_PHYSICAL, &copied)));
    CHECK_EQ(copied, 0);
}
