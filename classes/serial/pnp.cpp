// SPDX-License-Identifier: GPL-2.0-only
// The port's life and names.
#include <cstring>
#include <new>

#include "classes/serial/serial.hpp"

namespace rsl::serial {
namespace {

constexpr GUID kComPort = {
    0x86e0d1e0, 0x8089, 0x11d0, {0x9c, 0xe4, 0x08, 0x00, 0x3e, 0x30, 0x1f, 0x73}};
constexpr uint32_t kBufferBytes = 4096;
constexpr char16_t kDeviceMapKey[] = u"SERIALCOMM";

// Numbers in use. AddDevice and removal come one at a time.
constinit ULONG numbers = 0;

UNICODE_STRING string_of(const char16_t* text) {
    const auto bytes = static_cast<USHORT>(std::u16string_view(text).size() * sizeof(char16_t));
    return {bytes, static_cast<USHORT>(bytes + sizeof(char16_t)), const_cast<PWSTR>(text)};
}
void write(char16_t* to, std::u16string_view text, std::u16string_view more = {}) {
    text.copy(to, text.size());
    more.copy(to + text.size(), more.size());
    to[text.size() + more.size()] = 0;
}

/// "COM1", which whoever made the device has chosen.
NTSTATUS read_name(Port& port) {
    HANDLE key;
    if (const NTSTATUS status =
            IoOpenDeviceRegistryKey(port.pdo, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key);
        !NT_SUCCESS(status))
        return status;
    alignas(8) UCHAR memory[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + 64];
    UNICODE_STRING name = string_of(u"PortName");
    ULONG length = 0;
    const NTSTATUS status =
        ZwQueryValueKey(key, &name, KeyValuePartialInformation, memory, sizeof(memory), &length);
    ZwClose(key);
    if (!NT_SUCCESS(status)) return status;
    const auto& value = *reinterpret_cast<const KEY_VALUE_PARTIAL_INFORMATION*>(memory);
    if (value.Type != REG_SZ || value.DataLength < 2 * sizeof(char16_t) ||
        value.DataLength > sizeof(port.name))
        return STATUS_INVALID_PARAMETER;
    std::memcpy(port.name, value.Data, value.DataLength);
    port.name[sizeof(port.name) / sizeof(char16_t) - 1] = 0;
    return STATUS_SUCCESS;
}

void show_names(Port& port) {
    write(port.link, u"\\??\\", port.name);
    UNICODE_STRING link = string_of(port.link), device = string_of(port.device);
    if (!NT_SUCCESS(IoCreateSymbolicLink(&link, &device))) port.link[0] = 0;
    RtlWriteRegistryValue(
        RTL_REGISTRY_DEVICEMAP, reinterpret_cast<PCWSTR>(kDeviceMapKey),
        reinterpret_cast<PCWSTR>(port.device), REG_SZ, port.name,
        static_cast<ULONG>((std::u16string_view(port.name).size() + 1) * sizeof(char16_t)));
    if (port.interface_name.Buffer == nullptr)
        IoRegisterDeviceInterface(port.pdo, &kComPort, nullptr, &port.interface_name);
    if (port.interface_name.Buffer != nullptr)
        IoSetDeviceInterfaceState(&port.interface_name, TRUE);
}

void hide_names(Port& port) {
    if (port.interface_name.Buffer != nullptr)
        IoSetDeviceInterfaceState(&port.interface_name, FALSE);
    if (port.link[0] != 0) {
        UNICODE_STRING link = string_of(port.link);
        IoDeleteSymbolicLink(&link);
        RtlDeleteRegistryValue(RTL_REGISTRY_DEVICEMAP, reinterpret_cast<PCWSTR>(kDeviceMapKey),
                               reinterpret_cast<PCWSTR>(port.device));
        port.link[0] = 0;
    }
}

BOOLEAN NTAPI on_interrupt(PKINTERRUPT, PVOID context) {
    // The device is looked at in the DPC: reading its cause here would take it away from there. The
    // line is edge-triggered and stays up until then.
    KeInsertQueueDpc(&static_cast<Port*>(context)->dpc, nullptr, nullptr);
    return TRUE;
}

NTSTATUS connect(Port& port, const CM_PARTIAL_RESOURCE_DESCRIPTOR& line) {
    IO_CONNECT_INTERRUPT_PARAMETERS parameters = {};
    parameters.Version = CONNECT_FULLY_SPECIFIED;
    auto& asked = parameters.FullySpecified;
    asked.PhysicalDeviceObject = port.pdo;
    asked.InterruptObject = &port.interrupt;
    asked.ServiceRoutine = &on_interrupt;
    asked.ServiceContext = &port;
    asked.Vector = line.u.Interrupt.Vector;
    asked.Irql = asked.SynchronizeIrql = static_cast<KIRQL>(line.u.Interrupt.Level);
    asked.InterruptMode =
        (line.Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0 ? Latched : LevelSensitive;
    asked.ShareVector = FALSE;
    asked.ProcessorEnableMask = line.u.Interrupt.Affinity;
    return IoConnectInterruptEx(&parameters);
}

NTSTATUS take_resources(Port& port, const CM_RESOURCE_LIST* list) {
    const CM_PARTIAL_RESOURCE_DESCRIPTOR* line = nullptr;
    bool has_ports = false;
    const ULONG count =
        list == nullptr || list->Count == 0 ? 0 : list->List[0].PartialResourceList.Count;
    for (ULONG i = 0; i < count; ++i) {
        const CM_PARTIAL_RESOURCE_DESCRIPTOR& descriptor =
            list->List[0].PartialResourceList.PartialDescriptors[i];
        if (descriptor.Type == CmResourceTypePort && descriptor.u.Port.Length >= 8) {
            port.registers.base = static_cast<ULONG>(descriptor.u.Port.Start.QuadPart);
            has_ports = true;
        } else if (descriptor.Type == CmResourceTypeInterrupt) {
            line = &descriptor;
        }
    }
    if (!has_ports || line == nullptr) return STATUS_DEVICE_CONFIGURATION_ERROR;
    if (!port.open) port.uart.prepare();
    return connect(port, *line);
}

NTSTATUS start(Port& port, PIRP irp) {
    NTSTATUS status = send_and_wait(port.below, irp);
    if (NT_SUCCESS(status)) status = read_name(port);
    if (NT_SUCCESS(status))
        status = take_resources(
            port, location_of(irp).Parameters.StartDevice.AllocatedResourcesTranslated);
    if (NT_SUCCESS(status)) {
        {
            Locked locked(port);
            port.started = true;
            port.uart.restore();  // for who has it open while it is restarted
            advance(port, locked);
        }
        show_names(port);
    }
    return complete(irp, status);
}

/// Nothing of the device runs any more.
void quiet(Port& port) {
    {
        Locked locked(port);
        if (port.started) port.registers.write(Registers::kInterruptEnable, 0);
        port.started = false;
    }
    if (port.interrupt != nullptr) {
        IO_DISCONNECT_INTERRUPT_PARAMETERS parameters = {};
        parameters.Version = CONNECT_FULLY_SPECIFIED;
        parameters.ConnectionContext.InterruptObject = port.interrupt;
        IoDisconnectInterruptEx(&parameters);
        port.interrupt = nullptr;
    }
    for (Alarm* alarm : {&port.read_alarm, &port.write_alarm, &port.counter_alarm}) {
        KeCancelTimer(&alarm->timer);
        KeRemoveQueueDpc(&alarm->dpc);
    }
    KeRemoveQueueDpc(&port.dpc);
    KeFlushQueuedDpcs();
}

void discard(Port& port) {
    RtlFreeUnicodeString(&port.interface_name);
    if (const auto buffer = port.uart.set_buffer({}); buffer.data() != nullptr)
        ExFreePoolWithTag(buffer.data(), kTag);
    numbers &= ~(1u << port.number);
    --IoGetConfigurationInformation()->SerialCount;
    if (port.below != nullptr) IoDetachDevice(port.below);
    IoDeleteDevice(port.self);
}

void go(Port& port) {
    {
        Locked locked(port);
        port.gone = true;
    }
    hide_names(port);
    quiet(port);
    abort_all(port, STATUS_DELETE_PENDING);
}

NTSTATUS remove(Port& port, PIRP irp) {
    go(port);
    IoReleaseRemoveLockAndWaitEx(&port.requests, irp, sizeof(port.requests));
    irp->IoStatus.Status = STATUS_SUCCESS;
    const NTSTATUS status = pass_down(port.below, irp);
    discard(port);
    return status;
}

void initialize_alarm(Port& port, Alarm& alarm) {
    KeInitializeTimer(&alarm.timer);
    KeInitializeDpc(&alarm.dpc, &on_dpc, &port);
}

NTSTATUS create(PDRIVER_OBJECT driver, ULONG number, PDEVICE_OBJECT* fdo) {
    char16_t name[32];
    const char16_t digits[] = {static_cast<char16_t>(u'0' + number / 10),
                               static_cast<char16_t>(u'0' + number % 10), 0};
    write(name, u"\\Device\\Serial",
          number < 10 ? std::u16string_view(digits + 1, 1) : std::u16string_view(digits, 2));
    auto* memory = static_cast<uint8_t*>(ExAllocatePool2(POOL_FLAG_NON_PAGED, kBufferBytes, kTag));
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    UNICODE_STRING text = string_of(name);
    const NTSTATUS status = IoCreateDevice(driver, sizeof(Port), &text, FILE_DEVICE_SERIAL_PORT,
                                           FILE_DEVICE_SECURE_OPEN, TRUE, fdo);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(memory, kTag);
        return status;
    }
    auto& port = *::new ((*fdo)->DeviceExtension) Port{};
    port.self = *fdo;
    port.number = number;
    write(port.device, name);
    KeInitializeSpinLock(&port.lock);
    KeInitializeDpc(&port.dpc, &on_dpc, &port);
    IoInitializeRemoveLockEx(&port.requests, kTag, 0, 0, sizeof(port.requests));
    initialize_queues(port);
    for (Alarm* alarm : {&port.read_alarm, &port.write_alarm, &port.counter_alarm})
        initialize_alarm(port, *alarm);
    port.uart.set_buffer({memory, kBufferBytes});
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo) {
    ULONG number = 0;
    while (number < 32 && (numbers >> number & 1) != 0) ++number;
    if (number == 32) return STATUS_INSUFFICIENT_RESOURCES;
    PDEVICE_OBJECT fdo = nullptr;
    if (const NTSTATUS status = create(driver, number, &fdo); !NT_SUCCESS(status)) return status;
    numbers |= 1u << number;
    ++IoGetConfigurationInformation()->SerialCount;
    Port& port = port_of(fdo);
    port.pdo = pdo;
    port.below = IoAttachDeviceToDeviceStack(fdo, pdo);
    if (port.below == nullptr) {
        discard(port);
        return STATUS_NO_SUCH_DEVICE;
    }
    fdo->Flags |= DO_BUFFERED_IO | (port.below->Flags & DO_POWER_PAGABLE);
    fdo->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    return STATUS_SUCCESS;
}

NTSTATUS pnp(Port& port, PIRP irp) {
    const NTSTATUS entered = enter(port.requests, irp);
    if (!NT_SUCCESS(entered)) return complete(irp, entered);
    NTSTATUS status = STATUS_SUCCESS;
    switch (location_of(irp).MinorFunction) {
        case IRP_MN_START_DEVICE:
            status = start(port, irp);
            break;
        case IRP_MN_REMOVE_DEVICE:
            return remove(port, irp);  // which drops the lock for ever
        case IRP_MN_STOP_DEVICE:
            hide_names(port);
            quiet(port);
            irp->IoStatus.Status = STATUS_SUCCESS;
            status = pass_down(port.below, irp);
            break;
        case IRP_MN_SURPRISE_REMOVAL:
            go(port);
            irp->IoStatus.Status = STATUS_SUCCESS;
            status = pass_down(port.below, irp);
            break;
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
            irp->IoStatus.Status = STATUS_SUCCESS;
            status = pass_down(port.below, irp);
            break;
        default:
            status = pass_down(port.below, irp);
            break;
    }
    leave(port.requests, irp);
    return status;
}

}  // namespace rsl::serial
