// SPDX-License-Identifier: GPL-2.0-only
// Which processors there are. All are in group 0 and on one node.
#include "kernel/ke/processor.hpp"

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/status.h"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;

namespace {

uint32_t count() { return ke::processor_count.load(std::memory_order_acquire); }

bool is_only_group(USHORT group) { return group == 0 || group == ALL_PROCESSOR_GROUPS; }

}  // namespace

/// KeQueryActiveProcessors (ntddk.h) tells which processors run.
///   IRQL     any
///   Returns  a mask
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kequeryactiveprocessors
///   Differs  nothing known
RSL_EXPORT KAFFINITY NTAPI KeQueryActiveProcessors(VOID) { return ke::active_processors(); }

/// KeQueryActiveProcessorCount (wdm.h) tells how many processors run.
///   IRQL     any
///   Returns  the number; a mask in ActiveProcessors
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactiveprocessorcount
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors) {
    if (ActiveProcessors != nullptr) *ActiveProcessors = ke::active_processors();
    return count();
}

/// KeQueryActiveProcessorCountEx (wdm.h) tells how many processors of a group run.
///   IRQL     any
///   Returns  the number, 0 for a group that does not exist
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactiveprocessorcountex
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT GroupNumber) {
    return is_only_group(GroupNumber) ? count() : 0;
}

/// KeQueryMaximumProcessorCount (wdm.h) tells how many processors there can be.
///   IRQL     any
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerymaximumprocessorcount
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryMaximumProcessorCount(VOID) { return ke::kMaxProcessors; }

/// KeQueryMaximumProcessorCountEx (wdm.h) tells how many processors a group can have.
///   IRQL     any
///   Returns  the number, 0 for a group that does not exist
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerymaximumprocessorcountex
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT GroupNumber) {
    return is_only_group(GroupNumber) ? ke::kMaxProcessors : 0;
}

/// KeQueryActiveGroupCount (wdm.h) tells how many groups there are.
///   IRQL     any
///   Returns  1
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactivegroupcount
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI KeQueryActiveGroupCount(VOID) { return 1; }

/// KeQueryMaximumGroupCount (wdm.h) tells how many groups there can be.
///   IRQL     any
///   Returns  1
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerymaximumgroupcount
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI KeQueryMaximumGroupCount(VOID) { return 1; }

/// KeQueryGroupAffinity (wdm.h) tells which processors of a group run.
///   IRQL     any
///   Returns  a mask
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerygroupaffinity
///   Differs  nothing known
RSL_EXPORT KAFFINITY NTAPI KeQueryGroupAffinity(USHORT GroupNumber) {
    return GroupNumber == 0 ? ke::active_processors() : 0;
}

/// KeGetCurrentProcessorNumber (wdm.h) tells which processor this is.
///   IRQL     any
///   Returns  its number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentprocessornumber
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeGetCurrentProcessorNumber(VOID) { return arch::processor().number; }

/// KeGetCurrentProcessorNumberEx (wdm.h) tells which processor this is.
///   IRQL     any
///   Returns  its index; group and number in ProcNumber
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentprocessornumberex
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber) {
    const ULONG number = arch::processor().number;
    if (ProcNumber != nullptr) *ProcNumber = {0, static_cast<UCHAR>(number), 0};
    return number;
}

/// KeGetProcessorNumberFromIndex (wdm.h) turns an index into group and number.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetprocessornumberfromindex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber) {
    if (ProcIndex >= count()) return STATUS_INVALID_PARAMETER;
    *ProcNumber = {0, static_cast<UCHAR>(ProcIndex), 0};
    return STATUS_SUCCESS;
}

/// KeGetProcessorIndexFromNumber (wdm.h) turns group and number into an index.
///   IRQL     any
///   Returns  the index, or INVALID_PROCESSOR_INDEX
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetprocessorindexfromnumber
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeGetProcessorIndexFromNumber(PPROCESSOR_NUMBER ProcNumber) {
    const bool valid = ProcNumber->Group == 0 && ProcNumber->Number < count() && ProcNumber->Reserved == 0;
    return valid ? ProcNumber->Number : 0xFFFFFFFFu;
}

