/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlDecompressBuffer, RtlDecompressFragment and RtlGetCompressionWorkSpaceSize, each with a
 * page of its own. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlDecompressBufferEx(USHORT CompressionFormat, PUCHAR UncompressedBuffer,
                                              ULONG UncompressedBufferSize, PUCHAR CompressedBuffer,
                                              ULONG CompressedBufferSize,
                                              PULONG FinalUncompressedSize, PVOID WorkSpace);
#define DATA_BYTES 10000
static UCHAR Data[DATA_BYTES], Packed[DATA_BYTES * 2], Back[DATA_BYTES];

/* Packs `Data`, which repeats itself; returns the packed length. */
static ULONG Pack(VOID) {
    ULONG workBytes = 0, fragmentBytes = 0, packed = 0, i;
    PVOID work;
    for (i = 0; i < DATA_BYTES; i++) Data[i] = (UCHAR) "All work and no play "[i % 21];
    CHECK_STATUS(
        RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_LZNT1, &workBytes, &fragmentBytes),
        STATUS_SUCCESS);
    work = ExAllocatePoolWithTag(NonPagedPoolNx, workBytes, CONFORMANCE_TAG);
    if (work == NULL) return 0;
    CHECK_STATUS(RtlCompressBuffer(COMPRESSION_FORMAT_LZNT1, Data, DATA_BYTES, Packed,
                                   sizeof(Packed), 4096, &packed, work),
                 STATUS_SUCCESS);
    ExFreePoolWithTag(work, CONFORMANCE_TAG);
    return packed;
}

CONFORMANCE(RtlCompressBuffer, MakesItSmaller) {
    ULONG packed = Pack();
    CHECK(packed > 0 && packed < DATA_BYTES / 4);
}

CONFORMANCE(RtlCompressBuffer, RefusesFormatsAndSmallBuffers) {
    ULONG workBytes = 0, fragmentBytes = 0, packed = 0, i, state = 1;
    PVOID work;
    REQUIRE(RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_LZNT1 | COMPRESSION_ENGINE_MAXIMUM,
                                           &workBytes, &fragmentBytes) == STATUS_SUCCESS);
    work = ExAllocatePoolWithTag(NonPagedPoolNx, workBytes, CONFORMANCE_TAG);
    REQUIRE(work != NULL);
    CHECK_STATUS(
        RtlCompressBuffer(COMPRESSION_FORMAT_NONE, Data, 100, Packed, 200, 4096, &packed, work),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        RtlCompressBuffer(COMPRESSION_FORMAT_DEFAULT, Data, 100, Packed, 200, 4096, &packed, work),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlCompressBuffer(7, Data, 100, Packed, 200, 4096, &packed, work),
                 STATUS_UNSUPPORTED_COMPRESSION);
    CHECK_STATUS(RtlCompressBuffer(COMPRESSION_FORMAT_LZNT1 | COMPRESSION_ENGINE_HIBER, Data, 100,
                                   Packed, 200, 4096, &packed, work),
                 STATUS_NOT_SUPPORTED);
    for (i = 0; i < 4096; i++) Data[i] = (UCHAR)((state = state * 1664525 + 1013904223) >> 24);
    CHECK_STATUS(
        RtlCompressBuffer(COMPRESSION_FORMAT_LZNT1, Data, 4096, Packed, 1000, 4096, &packed, work),
        STATUS_BUFFER_TOO_SMALL);
    RtlZeroMemory(Data, 4096);
    CHECK_STATUS(
        RtlCompressBuffer(COMPRESSION_FORMAT_LZNT1, Data, 4096, Packed, 1000, 4096, &packed, work),
        STATUS_BUFFER_ALL_ZEROS);
    ExFreePoolWithTag(work, CONFORMANCE_TAG);
}

CONFORMANCE(RtlGetCompressionWorkSpaceSize, RefusesFormatsAndEngines) {
    ULONG workBytes = 0, fragmentBytes = 0;
    CHECK_STATUS(
        RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_NONE, &workBytes, &fragmentBytes),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_DEFAULT, &workBytes, &fragmentBytes),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlGetCompressionWorkSpaceSize(7, &workBytes, &fragmentBytes),
                 STATUS_UNSUPPORTED_COMPRESSION);
    CHECK_STATUS(RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_LZNT1 | COMPRESSION_ENGINE_HIBER,
                                                &workBytes, &fragmentBytes),
                 STATUS_NOT_SUPPORTED);
}

