// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/rtl: ranges inside resource descriptors.
#pragma once

#include "abi/functions/export.h"
#include "abi/nt.h"

#ifdef __cplusplus
extern "C" {
#endif

ULONGLONG NTAPI RtlCmDecodeMemIoResource(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor,
                                         PULONGLONG Start);
NTSTATUS NTAPI RtlCmEncodeMemIoResource(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor, UCHAR Type,
                                        ULONGLONG Length, ULONGLONG Start);
ULONGLONG NTAPI RtlIoDecodeMemIoResource(PIO_RESOURCE_DESCRIPTOR Descriptor, PULONGLONG Alignment,
                                         PULONGLONG MinimumAddress, PULONGLONG MaximumAddress);
NTSTATUS NTAPI RtlIoEncodeMemIoResource(PIO_RESOURCE_DESCRIPTOR Descriptor, UCHAR Type,
                                        ULONGLONG Length, ULONGLONG Alignment,
                                        ULONGLONG MinimumAddress, ULONGLONG MaximumAddress);
NTSTATUS NTAPI RtlFindClosestEncodableLength(ULONGLONG SourceLength, PULONGLONG TargetLength);

#ifdef __cplusplus
}
#endif