/// KeQueryHighestNodeNumber (wdm.h) tells the highest node's number.
///   IRQL     any
///   Returns  0
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryhighestnodenumber
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI KeQueryHighestNodeNumber(VOID) { return 0; }

/// KeGetCurrentNodeNumber (wdm.h) tells which node this is.
///   IRQL     any
///   Returns  0
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentnodenumber
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI KeGetCurrentNodeNumber(VOID) { return 0; }

/// KeQueryNodeActiveAffinity (wdm.h) tells which processors of a node run.
///   IRQL     any
///   Returns  nothing; mask and number in the arguments
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerynodeactiveaffinity
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeQueryNodeActiveAffinity(USHORT NodeNumber, PGROUP_AFFINITY Affinity, PUSHORT Count) {
    if (Affinity != nullptr) *Affinity = {NodeNumber == 0 ? ke::active_processors() : 0, 0, {}};
    if (Count != nullptr) *Count = NodeNumber == 0 ? static_cast<USHORT>(count()) : 0;
}

/// KeQueryNodeMaximumProcessorCount (wdm.h) tells how many processors a node can have.
///   IRQL     any
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerynodemaximumprocessorcount
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI KeQueryNodeMaximumProcessorCount(USHORT NodeNumber) {
    return NodeNumber == 0 ? ke::kMaxProcessors : 0;
}

namespace {
struct ChangeCallback {
    PPROCESSOR_CALLBACK_FUNCTION routine;
    PVOID context;
};
}  // namespace

/// KeRegisterProcessorChangeCallback (wdm.h) asks to hear of processors that are added; with flag 1
/// of those there are, too.
///   IRQL     <= APC_LEVEL
///   Returns  a handle, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keregisterprocessorchangecallback
///   Differs  none is added after the start
RSL_EXPORT PVOID NTAPI KeRegisterProcessorChangeCallback(PPROCESSOR_CALLBACK_FUNCTION CallbackFunction,
                                                         PVOID CallbackContext, ULONG Flags) {
    constexpr ULONG kAddExisting = 1;
    auto callback = mm::make<ChangeCallback>(mm::pool_tag("KePc"), ChangeCallback{CallbackFunction, CallbackContext});
    if (!callback) return nullptr;
    if ((Flags & kAddExisting) == 0) return *callback;
    // The start notification of each, then the completion of each, as documented.
    for (const auto state : {KeProcessorAddStartNotify, KeProcessorAddCompleteNotify}) {
        for (uint32_t i = 0; i < count(); ++i) {
            KE_PROCESSOR_CHANGE_NOTIFY_CONTEXT change{};
            change.State = state;
            change.NtNumber = i;
            change.ProcNumber.Number = static_cast<UCHAR>(i);
            NTSTATUS status = STATUS_SUCCESS;
            CallbackFunction(CallbackContext, &change, &status);
            if (status >= 0) continue;
            mm::destroy(*callback);
            return nullptr;
        }
    }
    return *callback;
}

/// KeDeregisterProcessorChangeCallback (wdm.h) undoes KeRegisterProcessorChangeCallback.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kederegisterprocessorchangecallback
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeDeregisterProcessorChangeCallback(PVOID CallbackHandle) {
    mm::destroy(static_cast<ChangeCallback*>(CallbackHandle));
}

// data: KeNumberProcessors ntddk.h CCHAR KeNumberProcessors
CCHAR KeNumberProcessors = 1;

/// RslHaltUntil (rsl_kernel.h) halts in the running thread until there is something to do.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE: Done said so; FALSE: wait in another way
///   Source   docs/adr/0028-halting.md
///   Differs  not NT's
RSL_EXPORT BOOLEAN NTAPI RslHaltUntil(PRSL_HALT_DONE Done, PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    struct Asked {
        PRSL_HALT_DONE done;
        PVOID context;
    } asked{Done, Context};
    return ke::halt_until(
        [](void* context) {
            const auto& it = *static_cast<Asked*>(context);
            return it.done(it.context) != FALSE;
        },
        &asked);
}
