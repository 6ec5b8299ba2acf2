// SPDX-License-Identifier: GPL-2.0-only
// The virtio device: started with what the PnP manager gave it, stopped, lost.
#include <algorithm>
#include <cstring>

#include "classes/disk/disk.hpp"

namespace rsl::disk {
namespace {

constexpr ULONG64 kSegmentLimit = 1u << 2, kReadOnly = 1u << 5, kBlockSize = 1u << 6,
                  kFlush = 1u << 9, kTopology = 1u << 10;
constexpr USHORT kQueueEntries = 128;  // at least kSlots
constexpr ULONG kIdBytes = 20;

// Offsets of the device's configuration.
constexpr ULONG kCapacity = 0, kSegments = 12, kBlockBytes = 20, kPhysicalExponent = 24;

template <typename T>
T config(const Disk& disk, ULONG offset) {
    T value{};
    disk.device.read_config(offset, &value, sizeof(value));
    return value;
}

void read_bus(void* context, ULONG offset, void* out, ULONG bytes) {
    const auto& bus = static_cast<Disk*>(context)->bus;
    bus.GetBusData(bus.Context, 0 /* PCI_WHICHSPACE_CONFIG */, out, offset, bytes);
}

/// The bus driver's way to configuration space.
NTSTATUS query_bus(Disk& disk) {
    static constexpr GUID kBusInterface = {
        0x496b8280, 0x6f25, 0x11d0, {0xbe, 0xaf, 0x08, 0x00, 0x2b, 0xe2, 0x09, 0x2f}};
    PIRP irp = IoAllocateIrp(static_cast<CCHAR>(disk.below->StackSize + 1), FALSE);
    if (irp == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    --irp->CurrentLocation;  // a location of our own, which send_and_wait() copies
    --irp->Tail.Overlay.CurrentStackLocation;
    IO_STACK_LOCATION& location = location_of(irp);
    location = {};
    location.MajorFunction = IRP_MJ_PNP;
    location.MinorFunction = IRP_MN_QUERY_INTERFACE;
    auto& query = location.Parameters.QueryInterface;
    query.InterfaceType = &kBusInterface;
    query.Size = sizeof(BUS_INTERFACE_STANDARD);
    query.Version = 1;
    query.Interface = reinterpret_cast<PINTERFACE>(&disk.bus);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    const NTSTATUS status = send_and_wait(disk.below, irp);
    IoFreeIrp(irp);
    return status;
}

BOOLEAN NTAPI on_line(PKINTERRUPT, PVOID context) {
    auto& disk = *static_cast<Disk*>(context);
    if ((disk.device.interrupt_cause() & 3) == 0) return FALSE;  // another device on the line
    KeInsertQueueDpc(&disk.dpc, nullptr, nullptr);
    return TRUE;
}
BOOLEAN NTAPI on_message(PKINTERRUPT, PVOID context, ULONG) {
    KeInsertQueueDpc(&static_cast<Disk*>(context)->dpc, nullptr, nullptr);
    return TRUE;
}

NTSTATUS connect(Disk& disk) {
    IO_CONNECT_INTERRUPT_PARAMETERS parameters = {};
    parameters.Version = CONNECT_MESSAGE_BASED;
    auto& asked = parameters.MessageBased;
    asked.PhysicalDeviceObject = disk.pdo;
    // One place for both: which of the two came is in the version.
    asked.ConnectionContext.InterruptMessageTable = &disk.messages;
    asked.MessageServiceRoutine = &on_message;
    asked.ServiceContext = &disk;
    asked.FallBackServiceRoutine = &on_line;
    const NTSTATUS status = IoConnectInterruptEx(&parameters);
    if (!NT_SUCCESS(status)) return status;
    disk.connected = parameters.Version;
    if (disk.connected == CONNECT_LINE_BASED)
        disk.line = reinterpret_cast<PKINTERRUPT>(disk.messages);
    return STATUS_SUCCESS;
}

void disconnect(Disk& disk) {
    if (disk.connected == 0) return;
    IO_DISCONNECT_INTERRUPT_PARAMETERS parameters = {};
    parameters.Version = disk.connected;
    if (disk.connected == CONNECT_LINE_BASED)
        parameters.ConnectionContext.InterruptObject = disk.line;
    else
        parameters.ConnectionContext.InterruptMessageTable = disk.messages;
    IoDisconnectInterruptEx(&parameters);
    disk.connected = 0;
}

NTSTATUS allocate_slots(Disk& disk) {
    if (disk.slot_memory != nullptr) return STATUS_SUCCESS;
    PHYSICAL_ADDRESS anywhere;
    anywhere.QuadPart = -1;
    disk.slot_memory = static_cast<std::byte*>(
        MmAllocateContiguousMemory(Disk::kSlots * Disk::kSlotBytes, anywhere));
    if (disk.slot_memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    disk.slot_physical = static_cast<uint64_t>(MmGetPhysicalAddress(disk.slot_memory).QuadPart);
    return STATUS_SUCCESS;
}

/// What the device says of itself. It is not trusted with more than the queue: sizes are brought to
/// sane ones.
NTSTATUS read_facts(Disk& disk, ULONG64 features) {
    disk.read_only = (features & kReadOnly) != 0;
    disk.can_flush = (features & kFlush) != 0;
    disk.sector_bytes =
        (features & kBlockSize) != 0 ? config<ULONG>(disk, kBlockBytes) : kUnitBytes;
    const bool sane = disk.sector_bytes >= kUnitBytes && disk.sector_bytes <= Pages::kPageBytes &&
                      (disk.sector_bytes & (disk.sector_bytes - 1)) == 0;
    if (!sane) return STATUS_DEVICE_CONFIGURATION_ERROR;
    const uint32_t exponent =
        (features & kTopology) != 0 ? config<UCHAR>(disk, kPhysicalExponent) : 0;
    disk.physical_sector_bytes = disk.sector_bytes << std::min(exponent, 10u);
    const ULONG limit = (features & kSegmentLimit) != 0 ? config<ULONG>(disk, kSegments) : 1;
    disk.most_pieces = std::clamp<ULONG>(limit, 2, Disk::kMostPieces);
    const auto units = config<ULONG64>(disk, kCapacity);
    if (units > (ULONG64{1} << 53)) return STATUS_DEVICE_CONFIGURATION_ERROR;
    disk.bytes = units * kUnitBytes / disk.sector_bytes * disk.sector_bytes;
    return STATUS_SUCCESS;
}

/// A device without a serial number says UNSUPP: the disk has none.
void read_serial(Disk& disk) {
    PHYSICAL_ADDRESS anywhere;
    anywhere.QuadPart = -1;
    void* const memory = MmAllocateContiguousMemory(PAGE_SIZE, anywhere);
    if (memory == nullptr) return;
    std::memset(memory, 0, kIdBytes);
    if (run_request(disk, RequestType::kGetId, 0, memory, kIdBytes)) {
        const auto* text = static_cast<const char*>(memory);
        for (ULONG i = 0; i < kIdBytes && text[i] >= 0x20 && text[i] < 0x7F; ++i)
            disk.serial[i] = text[i];
    }
    MmFreeContiguousMemory(memory);
}

NTSTATUS open_device(Disk& disk) {
    if (const NTSTATUS status = query_bus(disk); !NT_SUCCESS(status)) return status;
    if (const NTSTATUS status = allocate_slots(disk); !NT_SUCCESS(status)) return status;
    if (const NTSTATUS status = disk.device.map({&read_bus, &disk}); !NT_SUCCESS(status))
        return status;
    ULONG64 features = 0;
    const NTSTATUS agreed = disk.device.negotiate(
        virtio::kFeatureVersion1 | virtio::kFeatureIndirect,
        kSegmentLimit | kReadOnly | kBlockSize | kFlush | kTopology, features);
    if (!NT_SUCCESS(agreed)) return agreed;
    if (const NTSTATUS status = read_facts(disk, features); !NT_SUCCESS(status)) return status;
    if (const NTSTATUS status = connect(disk); !NT_SUCCESS(status)) return status;
    const bool message = disk.connected == CONNECT_MESSAGE_BASED;
    const USHORT queue_vector =
        !message ? virtio::kNoVector : static_cast<USHORT>(disk.messages->MessageCount > 1 ? 1 : 0);
    if (const NTSTATUS status =
            disk.device.make_queue(kQueueEntries, queue_vector, message ? 0 : virtio::kNoVector);
        !NT_SUCCESS(status)) {
        return status;
    }
    if (disk.device.queue().size() < Disk::kSlots) return STATUS_DEVICE_CONFIGURATION_ERROR;
    disk.device.start();
    return STATUS_SUCCESS;
}

/// Nothing of the device runs any more.
void close_device(Disk& disk) {
    if (disk.device.is_open()) disk.device.reset();
    disconnect(disk);
    KeRemoveQueueDpc(&disk.dpc);
    KeFlushQueuedDpcs();
    disk.device.close();
    if (disk.bus.InterfaceDereference != nullptr) disk.bus.InterfaceDereference(disk.bus.Context);
    disk.bus = {};
}

void set_state(Disk& disk, State state) {
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&disk.lock);
    disk.state = state;
    KeReleaseSpinLock(&disk.lock, old);
}

}  // namespace

NTSTATUS start_device(Disk& disk) {
    const NTSTATUS status = open_device(disk);
    if (!NT_SUCCESS(status)) {
        DbgPrint("disk: the device does not start: 0x%08x\n", static_cast<unsigned>(status));
        close_device(disk);
        return status;
    }
    read_serial(disk);
    set_state(disk, State::kRunning);
    pump(disk);
    return STATUS_SUCCESS;
}

void stop_device(Disk& disk) {
    set_state(disk, State::kStopped);
    KeWaitForSingleObject(&disk.idle, Executive, KernelMode, FALSE, nullptr);
    close_device(disk);
}

void fail_device(Disk& disk) {
    set_state(disk, State::kGone);
    close_device(disk);  // from here on it touches no memory of a request
    fail_requests(disk, STATUS_NO_SUCH_DEVICE);
}

}  // namespace rsl::disk
