// SPDX-License-Identifier: GPL-2.0-only
#include "buses/virtio/pci_transport.hpp"

#include "abi/types/status.h"

namespace rsl::virtio {
namespace {

constexpr ULONG kCommandOffset = 0x04, kInterruptLine = 0x3C;
constexpr USHORT kDecodeMemory = 2, kBusMaster = 4, kNoLineInterrupt = 0x400;

template <typename T>
T config(ULONG slot, ULONG offset) {
    T value{};
    HalGetBusDataByOffset(PCIConfiguration, 0, slot, &value, offset, sizeof(T));
    return value;
}

void read_slot(void* context, ULONG offset, void* out, ULONG bytes) {
    HalGetBusDataByOffset(PCIConfiguration, 0, *static_cast<const ULONG*>(context), out, offset,
                          bytes);
}

}  // namespace

bool PciTransport::find(USHORT type, ULONG index, ULONG& slot) {
    for (ULONG device = 0; device < 32; ++device) {
        const auto ids = config<ULONG>(device, 0);
        if ((ids & 0xFFFF) != kVendor || ids >> 16 != static_cast<ULONG>(kFirstModernDevice + type))
            continue;
        if (index-- != 0) continue;
        slot = device;
        return true;
    }
    return false;
}

NTSTATUS PciTransport::open(ULONG slot, ULONG64 wanted) {
    slot_ = slot;
    USHORT command = config<USHORT>(slot, kCommandOffset);
    command = static_cast<USHORT>((command | kDecodeMemory | kBusMaster) & ~kNoLineInterrupt);
    HalSetBusDataByOffset(PCIConfiguration, 0, slot, &command, kCommandOffset, sizeof(command));
    if (const NTSTATUS mapped = device_.map({&read_slot, &slot_}); mapped < 0) return mapped;
    ULONG64 agreed = 0;
    return device_.negotiate(wanted, 0, agreed);
}

BOOLEAN NTAPI PciTransport::on_interrupt(PKINTERRUPT, PVOID context) {
    auto& self = *static_cast<PciTransport*>(context);
    if ((self.device_.interrupt_cause() & 3) == 0) return FALSE;  // another device on the line
    KeInsertQueueDpc(&self.dpc_, nullptr, nullptr);
    return TRUE;
}

VOID NTAPI PciTransport::on_dpc(PKDPC, PVOID context, PVOID, PVOID) {
    auto& self = *static_cast<PciTransport*>(context);
    self.notified_(self.context_);
}

NTSTATUS PciTransport::connect(ULONG slot) {
    KIRQL irql = 0;
    KAFFINITY affinity = 0;
    const auto line = config<UCHAR>(slot, kInterruptLine);
    const ULONG vector = HalGetInterruptVector(PCIBus, 0, line, line, &irql, &affinity);
    if (vector == 0) return STATUS_DEVICE_CONFIGURATION_ERROR;
    return IoConnectInterrupt(&interrupt_, &on_interrupt, this, nullptr, vector, irql, irql,
                              LevelSensitive, TRUE, affinity, FALSE);
}

NTSTATUS PciTransport::start(USHORT size, Notified notified, void* context) {
    notified_ = notified;
    context_ = context;
    KeInitializeDpc(&dpc_, &on_dpc, this);
    if (const NTSTATUS made = device_.make_queue(size); made < 0) return made;
    if (const NTSTATUS connected = connect(slot_); connected < 0) return connected;
    device_.start();
    return STATUS_SUCCESS;
}

void PciTransport::close() {
    device_.reset();  // the device forgets the queue
    if (interrupt_ != nullptr) IoDisconnectInterrupt(interrupt_);
    KeRemoveQueueDpc(&dpc_);
    KeFlushQueuedDpcs();
    device_.close();
    interrupt_ = nullptr;
}

}  // namespace rsl::virtio
