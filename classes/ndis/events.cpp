// SPDX-License-Identifier: GPL-2.0-only
// What the layers tell one another besides frames: status indications and network events go up,
// device events down.
#include "classes/ndis/layers.hpp"

#include <cstring>

namespace rsl::ndis {
namespace {

Binding* at(LIST_ENTRY* entry) { return CONTAINING_RECORD(entry, Binding, link); }

void note_link(Adapter& adapter, const NDIS_STATUS_INDICATION& indication) {
    NDIS_LINK_STATE* const now = &adapter.link_state;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
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

void status_at(Binding& binding, NDIS_STATUS_INDICATION& indication) {
    if (binding.protocol == nullptr) {
        binding.calls->Status(binding.calls->Context, &indication);
    } else if (binding.protocol->calls.StatusHandlerEx != nullptr) {
        binding.protocol->calls.StatusHandlerEx(binding.context, &indication);
    }
}

}  // namespace

Binding* next_binding(Adapter& adapter, Binding* after, Gate Binding::* gate, LONG count,
                      const Destination* receivers) {
    if (after == &adapter.own) return nullptr;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    LIST_ENTRY* entry = after == nullptr ? adapter.bindings.Flink : after->link.Flink;
    while (entry != &adapter.bindings &&
           ((receivers != nullptr && !wants(*at(entry), *receivers)) ||
            !(at(entry)->*gate).enter(count)))
        entry = entry->Flink;
    Binding* found = entry == &adapter.bindings ? nullptr : at(entry);
    KeReleaseSpinLock(&adapter.layers, irql);
    if (found == nullptr && (adapter.own.*gate).enter(count)) found = &adapter.own;
    return found;
}

void status_up(Adapter& adapter, FilterModule* below, NDIS_STATUS_INDICATION& indication) {
    FilterModule* const module =
        enter_module(adapter, below, Way::kUp, &NDIS_FILTER_DRIVER_CHARACTERISTICS::StatusHandler);
    if (module != nullptr) {
        module->calls.StatusHandler(module->context, &indication);
        module->requests.leave(1);
        return;
    }
    // An indication that answers an OID request is for who asked.
    const NDIS_HANDLE destination = indication.DestinationHandle;
    Binding* binding = next_binding(adapter, nullptr, &Binding::requests, 1, nullptr);
    while (binding != nullptr) {
        if (destination == nullptr || destination == binding) status_at(*binding, indication);
        Binding* const next = next_binding(adapter, binding, &Binding::requests, 1, nullptr);
        binding->requests.leave(1);
        binding = next;
    }
}

void indicate_reset(Adapter& adapter, NDIS_STATUS code, NDIS_STATUS result) {
    NDIS_STATUS_INDICATION indication = {};
    indication.Header = {NDIS_OBJECT_TYPE_STATUS_INDICATION, NDIS_STATUS_INDICATION_REVISION_1,
                         static_cast<USHORT>(NDIS_SIZEOF_STATUS_INDICATION_REVISION_1)};
    indication.SourceHandle = &adapter;
    indication.StatusCode = code;
    if (code == NDIS_STATUS_RESET_END) {
        indication.StatusBuffer = &result;
        indication.StatusBufferSize = sizeof(result);
    }
    status_up(adapter, nullptr, indication);
}

void tell_below(Adapter& adapter, FilterModule* above, NET_DEVICE_PNP_EVENT& event) {
    FilterModule* const module =
        enter_module(adapter, above, Way::kDown,
                     &NDIS_FILTER_DRIVER_CHARACTERISTICS::DevicePnPEventNotifyHandler);
    if (module != nullptr) {
        module->calls.DevicePnPEventNotifyHandler(module->context, &event);
        module->requests.leave(1);
        return;
    }
    const auto handler = adapter.driver->calls.DevicePnPEventNotifyHandler;
    if (handler != nullptr) handler(adapter.context, &event);
}

NDIS_STATUS tell_above(Adapter& adapter, FilterModule* below, NET_PNP_EVENT_NOTIFICATION& event) {
    FilterModule* const module = enter_module(
        adapter, below, Way::kUp, &NDIS_FILTER_DRIVER_CHARACTERISTICS::NetPnPEventHandler);
    if (module != nullptr) {
        const NDIS_STATUS status = module->calls.NetPnPEventHandler(module->context, &event);
        module->requests.leave(1);
        return status;
    }
    NDIS_STATUS worst = NDIS_STATUS_SUCCESS;
    Binding* binding = next_binding(adapter, nullptr, &Binding::requests, 1, nullptr);
    while (binding != nullptr) {
        if (binding->protocol != nullptr) {
            const NDIS_STATUS status =
                send_event(*binding->protocol, binding->context, event.NetPnPEvent.NetEvent,
                           event.NetPnPEvent.Buffer, event.NetPnPEvent.BufferLength);
            if (status != NDIS_STATUS_SUCCESS) worst = NDIS_STATUS_FAILURE;
        }
        Binding* const next = next_binding(adapter, binding, &Binding::requests, 1, nullptr);
        binding->requests.leave(1);
        binding = next;
    }
    return worst;
}

NDIS_STATUS tell_above(Adapter& adapter, NET_PNP_EVENT_CODE code) {
    NET_PNP_EVENT_NOTIFICATION event = {};
    event.Header = {NDIS_OBJECT_TYPE_DEFAULT, NET_PNP_EVENT_NOTIFICATION_REVISION_1,
                    static_cast<USHORT>(NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1)};
    event.NetPnPEvent.NetEvent = code;
    return tell_above(adapter, nullptr, event);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

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
    status_up(adapter, nullptr, *StatusIndication);
}

/// NdisFIndicateStatus (ndis.h) passes a status indication on, or makes one.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the caller keeps the indication
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfindicatestatus
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFIndicateStatus(NDIS_HANDLE NdisFilterHandle,
                                          PNDIS_STATUS_INDICATION StatusIndication) {
    FilterModule& module = *module_of(NdisFilterHandle);
    status_up(*module.adapter, &module, *StatusIndication);
}

/// NdisFDevicePnPEventNotify (ndis.h) passes a device's event on to the layers below.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the caller keeps the event
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfdevicepnpeventnotify
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFDevicePnPEventNotify(NDIS_HANDLE NdisFilterHandle,
                                                PNET_DEVICE_PNP_EVENT NetDevicePnPEvent) {
    FilterModule& module = *module_of(NdisFilterHandle);
    tell_below(*module.adapter, &module, *NetDevicePnPEvent);
}

/// NdisFNetPnPEvent (ndis.h) passes a network event on to the layers above.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: one of them refuses
///   Owner    the caller keeps the event
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfnetpnpevent
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisFNetPnPEvent(NDIS_HANDLE NdisFilterHandle,
                                              PNET_PNP_EVENT_NOTIFICATION NetPnPEventNotification) {
    FilterModule& module = *module_of(NdisFilterHandle);
    return tell_above(*module.adapter, &module, *NetPnPEventNotification);
}
