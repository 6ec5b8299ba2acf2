// SPDX-License-Identifier: GPL-2.0-only
// Activity ids of threads and IRPs: what ties the events of one piece of work together.
#include <cstring>
#include <utility>

#include "abi/functions/etw.h"
#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "kernel/etw/session.hpp"
#include "kernel/etw/thread_activity.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

namespace {

/// The provider of IoTransferActivityId's events: the I/O manager itself.
constexpr GUID kIoProvider = {
    0xabf1f586, 0x2e50, 0x4ba8, {0x92, 0x8d, 0x49, 0x04, 0x4e, 0x6f, 0x0d, 0xb7}};

bool is_null(const GUID& guid) {
    constexpr GUID kNull = {};
    return std::memcmp(&guid, &kNull, sizeof(kNull)) == 0;
}

/// What EtwActivityIdControl writes to: the id that IoSetActivityIdThread has lent, as long as it does.
void set_thread_activity(const GUID& id) {
    auto& requests = ps::current_thread().requests;
    requests.lent_activity = nullptr;
    requests.activity = id;
}

}  // namespace

/// EtwActivityIdControl (wdm.h) reads, sets and makes activity ids.
///   IRQL     < DISPATCH_LEVEL; EVENT_ACTIVITY_CTRL_CREATE_ID: any
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwactivityidcontrol
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI EtwActivityIdControl(ULONG ControlCode, LPGUID ActivityId) {
    if (ActivityId == nullptr) return STATUS_INVALID_PARAMETER;
    if (ControlCode == EVENT_ACTIVITY_CTRL_CREATE_ID) return ExUuidCreate(ActivityId);
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const GUID before = etw::thread_activity();
    switch (ControlCode) {
        case EVENT_ACTIVITY_CTRL_GET_ID: *ActivityId = before; return STATUS_SUCCESS;
        case EVENT_ACTIVITY_CTRL_SET_ID: set_thread_activity(*ActivityId); return STATUS_SUCCESS;
        case EVENT_ACTIVITY_CTRL_GET_SET_ID:
            set_thread_activity(*ActivityId);
            *ActivityId = before;
            return STATUS_SUCCESS;
        case EVENT_ACTIVITY_CTRL_CREATE_SET_ID: {
            GUID made;
            const NTSTATUS status = ExUuidCreate(&made);
            if (!NT_SUCCESS(status)) return status;
            set_thread_activity(made);
            *ActivityId = before;
            return STATUS_SUCCESS;
        }
        default: return STATUS_INVALID_PARAMETER;
    }
}

/// IoSetActivityIdThread (ntddk.h) lends the running thread an activity id.
///   IRQL     any
///   Returns  the one lent before, for IoClearActivityIdThread; NULL: none
///   Owner    the caller's memory, until IoClearActivityIdThread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iosetactivityidthread
///   Differs  nothing known
RSL_EXPORT LPCGUID NTAPI IoSetActivityIdThread(LPCGUID ActivityId) {
    return std::exchange(ps::current_thread().requests.lent_activity, ActivityId);
}

/// IoClearActivityIdThread (ntddk.h) takes it back.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioclearactivityidthread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoClearActivityIdThread(LPCGUID OriginalId) {
    ps::current_thread().requests.lent_activity = OriginalId;
}

/// IoGetActivityIdThread (ntddk.h): the running thread's activity id.
///   IRQL     any
///   Returns  NULL when it has none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetactivityidthread
///   Differs  nothing known
RSL_EXPORT LPCGUID NTAPI IoGetActivityIdThread(VOID) {
    const GUID& id = etw::thread_activity();
    return is_null(id) ? nullptr : &id;
}

/// IoSetActivityIdIrp (ntddk.h) gives an IRP an activity id: the one given, else the thread's.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_NOT_SUPPORTED without any id, STATUS_UNSUCCESSFUL for an IRP in
///            memory of the driver's own
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iosetactivityidirp
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSetActivityIdIrp(PIRP Irp, LPCGUID Guid) {
    io::IrpBlock* block = io::block_of(*Irp);
    if (block == nullptr) return STATUS_UNSUCCESSFUL;
    if (Guid == nullptr) {
        const PETHREAD issuer = Irp->Tail.Overlay.Thread;
        if (issuer != nullptr && &ke::from_nt(issuer) != &ke::current_thread()) return STATUS_NOT_SUPPORTED;
        Guid = IoGetActivityIdThread();
        if (Guid == nullptr) return STATUS_NOT_SUPPORTED;
    }
    block->activity = *Guid;
    return STATUS_SUCCESS;
}

/// IoGetActivityIdIrp (ntddk.h): an IRP's activity id.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetactivityidirp
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoGetActivityIdIrp(PIRP Irp, LPGUID Guid) {
    const io::IrpBlock* block = io::block_of(*Irp);
    if (block == nullptr || is_null(block->activity)) return STATUS_NOT_FOUND;
    *Guid = block->activity;
    return STATUS_SUCCESS;
}

/// IoPropagateActivityIdToThread (ntddk.h) lends the running thread an IRP's activity id.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Owner    PropagatedId is the caller's memory, until IoClearActivityIdThread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iopropagateactivityidtothread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoPropagateActivityIdToThread(PIRP Irp, LPGUID PropagatedId, LPCGUID* OriginalId) {
    const NTSTATUS status = IoGetActivityIdIrp(Irp, PropagatedId);
    if (!NT_SUCCESS(status)) return status;
    *OriginalId = IoSetActivityIdThread(PropagatedId);
    return STATUS_SUCCESS;
}

/// IoTransferActivityId (ntddk.h) publishes that one activity goes on as another.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iotransferactivityid
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoTransferActivityId(LPCGUID ActivityId, LPCGUID RelatedActivityId) {
    etw::keep({.kind = "transfer",
               .provider = kIoProvider,
               .provider_name = "RSL I/O manager",
               .descriptor = {.Level = TRACE_LEVEL_INFORMATION},
               .activity = ActivityId,
               .related = RelatedActivityId},
              etw::source_of(__builtin_return_address(0)));
}
