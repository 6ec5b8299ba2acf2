// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/ninep/channel.hpp"

#include <algorithm>

#include "abi/types/status.h"

namespace rsl::hostfs {
namespace {

constexpr ULONG64 kFeatureMountTag = 1;
constexpr USHORT kQueueEntries = 8;  // at least kSlots
/// "size type tag" and the data's length: what stands in front of the data of Rread and Rreaddir. An
/// Rlerror has the same length.
constexpr uint32_t kDataReplyHeader = ninep::kHeaderBytes + 4;

/// Lets a request that waits for a slot be cancelled: the cancel routine sets an event. Once the request is with the host,
/// nothing calls it back (the host may still write to the caller's pages), and this is gone.
class CancelWatch {
  public:
    explicit CancelWatch(PIRP irp) : irp_(irp) {
        KeInitializeEvent(&cancelled_, NotificationEvent, FALSE);
        if (irp_ == nullptr) return;
        irp_->Tail.Overlay.DriverContext[0] = &cancelled_;
        exchange(&on_cancel);
        if (irp_->Cancel && exchange(nullptr) != nullptr) KeSetEvent(&cancelled_, IO_NO_INCREMENT, FALSE);
    }
    ~CancelWatch() {
        // A routine that has been taken is running, or has run: it sets the event last.
        if (irp_ != nullptr && exchange(nullptr) == nullptr) {
            KeWaitForSingleObject(&cancelled_, Executive, KernelMode, FALSE, nullptr);
        }
    }
    CancelWatch(const CancelWatch&) = delete;
    KEVENT& cancelled() { return cancelled_; }

  private:
    // IoSetCancelRoutine of wdm.h. Pairs with IoCancelIrp's exchange: whoever gets the routine owns the cancellation.
    PDRIVER_CANCEL exchange(PDRIVER_CANCEL routine) { return __atomic_exchange_n(&irp_->CancelRoutine, routine, __ATOMIC_SEQ_CST); }
    static VOID NTAPI on_cancel(PDEVICE_OBJECT, PIRP irp) {
        IoReleaseCancelSpinLock(irp->CancelIrql);
        KeSetEvent(static_cast<PKEVENT>(irp->Tail.Overlay.DriverContext[0]), IO_NO_INCREMENT, FALSE);
    }

    PIRP irp_;
    KEVENT cancelled_ = {};
};

class Locked {
  public:
    explicit Locked(KSPIN_LOCK& lock) : lock_(lock), old_(KeAcquireSpinLockRaiseToDpc(&lock)) {}
    ~Locked() { KeReleaseSpinLock(&lock_, old_); }
    Locked(const Locked&) = delete;

