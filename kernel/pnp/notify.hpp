// SPDX-License-Identifier: GPL-2.0-only
// IoRegisterPlugPlayNotification: drivers that want to hear of interfaces, of one device, of the
// hardware profile. Callbacks run at PASSIVE_LEVEL, one after the other, under no lock.
#pragma once

#include "abi/types/io.h"
#include "base/core/result.hpp"

namespace rsl::pnp {

struct Registration {
    IO_NOTIFICATION_EVENT_CATEGORY category;
    GUID interface_class;    // kDeviceInterfaceChange
    PFILE_OBJECT file;       // kTargetDeviceChange: as the driver gave it; not referenced
    PDEVICE_OBJECT pdo;      // kTargetDeviceChange: one reference, taken over
    PDRIVER_OBJECT driver;   // one reference is taken
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE callback;
    void* context;
};
/// The entry that drivers get.
Result<void*> register_notification(const Registration& registration);
/// Returns when the callback runs nowhere, or only in the caller. kInvalidParameter for what is no entry.
Result<void> unregister_notification(void* entry);

enum class InterfaceEvent : uint8_t { kArrival, kRemoval };
void notify_interface(InterfaceEvent event, const GUID& interface_class, UNICODE_STRING& link);

enum class TargetEvent : uint8_t { kRemoveCancelled, kRemoveComplete };
void notify_target(DEVICE_OBJECT& pdo, TargetEvent event);
/// A failure is a veto; those asked before hear of the cancellation by notify_target().
NTSTATUS notify_query_remove(DEVICE_OBJECT& pdo);
/// TARGET_DEVICE_CUSTOM_NOTIFICATION of a driver, to all who registered for the device.
void notify_custom(DEVICE_OBJECT& pdo, void* structure);
/// Calls one registration with every interface of its class that is enabled now.
void tell_existing(void* entry);

}  // namespace rsl::pnp
