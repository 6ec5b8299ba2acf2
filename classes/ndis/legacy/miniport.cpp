// SPDX-License-Identifier: GPL-2.0-only
// An NDIS 5 adapter's life, as the handlers of an NDIS 6 miniport: its driver initializes and
// halts, and knows no pause.
#include "classes/ndis/legacy/miniport.hpp"

#include <new>

#include "abi/functions/ndis_legacy.h"

namespace rsl::ndis::legacy {
namespace {

constexpr ULONG kPackets = 64;  // and more when more is sent at a time

/// Where the driver's macros find what they call.
void fill_block(Adapter& adapter) {
    NDIS_MINIPORT_BLOCK& block = adapter.block;
    block.MiniportName = adapter.instance;
    block.EthDB = &adapter;
    block.PacketIndicateHandler = &indicate_packets;
    block.SendCompleteHandler = &send_complete;
    block.SendResourcesHandler = &send_resources;
    block.ResetCompleteHandler = &reset_complete;
    block.DeviceObject = adapter.device;
    block.PhysicalDeviceObject = adapter.physical;
    block.NextDeviceObject = adapter.lower;
    block.EthRxIndicateHandler = &indicate_frame;
    block.EthRxCompleteHandler = &indicate_frames_complete;
    block.StatusHandler = &NdisMIndicateStatus;
    block.StatusCompleteHandler = &NdisMIndicateStatusComplete;
    block.TDCompleteHandler = &transfer_complete;
    block.QueryCompleteHandler = block.SetCompleteHandler = &request_complete;
}

void destroy(Miniport& miniport) {
    wait_until_left(miniport);
    if (miniport.speed_item != nullptr) IoFreeWorkItem(miniport.speed_item);
    free_map_registers(miniport);
    if (miniport.dma != nullptr) NdisMDeregisterScatterGatherDma(miniport.dma);
    free_packet_pool(miniport.packets);
    if (miniport.lists != nullptr) free_pool(*miniport.lists);
    release(&miniport);
}

Miniport* create(Adapter& adapter, Driver& driver) {
    void* const memory = allocate(sizeof(Miniport), kTag);
    if (memory == nullptr) return nullptr;
    auto* const miniport = ::new (memory) Miniport{};
    miniport->adapter = &adapter;
    miniport->driver = &driver;
    miniport->serialized = true;
    KeInitializeSpinLock(&miniport->serial_lock);
    KeInitializeSpinLock(&miniport->queue_lock);
    NET_BUFFER_LIST_POOL_PARAMETERS lists = {};
    lists.fAllocateNetBuffer = TRUE;
    miniport->lists = make_list_pool(lists);
    miniport->packets = make_packet_pool(kPackets, kMostPackets, 0);
    miniport->speed_item = IoAllocateWorkItem(adapter.device);
    if (miniport->lists != nullptr && miniport->packets != nullptr &&
        miniport->speed_item != nullptr)
        return miniport;
    destroy(*miniport);
    return nullptr;
}

NDIS_STATUS initialize_driver(Miniport& miniport) {
    Adapter& adapter = *miniport.adapter;
    const NDIS51_MINIPORT_CHARACTERISTICS& calls = miniport.driver->calls;
    NDIS_MEDIUM media[] = {NdisMedium802_3};
    NDIS_UINT selected = 0;
    NDIS_STATUS open_error = NDIS_STATUS_SUCCESS;
    const NDIS_STATUS status =
        calls.InitializeHandler(&open_error, &selected, media, 1, &adapter, &adapter);
    if (status != NDIS_STATUS_SUCCESS) return status;
    const NDIS_STATUS described =
        selected == 0 ? describe(miniport) : NDIS_STATUS_UNSUPPORTED_MEDIA;
    if (described != NDIS_STATUS_SUCCESS) {
        DbgPrint("ndis: %wZ: it is initialized, but no Ethernet adapter\n", &adapter.instance);
        calls.HaltHandler(miniport.context);
    }
    return described;
}

NDIS_STATUS NTAPI initialize(NDIS_HANDLE handle, NDIS_HANDLE driver,
                             PNDIS_MINIPORT_INIT_PARAMETERS) {
    Adapter& adapter = *adapter_of(handle);
    Miniport* const miniport = create(adapter, *static_cast<Driver*>(driver));
    if (miniport == nullptr) return NDIS_STATUS_RESOURCES;
    adapter.context = miniport;
    fill_block(adapter);
    const NDIS_STATUS status = initialize_driver(*miniport);
    if (status != NDIS_STATUS_SUCCESS) destroy(*miniport);
    return status;
}

void NTAPI halt(NDIS_HANDLE context, NDIS_HALT_ACTION) {
    auto& miniport = *static_cast<Miniport*>(context);
    miniport.driver->calls.HaltHandler(miniport.context);
    destroy(miniport);
}

NDIS_STATUS NTAPI restart(NDIS_HANDLE context, PNDIS_MINIPORT_RESTART_PARAMETERS) {
    auto& miniport = *static_cast<Miniport*>(context);
    miniport.holds.store(1, std::memory_order_release);  // pairs with hold()
    refresh_speed(miniport);
    return NDIS_STATUS_SUCCESS;
}

/// What is above has its frames back before; received ones may still be on their way to us.
NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PNDIS_MINIPORT_PAUSE_PARAMETERS) {
    auto& miniport = *static_cast<Miniport*>(context);
    return miniport.holds.fetch_sub(1, std::memory_order_acq_rel) == 1  // as drop()
               ? NDIS_STATUS_SUCCESS
               : NDIS_STATUS_PENDING;
}

BOOLEAN NTAPI check_for_hang(NDIS_HANDLE context) {
    auto& miniport = *static_cast<Miniport*>(context);
    const auto handler = miniport.driver->calls.CheckForHangHandler;
    if (handler == nullptr) return FALSE;
    Entered inside{miniport};
    return handler(miniport.context);
}

NDIS_STATUS NTAPI reset(NDIS_HANDLE context, PBOOLEAN addressing_reset) {
    auto& miniport = *static_cast<Miniport*>(context);
    Entered inside{miniport};
    miniport.resets.store(true, std::memory_order_release);  // with may_send(), as below
    const NDIS_STATUS status =
        miniport.driver->calls.ResetHandler(addressing_reset, miniport.context);
    if (status != NDIS_STATUS_PENDING) miniport.resets.store(false, std::memory_order_release);
    return status;
}

void NTAPI notify_pnp(NDIS_HANDLE context, PNET_DEVICE_PNP_EVENT event) {
    auto& miniport = *static_cast<Miniport*>(context);
    const auto handler = miniport.driver->calls.PnPEventNotifyHandler;
    if (handler != nullptr) {
        handler(miniport.context, event->DevicePnPEvent, event->InformationBuffer,
                event->InformationBufferLength);
    }
}

void NTAPI shut_down(NDIS_HANDLE context, NDIS_SHUTDOWN_ACTION) {
    auto& miniport = *static_cast<Miniport*>(context);
    const auto handler = miniport.driver->calls.AdapterShutdownHandler;
    if (miniport.shutdown != nullptr) {
        miniport.shutdown(miniport.shutdown_context);
    } else if (handler != nullptr) {
        handler(miniport.context);
    }
}

void NTAPI unload(DRIVER_OBJECT* object) {
    Driver* const driver = driver_of(object);
    if (driver->unload != nullptr) driver->unload(object);
    NdisMDeregisterMiniportDriver(driver->miniport);
}

void NTAPI cancel_oid(NDIS_HANDLE, PVOID) {}  // NDIS 5 has no such handler

}  // namespace

