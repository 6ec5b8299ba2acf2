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

uint32_t Channel::take_slot() {
    KeWaitForSingleObject(&free_slots_, Executive, KernelMode, FALSE, nullptr);
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

Channel::Call::Call(Channel& channel, ninep::Type type)
    : channel_(channel),
      slot_(channel.take_slot()),
      type_(type),
      writer_(std::span(channel.request(slot_), kRequestBytes), type) {}

Channel::Call::~Call() { channel_.give_slot(slot_); }

Result<ninep::Reader> Channel::Call::send(const DataRange& out, const DataRange& in) {
    const auto tag = static_cast<uint16_t>(type_ == ninep::Type::kVersion ? ninep::kNoTag : slot_);
    const uint32_t bytes = RSL_TRY(writer_.finish(tag, out.bytes));
    RSL_TRY(channel_.transact(slot_, bytes, out, in));
    const uint32_t room = in.bytes != 0 ? kDataReplyHeader : kReplyBytes;
    const uint32_t got = std::min(channel_.slots_[slot_].reply_bytes, room);
    auto reply = RSL_TRY(ninep::read_reply(std::span(channel_.reply(slot_), got), type_, tag));
    if (reply.error != 0) return status_of(reply.error);
    return reply.body;
}

Status status_of(uint32_t error) {
    constexpr struct {
        uint32_t error;
        NTSTATUS status;
    } kMap[] = {
        {ninep::kNotPermitted, STATUS_ACCESS_DENIED},
        {ninep::kNoEntry, STATUS_OBJECT_NAME_NOT_FOUND},
        {ninep::kInterrupted, STATUS_CANCELLED},
        {ninep::kIo, STATUS_IO_DEVICE_ERROR},
        {ninep::kNoDevice, STATUS_NO_SUCH_DEVICE},
        {ninep::kBadDescriptor, STATUS_FILE_CLOSED},
        {ninep::kNoMemory, STATUS_INSUFFICIENT_RESOURCES},
        {ninep::kAccess, STATUS_ACCESS_DENIED},
        {ninep::kBusy, STATUS_SHARING_VIOLATION},
        {ninep::kExists, STATUS_OBJECT_NAME_COLLISION},
        {ninep::kCrossDevice, STATUS_NOT_SAME_DEVICE},
        {ninep::kNotDirectory, STATUS_NOT_A_DIRECTORY},
        {ninep::kIsDirectory, STATUS_FILE_IS_A_DIRECTORY},
        {ninep::kInvalid, STATUS_INVALID_PARAMETER},
        {ninep::kTooManyInSystem, STATUS_TOO_MANY_OPENED_FILES},
        {ninep::kTooManyOpen, STATUS_TOO_MANY_OPENED_FILES},
        {ninep::kTextBusy, STATUS_SHARING_VIOLATION},
        {ninep::kFileTooLarge, STATUS_DISK_FULL},
        {ninep::kNoSpace, STATUS_DISK_FULL},
        {ninep::kReadOnlySystem, STATUS_MEDIA_WRITE_PROTECTED},
        {ninep::kTooManyLinks, STATUS_TOO_MANY_LINKS},
        {ninep::kNameTooLong, STATUS_NAME_TOO_LONG},
        {ninep::kNotEmpty, STATUS_DIRECTORY_NOT_EMPTY},
        {ninep::kLoop, STATUS_REPARSE_POINT_NOT_RESOLVED},
        {ninep::kOverflow, STATUS_INVALID_PARAMETER},
        {ninep::kNotSupported, STATUS_NOT_SUPPORTED},
        {ninep::kStale, STATUS_FILE_INVALID},
        {ninep::kQuota, STATUS_DISK_FULL},
    };
    for (const auto& entry : kMap) {
        if (entry.error == error) return Status(entry.status);
    }
    return Status::kUnsuccessful;
}

}  // namespace rsl::hostfs
