// SPDX-License-Identifier: GPL-2.0-only
// PCI functions as the bus driver (buses/pci) sees them. Private: abi/private/rsl_kernel.h.
#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "abi/types/status.h"
#include "kernel/hal/doorbell.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/hal/pci/slots.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

namespace {

/// Messages by the capability: MSI-X has a table, of MSI we use one.
ULONG message_count(const hal::pci::Function& function) {
    constexpr uint32_t kControl = 2;
    constexpr uint16_t kTableSize = 0x7FF;
    if (function.msix != 0) return (hal::pci::config_space().read16(function.at, function.msix + kControl) & kTableSize) + 1u;
    return function.msi != 0 ? 1 : 0;
}

/// Devices that the kernel drives itself: clients' rings, and the folders of the host (virtio-9p).
bool is_ours(int index, const hal::pci::Function& function) {
    constexpr uint16_t kVirtioVendor = 0x1AF4, kFolder = 0x1049, kTransitionalFolder = 0x1009;
    const bool folder = function.vendor == kVirtioVendor && (function.device == kFolder || function.device == kTransitionalFolder);
    return folder || hal::is_doorbell(index);
}

}  // namespace

/// RslQueryPciFunction (rsl_kernel.h, private) describes one PCI function.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_SUCH_DEVICE, STATUS_NO_MORE_ENTRIES
RSL_EXPORT NTSTATUS NTAPI RslQueryPciFunction(ULONG Index, PRSL_PCI_FUNCTION Function) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Index >= static_cast<ULONG>(hal::pci::Topology::kMaxFunctions)) return STATUS_NO_MORE_ENTRIES;
    const int index = static_cast<int>(Index);
    const hal::pci::Function& from = hal::pci::topology().at(index);
    if (!from.present) return STATUS_NO_SUCH_DEVICE;
    *Function = {};
    Function->Parent = from.parent;
    Function->Bus = from.at.bus;
    Function->Device = from.at.device;
    Function->Function = from.at.function;
    Function->HeaderType = from.header;
    Function->InterruptPin = from.pin;
    Function->InterruptLine = from.gsi;
    Function->HotPlug = from.hot_plug;
    Function->Taken = is_ours(index, from);
    Function->MessageCount = message_count(from);
    for (size_t i = 0; i < from.bars.size(); ++i) {
        Function->Bar[i].Base = from.bars[i].range.base;
        Function->Bar[i].Bytes = from.bars[i].range.bytes;
        Function->Bar[i].Io = from.bars[i].io;
        Function->Bar[i].Prefetchable = from.bars[i].prefetchable;
        Function->Bar[i].Wide = from.bars[i].wide;
    }
    return STATUS_SUCCESS;
}

/// RslWatchPci (rsl_kernel.h, private) has the bus driver told of hot-plug.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
RSL_EXPORT NTSTATUS NTAPI RslWatchPci(PRSL_PCI_CHANGED Changed, PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    hal::pci::watch_slots(Changed, Context);
    return STATUS_SUCCESS;
}
