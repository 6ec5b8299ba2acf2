// SPDX-License-Identifier: GPL-2.0-only
// KAFFINITY_EX: sets of processors, 64 a group.
#include "abi/functions/export.h"
#include "abi/functions/ke_hardware.h"

namespace {

constexpr ULONG kPerGroup = 64;

bool holds(const KAFFINITY_EX& set, ULONG index) { return index / kPerGroup < set.Count; }
ULONG64 bit_of(ULONG index) { return ULONG64{1} << index % kPerGroup; }

}  // namespace

/// KeInitializeAffinityEx (ntos.h) makes an empty set of processors.
///   IRQL     any
///   Returns  nothing
///   Source   public headers and symbol tables; drivers use it with KeRegisterNmiCallback to stop processors
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeAffinityEx(PKAFFINITY_EX Affinity) {
    *Affinity = {};
    Affinity->Count = 1;
    Affinity->Size = KAFFINITY_EX_GROUPS;
}
/// KeAddProcessorAffinityEx (ntos.h) adds a processor by its index.
///   IRQL     any
///   Returns  nothing
///   Source   as KeInitializeAffinityEx
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAddProcessorAffinityEx(PKAFFINITY_EX Affinity, ULONG ProcessorIndex) {
    const ULONG group = ProcessorIndex / kPerGroup;
    if (group >= Affinity->Size) return;
    if (group >= Affinity->Count) Affinity->Count = static_cast<USHORT>(group + 1);
    Affinity->Bitmap[group] |= bit_of(ProcessorIndex);
}
/// KeRemoveProcessorAffinityEx (ntos.h) takes a processor out.
///   IRQL     any
///   Returns  nothing
///   Source   as KeInitializeAffinityEx
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeRemoveProcessorAffinityEx(PKAFFINITY_EX Affinity, ULONG ProcessorIndex) {
    if (holds(*Affinity, ProcessorIndex)) Affinity->Bitmap[ProcessorIndex / kPerGroup] &= ~bit_of(ProcessorIndex);
}
/// KeCheckProcessorAffinityEx (ntos.h) tells whether a processor is in the set.
///   IRQL     any
///   Returns  TRUE when it is
///   Source   as KeInitializeAffinityEx
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeCheckProcessorAffinityEx(PKAFFINITY_EX Affinity, ULONG ProcessorIndex) {
    if (!holds(*Affinity, ProcessorIndex)) return FALSE;
    return (Affinity->Bitmap[ProcessorIndex / kPerGroup] & bit_of(ProcessorIndex)) != 0 ? TRUE : FALSE;
}
/// KeCountSetBitsAffinityEx (ntos.h) counts the processors of the set.
///   IRQL     any
///   Returns  the number
///   Source   as KeInitializeAffinityEx
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeCountSetBitsAffinityEx(PKAFFINITY_EX Affinity) {
    ULONG count = 0;
    for (ULONG group = 0; group < Affinity->Count; ++group) {
        count += static_cast<ULONG>(__builtin_popcountll(Affinity->Bitmap[group]));
    }
    return count;
}
