// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/driver.hpp"

#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/io/completion_queue.hpp"
#include "kernel/io/controller.hpp"
#include "kernel/io/file.hpp"
#include "kernel/io/names.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

namespace {

template <typename T>
POBJECT_TYPE as_nt(T& type) {
    return reinterpret_cast<POBJECT_TYPE>(&type);
}
constinit std::atomic<uint32_t> next_driver_number = 0;

}  // namespace

// The variables that drivers import; each holds its type's address.
extern "C" {
POBJECT_TYPE IoFileObjectType = as_nt(io::File::kType);
POBJECT_TYPE IoDeviceObjectType = as_nt(io::Device::kType);
POBJECT_TYPE IoDriverObjectType = as_nt(io::Driver::kType);
POBJECT_TYPE IoCompletionObjectType = as_nt(io::CompletionQueue::kType);
POBJECT_TYPE IoControllerObjectType = as_nt(io::kControllerType);
}

/// IoCreateDriver (exported, not in the WDK's headers): a driver object for code that is loaded.
///   IRQL     PASSIVE_LEVEL
///   Returns  what the initialization routine returns; STATUS_IMAGE_ALREADY_LOADED for a name in use
///   Source   the name; used by bus drivers and tools that make a second driver object
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName,
                                         PDRIVER_INITIALIZE InitializationFunction) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (DriverName != nullptr) {
        return io::start_internal_driver(io::text_of(DriverName), InitializationFunction);
    }
    char16_t name[] = u"\\Driver\\00000000";
    uint32_t number = next_driver_number.fetch_add(1, std::memory_order_relaxed);
    for (size_t i = 15; i > 7; --i, number /= 10) name[i] = static_cast<char16_t>(u'0' + number % 10);
    return io::start_internal_driver({name, 16}, InitializationFunction);
}

/// IoDeleteDriver (exported): takes a driver object of IoCreateDriver away.
///   IRQL     PASSIVE_LEVEL
///   Source   the name
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    io::Driver& driver = io::driver_of(*DriverObject);
    const Ref<io::Driver> keep(driver);
    io::dismantle(driver, nullptr, 0);
}

/// IoAllocateDriverObjectExtension (wdm.h): a zeroed block that goes with the driver object.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_COLLISION, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocatedriverobjectextension
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoAllocateDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                                          PVOID ClientIdentificationAddress,
                                                          ULONG DriverObjectExtensionSize,
                                                          PVOID* DriverObjectExtension) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *DriverObjectExtension = nullptr;
    auto block = io::add_driver_extension(io::driver_of(*DriverObject), ClientIdentificationAddress,
                                          DriverObjectExtensionSize);
    if (!block) return block.failure().nt();
    *DriverObjectExtension = *block;
    return STATUS_SUCCESS;
}

/// IoGetDriverObjectExtension (wdm.h): that block again.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL when there is none by that id
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdriverobjectextension
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI IoGetDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                                  PVOID ClientIdentificationAddress) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::find_driver_extension(io::driver_of(*DriverObject), ClientIdentificationAddress);
}

/// IoRegisterDriverReinitialization (ntddk.h): a routine to run after the next drivers have loaded.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioregisterdriverreinitialization
///   Differs  routines that queue themselves again more than 64 times wait for the next load
RSL_EXPORT VOID NTAPI IoRegisterDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                                       PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                                       PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    io::Driver& driver = io::driver_of(*DriverObject);
    if (!io::add_reinitialization(driver, DriverReinitializationRoutine, Context)) {
        ke::log(ke::LogLevel::kError, "%wZ: no memory to note its reinitialization", &driver.DriverName);
    }
}

/// IoRegisterBootDriverReinitialization (ntddk.h): the same for boot drivers.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioregisterbootdriverreinitialization
///   Differs  as IoRegisterDriverReinitialization
RSL_EXPORT VOID NTAPI IoRegisterBootDriverReinitialization(
    PDRIVER_OBJECT DriverObject, PDRIVER_REINITIALIZE DriverReinitializationRoutine, PVOID Context) {
    IoRegisterDriverReinitialization(DriverObject, DriverReinitializationRoutine, Context);
}

