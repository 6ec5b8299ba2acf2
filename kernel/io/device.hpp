// SPDX-License-Identifier: GPL-2.0-only
// Device objects and the stacks they form.
#pragma once

#include <cstdint>
#include <string_view>

#include "abi/types/io_device.h"
#include "kernel/io/driver.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::io {

inline constexpr uint32_t kDeviceUnloadPending = 1;  // DEVOBJ_EXTENSION.ExtensionFlags, NT's values
inline constexpr uint32_t kDeviceDeletePending = 2;
inline constexpr uint32_t kDeviceRemovePending = 4;  // the PnP manager waits for the last file to close

struct DeviceOptions {
    std::u16string_view name;  // empty: none
    DEVICE_TYPE type = FILE_DEVICE_UNKNOWN;
    uint32_t characteristics = 0;
    uint32_t extension_bytes = 0;
    bool exclusive = false;
};

/// A DEVICE_OBJECT. Its first reference is the driver's, until IoDeleteDevice; it goes when no file is
/// open on it either. The driver's device extension follows, zeroed.
struct Device : ob::Object<Device>, DEVICE_OBJECT {
    static ob::ObjectType kType;

    static Result<Ref<Device>> create(Driver& driver, const DeviceOptions& options);
    explicit Device(Driver& owner);
    ~Device();

    /// The driver wants it gone: no name, no new opens; freed once the last file has been closed.
    void request_deletion();
    /// Counts an open file. kNoSuchDevice when it is going away or not yet ready; kAccessDenied when
    /// it is exclusive and open, unless the new file is relative to one that is.
    enum class Opening : uint8_t { kByName, kRelative };
    Result<void> add_file(Opening how);
    void drop_file();
    bool is_delete_pending() const;
    int32_t open_files() const;

    Driver& driver;  // one reference
    DEVOBJ_EXTENSION extension = {};
    std::atomic<bool> deleted = false;  // left its driver's list
    bool shutdown_registered = false;
};

inline Device& device_of(DEVICE_OBJECT& object) { return static_cast<Device&>(object); }

/// The top of the stack above a device. Any IRQL <= DISPATCH_LEVEL; no reference.
DEVICE_OBJECT& top_of_stack(DEVICE_OBJECT& device);
/// Where requests for a file go (IoGetRelatedDeviceObject). The request path: no lock.
DEVICE_OBJECT& device_for(FILE_OBJECT& file);
/// Puts `source` on top of the stack of `target`; returns what it now lies on, or nullptr when the
/// top is going away. `store` gets the same before requests can arrive.
DEVICE_OBJECT* attach(DEVICE_OBJECT& source, DEVICE_OBJECT& target, PDEVICE_OBJECT* store);
void detach(DEVICE_OBJECT& target);

}  // namespace rsl::io
