// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5 drivers: the wrapper, what they register, their configuration and control devices.
#include <algorithm>
#include <cstring>

#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

namespace rsl::ndis::legacy {
namespace {

constinit char extension_key = 0;  // its address identifies our driver object extension

NDIS_STATUS check(const NDIS51_MINIPORT_CHARACTERISTICS& given, NDIS_UINT bytes,
                  NDIS51_MINIPORT_CHARACTERISTICS& copy) {
    constexpr UCHAR kMajor = 5;
    if (bytes < offsetof(NDIS51_MINIPORT_CHARACTERISTICS, CheckForHangHandler))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    if (given.MajorNdisVersion != kMajor || given.MinorNdisVersion > 1)
        return NDIS_STATUS_BAD_VERSION;
    const size_t least = given.MinorNdisVersion == 0 ? NDIS_SIZEOF_NDIS50_MINIPORT_CHARACTERISTICS
                                                     : sizeof(NDIS51_MINIPORT_CHARACTERISTICS);
    if (bytes < least) return NDIS_STATUS_BAD_CHARACTERISTICS;
    copy = {};
    std::memcpy(&copy, &given, least);
    const bool has_handlers = copy.HaltHandler != nullptr && copy.InitializeHandler != nullptr &&
                              copy.QueryInformationHandler != nullptr &&
                              copy.SetInformationHandler != nullptr &&
                              copy.ResetHandler != nullptr &&
                              (copy.SendHandler != nullptr || copy.SendPacketsHandler != nullptr);
    return has_handlers ? NDIS_STATUS_SUCCESS : NDIS_STATUS_BAD_CHARACTERISTICS;
}

Driver* make_legacy(DRIVER_OBJECT& object) {
    MiniportDriver* const miniport = make_driver(object);
    if (miniport == nullptr) return nullptr;
    if (Driver* const present = driver_of(&object)) return present;
    void* memory = nullptr;
    if (IoAllocateDriverObjectExtension(&object, &extension_key, sizeof(Driver), &memory) < 0)
        return nullptr;
    auto* driver = static_cast<Driver*>(memory);
    *driver = {.miniport = miniport, .calls = {}, .unload = nullptr};
    return driver;
}

/// Of the handle that NdisInitializeWrapper has given.
Driver& driver_of_handle(NDIS_HANDLE handle) {
    return *driver_of(static_cast<MiniportDriver*>(handle)->driver);
}

}  // namespace

Driver* driver_of(DRIVER_OBJECT* object) {
    return static_cast<Driver*>(IoGetDriverObjectExtension(object, &extension_key));
}

}  // namespace rsl::ndis::legacy

using namespace rsl::ndis;
using legacy::Driver;

/// NdisInitializeWrapper (ndis.h), which drivers call as NdisMInitializeWrapper, gives a driver the
/// handle by which it registers.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing; the handle is NULL when there is no memory
///   Owner    NDIS, as long as the driver object
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisminitializewrapper
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisInitializeWrapper(PNDIS_HANDLE NdisWrapperHandle, PVOID SystemSpecific1,
                                            PVOID, PVOID) {
    Driver* const driver = legacy::make_legacy(*static_cast<DRIVER_OBJECT*>(SystemSpecific1));
    *NdisWrapperHandle = driver == nullptr ? nullptr : driver->miniport;
}

/// NdisTerminateWrapper (ndis.h) ends a driver's registration, from a DriverEntry that fails.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisterminatewrapper
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisTerminateWrapper(NDIS_HANDLE NdisWrapperHandle, PVOID) {
    auto& driver = *static_cast<MiniportDriver*>(NdisWrapperHandle);
    if (driver.registered) NdisMDeregisterMiniportDriver(&driver);
}

/// NdisMRegisterMiniport (ndis.h) makes a driver a miniport driver of NDIS 5.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_BAD_CHARACTERISTICS, NDIS_STATUS_BAD_VERSION,
///   NDIS_STATUS_FAILURE
///   Owner    NDIS copies
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterminiportdriver
///   Differs  NDIS 4 is NDIS_STATUS_BAD_VERSION; connection-oriented handlers are never called
RSL_EXPORT NDIS_STATUS NTAPI NdisMRegisterMiniport(NDIS_HANDLE NdisWrapperHandle,
                                                   PVOID MiniportCharacteristics,
                                                   NDIS_UINT CharacteristicsLength) {
    Driver& driver = legacy::driver_of_handle(NdisWrapperHandle);
    if (driver.miniport->registered) return NDIS_STATUS_FAILURE;
    const NDIS_STATUS status =
        legacy::check(*static_cast<NDIS51_MINIPORT_CHARACTERISTICS*>(MiniportCharacteristics),
                      CharacteristicsLength, driver.calls);
    if (status == NDIS_STATUS_SUCCESS)
        register_driver(*driver.miniport, &driver, legacy::kTranslator);
    return status;
}

/// NdisMRegisterUnloadHandler (ndis.h) registers what is called before a driver is unloaded.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterunloadhandler
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMRegisterUnloadHandler(NDIS_HANDLE NdisWrapperHandle,
                                                 PDRIVER_UNLOAD UnloadHandler) {
    legacy::driver_of_handle(NdisWrapperHandle).unload = UnloadHandler;
}

/// NdisMRegisterDevice (ndis.h) makes a device whose requests go to the driver's own dispatch
/// table.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_NOT_SUPPORTED, what making device and link came to
///   Owner    the driver, until NdisMDeregisterDevice
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterdevice
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMRegisterDevice(NDIS_HANDLE NdisWrapperHandle,
                                                 PNDIS_STRING DeviceName, PNDIS_STRING SymbolicName,
                                                 PDRIVER_DISPATCH MajorFunctions[],
                                                 PDEVICE_OBJECT* pDeviceObject,
                                                 NDIS_HANDLE* NdisDeviceHandle) {
    NDIS_DEVICE_OBJECT_ATTRIBUTES attributes = {};
    attributes.Header = {NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES,
                         NDIS_DEVICE_OBJECT_ATTRIBUTES_REVISION_1,
                         static_cast<USHORT>(NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1)};
    attributes.DeviceName = DeviceName;
    attributes.SymbolicName = SymbolicName;
    attributes.MajorFunctions = MajorFunctions;
    return NdisRegisterDeviceEx(NdisWrapperHandle, &attributes, pDeviceObject, NdisDeviceHandle);
}

/// NdisMDeregisterDevice (ndis.h) deletes such a device.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterdevice
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMDeregisterDevice(NDIS_HANDLE NdisDeviceHandle) {
    NdisDeregisterDeviceEx(NdisDeviceHandle);
    return NDIS_STATUS_SUCCESS;
}

/// NdisOpenConfiguration (ndis.h) opens an adapter's software key, from MiniportInitialize.
///   IRQL     PASSIVE_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisCloseConfiguration
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisOpenConfiguration(PNDIS_STATUS Status, PNDIS_HANDLE ConfigurationHandle,
                                            NDIS_HANDLE WrapperConfigurationContext) {
    NDIS_CONFIGURATION_OBJECT object = {};
    object.Header = {NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT, NDIS_CONFIGURATION_OBJECT_REVISION_1,
                     static_cast<USHORT>(NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1)};
    object.NdisHandle = WrapperConfigurationContext;
    *Status = NdisOpenConfigurationEx(&object, ConfigurationHandle);
}