namespace {

/// The service's name: the last part of \Registry\Machine\System\CurrentControlSet\Services\NAME.
std::u16string_view service_of(std::u16string_view key) {
    const size_t slash = key.rfind(u'\\');
    return slash == key.npos ? key : key.substr(slash + 1);
}

NTSTATUS with_service(PUNICODE_STRING name, NTSTATUS (*act)(std::u16string_view service)) {
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, name, 0, nullptr, nullptr};
    const KPROCESSOR_MODE mode = ps::previous_mode();
    if (mode != KernelMode) return STATUS_PRIVILEGE_NOT_HELD;  // a client asks the server instead
    auto captured = ob::CapturedAttributes::capture(&attributes, mode);
    if (!captured) return captured.failure().nt();
    if (!captured->has_name()) return STATUS_INVALID_PARAMETER;
    return act(service_of(captured->name()));
}

}  // namespace

/// NtLoadDriver (ntifs.h, as ZwLoadDriver) loads a driver by its registry key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_IMAGE_ALREADY_LOADED, STATUS_OBJECT_NAME_NOT_FOUND (no such key or file),
///            STATUS_INVALID_IMAGE_FORMAT, what DriverEntry returned
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwloaddriver
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtLoadDriver(PUNICODE_STRING DriverServiceName) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return with_service(DriverServiceName, [](std::u16string_view service) -> NTSTATUS {
        mm::UniqueBytes report(sizeof(RSL_LOAD_REPORT), mm::pool_tag("IoLr"));
        if (!report) return STATUS_INSUFFICIENT_RESOURCES;
        return io::load_service(service, *static_cast<RSL_LOAD_REPORT*>(report.get()));
    });
}
RSL_EXPORT NTSTATUS NTAPI ZwLoadDriver(PUNICODE_STRING DriverServiceName) {
    return ps::as_kernel(NtLoadDriver, DriverServiceName);
}

/// NtUnloadDriver (ntifs.h, as ZwUnloadDriver) unloads a driver by its registry key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_DEVICE_REQUEST without DriverUnload and for PnP drivers,
///            STATUS_OBJECT_NAME_NOT_FOUND for one that is not loaded, STATUS_DEVICE_BUSY
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwunloaddriver
///   Differs  while files are open it refuses, where Windows waits for them to close
RSL_EXPORT NTSTATUS NTAPI NtUnloadDriver(PUNICODE_STRING DriverServiceName) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return with_service(DriverServiceName, [](std::u16string_view service) -> NTSTATUS {
        RSL_LOAD_REPORT report;
        const Ref<io::Driver> driver = io::find_driver(service);
        if (driver && driver->extension.AddDevice != nullptr) return STATUS_INVALID_DEVICE_REQUEST;
        return io::unload_driver(service, report);
    });
}
RSL_EXPORT NTSTATUS NTAPI ZwUnloadDriver(PUNICODE_STRING DriverServiceName) {
    return ps::as_kernel(NtUnloadDriver, DriverServiceName);
}

/// RslLoadDriverImage (rsl_kernel.h, private): loads a driver from memory.
///   IRQL     PASSIVE_LEVEL
///   Returns  Report->Status
///   Source   docs/adr/0007-private-interface.md
///   Differs  ours
RSL_EXPORT NTSTATUS NTAPI RslLoadDriverImage(PCUNICODE_STRING ServiceName, const VOID* Image,
                                             SIZE_T ImageBytes, PRSL_LOAD_REPORT Report) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::load_driver(io::text_of(ServiceName), {static_cast<const std::byte*>(Image), ImageBytes},
                           *Report);
}

/// RslUnloadDriver (rsl_kernel.h, private): unloads it again and tells what it left.
///   IRQL     PASSIVE_LEVEL
///   Returns  Report->Status
///   Source   docs/adr/0007-private-interface.md
///   Differs  ours
RSL_EXPORT NTSTATUS NTAPI RslUnloadDriver(PCUNICODE_STRING ServiceName, PRSL_LOAD_REPORT Report) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::unload_driver(io::text_of(ServiceName), *Report);
}