CONFORMANCE(RtlDecompressBuffer, GivesTheDataBack) {
    ULONG packed = Pack(), bytes = 0;
    REQUIRE(packed != 0);
    RtlZeroMemory(Back, sizeof(Back));
    CHECK_STATUS(
        RtlDecompressBuffer(COMPRESSION_FORMAT_LZNT1, Back, sizeof(Back), Packed, packed, &bytes),
        STATUS_SUCCESS);
    CHECK_EQ(bytes, DATA_BYTES);
    CHECK_BYTES(Back, Data, DATA_BYTES);
}

CONFORMANCE(RtlDecompressBuffer, RefusesFormatsAndDamage) {
    static UCHAR damaged[] = {0x02, 0xB0, 0x01, 0x00, 0x00, 0x00};
    ULONG bytes = 0;
    CHECK_STATUS(
        RtlDecompressBuffer(COMPRESSION_FORMAT_NONE, Back, sizeof(Back), Packed, 10, &bytes),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        RtlDecompressBuffer(COMPRESSION_FORMAT_DEFAULT, Back, sizeof(Back), Packed, 10, &bytes),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlDecompressBuffer(7, Back, sizeof(Back), Packed, 10, &bytes),
                 STATUS_UNSUPPORTED_COMPRESSION);
    CHECK_STATUS(RtlDecompressBuffer(COMPRESSION_FORMAT_LZNT1, Back, sizeof(Back), damaged,
                                     sizeof(damaged), &bytes),
                 STATUS_BAD_COMPRESSION_BUFFER);
}

CONFORMANCE(RtlDecompressBufferEx, GivesTheDataBack) {
    static UCHAR work[4096];
    ULONG packed = Pack(), bytes = 0;
    CHECK_STATUS(RtlDecompressBufferEx(COMPRESSION_FORMAT_LZNT1, Back, sizeof(Back), Packed, packed,
                                       &bytes, work),
                 STATUS_SUCCESS);
    CHECK_EQ(bytes, DATA_BYTES);
    CHECK_BYTES(Back, Data, DATA_BYTES);
}

CONFORMANCE(RtlDecompressFragment, GivesAPartBack) {
    ULONG packed = Pack(), bytes = 0, workBytes = 0, fragmentBytes = 0;
    PVOID work;
    RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_LZNT1, &workBytes, &fragmentBytes);
    work = ExAllocatePoolWithTag(NonPagedPoolNx, fragmentBytes, CONFORMANCE_TAG);
    REQUIRE(work != NULL);
    CHECK_STATUS(RtlDecompressFragment(COMPRESSION_FORMAT_LZNT1, Back, 3000, Packed, packed, 2500,
                                       &bytes, work),
                 STATUS_SUCCESS);
    CHECK_EQ(bytes, 3000);
    CHECK_BYTES(Back, Data + 2500, 3000);
    CHECK_STATUS(RtlDecompressFragment(COMPRESSION_FORMAT_LZNT1, Back, 3000, Packed, packed, 9000,
                                       &bytes, work),
                 STATUS_SUCCESS);
    CHECK_EQ(bytes, 1000);
    CHECK_STATUS(
        RtlDecompressFragment(COMPRESSION_FORMAT_NONE, Back, 10, Packed, packed, 0, &bytes, work),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlDecompressFragment(7, Back, 10, Packed, packed, 0, &bytes, work),
                 STATUS_UNSUPPORTED_COMPRESSION);
    ExFreePoolWithTag(work, CONFORMANCE_TAG);
}

/* The example of the format's specification, [MS-XCA] 3.1: "abc" a hundred times. */
CONFORMANCE(RtlDecompressBuffer, UnpacksXpress) {
    static UCHAR packed[] = {0xFF, 0xFF, 0xFF, 0x1F, 'a',  'b', 'c',
                             0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01};
    ULONG bytes = 0, i;
    CHECK_STATUS(RtlDecompressBuffer(3, Back, 300, packed, sizeof(packed), &bytes), STATUS_SUCCESS);
    CHECK_EQ(bytes, 300);
    for (i = 0; i < 300; i++) CHECK_EQ(Back[i], "abc"[i % 3]);
}
