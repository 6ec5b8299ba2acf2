// SPDX-License-Identifier: GPL-2.0-only
// Frames and status indications between a miniport and the binding above it.
#include "classes/ndis/handles.hpp"

#include <cstring>

namespace rsl::ndis {

bool use_binding(Adapter& adapter, LONG count) {
    LONG uses = adapter.binding_uses.load(std::memory_order_relaxed);
    do {
        if (uses == 0 || !adapter.accepting.load(std::memory_order_acquire))
            return false;  // pairs with bind, close
    } while (!adapter.binding_uses.compare_exchange_weak(
        uses, uses + count, std::memory_order_acquire, std::memory_order_relaxed));
    return true;
}

void drop_binding(Adapter& adapter, LONG count) {
    // Whoever brings it to 0 sets the event, once, and does not touch the adapter afterwards.
    if (adapter.binding_uses.fetch_sub(count, std::memory_order_acq_rel) == count) {
        KeSetEvent(&adapter.drained, IO_NO_INCREMENT, FALSE);
    }
}

namespace {

struct Load {
    LONG lists = 0;
    ULONG64 frames = 0, bytes = 0, failed = 0;
};
Load load_of(const NET_BUFFER_LIST* lists) {
    Load load;
    for (; lists != nullptr; lists = lists->Next) {
        ++load.lists;
        for (const NET_BUFFER* buffer = lists->FirstNetBuffer; buffer != nullptr;
             buffer = buffer->Next) {
            ++load.frames;
            load.bytes += buffer->DataLength;
            if (lists->Status < 0) ++load.failed;
        }
    }
    return load;
}

void add(std::atomic<ULONG64>& counter, ULONG64 value) {
    counter.fetch_add(value, std::memory_order_relaxed);
}  // for people

void refuse_sends(const RSL_NDIS_BINDING& binding, NET_BUFFER_LIST* lists, NDIS_STATUS status) {
    for (NET_BUFFER_LIST* list = lists; list != nullptr; list = list->Next) list->Status = status;
    binding.SendComplete(binding.Context, lists);
}

void return_to_miniport(Adapter& adapter, NET_BUFFER_LIST* lists, ULONG flags) {
    const auto handler = adapter.driver->calls.ReturnNetBufferListsHandler;
    if (handler != nullptr) handler(adapter.context, lists, flags);
}

void note_link(Adapter& adapter, const NDIS_STATUS_INDICATION& indication) {
    KIRQL irql;
    NDIS_LINK_STATE* const now = &adapter.link_state;
    irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
    if (indication.StatusCode == NDIS_STATUS_LINK_STATE && indication.StatusBuffer != nullptr &&
        indication.StatusBufferSize >= sizeof(NDIS_LINK_STATE)) {
        std::memcpy(now, indication.StatusBuffer, sizeof(NDIS_LINK_STATE));
    } else if (indication.StatusCode == NDIS_STATUS_MEDIA_CONNECT) {
        now->MediaConnectState = MediaConnectStateConnected;
    } else if (indication.StatusCode == NDIS_STATUS_MEDIA_DISCONNECT) {
        now->MediaConnectState = MediaConnectStateDisconnected;
    }
    KeReleaseSpinLock(&adapter.link_lock, irql);
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// RslNdisSend (abi/private/rsl_ndis.h) hands frames to the miniport.
RSL_EXPORT VOID NTAPI RslNdisSend(PRSL_NDIS_ADAPTER Handle, PNET_BUFFER_LIST Lists) {
    Adapter& adapter = *reinterpret_cast<Adapter*>(Handle);
    const Load load = load_of(Lists);
    if (load.lists == 0) return;
    if (!use_binding(adapter, load.lists)) {
        refuse_sends(*adapter.binding, Lists,
                     NDIS_STATUS_PAUSED);  // it drains: its lists are still its own
        return;
    }
    for (NET_BUFFER_LIST* list = Lists; list != nullptr; list = list->Next)
        list->SourceHandle = &adapter.binding;
    const ULONG flags = KeGetCurrentIrql() == DISPATCH_LEVEL ? NDIS_SEND_FLAGS_DISPATCH_LEVEL : 0;
    adapter.driver->calls.SendNetBufferListsHandler(adapter.context, Lists,
                                                    NDIS_DEFAULT_PORT_NUMBER, flags);
}

/// RslNdisReturn (abi/private/rsl_ndis.h) gives received frames back.
RSL_EXPORT VOID NTAPI RslNdisReturn(PRSL_NDIS_ADAPTER Handle, PNET_BUFFER_LIST Lists) {
    Adapter& adapter = *reinterpret_cast<Adapter*>(Handle);
    const LONG lists = load_of(Lists).lists;
    if (lists == 0) return;
    return_to_miniport(adapter, Lists,
                       KeGetCurrentIrql() == DISPATCH_LEVEL ? NDIS_RETURN_FLAGS_DISPATCH_LEVEL : 0);
    drop_binding(adapter, lists);
}

/// NdisMSendNetBufferListsComplete (ndis.h) gives sent frames back to who sent them.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the lists are the sender's again
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsendnetbufferlistscomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMSendNetBufferListsComplete(NDIS_HANDLE MiniportAdapterHandle,
                                                      PNET_BUFFER_LIST NetBufferList, ULONG) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    const Load load = load_of(NetBufferList);
    if (load.lists == 0) return;
    add(adapter.counters.frames_sent, load.frames - load.failed);
    if (load.failed == 0) add(adapter.counters.bytes_sent, load.bytes);
    add(adapter.counters.send_errors, load.failed);
    adapter.binding->SendComplete(adapter.binding->Context,
                                  NetBufferList);  // held by the lists themselves
    drop_binding(adapter, load.lists);
}

/// NdisMIndicateReceiveNetBufferLists (ndis.h) hands received frames to the binding.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the binding, until it returns the lists; with NDIS_RECEIVE_FLAGS_RESOURCES the
///   miniport stays the owner Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatereceivenetbufferlists
///   Differs  one binding; filters do not exist
RSL_EXPORT VOID NTAPI NdisMIndicateReceiveNetBufferLists(NDIS_HANDLE MiniportAdapterHandle,
                                                         PNET_BUFFER_LIST NetBufferList,
                                                         NDIS_PORT_NUMBER, ULONG,
                                                         ULONG ReceiveFlags) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    const Load load = load_of(NetBufferList);
    if (load.lists == 0) return;
    const bool resources = (ReceiveFlags & NDIS_RECEIVE_FLAGS_RESOURCES) != 0;
    if (!use_binding(adapter, load.lists)) {
        add(adapter.counters.receive_discards, load.frames);
        if (!resources) {
            return_to_miniport(adapter, NetBufferList,
                               ReceiveFlags & NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL);
        }
        return;
    }
    add(adapter.counters.frames_received, load.frames);
    add(adapter.counters.bytes_received, load.bytes);
    const RSL_NDIS_BINDING& binding = *adapter.binding;
    binding.Receive(binding.Context, NetBufferList, static_cast<ULONG>(load.lists), resources);
    if (resources) drop_binding(adapter, load.lists);
}

/// NdisMIndicateStatusEx (ndis.h) reports a change such as the link's.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the miniport keeps the indication
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatestatusex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMIndicateStatusEx(NDIS_HANDLE MiniportAdapterHandle,
                                            PNDIS_STATUS_INDICATION StatusIndication) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    note_link(adapter, *StatusIndication);
    if (!use_binding(adapter, 1)) return;
    adapter.binding->Status(adapter.binding->Context, StatusIndication);
    drop_binding(adapter, 1);
}
