/* SPDX-License-Identifier: GPL-2.0-only */
/* The image helpers of ntimage.h, which no page of the kernel's reference describes. The PE format
 * itself is documented: learn.microsoft.com/windows/win32/debug/pe-format */
#include "conformance.h"

#include <ntimage.h>

NTSYSAPI PIMAGE_NT_HEADERS NTAPI RtlImageNtHeader(PVOID BaseAddress);
NTSYSAPI NTSTATUS NTAPI RtlImageNtHeaderEx(ULONG Flags, PVOID BaseAddress, ULONG64 Size,
                                           PIMAGE_NT_HEADERS* OutHeaders);
NTSYSAPI PVOID NTAPI RtlImageDirectoryEntryToData(PVOID BaseAddress, BOOLEAN MappedAsImage,
                                                  USHORT DirectoryEntry, PULONG Size);

CONFORMANCE(RtlImageNtHeader, FindsTheHeaders) {
    static UCHAR nothing[4096];
    PIMAGE_NT_HEADERS headers = RtlImageNtHeader(ConformanceDriver->DriverStart);
    REQUIRE(headers != NULL);
    CHECK_EQ(headers->Signature, IMAGE_NT_SIGNATURE);
    CHECK_EQ(headers->OptionalHeader.SizeOfImage, ConformanceDriver->DriverSize);
    CHECK_EQ(RtlImageNtHeader(nothing), NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlImageNtHeader(ConformanceDriver->DriverStart), headers));
}

CONFORMANCE(RtlImageNtHeaderEx, KeepsInsideTheSize) {
    static UCHAR nothing[4096];
    PIMAGE_NT_HEADERS headers = NULL;
    CHECK_STATUS(RtlImageNtHeaderEx(0, ConformanceDriver->DriverStart,
                                    ConformanceDriver->DriverSize, &headers),
                 STATUS_SUCCESS);
    CHECK_EQ(headers, RtlImageNtHeader(ConformanceDriver->DriverStart));
    CHECK_STATUS(RtlImageNtHeaderEx(1, ConformanceDriver->DriverStart, 0, &headers),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlImageNtHeaderEx(0, ConformanceDriver->DriverStart, 64, &headers),
                 STATUS_INVALID_IMAGE_FORMAT);
    CHECK_STATUS(RtlImageNtHeaderEx(0, nothing, sizeof(nothing), &headers),
                 STATUS_INVALID_IMAGE_FORMAT);
    CHECK_STATUS(RtlImageNtHeaderEx(0, NULL, 64, &headers), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlImageDirectoryEntryToData, FindsTheTablesOfAnImage) {
    ULONG bytes = 0;
    PIMAGE_IMPORT_DESCRIPTOR imports = RtlImageDirectoryEntryToData(
        ConformanceDriver->DriverStart, TRUE, IMAGE_DIRECTORY_ENTRY_IMPORT, &bytes);
    REQUIRE(imports != NULL);
    CHECK(bytes >= sizeof(*imports));
    CHECK(imports->Name < ConformanceDriver->DriverSize);
    CHECK_EQ(RtlImageDirectoryEntryToData(ConformanceDriver->DriverStart, TRUE, 200, &bytes), NULL);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK(RtlImageDirectoryEntryToData(ConformanceDriver->DriverStart, TRUE,
                                               IMAGE_DIRECTORY_ENTRY_EXCEPTION, &bytes) != NULL));
}
