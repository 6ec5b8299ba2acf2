// SPDX-License-Identifier: GPL-2.0-only
// disk.sys: the function driver of virtio-blk devices, which are files and block devices of the
// host (docs/guides/host-io.md).
//
//   PCI\VEN_1AF4&DEV_1042 ── Disk (the FDO: \Device\HarddiskN\DRN) ── Volume (a PDO a partition:
//   \Device\HarddiskVolumeK)
//
// A volume's reads and writes go to the top of the disk's stack, so that filters of the disk see
// them.
//
// A read, write or flush of a disk:
//
//   dispatch ──▶ waiting (cancellable, transfer.cpp) ──▶ a slot of the device's queue ──▶ DPC: more
//   of it, or complete
#pragma once

#include <cstddef>
#include <string_view>

#include "abi/functions/cm.h"
#include "abi/functions/ex.h"
#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ob.h"
#include "abi/functions/pnp.h"
#include "abi/functions/po.h"
#include "abi/functions/rtl_string.h"
#include "abi/types/status.h"
#include "abi/types/storage.h"
#include "buses/stack/irp.hpp"
#include "buses/virtio/modern_device.hpp"
#include "classes/disk/partitions.hpp"
#include "classes/disk/request.hpp"

namespace rsl::disk {

inline constexpr ULONG kTag = 0x6B736944;  // "Disk"

/// A name in the making; what does not fit is cut.
class Name {
  public:
    Name() = default;
    Name& add(std::u16string_view text);
    Name& add_number(uint32_t number);
    Name& add_hex(uint64_t number, int digits);
    std::u16string_view view() const { return {text_, units_}; }
    UNICODE_STRING nt() const {
        const auto bytes = static_cast<USHORT>(units_ * sizeof(char16_t));
        return {bytes, static_cast<USHORT>(bytes + sizeof(char16_t)), const_cast<PWSTR>(text_)};
    }

  private:
    static constexpr size_t kMost = 79;
    char16_t text_[kMost + 1] = {};
    size_t units_ = 0;
};

enum class Kind : UCHAR { kDisk, kVolume };

/// What the extensions of both kinds of device begin with.
struct Extension {
    Kind kind;
};

struct Disk;

/// A partition. The PDO's extension.
struct Volume : Extension {
    PDEVICE_OBJECT self;
    Disk* disk;
    IO_REMOVE_LOCK requests;
    bool reported;  // the disk still has it
    bool started;
    bool gone;  // pulled out, or removed with its disk: nothing gets through any more
    uint32_t volume_number;
    Partition partition;
    Name device_name;
    Name links[3];
    UNICODE_STRING interfaces[2];
    Volume* next;
};

/// A place in the device's queue, with what the device reads and writes.
struct Slot {
    PIRP irp;        // nullptr: free, or `waiter`
    PKEVENT waiter;  // of a request of our own
    uint32_t piece;  // bytes of the IRP that are under way
    bool busy;
};

enum class State : UCHAR {
    kStopped,  // not started yet, or stopped for new resources: requests wait
    kRunning,
    kGone,  // removed: requests fail
};

/// A cancel-safe queue that knows its disk.
struct WaitingQueue {
    IO_CSQ csq;
    Disk* disk;
    LIST_ENTRY irps;
};

/// The FDO's extension.
struct Disk : Extension {
    static constexpr uint32_t kSlots = 32;
    static constexpr uint32_t kMostPieces = 126;
    static constexpr uint32_t kTableBytes = (kMostPieces + 2) * sizeof(virtio::Descriptor);
    /// Behind the table: the header, and the status byte.
    static constexpr uint32_t kSlotBytes = kTableBytes + 64;

    PDEVICE_OBJECT self, pdo, below;
    IO_REMOVE_LOCK requests;

    // The device
    virtio::ModernDevice device;
    BUS_INTERFACE_STANDARD bus;
    ULONG connected;  // CONNECT_*; 0: not
    PIO_INTERRUPT_MESSAGE_INFO messages;
    PKINTERRUPT line;
    KDPC dpc;
    std::byte* slot_memory;
    uint64_t slot_physical;

