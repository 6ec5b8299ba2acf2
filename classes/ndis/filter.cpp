// SPDX-License-Identifier: GPL-2.0-only
// Light-weight filter drivers: registration, and what they do with frames. Their modules' life is
// in module.cpp.
#include <algorithm>
#include <cstring>

#include "classes/ndis/guards.hpp"
#include "classes/ndis/layers.hpp"
#include "classes/ndis/names.hpp"

namespace rsl::ndis {
namespace {

constinit LIST_ENTRY drivers = {};  // in a LayerTurn; made by the first of them

LIST_ENTRY& all_drivers() {
    if (drivers.Flink == nullptr) drivers.Flink = drivers.Blink = &drivers;
    return drivers;
}

bool has_required_handlers(const NDIS_FILTER_DRIVER_CHARACTERISTICS& calls) {
    return calls.AttachHandler != nullptr && calls.DetachHandler != nullptr &&
           calls.RestartHandler != nullptr && calls.PauseHandler != nullptr;
}

NDIS_STATUS check_characteristics(const NDIS_FILTER_DRIVER_CHARACTERISTICS& given,
                                  NDIS_FILTER_DRIVER_CHARACTERISTICS& copy) {
    if (given.Header.Type != NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS ||
        !copy_structure(copy, &given.Header, NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_1))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    if (!is_version_supported(copy.MajorNdisVersion, copy.MinorNdisVersion))
        return NDIS_STATUS_BAD_VERSION;
    if (copy.UniqueName.Length == 0 || copy.UniqueName.Buffer == nullptr ||
        !has_required_handlers(copy))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    return NDIS_STATUS_SUCCESS;
}

/// To the adapters that are there; whichever runs pauses meanwhile.
void attach_everywhere(FilterDriver& driver) {
    for (Adapter* adapter = next_layered(0); adapter != nullptr;
         adapter = next_layered(adapter->interface_index)) {
        const bool runs =
            adapter->state.load(std::memory_order_acquire) == State::kRunning;  // of this turn
        if (runs) pause_stack(*adapter);
        attach_filter(*adapter, driver);
        if (runs) restart_stack(*adapter);
    }
}

FilterModule* module_in(Adapter& adapter, const FilterDriver& driver) {
    FilterModule* module = adapter.bottom;
    while (module != nullptr && module->driver != &driver) module = module->above;
    return module;
}

void detach_everywhere(FilterDriver& driver) {
    for (Adapter* adapter = next_layered(0); adapter != nullptr;
         adapter = next_layered(adapter->interface_index)) {
        FilterModule* const module = module_in(*adapter, driver);
        if (module == nullptr) continue;
        const bool runs =
            adapter->state.load(std::memory_order_acquire) == State::kRunning;  // of this turn
        if (runs) pause_stack(*adapter);
        detach_module(*module);
        if (runs) restart_stack(*adapter);
    }
}

}  // namespace

void attach_filters(Adapter& adapter) {
    LIST_ENTRY& all = all_drivers();
    for (LIST_ENTRY* entry = all.Flink; entry != &all; entry = entry->Flink)
        attach_filter(adapter, *CONTAINING_RECORD(entry, FilterDriver, link));
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisFRegisterFilterDriver (ndis.h) makes a driver a filter driver, which is attached to the
/// Ethernet adapters that are there and that come, above the filters that are there.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_BAD_VERSION, NDIS_STATUS_BAD_CHARACTERISTICS,
///   NDIS_STATUS_INVALID_PARAMETER, NDIS_STATUS_RESOURCES, what FilterSetOptions returned
///   Owner    the driver, until NdisFDeregisterFilterDriver
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfregisterfilterdriver
///   Differs  the present adapters have it when it returns. What the INF says about media, class
///   and order is not looked at
RSL_EXPORT NDIS_STATUS NTAPI
NdisFRegisterFilterDriver(PDRIVER_OBJECT DriverObject, NDIS_HANDLE FilterDriverContext,
                          PNDIS_FILTER_DRIVER_CHARACTERISTICS FilterDriverCharacteristics,
                          PNDIS_HANDLE NdisFilterDriverHandle) {
    if (DriverObject == nullptr || FilterDriverCharacteristics == nullptr ||
        NdisFilterDriverHandle == nullptr)
        return NDIS_STATUS_INVALID_PARAMETER;
    *NdisFilterDriverHandle = nullptr;
    NDIS_FILTER_DRIVER_CHARACTERISTICS calls;
    NDIS_STATUS status = check_characteristics(*FilterDriverCharacteristics, calls);
    if (status != NDIS_STATUS_SUCCESS) return status;
    auto* driver = static_cast<FilterDriver*>(allocate(sizeof(FilterDriver), kTag));
    if (driver == nullptr || join(calls.ServiceName, u"", driver->service) < 0) {
        release(driver);
        return NDIS_STATUS_RESOURCES;
    }
    driver->kind = HandleKind::kFilterDriver;
    driver->driver = DriverObject;
    driver->context = FilterDriverContext;
    driver->calls = calls;
    std::memcpy(driver->name, calls.UniqueName.Buffer,
                std::min<size_t>(calls.UniqueName.Length, sizeof(driver->name) - sizeof(WCHAR)));
    LayerTurn turn;
    *NdisFilterDriverHandle = driver;
    if (calls.SetOptionsHandler != nullptr)
        status = calls.SetOptionsHandler(driver, FilterDriverContext);
    if (status != NDIS_STATUS_SUCCESS) {
        *NdisFilterDriverHandle = nullptr;
        release(driver->service.Buffer);
        release(driver);
        return status;
    }
    insert_last(all_drivers(), driver->link);
    attach_everywhere(*driver);
    return NDIS_STATUS_SUCCESS;
}

/// NdisFDeregisterFilterDriver (ndis.h) ends a registration; the driver is detached from all
/// adapters first.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfderegisterfilterdriver
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFDeregisterFilterDriver(NDIS_HANDLE NdisFilterDriverHandle) {
    auto* driver = static_cast<FilterDriver*>(NdisFilterDriverHandle);
    LayerTurn turn;
    remove(driver->link);
    detach_everywhere(*driver);
    release(driver->service.Buffer);
    release(driver);
}

/// NdisFSendNetBufferLists (ndis.h) sends frames to the layers below a filter: what it got from
/// above, or its own, whose SourceHandle is the filter's.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; each list has its Status when it is given back
///   Owner    the layers below, until FilterSendNetBufferListsComplete
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsendnetbufferlists
///   Differs  no loopback
RSL_EXPORT VOID NTAPI NdisFSendNetBufferLists(NDIS_HANDLE NdisFilterHandle,
                                              PNET_BUFFER_LIST NetBufferList,
                                              NDIS_PORT_NUMBER PortNumber, ULONG SendFlags) {
    FilterModule& module = *module_of(NdisFilterHandle);
    send_down(*module.adapter, module.below, NetBufferList, PortNumber, SendFlags);
}

/// NdisFSendNetBufferListsComplete (ndis.h) gives sent frames back to the layers above a filter.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the lists are the sender's again
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsendnetbufferlistscomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFSendNetBufferListsComplete(NDIS_HANDLE NdisFilterHandle,
                                                      PNET_BUFFER_LIST NetBufferList,
                                                      ULONG SendCompleteFlags) {
    FilterModule& module = *module_of(NdisFilterHandle);
    complete_up(*module.adapter, module.above, NetBufferList, SendCompleteFlags);
}

/// NdisFCancelSendNetBufferLists (ndis.h) asks the layers below a filter to give frames with an
/// identifier back soon.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfcancelsendnetbufferlists
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFCancelSendNetBufferLists(NDIS_HANDLE NdisFilterHandle, PVOID CancelId) {
    FilterModule& module = *module_of(NdisFilterHandle);
    cancel_send_down(*module.adapter, module.below, CancelId);
}

/// NdisFIndicateReceiveNetBufferLists (ndis.h) hands frames to the layers above a filter: what it
/// got from below, or its own, whose SourceHandle is the filter's.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    theirs, until FilterReturnNetBufferLists; with NDIS_RECEIVE_FLAGS_RESOURCES the
///   filter stays the owner
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfindicatereceivenetbufferlists
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFIndicateReceiveNetBufferLists(NDIS_HANDLE NdisFilterHandle,
                                                         PNET_BUFFER_LIST NetBufferLists,
                                                         NDIS_PORT_NUMBER PortNumber, ULONG,
                                                         ULONG ReceiveFlags) {
    FilterModule& module = *module_of(NdisFilterHandle);
    receive_up(*module.adapter, module.above, NetBufferLists, PortNumber,
               static_cast<ULONG>(count_of(NetBufferLists)), ReceiveFlags);
}

/// NdisFReturnNetBufferLists (ndis.h) gives frames that a filter has received back to the layers
/// below.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the lists are those of who indicated them again
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreturnnetbufferlists
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFReturnNetBufferLists(NDIS_HANDLE NdisFilterHandle,
                                                PNET_BUFFER_LIST NetBufferLists,
                                                ULONG ReturnFlags) {
    FilterModule& module = *module_of(NdisFilterHandle);
    return_down(*module.adapter, module.below, NetBufferLists, ReturnFlags);
}
