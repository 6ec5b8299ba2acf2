// SPDX-License-Identifier: GPL-2.0-only
#include "buses/virtio/modern_device.hpp"

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
constexpr ULONG kDeviceFeatureSelect = 0x00, kDeviceFeature = 0x04, kDriverFeatureSelect = 0x08,
                kDriverFeature = 0x0C, kConfigVector = 0x10, kQueueSelect = 0x16, kQueueSize = 0x18,
                kQueueVector = 0x1A, kQueueEnable = 0x1C, kQueueNotifyOffset = 0x1E,
                kQueueDescriptors = 0x20, kQueueAvailable = 0x28, kQueueUsed = 0x30;

constexpr ULONG kFirstBar = 0x10, kCapabilityPointer = 0x34;

volatile ULONG* word(volatile UCHAR* at) { return reinterpret_cast<volatile ULONG*>(at); }
volatile USHORT* half(volatile UCHAR* at) { return reinterpret_cast<volatile USHORT*>(at); }

void write_address(volatile UCHAR* at, ULONG64 value) {
    WRITE_REGISTER_ULONG(word(at), static_cast<ULONG>(value));
    WRITE_REGISTER_ULONG(word(at + 4), static_cast<ULONG>(value >> 32));
}

}  // namespace

void* ModernDevice::map_bar(const ConfigSpace& config, UCHAR bar, ULONG offset, ULONG bytes) {
    if (bar > 5) return nullptr;
    const auto low = config.get<ULONG>(kFirstBar + 4 * bar);
    if ((low & 1) != 0) return nullptr;  // ports
    PHYSICAL_ADDRESS base;
    base.QuadPart = low & ~0xFu;
    if ((low & 6) == 4)
        base.QuadPart |= static_cast<LONGLONG>(config.get<ULONG>(kFirstBar + 4 * bar + 4)) << 32;
    if (base.QuadPart == 0) return nullptr;
    base.QuadPart += offset;
    return MmMapIoSpace(base, bytes, MmNonCached);
}

NTSTATUS ModernDevice::map_region(const ConfigSpace& config, UCHAR capability, Region& out) {
    const auto bar = config.get<UCHAR>(capability + 4u);
    const auto offset = config.get<ULONG>(capability + 8u);
    out.bytes = config.get<ULONG>(capability + 12u);
    out.at = static_cast<volatile UCHAR*>(map_bar(config, bar, offset, out.bytes));
    return out.at != nullptr ? STATUS_SUCCESS : STATUS_DEVICE_CONFIGURATION_ERROR;
}

NTSTATUS ModernDevice::map(const ConfigSpace& config) {
    constexpr int kMostCapabilities = 48;  // as many as fit: a list that bites its tail ends too
    UCHAR at = config.get<UCHAR>(kCapabilityPointer) & 0xFC;
    for (int i = 0; at != 0 && i < kMostCapabilities; ++i, at = config.get<UCHAR>(at + 1u) & 0xFC) {
        if (config.get<UCHAR>(at) != kVendorCapability) continue;
        Region* region = nullptr;
        switch (config.get<UCHAR>(at + 3u)) {
            case kCommon:
                region = &common_;
                break;
            case kNotify:
                region = &notify_area_;
                notify_multiplier_ = config.get<ULONG>(at + 16u);
                break;
            case kIsr:
                region = &isr_;
                break;
            case kDevice:
                region = &device_;
                break;
            default:
                break;
        }
        if (region == nullptr || region->at != nullptr) continue;
        if (const NTSTATUS status = map_region(config, at, *region); status < 0) return status;
    }
    const bool complete = common_.at != nullptr && notify_area_.at != nullptr &&
                          isr_.at != nullptr && device_.at != nullptr &&
                          common_.bytes >= kQueueUsed + 8;
    return complete ? STATUS_SUCCESS : STATUS_DEVICE_CONFIGURATION_ERROR;
}

NTSTATUS ModernDevice::negotiate(ULONG64 required, ULONG64 optional, ULONG64& agreed) {
    set_status(0);
    set_status(kAcknowledge);
    set_status(kAcknowledge | kDriver);
    agreed = 0;
    for (ULONG half_of = 0; half_of < 2; ++half_of) {
        WRITE_REGISTER_ULONG(word(common_.at + kDeviceFeatureSelect), half_of);
        const ULONG64 offered = ULONG64{READ_REGISTER_ULONG(word(common_.at + kDeviceFeature))}
                                << (32 * half_of);
        agreed |= offered & (required | optional);
    }
    if ((agreed & required) != required) return STATUS_NOT_SUPPORTED;
    for (ULONG half_of = 0; half_of < 2; ++half_of) {
        WRITE_REGISTER_ULONG(word(common_.at + kDriverFeatureSelect), half_of);
        WRITE_REGISTER_ULONG(word(common_.at + kDriverFeature),
                             static_cast<ULONG>(agreed >> (32 * half_of)));
    }
    set_status(kAcknowledge | kDriver | kFeaturesOk);
    return (status() & kFeaturesOk) != 0 ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

NTSTATUS ModernDevice::make_queue(USHORT size, USHORT queue_vector, USHORT config_vector) {
    WRITE_REGISTER_USHORT(half(common_.at + kConfigVector), config_vector);
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
    WRITE_REGISTER_USHORT(half(common_.at + kQueueVector), queue_vector);
    if (READ_REGISTER_USHORT(half(common_.at + kQueueVector)) != queue_vector)
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    write_address(common_.at + kQueueDescriptors, base);
    write_address(common_.at + kQueueAvailable, base + Queue::available_offset(size));
    write_address(common_.at + kQueueUsed, base + Queue::used_offset(size));
    const ULONG notify_offset =
        READ_REGISTER_USHORT(half(common_.at + kQueueNotifyOffset)) * notify_multiplier_;
    if (notify_offset + sizeof(USHORT) > notify_area_.bytes)
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    notify_ = half(notify_area_.at + notify_offset);
    WRITE_REGISTER_USHORT(half(common_.at + kQueueEnable), 1);
    return STATUS_SUCCESS;
}

void ModernDevice::start() { set_status(kAcknowledge | kDriver | kFeaturesOk | kDriverOk); }

void ModernDevice::reset() {
    if (common_.at == nullptr) return;
    set_status(0);
    // Done once it reads back as zero (2.1); a device that is gone reads as all ones and touches
    // nothing either.
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries && status() != 0 && status() != 0xFF; ++i)
        KeStallExecutionProcessor(10);
}

void ModernDevice::close() {
    reset();
    if (queue_memory_ != nullptr) MmFreeContiguousMemory(queue_memory_);
    for (Region* region : {&common_, &isr_, &device_, &notify_area_}) {
        if (region->at != nullptr) MmUnmapIoSpace(const_cast<UCHAR*>(region->at), region->bytes);
        *region = {};
    }
    queue_memory_ = nullptr;
}

void ModernDevice::read_config(ULONG offset, void* out, ULONG bytes) const {
    auto* to = static_cast<UCHAR*>(out);
    for (ULONG i = 0; i < bytes; ++i) {
        to[i] = offset + i < device_.bytes ? READ_REGISTER_UCHAR(device_.at + offset + i) : 0;
    }
}

}  // namespace rsl::virtio
