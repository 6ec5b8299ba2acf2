// SPDX-License-Identifier: GPL-2.0-only
// The way of 9P messages to the host: a virtio device, a few requests at once, each in a slot of its
// own. File data is not copied: the device reads and writes the pages of the caller's buffer.
#pragma once

#include "buses/virtio/pci_transport.hpp"
#include "filesystems/hostfs/ninep/errors.hpp"
#include "filesystems/hostfs/ninep/message.hpp"
#include "filesystems/hostfs/nt.hpp"

namespace rsl::hostfs {

/// Part of a buffer that the device works on: of an MDL's pages, or of non-paged memory.
struct DataRange {
    PMDL mdl = nullptr;
    void* memory = nullptr;
    uint32_t offset = 0;
    uint32_t bytes = 0;

    uint64_t physical_at(uint32_t at) const;
    DataRange part(uint32_t from, uint32_t length) const { return {mdl, memory, offset + from, length}; }
};

class Channel {
  public:
    static constexpr USHORT kDeviceType = 9;
    static constexpr uint32_t kSlots = 4;
    /// The most data of one read or write.
    static constexpr uint32_t kMostData = 256 * 1024;
    static constexpr uint32_t kMessageBytes = kMostData + 4096;
    static constexpr uint32_t kMostTag = 64;
    static constexpr uint32_t kNoSlot = ~0u;

    /// The device at a PCI slot. Reads its mount tag.
    NTSTATUS open(ULONG pci_slot);
    void close();
    std::string_view tag() const { return {tag_, tag_bytes_}; }

    /// A request in the making, and its reply. Holds a slot; PASSIVE_LEVEL and APC_LEVEL.
    class Call {
      public:
        /// Of an IRP: its cancellation ends the wait for a slot, and send() then says so.
        Call(Channel& channel, ninep::Type type, PIRP irp = nullptr);
        ~Call();
        Call(const Call&) = delete;
        ninep::Writer& write() { return writer_; }
        /// Sends it with `out` behind, and waits. With `in`, the reply's data goes there, and the body
        /// holds what comes before it (its length). The reply's error becomes a status.
        Result<ninep::Reader> send(const DataRange& out = {}, const DataRange& in = {});

      private:
        Channel& channel_;
        uint32_t slot_;
        ninep::Type type_;
        ninep::Writer writer_;
    };

  private:
    static constexpr uint32_t kTableBytes = 2048, kRequestBytes = 6144, kReplyBytes = 4096;
    static constexpr uint32_t kSlotBytes = kTableBytes + kRequestBytes + kReplyBytes;

    struct Slot {
        KEVENT done = {};
        uint32_t reply_bytes = 0;
        bool busy = false;
    };
    std::byte* table(uint32_t slot) const { return memory_ + slot * kSlotBytes; }
    std::byte* request(uint32_t slot) const { return table(slot) + kTableBytes; }
    std::byte* reply(uint32_t slot) const { return request(slot) + kRequestBytes; }
    uint64_t physical(const std::byte* at) const { return physical_ + static_cast<uint64_t>(at - memory_); }
    uint32_t take_slot(PIRP irp);
    void give_slot(uint32_t slot);
    void finished();
    Result<void> transact(uint32_t slot, uint32_t request_bytes, const DataRange& out, const DataRange& in);

    virtio::PciTransport device_;
    std::byte* memory_ = nullptr;
    uint64_t physical_ = 0;
    KSEMAPHORE free_slots_ = {};
    KSPIN_LOCK lock_ = 0;  // slots, queue
    Slot slots_[kSlots];
    char tag_[kMostTag] = {};
    uint32_t tag_bytes_ = 0;
};

}  // namespace rsl::hostfs
