// SPDX-License-Identifier: GPL-2.0-only
// What every message on every channel has in common: plain little-endian structures without holes,
// read out of bytes that are already our own copy, written into bounded buffers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/core/bytes.hpp"
#include "base/core/result.hpp"

namespace rsl::protocol {

static_assert(std::endian::native == std::endian::little);  // both ends are x86

/// A structure that can travel as it lies in memory: no padding (which would leak), no pointers.
template <typename T>
concept WireType = std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> &&
                   std::has_unique_object_representations_v<T>;

/// Bytes of the peer inside its data arena.
struct ArenaSpan {
    uint32_t offset;
    uint32_t bytes;
};
static_assert(sizeof(ArenaSpan) == 8 && WireType<ArenaSpan>);

/// Takes structures and bytes off the front of a buffer that nobody else can change.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <WireType T>
    Result<T> read() {
        if (rest_.size() < sizeof(T)) return Status::kProtocolViolation;
        T value;
        std::memcpy(&value, rest_.data(), sizeof(T));
        rest_ = rest_.subspan(sizeof(T));
        return value;
    }
    Result<std::span<const std::byte>> take(uint64_t bytes) {
        if (bytes > rest_.size()) return Status::kProtocolViolation;
        const auto taken = rest_.first(bytes);
        rest_ = rest_.subspan(bytes);
        return taken;
    }
    bool at_end() const { return rest_.empty(); }

  private:
    std::span<const std::byte> rest_;
};

/// Puts structures and bytes at the front of a buffer; remembers when one did not fit.
class Writer {
  public:
    explicit Writer(std::span<std::byte> buffer) : buffer_(buffer) {}

    template <WireType T>
    void write(const T& value) {
        put(&value, sizeof(T));
    }
    void write(std::span<const std::byte> bytes) { put(bytes.data(), bytes.size()); }
    /// What was written, or kBufferTooSmall.
    Result<std::span<const std::byte>> finish() const {
        if (overflow_) return Status::kBufferTooSmall;
        return std::span<const std::byte>(buffer_.first(used_));
    }

  private:
    void put(const void* bytes, size_t count) {
        if (overflow_ || count > buffer_.size() - used_) {
            overflow_ = true;
            return;
        }
        if (count > 0) std::memcpy(buffer_.data() + used_, bytes, count);
        used_ += count;
    }
    std::span<std::byte> buffer_;
    size_t used_ = 0;
    bool overflow_ = false;
};

}  // namespace rsl::protocol