  private:
    KSPIN_LOCK& lock_;
    KIRQL old_;
};

PFN_NUMBER page_of(PMDL mdl, uint32_t index) { return reinterpret_cast<PFN_NUMBER*>(mdl + 1)[index]; }

Result<void> add_pages(virtio::IndirectTable& table, const DataRange& range, bool device_writes) {
    for (uint32_t at = 0; at < range.bytes;) {
        const uint64_t physical = range.physical_at(at);
        const uint32_t piece = std::min<uint32_t>(range.bytes - at, PAGE_SIZE - (physical & (PAGE_SIZE - 1)));
        RSL_TRY(table.add(physical, piece, device_writes));
        at += piece;
    }
    return {};
}

}  // namespace

uint64_t DataRange::physical_at(uint32_t at) const {
    if (mdl == nullptr) {
        return static_cast<uint64_t>(MmGetPhysicalAddress(static_cast<std::byte*>(memory) + offset + at).QuadPart);
    }
    const uint32_t where = mdl->ByteOffset + offset + at;
    return page_of(mdl, where >> PAGE_SHIFT) << PAGE_SHIFT | (where & (PAGE_SIZE - 1));
}

NTSTATUS Channel::open(ULONG pci_slot) {
    PHYSICAL_ADDRESS anywhere;
    anywhere.QuadPart = -1;
    memory_ = static_cast<std::byte*>(MmAllocateContiguousMemory(kSlots * kSlotBytes, anywhere));
    if (memory_ == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    physical_ = static_cast<uint64_t>(MmGetPhysicalAddress(memory_).QuadPart);
    KeInitializeSpinLock(&lock_);
    KeInitializeSemaphore(&free_slots_, kSlots, kSlots);
    for (Slot& slot : slots_) KeInitializeEvent(&slot.done, SynchronizationEvent, FALSE);
    NTSTATUS status =
        device_.open(pci_slot, kFeatureMountTag | virtio::kFeatureIndirect | virtio::kFeatureVersion1);
    if (status < 0) return status;
    USHORT length = 0;
    device_.read_config(0, &length, sizeof(length));
    tag_bytes_ = std::min<uint32_t>(length, kMostTag);
    device_.read_config(sizeof(length), tag_, tag_bytes_);
    return device_.start(kQueueEntries, [](void* self) { static_cast<Channel*>(self)->finished(); }, this);
}

void Channel::close() {
    device_.close();
    if (memory_ != nullptr) MmFreeContiguousMemory(memory_);
    memory_ = nullptr;
}

uint32_t Channel::take_slot(PIRP irp) {
    {
        CancelWatch watch(irp);
        void* objects[] = {&free_slots_, &watch.cancelled()};
        const NTSTATUS woken = KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, nullptr, nullptr);
        if (woken != STATUS_WAIT_0) return kNoSlot;
    }
    Locked locked(lock_);
    uint32_t slot = 0;
    while (slots_[slot].busy) ++slot;  // the semaphore says that there is one
    slots_[slot].busy = true;
    return slot;
}

void Channel::give_slot(uint32_t slot) {
    {
        Locked locked(lock_);
        slots_[slot].busy = false;
    }
    KeReleaseSemaphore(&free_slots_, IO_NO_INCREMENT, 1, FALSE);
}

/// At DISPATCH_LEVEL: the device has used buffers.
void Channel::finished() {
    Locked locked(lock_);
    virtio::UsedElement element;
    while (device_.queue().take_used(element)) {
        if (element.id >= kSlots) continue;  // not ours: a broken device
        slots_[element.id].reply_bytes = element.bytes;
        KeSetEvent(&slots_[element.id].done, IO_NO_INCREMENT, FALSE);
    }
}

Result<void> Channel::transact(uint32_t slot, uint32_t request_bytes, const DataRange& out, const DataRange& in) {
    virtio::IndirectTable pieces(reinterpret_cast<virtio::Descriptor*>(table(slot)), physical(table(slot)),
                                 kTableBytes / sizeof(virtio::Descriptor));
    RSL_TRY(pieces.add(physical(request(slot)), request_bytes, false));
    RSL_TRY(add_pages(pieces, out, false));
    RSL_TRY(pieces.add(physical(reply(slot)), in.bytes != 0 ? kDataReplyHeader : kReplyBytes, true));
    RSL_TRY(add_pages(pieces, in, true));
    {
        Locked locked(lock_);
        device_.queue().submit(static_cast<uint16_t>(slot), pieces);
    }
    device_.kick();
    KeWaitForSingleObject(&slots_[slot].done, Executive, KernelMode, FALSE, nullptr);
    return {};
}

Channel::Call::Call(Channel& channel, ninep::Type type, PIRP irp)
    : channel_(channel),
      slot_(channel.take_slot(irp)),
      type_(type),
      writer_(slot_ != kNoSlot ? std::span(channel.request(slot_), kRequestBytes) : std::span<std::byte>(), type) {}

Channel::Call::~Call() {
    if (slot_ != kNoSlot) channel_.give_slot(slot_);
}

Result<ninep::Reader> Channel::Call::send(const DataRange& out, const DataRange& in) {
    if (slot_ == kNoSlot) return Status(STATUS_CANCELLED);
    const auto tag = static_cast<uint16_t>(type_ == ninep::Type::kVersion ? ninep::kNoTag : slot_);
    const uint32_t bytes = RSL_TRY(writer_.finish(tag, out.bytes));
    RSL_TRY(channel_.transact(slot_, bytes, out, in));
    const uint32_t room = in.bytes != 0 ? kDataReplyHeader : kReplyBytes;
    const uint32_t got = std::min(channel_.slots_[slot_].reply_bytes, room);
    auto reply = RSL_TRY(ninep::read_reply(std::span(channel_.reply(slot_), got), type_, tag));
    if (reply.error != 0) return status_of(reply.error);
    return reply.body;
}

}  // namespace rsl::hostfs
