// SPDX-License-Identifier: GPL-2.0-only
// pci.sys: reports the machine's PCI functions to the PnP manager, answers for them, and drives bridges.
// Which functions there are and where their registers lie is the kernel's business (kernel/hal/pci,
// by way of RslQueryPciFunction); resources are granted by the PnP manager.
//
//   ROOT\PCI\0000 ── Bus (every function on bus 0) ── Device PDO ... ── a bridge's PDO ── Bus (behind it) ── ...
#pragma once

#include "abi/functions/ex.h"
#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ob.h"
#include "abi/functions/pnp.h"
#include "abi/functions/po.h"
#include "abi/functions/cm.h"
#include "buses/pci/ids.hpp"
#include "buses/pci/power_state.hpp"
#include "buses/stack/irp.hpp"

namespace rsl::pci {

inline constexpr ULONG kTag = 0x69635052;  // "RPci"
inline constexpr ULONG kMaxFunctions = 128;

enum class Kind : UCHAR { kBus, kDevice };

/// What the extensions of both kinds of device begin with.
struct Extension {
    Kind kind;
};

struct Bus;

/// One function. The PDO's extension.
struct Device : Extension {
    PDEVICE_OBJECT pdo;
    Bus* bus;            // that reported it; it outlives its children
    ULONG index;         // of RslQueryPciFunction
    UCHAR bus_number, device_number, function_number;
    bool present;        // still there, as of the last enumeration
    bool started;
    RSL_PCI_FUNCTION function;
    Identity identity;
    PowerCapability power;
    SavedConfig saved;   // while it is in D3
    ULONG* saved_table;  // its MSI-X table meanwhile, of so many words
    ULONG saved_words;
    Device* next;

    ULONG slot() const { return device_number | static_cast<ULONG>(function_number) << 5; }
};

/// The functions below one bridge, or on bus 0. The FDO's extension.
struct Bus : Extension {
    PDEVICE_OBJECT fdo, pdo, below;
    LONG bridge;        // index of the bridge; -1: bus 0
    UCHAR number;
    bool listed;
    FAST_MUTEX lock;    // guards devices
    Device* devices;
    Bus* next;          // of all buses, for hot-plug
};

inline Extension& extension_of(PDEVICE_OBJECT device) { return *static_cast<Extension*>(device->DeviceExtension); }
using stack::complete;
using stack::complete_unchanged;
using stack::location_of;
using stack::pass_down;

inline void* allocate(size_t bytes) { return ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, kTag); }

// ---- bus.cpp
void initialize_buses();
NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo);
NTSTATUS pnp_of_bus(Bus& bus, PIRP irp);
NTSTATUS power_of_bus(Bus& bus, PIRP irp);
/// Takes a device that has gone out of its bus' list and deletes its PDO.
void forget_device(Device& device);
/// Hot-plug: asks the PnP manager to enumerate the bus behind a bridge.
VOID NTAPI functions_changed(LONG bridge, PVOID context);

// ---- device.cpp
NTSTATUS pnp_of_device(Device& device, PIRP irp);

// ---- power.cpp
NTSTATUS power_of_device(Device& device, PIRP irp);
/// What the function can do, at its discovery.
void look_at_power(Device& device);
void forget_power(Device& device);
/// To D0, with what it has forgotten.
NTSTATUS power_up(Device& device);
void describe_power(const Device& device, DEVICE_CAPABILITIES& capabilities);

// ---- resources.cpp
/// What firmware (here: the kernel) gave the function; nullptr without memory or when there is nothing.
CM_RESOURCE_LIST* boot_resources(const Device& device);
/// What it needs: its ranges, and an interrupt: messages if its registry key allows them, else its line.
IO_RESOURCE_REQUIREMENTS_LIST* requirements(const Device& device);
/// Lets it decode its ranges and master the bus.
void enable_decoding(const Device& device);

// ---- interface.cpp
NTSTATUS query_interface(Device& device, PIRP irp);
ULONG read_config(const Device& device, void* buffer, ULONG offset, ULONG length);
ULONG write_config(const Device& device, const void* buffer, ULONG offset, ULONG length);

}  // namespace rsl::pci
