// SPDX-License-Identifier: GPL-2.0-only
// Miniport drivers: registration, optional handlers, the attributes of their adapters. The
// library's own start.
#include <algorithm>
#include <cstring>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

constexpr UCHAR kHighestMajor = 6,
                kHighestMinor =
                    83;  // NDIS of Windows 10 2004 and later, the version the kernel says it is
constinit char extension_key = 0;  // its address identifies our driver object extension

bool has_required_handlers(const NDIS_MINIPORT_DRIVER_CHARACTERISTICS& calls) {
    return calls.InitializeHandlerEx != nullptr && calls.HaltHandlerEx != nullptr &&
           calls.UnloadHandler != nullptr && calls.PauseHandler != nullptr &&
           calls.RestartHandler != nullptr && calls.OidRequestHandler != nullptr &&
           calls.SendNetBufferListsHandler != nullptr &&
           calls.ReturnNetBufferListsHandler != nullptr && calls.CancelSendHandler != nullptr;
}

NDIS_STATUS check_characteristics(const NDIS_MINIPORT_DRIVER_CHARACTERISTICS& given,
                                  NDIS_MINIPORT_DRIVER_CHARACTERISTICS& copy) {
    if (given.Header.Type != NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS ||
        !copy_structure(copy, &given.Header,
                        NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1)) {
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    }
    if (!is_version_supported(copy.MajorNdisVersion, copy.MinorNdisVersion))
        return NDIS_STATUS_BAD_VERSION;
    return has_required_handlers(copy) ? NDIS_STATUS_SUCCESS : NDIS_STATUS_BAD_CHARACTERISTICS;
}

VOID NTAPI unload(DRIVER_OBJECT* object) {
    const MiniportDriver* const driver = driver_of(object);
    if (driver != nullptr && driver->calls.UnloadHandler != nullptr)
        driver->calls.UnloadHandler(object);
}

/// Makes the driver object ours: its devices, its IRPs and its end.
void take_over(DRIVER_OBJECT& object) {
    object.DriverExtension->AddDevice = &add_device;
    object.DriverUnload = &unload;
    for (PDRIVER_DISPATCH& major : object.MajorFunction) major = &dispatch;
}

NDIS_STATUS set_general(Adapter& adapter, const NDIS_OBJECT_HEADER* header) {
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general;
    if (!copy_structure(general, header,
                        NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1))
        return NDIS_STATUS_FAILURE;
    if (general.MacAddressLength > NDIS_MAX_PHYS_ADDRESS_LENGTH) return NDIS_STATUS_FAILURE;
    // The driver's memory that these point to is gone after the call.
    general.PowerManagementCapabilities = general.PowerManagementCapabilitiesEx =
        general.RecvScaleCapabilities = nullptr;
    general.SupportedOidList = nullptr;
    adapter.general = general;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
    adapter.link_state.MediaConnectState = general.MediaConnectState;
    adapter.link_state.MediaDuplexState = general.MediaDuplexState;
    adapter.link_state.XmitLinkSpeed = general.XmitLinkSpeed;
    adapter.link_state.RcvLinkSpeed = general.RcvLinkSpeed;
    KeReleaseSpinLock(&adapter.link_lock, irql);
    return NDIS_STATUS_SUCCESS;
}

}  // namespace

bool copy_structure(void* to, size_t room, const NDIS_OBJECT_HEADER* from, size_t least) {
    if (from->Size < least) return false;
    std::memset(to, 0, room);
    std::memcpy(to, from, std::min<size_t>(from->Size, room));
    return true;
}

bool is_version_supported(UCHAR major, UCHAR minor) {
    return major == kHighestMajor && minor <= kHighestMinor;
}

MiniportDriver* driver_of(DRIVER_OBJECT* object) {
    return static_cast<MiniportDriver*>(IoGetDriverObjectExtension(object, &extension_key));
}

MiniportDriver* make_driver(DRIVER_OBJECT& object) {
    if (MiniportDriver* const present = driver_of(&object)) return present;
    void* memory = nullptr;
    if (IoAllocateDriverObjectExtension(&object, &extension_key, sizeof(MiniportDriver), &memory) <
        0)
        return nullptr;
    auto* driver = static_cast<MiniportDriver*>(memory);
    *driver = {HandleKind::kDriver, &object, nullptr, {}, {}, false};
    return driver;
}

void register_driver(MiniportDriver& driver, NDIS_HANDLE context,
                     const NDIS_MINIPORT_DRIVER_CHARACTERISTICS& calls) {
    driver = {HandleKind::kDriver, driver.driver, context, calls, {}, true};
    take_over(*driver.driver);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) { return STATUS_SUCCESS; }

/// DllInitialize (wdm.h) is called by the loader before the first driver is bound to this library.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/kernel/dllinitialize-and-dllunload-routines
///   Differs  the library is never unloaded, so there is no DllUnload
RSL_EXPORT NTSTATUS NTAPI DllInitialize(PUNICODE_STRING) {
    start_directory();
    start_layers();
    return STATUS_SUCCESS;
}

