// SPDX-License-Identifier: GPL-2.0-only
// Whether an adapter hangs, asked every two seconds or as often as its driver wants, and its reset.
// Both run in a work item, at PASSIVE_LEVEL and one at a time for an adapter.
#include <cstring>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

constexpr ULONG kDefaultSeconds = 2;
constexpr LONGLONG kUnitsASecond = 10'000'000;
constexpr ULONG kMillisecondsASecond = 1000;
/// A request that is still under way after so many checks has hung the miniport.
constexpr ULONG kChecksOfRequest = 4;

bool has_stopped(const Adapter& adapter) {
    return adapter.state.load(std::memory_order_acquire) == State::kHalted;  // pairs with halt()
}

NDIS_STATUS set_oid(Adapter& adapter, NDIS_OID oid, void* data, ULONG bytes) {
    NDIS_OID_REQUEST request = {};
    request.Header = {NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                      NDIS_SIZEOF_OID_REQUEST_REVISION_1};
    request.RequestType = NdisRequestSetInformation;
    request.DATA.SET_INFORMATION.Oid = oid;
    request.DATA.SET_INFORMATION.InformationBuffer = data;
    request.DATA.SET_INFORMATION.InformationBufferLength = bytes;
    return request_oid(adapter, request);
}

/// What the driver leaves to NDIS by AddressingReset, as it was last set.
void restore_addressing(Adapter& adapter) {
    Addressing copy;
    {
        const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
        copy = adapter.addressing;
        KeReleaseSpinLock(&adapter.link_lock, irql);
    }
    if (copy.has_filter)
        set_oid(adapter, OID_GEN_CURRENT_PACKET_FILTER, &copy.filter, sizeof(copy.filter));
    if (copy.multicast_bytes != 0)
        set_oid(adapter, OID_802_3_MULTICAST_LIST, copy.multicast, copy.multicast_bytes);
}

void reset(Adapter& adapter) {
    Watch& watch = adapter.watch;
    const auto handler = adapter.driver->calls.ResetHandlerEx;
    if (handler == nullptr) return;
    BOOLEAN addressing = FALSE;
    indicate_reset(adapter, NDIS_STATUS_RESET_START, NDIS_STATUS_SUCCESS);
    KeClearEvent(&watch.reset_done);
    NDIS_STATUS status = handler(adapter.context, &addressing);
    if (status == NDIS_STATUS_PENDING) {
        KeWaitForSingleObject(&watch.reset_done, Executive, KernelMode, FALSE, nullptr);
        status = watch.reset_status;
        addressing = watch.addressing_reset;
    }
    DbgPrint("ndis: %wZ: reset, 0x%08x\n", &adapter.instance, static_cast<ULONG>(status));
    const bool works = status == NDIS_STATUS_SUCCESS || status == NDIS_STATUS_SOFT_ERRORS;
    if (works && addressing) restore_addressing(adapter);
    indicate_reset(adapter, NDIS_STATUS_RESET_END, status);
}

/// Counts the checks that a request has seen.
bool request_hangs(Adapter& adapter) {
    Watch& watch = adapter.watch;
    const NDIS_OID_REQUEST* const request =
        adapter.oid_pending.load(std::memory_order_acquire);  // compared, not looked into
    if (request == nullptr || request != watch.request) {
        watch.request = request;
        watch.checks = 0;
        return false;
    }
    if (++watch.checks < kChecksOfRequest) return false;
    watch.checks = 0;
    return true;
}

void queue_check(Adapter& adapter);

void drop_work(Watch& watch) {
    if (watch.works.fetch_sub(1, std::memory_order_acq_rel) == 1)
        KeSetEvent(&watch.idle, IO_NO_INCREMENT, FALSE);
}

void NTAPI check(DEVICE_OBJECT*, void* context) {
    Adapter& adapter = *static_cast<Adapter*>(context);
    Watch& watch = adapter.watch;
    const auto hangs = adapter.driver->calls.CheckForHangHandlerEx;
    bool wanted = watch.reset_wanted.exchange(false, std::memory_order_acq_rel);
    if (!has_stopped(adapter)) {
        if (hangs != nullptr) wanted |= hangs(adapter.context) != 0 || request_hangs(adapter);
        if (wanted) reset(adapter);
    }
    // Only now: two of them would run side by side. Who has asked meanwhile is not overlooked.
    watch.queued.store(false, std::memory_order_seq_cst);
    if (watch.reset_wanted.load(std::memory_order_seq_cst)) queue_check(adapter);
    drop_work(watch);
}

