// SPDX-License-Identifier: GPL-2.0-only
// From IRPs to requests of the device, and back. An IRP that is bigger than one request goes in
// pieces, one after another in the same slot; DriverContext[0] says how far it is.
#include <algorithm>

#include "classes/disk/disk.hpp"

namespace rsl::disk {
namespace {

constexpr CCHAR kDiskIncrement = 1;  // IO_DISK_INCREMENT

class Locked {
  public:
    explicit Locked(Disk& disk) : disk_(disk), old_(KeAcquireSpinLockRaiseToDpc(&disk.lock)) {}
    ~Locked() { KeReleaseSpinLock(&disk_.lock, old_); }
    Locked(const Locked&) = delete;

  private:
    Disk& disk_;
    KIRQL old_;
};

uint64_t done_of(PIRP irp) {
    return reinterpret_cast<uint64_t>(irp->Tail.Overlay.DriverContext[0]);
}
void set_done(PIRP irp, uint64_t bytes) {
    irp->Tail.Overlay.DriverContext[0] = reinterpret_cast<void*>(bytes);
}

std::byte* memory_of(Disk& disk, uint32_t slot) {
    return disk.slot_memory + slot * Disk::kSlotBytes;
}
uint64_t physical_of(Disk& disk, uint32_t slot) {
    return disk.slot_physical + uint64_t{slot} * Disk::kSlotBytes;
}
RequestHeader& header_of(Disk& disk, uint32_t slot) {
    return *reinterpret_cast<RequestHeader*>(memory_of(disk, slot) + Disk::kTableBytes);
}
constexpr uint32_t kStatusAt = Disk::kTableBytes + sizeof(RequestHeader);
volatile uint8_t& status_byte_of(Disk& disk, uint32_t slot) {
    return *reinterpret_cast<volatile uint8_t*>(memory_of(disk, slot) + kStatusAt);
}

RequestType type_of(const IO_STACK_LOCATION& location) {
    switch (location.MajorFunction) {
        case IRP_MJ_READ:
            return RequestType::kRead;
        case IRP_MJ_WRITE:
            return RequestType::kWrite;
        default:
            return RequestType::kFlush;
    }
}

/// The request in the slot: header, data from `pages`, status. False when no sector of the data
/// fits, which a table of this size rules out.
bool build(Disk& disk, uint32_t index, RequestType type, uint64_t unit, const Pages* pages,
           uint64_t from, uint32_t bytes) {
    Slot& slot = disk.slots[index];
    virtio::IndirectTable table(reinterpret_cast<virtio::Descriptor*>(memory_of(disk, index)),
                                physical_of(disk, index),
                                Disk::kTableBytes / sizeof(virtio::Descriptor));
    header_of(disk, index) = {static_cast<uint32_t>(type), 0, unit};
    status_byte_of(disk, index) = kStatusNone;
    if (!table.add(physical_of(disk, index) + Disk::kTableBytes, sizeof(RequestHeader), false))
        return false;
    slot.piece = 0;
    if (pages != nullptr) {
        const uint32_t unit_bytes = type == RequestType::kGetId ? bytes : disk.sector_bytes;
        slot.piece = add_data(table, *pages, from, bytes, type != RequestType::kWrite,
                              disk.most_pieces, unit_bytes);
        if (slot.piece == 0) return false;
    }
    if (!table.add(physical_of(disk, index) + kStatusAt, 1, true)) return false;
    disk.device.queue().submit(static_cast<uint16_t>(index), table);
    return true;
}

bool build_irp(Disk& disk, uint32_t index) {
    PIRP irp = disk.slots[index].irp;
    const IO_STACK_LOCATION& location = location_of(irp);
    const RequestType type = type_of(location);
    if (type == RequestType::kFlush) return build(disk, index, type, 0, nullptr, 0, 0);
    const auto& parameters = location.Parameters.Read;  // Write is the same
    const uint64_t done = done_of(irp);
    const MDL& mdl = *irp->MdlAddress;
    const Pages pages{reinterpret_cast<const uint64_t*>(&mdl + 1), mdl.ByteOffset};
    return build(disk, index, type,
                 (static_cast<uint64_t>(parameters.ByteOffset.QuadPart) + done) / kUnitBytes,
                 &pages, done, static_cast<uint32_t>(parameters.Length - done));
}

void take(Disk& disk, uint32_t index, PIRP irp, PKEVENT waiter) {
    disk.slots[index].irp = irp;
    disk.slots[index].waiter = waiter;
    disk.slots[index].busy = true;
    if (disk.busy_slots++ == 0) KeClearEvent(&disk.idle);
}

void give_back(Disk& disk, uint32_t index) {
    disk.slots[index] = {};
    if (--disk.busy_slots == 0) KeSetEvent(&disk.idle, IO_NO_INCREMENT, FALSE);
}

int free_slot(const Disk& disk) {
    for (uint32_t i = 0; i < Disk::kSlots; ++i) {
        if (!disk.slots[i].busy) return static_cast<int>(i);
    }
    return -1;
}

void put_behind(LIST_ENTRY& list, PIRP irp) {
    LIST_ENTRY& entry = irp->Tail.Overlay.ListEntry;
    entry.Flink = &list;
    entry.Blink = list.Blink;
    list.Blink->Flink = &entry;
    list.Blink = &entry;
}

PIRP irp_of(LIST_ENTRY* entry) {
    return reinterpret_cast<PIRP>(reinterpret_cast<std::byte*>(entry) -
                                  offsetof(IRP, Tail.Overlay.ListEntry));
}

void note_done(LIST_ENTRY& done, PIRP irp, NTSTATUS status, uint64_t information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    put_behind(done, irp);
}

/// Under the lock: sends what waits as long as there are slots. Whether there was anything.
bool pump_locked(Disk& disk, LIST_ENTRY& done) {
    bool any = false;
    while (disk.state == State::kRunning) {
        const int index = free_slot(disk);
        if (index < 0) return any;
        PIRP irp = IoCsqRemoveNextIrp(&disk.waiting.csq, nullptr);
        if (irp == nullptr) return any;
        take(disk, static_cast<uint32_t>(index), irp, nullptr);
        if (build_irp(disk, static_cast<uint32_t>(index))) {
            any = true;
        } else {
            give_back(disk, static_cast<uint32_t>(index));
            note_done(done, irp, STATUS_INVALID_PARAMETER, 0);
        }
    }
    return any;
}

void complete_all(Disk& disk, LIST_ENTRY& done) {
    while (done.Flink != &done) {
        LIST_ENTRY* const entry = done.Flink;
        done.Flink = entry->Flink;
        entry->Flink->Blink = &done;
        PIRP irp = irp_of(entry);
        IofCompleteRequest(irp, kDiskIncrement);
        leave(disk.requests, irp);
    }
}

/// A write that is to be on the medium when it is complete is followed by a flush, once.
bool wants_flush(const Disk& disk, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    if (location.MajorFunction != IRP_MJ_WRITE || !disk.can_flush ||
        irp->Tail.Overlay.DriverContext[1] != nullptr)
        return false;
    irp->Tail.Overlay.DriverContext[1] = irp;
    const PFILE_OBJECT file = location.FileObject;
    return (location.Flags & SL_WRITE_THROUGH) != 0 ||
           (file != nullptr && (file->Flags & FO_WRITE_THROUGH) != 0);
}

/// Under the lock: what a finished piece means for its IRP. Whether something new was sent.
bool finish_piece(Disk& disk, uint32_t index, LIST_ENTRY& done) {
    Slot& slot = disk.slots[index];
    if (slot.waiter != nullptr) {
        PKEVENT const waiter = slot.waiter;
        slot.waiter = nullptr;  // run_request() reads the status and gives the slot back
        KeSetEvent(waiter, IO_DISK_INCREMENT, FALSE);
        return false;
    }
    PIRP irp = slot.irp;
    const NTSTATUS status = status_of(status_byte_of(disk, index)).nt();
    const uint64_t so_far = done_of(irp) + (NT_SUCCESS(status) ? slot.piece : 0);
    set_done(irp, so_far);
    const bool transfer = type_of(location_of(irp)) != RequestType::kFlush;
    const bool more =
        NT_SUCCESS(status) && transfer && so_far < location_of(irp).Parameters.Read.Length;
    if (more && disk.state != State::kGone && !irp->Cancel && build_irp(disk, index)) return true;
    if (NT_SUCCESS(status) && !more && wants_flush(disk, irp) &&
        build(disk, index, RequestType::kFlush, 0, nullptr, 0, 0))
        return true;
    give_back(disk, index);
    // What did not get through as a whole transferred nothing that anybody may rely on.
    if (more)
        note_done(done, irp, irp->Cancel ? STATUS_CANCELLED : STATUS_NO_SUCH_DEVICE, 0);
    else
        note_done(done, irp, status, NT_SUCCESS(status) ? so_far : 0);
    return false;
}

// ---- The queue of what waits (IoCsqInitialize)
Disk& disk_of(PIO_CSQ queue) { return *reinterpret_cast<WaitingQueue*>(queue)->disk; }
VOID NTAPI insert(PIO_CSQ queue, PIRP irp) { put_behind(disk_of(queue).waiting.irps, irp); }
VOID NTAPI remove(PIO_CSQ, PIRP irp) {
    LIST_ENTRY& entry = irp->Tail.Overlay.ListEntry;
    entry.Flink->Blink = entry.Blink;
    entry.Blink->Flink = entry.Flink;
}
PIRP NTAPI peek(PIO_CSQ queue, PIRP irp, PVOID) {
    LIST_ENTRY& head = disk_of(queue).waiting.irps;
    LIST_ENTRY* const next = irp == nullptr ? head.Flink : irp->Tail.Overlay.ListEntry.Flink;
    return next == &head ? nullptr : irp_of(next);
}
VOID NTAPI acquire(PIO_CSQ queue, PKIRQL irql) {
    *irql = KeAcquireSpinLockRaiseToDpc(&disk_of(queue).waiting_lock);
}
VOID NTAPI release(PIO_CSQ queue, KIRQL irql) {
    KeReleaseSpinLock(&disk_of(queue).waiting_lock, irql);
}
VOID NTAPI complete_cancelled(PIO_CSQ queue, PIRP irp) {
    Disk& disk = disk_of(queue);
    complete(irp, STATUS_CANCELLED);
    leave(disk.requests, irp);
}

/// Whether the device can be asked at all.
NTSTATUS check(const Disk& disk, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    if (location.MajorFunction != IRP_MJ_READ && location.MajorFunction != IRP_MJ_WRITE)
        return STATUS_SUCCESS;
    const auto& parameters = location.Parameters.Read;
    const uint64_t offset = static_cast<uint64_t>(parameters.ByteOffset.QuadPart);
    if (offset % disk.sector_bytes != 0 || parameters.Length % disk.sector_bytes != 0)
        return STATUS_INVALID_PARAMETER;
    if (offset > disk.bytes || parameters.Length > disk.bytes - offset)
        return STATUS_INVALID_PARAMETER;
    if (location.MajorFunction == IRP_MJ_WRITE && disk.read_only)
        return STATUS_MEDIA_WRITE_PROTECTED;
    if (parameters.Length == 0) return STATUS_SUCCESS;
    if (irp->MdlAddress == nullptr) return STATUS_INVALID_USER_BUFFER;
    return irp->MdlAddress->ByteCount < parameters.Length ? STATUS_INVALID_PARAMETER
                                                          : STATUS_SUCCESS;
}

}  // namespace

void initialize_requests(Disk& disk) {
    disk.waiting.disk = &disk;
    disk.waiting.irps.Flink = disk.waiting.irps.Blink = &disk.waiting.irps;
    KeInitializeSpinLock(&disk.lock);
    KeInitializeSpinLock(&disk.waiting_lock);
    KeInitializeEvent(&disk.idle, NotificationEvent, TRUE);
    KeInitializeDpc(&disk.dpc, &on_dpc, &disk);
    IoCsqInitialize(&disk.waiting.csq, &insert, &remove, &peek, &acquire, &release,
                    &complete_cancelled);
}

NTSTATUS start_request(Disk& disk, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    NTSTATUS status = check(disk, irp);
    const bool transfer = type_of(location) != RequestType::kFlush;
    const bool nothing =
        transfer ? location.Parameters.Read.Length == 0 : !disk.can_flush || disk.read_only;
    if (disk.state == State::kGone) status = STATUS_NO_SUCH_DEVICE;
    if (!NT_SUCCESS(status) || nothing) {
        complete(irp, status);
        leave(disk.requests, irp);
        return status;
    }
    set_done(irp, 0);
    irp->Tail.Overlay.DriverContext[1] = nullptr;
    IoCsqInsertIrp(&disk.waiting.csq, irp, nullptr);  // marks it pending
    pump(disk);
    return STATUS_PENDING;
}

void pump(Disk& disk) {
    LIST_ENTRY done = {&done, &done};
    bool any = false;
    {
        Locked locked(disk);
        any = pump_locked(disk, done);
        if (any) disk.device.kick();
    }
    complete_all(disk, done);
    // What came in while the device went would wait for ever.
    if (disk.state == State::kGone) fail_requests(disk, STATUS_NO_SUCH_DEVICE);
}

VOID NTAPI on_dpc(PKDPC, PVOID context, PVOID, PVOID) {
    auto& disk = *static_cast<Disk*>(context);
    LIST_ENTRY done = {&done, &done};
    {
        Locked locked(disk);
        if (!disk.device.is_open()) return;
        bool any = false;
        virtio::UsedElement element;
        while (disk.device.queue().take_used(element)) {
            const bool known =
                element.id < Disk::kSlots && disk.slots[element.id].busy &&
                (disk.slots[element.id].irp != nullptr || disk.slots[element.id].waiter != nullptr);
            if (known) any |= finish_piece(disk, element.id, done);  // else: a broken device
        }
        any |= pump_locked(disk, done);
        if (any) disk.device.kick();
    }
    complete_all(disk, done);
}

void fail_requests(Disk& disk, NTSTATUS status) {
    LIST_ENTRY done = {&done, &done};
    {
        Locked locked(disk);
        for (uint32_t i = 0; i < Disk::kSlots; ++i) {
            Slot& slot = disk.slots[i];
            if (!slot.busy) continue;
            if (slot.waiter != nullptr) {
                KeSetEvent(slot.waiter, IO_NO_INCREMENT,
                           FALSE);  // its status byte says that nothing was done
                slot.waiter = nullptr;
            } else if (slot.irp != nullptr) {
                note_done(done, slot.irp, status, 0);
                give_back(disk, i);
            }
        }
    }
    complete_all(disk, done);
    while (PIRP irp = IoCsqRemoveNextIrp(&disk.waiting.csq, nullptr)) {
        complete(irp, status);
        leave(disk.requests, irp);
    }
}

Result<void> run_request(Disk& disk, RequestType type, uint64_t unit, void* memory,
                         uint32_t bytes) {
    KEVENT done;
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    const auto physical = static_cast<uint64_t>(MmGetPhysicalAddress(memory).QuadPart);
    uint64_t frames[4];
    const auto first = static_cast<uint32_t>(physical % Pages::kPageBytes);
    if (first + bytes > sizeof(frames) / sizeof(frames[0]) * Pages::kPageBytes)
        return Status::kInvalidParameter;
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); ++i)
        frames[i] = physical / Pages::kPageBytes + i;
    const Pages pages{frames, first};
    int index = -1;
    for (;;) {
        {
            Locked locked(disk);
            if (disk.state == State::kGone) return Status(STATUS_NO_SUCH_DEVICE);
            index = free_slot(disk);
            if (index >= 0) {
                take(disk, static_cast<uint32_t>(index), nullptr, &done);
                if (!build(disk, static_cast<uint32_t>(index), type, unit, &pages, 0, bytes)) {
                    give_back(disk, static_cast<uint32_t>(index));
                    return Status::kInvalidParameter;
                }
                disk.device.kick();
                break;
            }
        }
        LARGE_INTEGER a_little{.QuadPart = -10'000};
        KeDelayExecutionThread(KernelMode, FALSE, &a_little);
    }
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
    Locked locked(disk);
    const Status status = status_of(status_byte_of(disk, static_cast<uint32_t>(index)));
    give_back(disk, static_cast<uint32_t>(index));
    return status;
}

}  // namespace rsl::disk
