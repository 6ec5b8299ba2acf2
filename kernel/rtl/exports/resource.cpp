// SPDX-License-Identifier: GPL-2.0-only
// Ranges of memory and ports inside resource descriptors, where a large length is kept without its
// low bits.
//   IRQL     any, on resident memory
//   Returns  the decoding ones: the length; the encoding ones: STATUS_SUCCESS, STATUS_UNSUCCESSFUL
//   (a length
//            or alignment that no form can hold), STATUS_INVALID_PARAMETER (another type)
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case)
//   Differs  nothing known
#include "abi/functions/rtl_resource.h"
#include "abi/types/status.h"

namespace {

/// How a large length is kept: shifted, under a flag of the descriptor.
struct LargeForm {
    USHORT flag;
    unsigned shift;
};
constexpr LargeForm kForms[] = {{CM_RESOURCE_MEMORY_LARGE_40, 8},
                                {CM_RESOURCE_MEMORY_LARGE_48, 16},
                                {CM_RESOURCE_MEMORY_LARGE_64, 32}};
constexpr USHORT kLargeFlags =
    CM_RESOURCE_MEMORY_LARGE_40 | CM_RESOURCE_MEMORY_LARGE_48 | CM_RESOURCE_MEMORY_LARGE_64;

unsigned shift_of(UCHAR type, USHORT flags) {
    if (type != CmResourceTypeMemoryLarge) return 0;
    for (const LargeForm& form : kForms) {
        if ((flags & form.flag) != 0) return form.shift;
    }
    return 0;
}

struct Encoding {
    NTSTATUS status;
    UCHAR type = 0;
    USHORT flag = 0;
    unsigned shift = 0;
};
/// The narrowest form that holds both values; an alignment of 0 holds anywhere.
Encoding choose(UCHAR type, ULONGLONG length, ULONGLONG alignment) {
    const bool memory = type == CmResourceTypeMemory || type == CmResourceTypeMemoryLarge;
    if (!memory && type != CmResourceTypePort) return {STATUS_INVALID_PARAMETER};
    if (length <= MAXULONG && alignment <= MAXULONG) {
        return {STATUS_SUCCESS, memory ? static_cast<UCHAR>(CmResourceTypeMemory) : type};
    }
    if (!memory) return {STATUS_UNSUCCESSFUL};
    for (const LargeForm& form : kForms) {
        const ULONGLONG low = (ULONGLONG{1} << form.shift) - 1;
        if (((length | alignment) & low) != 0) break;
        if (length >> form.shift <= MAXULONG && alignment >> form.shift <= MAXULONG) {
            return {STATUS_SUCCESS, CmResourceTypeMemoryLarge, form.flag, form.shift};
        }
    }
    return {STATUS_UNSUCCESSFUL};
}

}  // namespace

RSL_EXPORT ULONGLONG NTAPI RtlCmDecodeMemIoResource(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor,
                                                    PULONGLONG Start) {
    if (Start != nullptr) *Start = static_cast<ULONGLONG>(Descriptor->u.Generic.Start.QuadPart);
    return ULONGLONG{Descriptor->u.Generic.Length} << shift_of(Descriptor->Type, Descriptor->Flags);
}

RSL_EXPORT NTSTATUS NTAPI RtlCmEncodeMemIoResource(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor,
                                                   UCHAR Type, ULONGLONG Length, ULONGLONG Start) {
    const Encoding encoding = choose(Type, Length, 0);
    if (encoding.status != STATUS_SUCCESS) return encoding.status;
    Descriptor->Type = encoding.type;
    Descriptor->Flags = static_cast<USHORT>((Descriptor->Flags & ~kLargeFlags) | encoding.flag);
    Descriptor->u.Generic.Start.QuadPart = static_cast<LONGLONG>(Start);
    Descriptor->u.Generic.Length = static_cast<ULONG>(Length >> encoding.shift);
    return STATUS_SUCCESS;
}

RSL_EXPORT ULONGLONG NTAPI RtlIoDecodeMemIoResource(PIO_RESOURCE_DESCRIPTOR Descriptor,
                                                    PULONGLONG Alignment, PULONGLONG MinimumAddress,
                                                    PULONGLONG MaximumAddress) {
    const unsigned shift = shift_of(Descriptor->Type, Descriptor->Flags);
    const auto& range = Descriptor->u.Generic;
    if (Alignment != nullptr) *Alignment = ULONGLONG{range.Alignment} << shift;
    if (MinimumAddress != nullptr)
        *MinimumAddress = static_cast<ULONGLONG>(range.MinimumAddress.QuadPart);
    if (MaximumAddress != nullptr)
        *MaximumAddress = static_cast<ULONGLONG>(range.MaximumAddress.QuadPart);
    return ULONGLONG{range.Length} << shift;
}

RSL_EXPORT NTSTATUS NTAPI RtlIoEncodeMemIoResource(PIO_RESOURCE_DESCRIPTOR Descriptor, UCHAR Type,
                                                   ULONGLONG Length, ULONGLONG Alignment,
                                                   ULONGLONG MinimumAddress,
                                                   ULONGLONG MaximumAddress) {
    const Encoding encoding = choose(Type, Length, Alignment);
    if (encoding.status != STATUS_SUCCESS) return encoding.status;
    Descriptor->Type = encoding.type;
    Descriptor->Flags = static_cast<USHORT>((Descriptor->Flags & ~kLargeFlags) | encoding.flag);
    auto& range = Descriptor->u.Generic;
    range.Length = static_cast<ULONG>(Length >> encoding.shift);
    range.Alignment = static_cast<ULONG>(Alignment >> encoding.shift);
    range.MinimumAddress.QuadPart = static_cast<LONGLONG>(MinimumAddress);
    range.MaximumAddress.QuadPart = static_cast<LONGLONG>(MaximumAddress);
    return STATUS_SUCCESS;
}

/// RtlFindClosestEncodableLength (wdm.h): the smallest length of at least SourceLength that a
/// descriptor can hold.
RSL_EXPORT NTSTATUS NTAPI RtlFindClosestEncodableLength(ULONGLONG SourceLength,
                                                        PULONGLONG TargetLength) {
    if (SourceLength <= MAXULONG) return *TargetLength = SourceLength, STATUS_SUCCESS;
    for (const LargeForm& form : kForms) {
        const ULONGLONG low = (ULONGLONG{1} << form.shift) - 1;
        if (SourceLength > ~low) break;
        const ULONGLONG rounded = (SourceLength + low) & ~low;
        if (rounded >> form.shift <= MAXULONG) return *TargetLength = rounded, STATUS_SUCCESS;
    }
    return STATUS_UNSUCCESSFUL;
}
