// SPDX-License-Identifier: GPL-2.0-only
// A ring of records of any length: the log's way out of the VM. A record that does not fit is
// dropped whole and counted; the writer never waits.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "base/core/bytes.hpp"
#include "base/core/result.hpp"
#include "transport/ring/layout.hpp"

namespace rsl::transport {

inline constexpr uint32_t kMaxRecordBytes = 8192;

namespace detail {
/// Copies across the seam where the ring's end meets its beginning.
inline void copy_in(std::byte* ring, uint32_t ring_bytes, uint32_t at, const void* from,
                    uint32_t bytes) {
    if (bytes == 0) return;  // `from` may be null then
    const uint32_t offset = at & (ring_bytes - 1);  // a power of two
    const uint32_t first = std::min(bytes, ring_bytes - offset);
    std::memcpy(ring + offset, from, first);
    if (bytes > first) std::memcpy(ring, static_cast<const std::byte*>(from) + first, bytes - first);
}
inline void copy_out(const std::byte* ring, uint32_t ring_bytes, uint32_t at, void* to,
                     uint32_t bytes) {
    const uint32_t offset = at & (ring_bytes - 1);  // a power of two
    const uint32_t first = std::min(bytes, ring_bytes - offset);
    std::memcpy(to, ring + offset, first);
    if (bytes > first) std::memcpy(static_cast<std::byte*>(to) + first, ring, bytes - first);
}
inline uint32_t record_bytes(uint32_t payload) {
    return align_up<uint32_t>(payload + sizeof(uint32_t), sizeof(uint32_t));
}
}  // namespace detail

/// The writing end; one caller at a time.
class ByteRingWriter {
  public:
    ByteRingWriter(RingHeader& header, std::byte* ring, uint32_t ring_bytes)
        : header_(&header), ring_(ring), ring_bytes_(ring_bytes) {}

    /// Appends `head` and `body` as one record. False: no room, nothing written.
    bool write(std::span<const std::byte> head, std::span<const std::byte> body) {
        const uint64_t payload = uint64_t{head.size()} + body.size();
        if (payload == 0 || payload > kMaxRecordBytes) return false;
        const auto length = static_cast<uint32_t>(payload);
        const uint32_t needed = detail::record_bytes(length);
        const uint32_t used = tail_ - header_->head.load(std::memory_order_acquire);  // pairs: read()
        if (used > ring_bytes_ || needed > ring_bytes_ - used) return false;  // full, or a liar
        detail::copy_in(ring_, ring_bytes_, tail_, &length, sizeof(length));
        const uint32_t at = tail_ + uint32_t{sizeof(length)};
        detail::copy_in(ring_, ring_bytes_, at, head.data(), static_cast<uint32_t>(head.size()));
        detail::copy_in(ring_, ring_bytes_, at + static_cast<uint32_t>(head.size()), body.data(),
                        static_cast<uint32_t>(body.size()));
        tail_ += needed;
        header_->tail.store(tail_, std::memory_order_release);  // publishes the record
        return true;
    }

  private:
    RingHeader* header_;
    std::byte* ring_;
    uint32_t ring_bytes_;
    uint32_t tail_ = 0;
};

/// The reading end; one caller at a time. The writer is not trusted.
class ByteRingReader {
  public:
    ByteRingReader(RingHeader& header, const std::byte* ring, uint32_t ring_bytes)
        : header_(&header), ring_(ring), ring_bytes_(ring_bytes) {}

    /// Copies the oldest record into `out` and returns its length; 0: none there. A record longer
    /// than `out` or than the ring's content is a violation.
    Result<uint32_t> read(std::span<std::byte> out) {
        const uint32_t tail = header_->tail.load(std::memory_order_acquire);  // pairs with write()
        const uint32_t available = tail - head_;
        if (available == 0) return uint32_t{0};
        if (available > ring_bytes_ || available < sizeof(uint32_t)) return Status::kProtocolViolation;
        uint32_t length;
        detail::copy_out(ring_, ring_bytes_, head_, &length, sizeof(length));
        if (length == 0 || length > kMaxRecordBytes || length > out.size() ||
            detail::record_bytes(length) > available) {
            return Status::kProtocolViolation;
        }
        detail::copy_out(ring_, ring_bytes_, head_ + uint32_t{sizeof(length)}, out.data(), length);
        head_ += detail::record_bytes(length);
        header_->head.store(head_, std::memory_order_release);  // gives the room back
        return length;
    }
    bool has_record() const { return header_->tail.load(std::memory_order_acquire) != head_; }

  private:
    RingHeader* header_;
    const std::byte* ring_;
    uint32_t ring_bytes_;
    uint32_t head_ = 0;
};

/// What stands in front of a log record: then the source's name and the line.
struct LogRecordHead {
    uint64_t time_ns;
    uint16_t level;
    uint16_t source_bytes;
    uint32_t text_bytes;
};
static_assert(sizeof(LogRecordHead) == 16);

}  // namespace rsl::transport