/// NdisMRegisterMiniportDriver (ndis.h) makes a driver a miniport driver: NDIS then gets its
/// devices and IRPs.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_BAD_CHARACTERISTICS, NDIS_STATUS_BAD_VERSION,
///   NDIS_STATUS_RESOURCES Owner    NDIS, until NdisMDeregisterMiniportDriver Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterminiportdriver
///   Differs  NDIS_INTERMEDIATE_DRIVER is refused: STATUS_NOT_SUPPORTED
RSL_EXPORT NDIS_STATUS NTAPI NdisMRegisterMiniportDriver(
    PDRIVER_OBJECT DriverObject, PUNICODE_STRING, NDIS_HANDLE MiniportDriverContext,
    PNDIS_MINIPORT_DRIVER_CHARACTERISTICS MiniportDriverCharacteristics,
    PNDIS_HANDLE NdisMiniportDriverHandle) {
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS calls;
    const NDIS_STATUS checked = check_characteristics(*MiniportDriverCharacteristics, calls);
    if (checked != NDIS_STATUS_SUCCESS) return checked;
    if ((calls.Flags & NDIS_INTERMEDIATE_DRIVER) != 0) return NDIS_STATUS_NOT_SUPPORTED;
    MiniportDriver* const driver = make_driver(*DriverObject);
    if (driver == nullptr) return NDIS_STATUS_RESOURCES;
    if (driver->registered) return NDIS_STATUS_FAILURE;
    register_driver(*driver, MiniportDriverContext, calls);
    *NdisMiniportDriverHandle = driver;
    if (calls.SetOptionsHandler == nullptr) return NDIS_STATUS_SUCCESS;
    const NDIS_STATUS status = calls.SetOptionsHandler(driver, MiniportDriverContext);
    if (status != NDIS_STATUS_SUCCESS) NdisMDeregisterMiniportDriver(driver);
    return status;
}

/// NdisMDeregisterMiniportDriver (ndis.h) ends a registration: from MiniportDriverUnload or a
/// DriverEntry that fails.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterminiportdriver
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMDeregisterMiniportDriver(NDIS_HANDLE NdisMiniportDriverHandle) {
    auto& driver = *static_cast<MiniportDriver*>(NdisMiniportDriverHandle);
    driver.registered = false;
    driver.driver->DriverExtension->AddDevice = nullptr;
}

/// NdisSetOptionalHandlers (ndis.h) registers handlers that few drivers have, from
/// MiniportSetOptions, or changes those of a filter module, from FilterSetModuleOptions.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_BAD_CHARACTERISTICS
///   Owner    the driver keeps the structure
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetoptionalhandlers
///   Differs  NDIS_MINIPORT_PNP_CHARACTERISTICS, of which the two add and remove handlers are
///   called, and NDIS_FILTER_PARTIAL_CHARACTERISTICS only
RSL_EXPORT NDIS_STATUS NTAPI NdisSetOptionalHandlers(NDIS_HANDLE NdisHandle,
                                                     PNDIS_OBJECT_HEADER OptionalHandlers) {
    if (kind_of(NdisHandle) == HandleKind::kFilterModule)
        return set_module_handlers(*module_of(NdisHandle), OptionalHandlers);
    auto& driver = *static_cast<MiniportDriver*>(NdisHandle);
    if (driver.kind != HandleKind::kDriver ||
        OptionalHandlers->Type != NDIS_OBJECT_TYPE_MINIPORT_PNP_CHARACTERISTICS) {
        return NDIS_STATUS_NOT_SUPPORTED;
    }
    NDIS_MINIPORT_PNP_CHARACTERISTICS pnp;
    if (!copy_structure(pnp, OptionalHandlers,
                        offsetof(NDIS_MINIPORT_PNP_CHARACTERISTICS, Flags))) {
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    }
    driver.pnp = pnp;
    return NDIS_STATUS_SUCCESS;
}

/// NdisMSetMiniportAttributes (ndis.h) tells NDIS what an adapter is and can.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE, NDIS_STATUS_NOT_SUPPORTED
///   Owner    NDIS copies
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsetminiportattributes
///   Differs  offload attributes are accepted and no offload is ever asked for; other kinds are
///   NDIS_STATUS_NOT_SUPPORTED
RSL_EXPORT NDIS_STATUS NTAPI NdisMSetMiniportAttributes(
    NDIS_HANDLE NdisMiniportAdapterHandle, PNDIS_MINIPORT_ADAPTER_ATTRIBUTES MiniportAttributes) {
    Adapter& adapter = *adapter_of(NdisMiniportAdapterHandle);
    const NDIS_OBJECT_HEADER* const header = &MiniportAttributes->Header;
    switch (header->Type) {
        case NDIS_OBJECT_TYPE_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES:
            adapter.add_device_context =
                MiniportAttributes->AddDeviceRegistrationAttributes.MiniportAddDeviceContext;
            return NDIS_STATUS_SUCCESS;
        case NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES:
            if (header->Size < NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1)
                return NDIS_STATUS_FAILURE;
            adapter.context = MiniportAttributes->RegistrationAttributes.MiniportAdapterContext;
            adapter.watch.seconds =
                MiniportAttributes->RegistrationAttributes.CheckForHangTimeInSeconds;
            return NDIS_STATUS_SUCCESS;
        case NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES:
            return set_general(adapter, header);
        case NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES:
            return NDIS_STATUS_SUCCESS;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
}