void NTAPI reset_complete(NDIS_HANDLE adapter, NDIS_STATUS status, BOOLEAN addressing_reset) {
    Miniport& miniport = miniport_of(adapter);
    Looking looking{miniport};
    miniport.resets.store(false, std::memory_order_release);  // with may_send()
    NdisMResetComplete(adapter, status, addressing_reset);
    work_off(miniport);
}

const NDIS_MINIPORT_DRIVER_CHARACTERISTICS kTranslator = {
    .Header = {NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS,
               NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1,
               static_cast<USHORT>(NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1)},
    .MajorNdisVersion = 6,
    .MinorNdisVersion = 0,
    .MajorDriverVersion = 0,
    .MinorDriverVersion = 0,
    .Flags = 0,
    .SetOptionsHandler = nullptr,
    .InitializeHandlerEx = &initialize,
    .HaltHandlerEx = &halt,
    .UnloadHandler = &unload,
    .PauseHandler = &pause,
    .RestartHandler = &restart,
    .OidRequestHandler = &oid_request,
    .SendNetBufferListsHandler = &send_lists,
    .ReturnNetBufferListsHandler = &return_lists,
    .CancelSendHandler = &cancel_send,
    .CheckForHangHandlerEx = &check_for_hang,
    .ResetHandlerEx = &reset,
    .DevicePnPEventNotifyHandler = &notify_pnp,
    .ShutdownHandlerEx = &shut_down,
    .CancelOidRequestHandler = &cancel_oid,
    .DirectOidRequestHandler = nullptr,
    .CancelDirectOidRequestHandler = nullptr,
    .SynchronousOidRequestHandler = nullptr};

}  // namespace rsl::ndis::legacy

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

