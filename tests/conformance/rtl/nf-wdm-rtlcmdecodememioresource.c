/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlCmEncodeMemIoResource, RtlIoDecodeMemIoResource and RtlIoEncodeMemIoResource, each with a
 * page of its own, and RtlFindClosestEncodableLength, which wdm.h declares. */
#include "conformance.h"

NTSYSAPI ULONGLONG NTAPI RtlCmDecodeMemIoResource(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor,
                                                  PULONGLONG Start);
NTSYSAPI NTSTATUS NTAPI RtlCmEncodeMemIoResource(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor,
                                                 UCHAR Type, ULONGLONG Length, ULONGLONG Start);
NTSYSAPI ULONGLONG NTAPI RtlIoDecodeMemIoResource(PIO_RESOURCE_DESCRIPTOR Descriptor,
                                                  PULONGLONG Alignment, PULONGLONG MinimumAddress,
                                                  PULONGLONG MaximumAddress);
NTSYSAPI NTSTATUS NTAPI RtlIoEncodeMemIoResource(PIO_RESOURCE_DESCRIPTOR Descriptor, UCHAR Type,
                                                 ULONGLONG Length, ULONGLONG Alignment,
                                                 ULONGLONG MinimumAddress,
                                                 ULONGLONG MaximumAddress);
NTSYSAPI NTSTATUS NTAPI RtlFindClosestEncodableLength(ULONGLONG SourceLength,
                                                      PULONGLONG TargetLength);

CONFORMANCE(RtlCmDecodeMemIoResource, GivesStartAndLength) {
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = {0};
    ULONGLONG start = 0;
    descriptor.Type = CmResourceTypeMemory;
    descriptor.u.Memory.Start.QuadPart = 0xFE000000;
    descriptor.u.Memory.Length = 0x1000;
    CHECK_EQ(RtlCmDecodeMemIoResource(&descriptor, &start), 0x1000);
    CHECK_EQ(start, 0xFE000000);
    descriptor.Type = CmResourceTypeMemoryLarge;
    descriptor.Flags = CM_RESOURCE_MEMORY_LARGE_40;
    CHECK_EQ(RtlCmDecodeMemIoResource(&descriptor, NULL), 0x100000);
    descriptor.Flags = CM_RESOURCE_MEMORY_LARGE_48;
    CHECK_EQ(RtlCmDecodeMemIoResource(&descriptor, NULL), 0x10000000);
    descriptor.Flags = CM_RESOURCE_MEMORY_LARGE_64;
    CHECK_EQ(RtlCmDecodeMemIoResource(&descriptor, NULL), 0x100000000000ull);
}

CONFORMANCE(RtlCmEncodeMemIoResource, ChoosesAFormThatHoldsTheLength) {
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = {0};
    ULONGLONG start = 0;
    CHECK_STATUS(RtlCmEncodeMemIoResource(&descriptor, CmResourceTypePort, 8, 0x3F8),
                 STATUS_SUCCESS);
    CHECK_EQ(descriptor.Type, CmResourceTypePort);
    CHECK_EQ(descriptor.u.Port.Length, 8);
    CHECK_STATUS(RtlCmEncodeMemIoResource(&descriptor, CmResourceTypeMemoryLarge, 0x1234567800ull,
                                          0x8000000000ull),
                 STATUS_SUCCESS);
    CHECK_EQ(descriptor.Type, CmResourceTypeMemoryLarge);
    CHECK_EQ(RtlCmDecodeMemIoResource(&descriptor, &start), 0x1234567800ull);
    CHECK_EQ(start, 0x8000000000ull);
}

CONFORMANCE(RtlCmEncodeMemIoResource, RefusesWhatNoFormHolds) {
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = {0};
    CHECK_STATUS(
        RtlCmEncodeMemIoResource(&descriptor, CmResourceTypeMemoryLarge, 0x1000000001ull, 0),
        STATUS_UNSUCCESSFUL);
    CHECK_STATUS(RtlCmEncodeMemIoResource(&descriptor, CmResourceTypeInterrupt, 1, 0),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIoEncodeMemIoResource, ChoosesAFormThatHoldsLengthAndAlignment) {
    IO_RESOURCE_DESCRIPTOR descriptor = {0};
    ULONGLONG alignment = 0, minimum = 0, maximum = 0;
    CHECK_STATUS(
        RtlIoEncodeMemIoResource(&descriptor, CmResourceTypeMemory, 0x2000, 0x1000, 0, 0xFFFFFFFF),
        STATUS_SUCCESS);
    CHECK_EQ(descriptor.Type, CmResourceTypeMemory);
    CHECK_EQ(descriptor.u.Memory.Length, 0x2000);
    CHECK_STATUS(RtlIoEncodeMemIoResource(&descriptor, CmResourceTypeMemoryLarge, 0x200000000ull,
                                          0x100000000ull, 1, ~0ull),
                 STATUS_SUCCESS);
    CHECK_EQ(RtlIoDecodeMemIoResource(&descriptor, &alignment, &minimum, &maximum), 0x200000000ull);
    CHECK_EQ(alignment, 0x100000000ull);
    CHECK_EQ(minimum, 1);
    CHECK_EQ(maximum, ~0ull);
    CHECK_STATUS(RtlIoEncodeMemIoResource(&descriptor, CmResourceTypeMemoryLarge, 0x200000001ull, 1,
                                          0, ~0ull),
                 STATUS_UNSUCCESSFUL);
    CHECK_STATUS(RtlIoEncodeMemIoResource(&descriptor, CmResourceTypeDma, 1, 1, 0, 1),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIoDecodeMemIoResource, GivesTheRange) {
    IO_RESOURCE_DESCRIPTOR descriptor = {0};
    ULONGLONG alignment = 0, minimum = 0, maximum = 0;
    descriptor.Type = CmResourceTypePort;
    descriptor.u.Port.Length = 8;
    descriptor.u.Port.Alignment = 4;
    descriptor.u.Port.MinimumAddress.QuadPart = 0x100;
    descriptor.u.Port.MaximumAddress.QuadPart = 0x3FF;
    CHECK_EQ(RtlIoDecodeMemIoResource(&descriptor, &alignment, &minimum, &maximum), 8);
    CHECK_EQ(alignment, 4);
    CHECK_EQ(minimum, 0x100);
    CHECK_EQ(maximum, 0x3FF);
    CHECK_EQ(RtlIoDecodeMemIoResource(&descriptor, NULL, NULL, NULL), 8);
}

CONFORMANCE(RtlFindClosestEncodableLength, RoundsUpToWhatADescriptorHolds) {
    ULONGLONG length = 0;
    CHECK_STATUS(RtlFindClosestEncodableLength(0x1234, &length), STATUS_SUCCESS);
    CHECK_EQ(length, 0x1234);
    CHECK_STATUS(RtlFindClosestEncodableLength(0x1000000001ull, &length), STATUS_SUCCESS);
    CHECK_EQ(length, 0x1000000100ull);
}