    // What it says of itself; written by start only
    uint64_t bytes;
    uint32_t sector_bytes, physical_sector_bytes;
    uint32_t most_pieces;
    bool read_only, can_flush;
    char serial[21];

    // Requests: under `lock`
    KSPIN_LOCK lock;
    State state;
    WaitingQueue waiting;
    Slot slots[kSlots];
    uint32_t busy_slots;
    KEVENT idle;              // no slot is busy
    KSPIN_LOCK waiting_lock;  // inside `lock`

    // Names
    uint32_t number;
    HANDLE directory;
    Name device_name;
    Name links[2];
    UNICODE_STRING interface_name;

    // Partitions: under `layout_lock`
    KMUTEX layout_lock;  // at PASSIVE_LEVEL: names are made under it
    bool layout_known;
    Layout* layout;
    Volume* volumes;
};

inline Extension& extension_of(PDEVICE_OBJECT device) {
    return *static_cast<Extension*>(device->DeviceExtension);
}
using stack::complete;
using stack::complete_unchanged;
using stack::copy_location_to_next;
using stack::enter;
using stack::leave;
using stack::location_of;
using stack::pass_down;
using stack::send_and_wait;

inline void lock_layout(Disk& disk) {
    KeWaitForSingleObject(&disk.layout_lock, Executive, KernelMode, FALSE, nullptr);
}
inline void unlock_layout(Disk& disk) { KeReleaseMutex(&disk.layout_lock, FALSE); }

// ---- device.cpp: the virtio device
NTSTATUS start_device(Disk& disk);
/// Waits for what is under way and closes the device; requests wait from now on.
void stop_device(Disk& disk);
/// The device goes: everything that is under way or waits fails.
void fail_device(Disk& disk);

// ---- transfer.cpp: requests of the device
void initialize_requests(Disk& disk);
/// IRP_MJ_READ, WRITE, FLUSH_BUFFERS and SHUTDOWN. Under the disk's remove lock, which completion
/// drops.
NTSTATUS start_request(Disk& disk, PIRP irp);
/// Sends what waits, if the device runs.
void pump(Disk& disk);
VOID NTAPI on_dpc(PKDPC dpc, PVOID context, PVOID, PVOID);
void fail_requests(Disk& disk, NTSTATUS status);
/// A request of our own: `memory` is contiguous. PASSIVE_LEVEL.
Result<void> run_request(Disk& disk, RequestType type, uint64_t unit, void* memory, uint32_t bytes);

// ---- layout.cpp: what partitions there are
/// Reads the tables; volumes that are gone are no longer reported, new ones are made.
NTSTATUS update_volumes(Disk& disk);

// ---- volume.cpp
NTSTATUS make_volume(Disk& disk, const Partition& partition);
/// A partition that is no more: its names are for the next one.
void remove_links(Volume& volume);
void delete_volume(Volume& volume);
NTSTATUS request_of_volume(Volume& volume, PIRP irp);
NTSTATUS control_of_volume(Volume& volume, PIRP irp);
NTSTATUS pnp_of_volume(Volume& volume, PIRP irp);

// ---- control.cpp
NTSTATUS control_of_disk(Disk& disk, PIRP irp);
/// The codes that write partition tables (repartition.cpp).
NTSTATUS repartition(Disk& disk, PIRP irp);
void describe(const Disk& disk, const Partition& partition, PARTITION_INFORMATION_EX& out);
void describe(const Partition& partition, PARTITION_INFORMATION& out);
/// Completes with a fixed-size answer, or STATUS_BUFFER_TOO_SMALL.
NTSTATUS answer(PIRP irp, const void* data, ULONG bytes);

// ---- pnp.cpp
NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo);
NTSTATUS pnp_of_disk(Disk& disk, PIRP irp);

}  // namespace rsl::disk