/// NdisMSetAttributesEx (ndis.h) says what an adapter is, from MiniportInitialize.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the context stays the driver's, and is given to all its handlers
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsetattributesex
///   Differs  of the attributes only NDIS_ATTRIBUTE_DESERIALIZE makes a difference
RSL_EXPORT VOID NTAPI NdisMSetAttributesEx(NDIS_HANDLE MiniportAdapterHandle,
                                           NDIS_HANDLE MiniportAdapterContext,
                                           NDIS_UINT CheckForHangTimeInSeconds,
                                           ULONG AttributeFlags, ULONG AdapterType) {
    Miniport& miniport = miniport_of(MiniportAdapterHandle);
    miniport.context = MiniportAdapterContext;
    miniport.attributes = AttributeFlags;
    miniport.serialized = (AttributeFlags & NDIS_ATTRIBUTE_DESERIALIZE) == 0;
    adapter_of(MiniportAdapterHandle)->block.MiniportAdapterContext = MiniportAdapterContext;
    NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES registration = {};
    registration.Header = {
        NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES,
        NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1,
        static_cast<USHORT>(NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1)};
    registration.MiniportAdapterContext = &miniport;
    registration.CheckForHangTimeInSeconds = CheckForHangTimeInSeconds;
    registration.InterfaceType = static_cast<INTERFACE_TYPE>(AdapterType);
    if ((AttributeFlags & NDIS_ATTRIBUTE_SURPRISE_REMOVE_OK) != 0)
        registration.AttributeFlags |= NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK;
    if ((AttributeFlags & NDIS_ATTRIBUTE_BUS_MASTER) != 0)
        registration.AttributeFlags |= NDIS_MINIPORT_ATTRIBUTES_BUS_MASTER;
    NdisMSetMiniportAttributes(MiniportAdapterHandle,
                               reinterpret_cast<NDIS_MINIPORT_ADAPTER_ATTRIBUTES*>(&registration));
}

/// NdisMRegisterAdapterShutdownHandler (ndis.h) registers what is called when the system shuts
/// down.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the driver, until NdisMDeregisterAdapterShutdownHandler or its MiniportHalt
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_shutdown
///   Differs  not called for a bug check
RSL_EXPORT VOID NTAPI NdisMRegisterAdapterShutdownHandler(
    NDIS_HANDLE MiniportHandle, PVOID ShutdownContext, ADAPTER_SHUTDOWN_HANDLER ShutdownHandler) {
    Miniport& miniport = miniport_of(MiniportHandle);
    miniport.shutdown_context = ShutdownContext;
    miniport.shutdown = ShutdownHandler;
}

/// NdisMDeregisterAdapterShutdownHandler (ndis.h) ends that.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_shutdown
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMDeregisterAdapterShutdownHandler(NDIS_HANDLE MiniportHandle) {
    miniport_of(MiniportHandle).shutdown = nullptr;
}
