// SPDX-License-Identifier: GPL-2.0-only
#include "buses/virtio/pci_transport.hpp"

#include <bit>
#include <cstring>

#include "abi/types/status.h"

namespace rsl::virtio {
namespace {

constexpr UCHAR kVendorCapability = 0x09;
enum CapabilityKind : UCHAR { kCommon = 1, kNotify = 2, kIsr = 3, kDevice = 4 };

// Of the status register.
constexpr UCHAR kAcknowledge = 1, kDriver = 2, kDriverOk = 4, kFeaturesOk = 8;

// Offsets in the common configuration.
constexpr ULONG kDeviceFeatureSelect = 0x00, kDeviceFeature = 0x04, kDriverFeatureSelect = 0x08, kDriverFeature = 0x0C,
                kQueueSelect = 0x16, kQueueSize = 0x18, kQueueEnable = 0x1C, kQueueNotifyOffset = 0x1E,
                kQueueDescriptors = 0x20, kQueueAvailable = 0x28, kQueueUsed = 0x30;

constexpr ULONG kCommandOffset = 0x04, kFirstBar = 0x10, kCapabilityPointer = 0x34, kInterruptLine = 0x3C;
constexpr USHORT kDecodeMemory = 2, kBusMaster = 4, kNoLineInterrupt = 0x400;

template <typename T>
T config(ULONG slot, ULONG offset) {
    T value{};
    HalGetBusDataByOffset(PCIConfiguration, 0, slot, &value, offset, sizeof(T));
    return value;
}

volatile ULONG* word(volatile UCHAR* at) { return reinterpret_cast<volatile ULONG*>(at); }
volatile USHORT* half(volatile UCHAR* at) { return reinterpret_cast<volatile USHORT*>(at); }

void write_address(volatile UCHAR* at, ULONG64 value) {
    WRITE_REGISTER_ULONG(word(at), static_cast<ULONG>(value));
    WRITE_REGISTER_ULONG(word(at + 4), static_cast<ULONG>(value >> 32));
}

}  // namespace

bool PciTransport::find(USHORT type, ULONG index, ULONG& slot) {
    for (ULONG device = 0; device < 32; ++device) {
        const auto ids = config<ULONG>(device, 0);
        if ((ids & 0xFFFF) != kVendor || ids >> 16 != static_cast<ULONG>(kFirstModernDevice + type)) continue;
        if (index-- != 0) continue;
        slot = device;
        return true;
    }
    return false;
}

void* PciTransport::map_bar(ULONG slot, UCHAR bar, ULONG offset, ULONG bytes) {
    if (bar > 5) return nullptr;
    const auto low = config<ULONG>(slot, kFirstBar + 4 * bar);
    if ((low & 1) != 0) return nullptr;  // ports
    PHYSICAL_ADDRESS base;
    base.QuadPart = low & ~0xFu;
    if ((low & 6) == 4) base.QuadPart |= static_cast<LONGLONG>(config<ULONG>(slot, kFirstBar + 4 * bar + 4)) << 32;
    if (base.QuadPart == 0) return nullptr;
    base.QuadPart += offset;
    return MmMapIoSpace(base, bytes, MmNonCached);
}

NTSTATUS PciTransport::map_region(ULONG slot, UCHAR capability, Region& out) {
    const auto bar = config<UCHAR>(slot, capability + 4u);
    const auto offset = config<ULONG>(slot, capability + 8u);
    out.bytes = config<ULONG>(slot, capability + 12u);
    out.at = static_cast<volatile UCHAR*>(map_bar(slot, bar, offset, out.bytes));
    return out.at != nullptr ? STATUS_SUCCESS : STATUS_DEVICE_CONFIGURATION_ERROR;
}

NTSTATUS PciTransport::map_capabilities(ULONG slot) {
    constexpr int kMostCapabilities = 48;  // as many as fit: a list that bites its tail ends too
    UCHAR at = config<UCHAR>(slot, kCapabilityPointer) & 0xFC;
    for (int i = 0; at != 0 && i < kMostCapabilities; ++i, at = config<UCHAR>(slot, at + 1u) & 0xFC) {
        if (config<UCHAR>(slot, at) != kVendorCapability) continue;
        Region* region = nullptr;
        switch (config<UCHAR>(slot, at + 3u)) {
            case kCommon: region = &common_; break;
            case kNotify:
                region = &notify_area_;
                notify_multiplier_ = config<ULONG>(slot, at + 16u);
                break;
            case kIsr: region = &isr_; break;
            case kDevice: region = &device_; break;
            default: break;
        }
        if (region == nullptr || region->at != nullptr) continue;
        if (const NTSTATUS status = map_region(slot, at, *region); status < 0) return status;
    }
    const bool complete = common_.at != nullptr && notify_area_.at != nullptr && isr_.at != nullptr &&
                          device_.at != nullptr && common_.bytes >= kQueueUsed + 8;
    return complete ? STATUS_SUCCESS : STATUS_DEVICE_CONFIGURATION_ERROR;
}

NTSTATUS PciTransport::open(ULONG slot, ULONG64 wanted) {
    slot_ = slot;
    USHORT command = config<USHORT>(slot, kCommandOffset);
    command = static_cast<USHORT>((command | kDecodeMemory | kBusMaster) & ~kNoLineInterrupt);
    HalSetBusDataByOffset(PCIConfiguration, 0, slot, &command, kCommandOffset, sizeof(command));
    if (const NTSTATUS mapped = map_capabilities(slot); mapped < 0) return mapped;
    set_status(0);
    set_status(kAcknowledge);
    set_status(kAcknowledge | kDriver);
    for (ULONG half_of = 0; half_of < 2; ++half_of) {
        const auto wanted_half = static_cast<ULONG>(wanted >> (32 * half_of));
        WRITE_REGISTER_ULONG(word(common_.at + kDeviceFeatureSelect), half_of);
        if ((READ_REGISTER_ULONG(word(common_.at + kDeviceFeature)) & wanted_half) != wanted_half) {
            return STATUS_NOT_SUPPORTED;
        }
        WRITE_REGISTER_ULONG(word(common_.at + kDriverFeatureSelect), half_of);
        WRITE_REGISTER_ULONG(word(common_.at + kDriverFeature), wanted_half);
    }
    set_status(kAcknowledge | kDriver | kFeaturesOk);
    return (status() & kFeaturesOk) != 0 ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

NTSTATUS PciTransport::make_queue(USHORT size) {
    WRITE_REGISTER_USHORT(half(common_.at + kQueueSelect), 0);
    const USHORT offered = READ_REGISTER_USHORT(half(common_.at + kQueueSize));
    if (offered == 0) return STATUS_DEVICE_CONFIGURATION_ERROR;
    if (size > offered) size = std::bit_floor(offered);
    PHYSICAL_ADDRESS anywhere;
    anywhere.QuadPart = -1;
    queue_memory_ = MmAllocateContiguousMemory(Queue::bytes(size), anywhere);
    if (queue_memory_ == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memset(queue_memory_, 0, Queue::bytes(size));
    queue_ = Queue(queue_memory_, size);
    const auto base = static_cast<ULONG64>(MmGetPhysicalAddress(queue_memory_).QuadPart);
    WRITE_REGISTER_USHORT(half(common_.at + kQueueSize), size);
    write_address(common_.at + kQueueDescriptors, base);
    write_address(common_.at + kQueueAvailable, base + Queue::available_offset(size));
    write_address(common_.at + kQueueUsed, base + Queue::used_offset(size));
    const ULONG notify_offset = READ_REGISTER_USHORT(half(common_.at + kQueueNotifyOffset)) * notify_multiplier_;
    if (notify_offset + sizeof(USHORT) > notify_area_.bytes) return STATUS_DEVICE_CONFIGURATION_ERROR;
    notify_ = half(notify_area_.at + notify_offset);
    WRITE_REGISTER_USHORT(half(common_.at + kQueueEnable), 1);
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI PciTransport::on_interrupt(PKINTERRUPT, PVOID context) {
    auto& self = *static_cast<PciTransport*>(context);
    const UCHAR cause = READ_REGISTER_UCHAR(self.isr_.at);  // reading takes the interrupt back
    if ((cause & 3) == 0) return FALSE;                     // another device on the line
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
    return IoConnectInterrupt(&interrupt_, &on_interrupt, this, nullptr, vector, irql, irql, LevelSensitive, TRUE,
                              affinity, FALSE);
}

NTSTATUS PciTransport::start(USHORT size, Notified notified, void* context) {
    notified_ = notified;
    context_ = context;
    KeInitializeDpc(&dpc_, &on_dpc, this);
    if (const NTSTATUS made = make_queue(size); made < 0) return made;
    if (const NTSTATUS connected = connect(slot_); connected < 0) return connected;
    set_status(kAcknowledge | kDriver | kFeaturesOk | kDriverOk);
    return STATUS_SUCCESS;
}

void PciTransport::close() {
    if (common_.at != nullptr) set_status(0);  // the device forgets the queue
    if (interrupt_ != nullptr) IoDisconnectInterrupt(interrupt_);
    KeRemoveQueueDpc(&dpc_);
    KeFlushQueuedDpcs();
    if (queue_memory_ != nullptr) MmFreeContiguousMemory(queue_memory_);
    for (Region* region : {&common_, &isr_, &device_, &notify_area_}) {
        if (region->at != nullptr) MmUnmapIoSpace(const_cast<UCHAR*>(region->at), region->bytes);
        *region = {};
    }
    interrupt_ = nullptr;
    queue_memory_ = nullptr;
}

void PciTransport::read_config(ULONG offset, void* out, ULONG bytes) const {
    auto* to = static_cast<UCHAR*>(out);
    for (ULONG i = 0; i < bytes; ++i) {
        to[i] = offset + i < device_.bytes ? READ_REGISTER_UCHAR(device_.at + offset + i) : 0;
    }
}

}  // namespace rsl::virtio
