// SPDX-License-Identifier: GPL-2.0-only
// A function's power: IRP_MN_SET_POWER at the bottom of its stack, and the start of a device that
// something has left asleep.
#include "buses/pci/pci.hpp"

namespace rsl::pci {
namespace {

constexpr ULONG kTableEntryBytes = 16;
constexpr ULONG kBridge = 1;

class DeviceConfig final : public ConfigSpace {
  public:
    explicit DeviceConfig(const Device& device) : device_(device) {}
    uint32_t read(uint32_t offset, uint32_t bytes) override {
        uint32_t value = ~0u;
        read_config(device_, &value, offset, bytes);
        return bytes == sizeof(value) ? value : value & ((1u << 8 * bytes) - 1);
    }
    void write(uint32_t offset, uint32_t bytes, uint32_t value) override {
        write_config(device_, &value, offset, bytes);
    }

  private:
    const Device& device_;
};

/// Power IRPs of a stack that asked for it come at DISPATCH_LEVEL.
void pause(uint32_t microseconds) {
    constexpr uint32_t kTicksEach = 10, kStallMost = 50;
    if (microseconds == 0) return;
    if (KeGetCurrentIrql() < DISPATCH_LEVEL) {
        LARGE_INTEGER time = {.QuadPart = -static_cast<LONGLONG>(microseconds) * kTicksEach};
        KeDelayExecutionThread(KernelMode, FALSE, &time);
        return;
    }
    for (uint32_t done = 0; done < microseconds; done += kStallMost)
        KeStallExecutionProcessor(kStallMost);
}

/// The MSI-X table, in a range of the function.
struct Table {
    volatile uint32_t* words = nullptr;
    ULONG count = 0;  // of words