void queue_check(Adapter& adapter) {
    Watch& watch = adapter.watch;
    // Taken first: after stop_watch() has given up its own and all have ended, there is none.
    LONG works = watch.works.load(std::memory_order_relaxed);
    do {
        if (works == 0) return;
    } while (!watch.works.compare_exchange_weak(works, works + 1, std::memory_order_acquire,
                                                std::memory_order_relaxed));
    if (!watch.queued.exchange(true, std::memory_order_seq_cst)) {
        IoQueueWorkItem(watch.item, &check, DelayedWorkQueue, &adapter);
    } else {
        drop_work(watch);
    }
}

void NTAPI watch_due(KDPC*, void* context, void*, void*) {
    queue_check(*static_cast<Adapter*>(context));
}

}  // namespace

bool start_watch(Adapter& adapter) {
    Watch& watch = adapter.watch;
    watch.item = IoAllocateWorkItem(adapter.device);
    if (watch.item == nullptr) return false;
    watch.queued.store(false, std::memory_order_relaxed);  // nobody knows of it yet
    watch.reset_wanted.store(false, std::memory_order_relaxed);
    watch.request = nullptr;
    watch.checks = 0;
    KeInitializeEvent(&watch.reset_done, SynchronizationEvent, FALSE);
    KeInitializeEvent(&watch.idle, NotificationEvent, FALSE);
    KeInitializeTimer(&watch.timer);
    KeInitializeDpc(&watch.dpc, &watch_due, &adapter);
    watch.works.store(1, std::memory_order_release);  // pairs with queue_check
    const auto& calls = adapter.driver->calls;
    if (calls.CheckForHangHandlerEx == nullptr || calls.ResetHandlerEx == nullptr) return true;
    const ULONG seconds = watch.seconds == 0 ? kDefaultSeconds : watch.seconds;
    LARGE_INTEGER due;
    due.QuadPart = -kUnitsASecond * LONGLONG{seconds};
    KeSetCoalescableTimer(&watch.timer, due, seconds * kMillisecondsASecond,
                          seconds * kMillisecondsASecond / 2, &watch.dpc);
    return true;
}

void stop_watch(Adapter& adapter) {
    Watch& watch = adapter.watch;
    if (watch.item == nullptr) return;
    KeCancelTimer(&watch.timer);
    KeFlushQueuedDpcs();
    if (watch.works.fetch_sub(1, std::memory_order_acq_rel) != 1)
        KeWaitForSingleObject(&watch.idle, Executive, KernelMode, FALSE, nullptr);
    IoFreeWorkItem(watch.item);
    watch.item = nullptr;
}

void note_addressing(Adapter& adapter, const NDIS_OID_REQUEST& request) {
    if (request.RequestType != NdisRequestSetInformation) return;
    const auto& set = request.DATA.SET_INFORMATION;
    Addressing& addressing = adapter.addressing;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
    if (set.Oid == OID_GEN_CURRENT_PACKET_FILTER &&
        set.InformationBufferLength >= sizeof(addressing.filter)) {
        std::memcpy(&addressing.filter, set.InformationBuffer, sizeof(addressing.filter));
        addressing.has_filter = true;
    } else if (set.Oid == OID_802_3_MULTICAST_LIST &&
               set.InformationBufferLength <= sizeof(addressing.multicast)) {
        std::memcpy(addressing.multicast, set.InformationBuffer, set.InformationBufferLength);
        addressing.multicast_bytes = set.InformationBufferLength;
    }
    KeReleaseSpinLock(&adapter.link_lock, irql);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisMResetComplete (ndis.h) ends a reset that MiniportResetEx left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismresetcomplete
///   Differs  packet filter and multicast list are restored, offloads and wake-up patterns are not:
///   nobody sets them
RSL_EXPORT VOID NTAPI NdisMResetComplete(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS Status,
                                         BOOLEAN AddressingReset) {
    Watch& watch = adapter_of(MiniportAdapterHandle)->watch;
    watch.reset_status = Status;
    watch.addressing_reset = AddressingReset;
    KeSetEvent(&watch.reset_done, IO_NO_INCREMENT, FALSE);
}

/// NdisMResetMiniport (ndis.h) has NDIS call MiniportResetEx soon.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismresetminiport
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMResetMiniport(NDIS_HANDLE MiniportAdapterHandle) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    adapter.watch.reset_wanted.store(true, std::memory_order_seq_cst);  // pairs with check()
    queue_check(adapter);
}