    Table(const Device& device, DeviceConfig& config) {
        const uint8_t at = find_capability(config, PCI_CAPABILITY_ID_MSIX);
        if (at == 0) return;
        const ULONG bytes = ((config.read16(at + 2u) & 0x7FFu) + 1) * kTableEntryBytes;
        const uint32_t where = config.read32(at + 4u), bar = where & 7;
        if (bar >= PCI_TYPE0_ADDRESSES) return;
        const auto& range = device.function.Bar[bar];
        const uint64_t offset = where & ~7u;
        if (range.Base == 0 || range.Io || offset + bytes > range.Bytes) return;
        words = static_cast<volatile uint32_t*>(MmMapIoSpace(
            {.QuadPart = static_cast<LONGLONG>(range.Base + offset)}, bytes, MmNonCached));
        if (words != nullptr) count = bytes / sizeof(uint32_t);
    }
    Table(const Table&) = delete;
    ~Table() {
        if (words != nullptr)
            MmUnmapIoSpace(const_cast<uint32_t*>(words), count * sizeof(uint32_t));
    }
};

void drop_table(Device& device) {
    if (device.saved_table != nullptr) ExFreePoolWithTag(device.saved_table, kTag);
    device.saved_table = nullptr;
    device.saved_words = 0;
}

NTSTATUS save(Device& device, DeviceConfig& config) {
    device.saved.save(config);
    drop_table(device);
    if (!device.saved.has_table()) return STATUS_SUCCESS;
    const Table table(device, config);
    if (table.count == 0) return STATUS_SUCCESS;  // none that the kernel can have used
    device.saved_table = static_cast<ULONG*>(allocate(table.count * sizeof(ULONG)));
    if (device.saved_table == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    device.saved_words = table.count;
    for (ULONG i = 0; i < table.count; ++i) device.saved_table[i] = table.words[i];
    return STATUS_SUCCESS;
}

void restore(Device& device, DeviceConfig& config) {
    device.saved.restore(config);
    if (device.saved.has_table() && device.saved_table != nullptr) {
        const Table table(device, config);
        for (ULONG i = 0; i < table.count && i < device.saved_words; ++i)
            table.words[i] = device.saved_table[i];
    }
    device.saved.restore_table_control(config);
}

NTSTATUS wake(Device& device, DeviceConfig& config) {
    const PowerState before = power_state(config, device.power);
    if (before == PowerState::kD0) return STATUS_SUCCESS;
    const bool forgets = before == PowerState::kD3 && forgets_in_d3(config, device.power);
    if (forgets && !device.saved.is_valid())
        device.saved.save(config);  // asleep since before we came
    if (forgets) device.saved.look_again(config);
    pause(begin_power_state(config, device.power, PowerState::kD0));
    if (power_state(config, device.power) != PowerState::kD0) return STATUS_DEVICE_POWER_FAILURE;
    if (forgets) restore(device, config);
    device.saved = {};
    drop_table(device);
    return STATUS_SUCCESS;
}

NTSTATUS sleep(Device& device, DeviceConfig& config, PowerState state) {
    if (!device.power.has(state)) return STATUS_NOT_SUPPORTED;
    const PowerState before = power_state(config, device.power);
    if (before == state) return STATUS_SUCCESS;
    if (before > state) {  // a lighter sleep leads by way of D0
        if (const NTSTATUS status = wake(device, config); !NT_SUCCESS(status)) return status;
    }
    if (state == PowerState::kD3) {
        if (const NTSTATUS status = save(device, config); !NT_SUCCESS(status)) return status;
    }
    pause(begin_power_state(config, device.power, state));
    return STATUS_SUCCESS;
}

/// A bridge stays awake: what lies behind it would be gone.
bool moves(const Device& device) {
    return device.power.offset != 0 && device.function.HeaderType != kBridge;
}

NTSTATUS set_device_power(Device& device, DEVICE_POWER_STATE wanted) {
    if (wanted < PowerDeviceD0 || wanted > PowerDeviceD3) return STATUS_INVALID_PARAMETER;
    POWER_STATE state = {};
    state.DeviceState = wanted;
    // Downwards before it happens, upwards afterwards, as documented for PoSetPowerState.
    if (wanted != PowerDeviceD0) PoSetPowerState(device.pdo, DevicePowerState, state);
    NTSTATUS status = STATUS_SUCCESS;
    if (moves(device)) {
        DeviceConfig config(device);
        status = wanted == PowerDeviceD0
                     ? wake(device, config)
                     : sleep(device, config, static_cast<PowerState>(wanted - PowerDeviceD0));
    }
    if (wanted == PowerDeviceD0 && NT_SUCCESS(status))
        PoSetPowerState(device.pdo, DevicePowerState, state);
    return status;
}

}  // namespace

void look_at_power(Device& device) {
    DeviceConfig config(device);
    device.power = PowerCapability::of(config);
}

void forget_power(Device& device) { drop_table(device); }

NTSTATUS power_up(Device& device) {
    DeviceConfig config(device);
    return moves(device) ? wake(device, config) : STATUS_SUCCESS;
}

void describe_power(const Device& device, DEVICE_CAPABILITIES& capabilities) {
    constexpr ULONG kD2Latency = 2, kD3Latency = 100;  // in units of 100 us
    capabilities.DeviceState[PowerSystemWorking] = PowerDeviceD0;
    for (int state = PowerSystemSleeping1; state < PowerSystemMaximum; ++state)
        capabilities.DeviceState[state] = PowerDeviceD3;
    if (!moves(device)) return;
    capabilities.DeviceD1 = device.power.d1 ? 1 : 0;
    capabilities.DeviceD2 = device.power.d2 ? 1 : 0;
    capabilities.D2Latency = device.power.d2 ? kD2Latency : 0;
    capabilities.D3Latency = kD3Latency;
}

NTSTATUS power_of_device(Device& device, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    const bool of_device = location.Parameters.Power.Type == DevicePowerState;
    if (location.MinorFunction == IRP_MN_SET_POWER) {
        return complete(
            irp, of_device ? set_device_power(device, location.Parameters.Power.State.DeviceState)
                           : STATUS_SUCCESS);
    }
    if (location.MinorFunction == IRP_MN_QUERY_POWER) {
        const DEVICE_POWER_STATE wanted = location.Parameters.Power.State.DeviceState;
        const bool lacks = of_device && moves(device) && wanted >= PowerDeviceD0 &&
                           wanted <= PowerDeviceD3 &&
                           !device.power.has(static_cast<PowerState>(wanted - PowerDeviceD0));
        return complete(irp, lacks ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS);
    }
    return complete_unchanged(irp);
}

}  // namespace rsl::pci
