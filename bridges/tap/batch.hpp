// SPDX-License-Identifier: GPL-2.0-only
// Batches of frames, as rslnet.sys takes and gives them (abi/private/rsl_net.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rsl::tap {

/// Goes through a batch that the VM made: nothing in it is trusted.
class BatchReader {
  public:
    BatchReader(std::span<const std::byte> batch, size_t least_frame) : rest_(batch), least_(least_frame) {}
    /// The next frame; nothing at the end, or where the batch is broken.
    std::optional<std::span<const std::byte>> next();
    bool broken() const { return broken_; }

  private:
    std::span<const std::byte> rest_;
    size_t least_;  // bytes that a frame has
    bool broken_ = false;
};

/// Puts frames into a buffer, one behind the other.
class BatchWriter {
  public:
    explicit BatchWriter(std::span<std::byte> buffer) : buffer_(buffer) {}
    /// Where the next frame goes; shorter than a frame can be when the batch is full.
    std::span<std::byte> room() const;
    /// It is there now.
    void commit(size_t frame_bytes);
    size_t bytes() const { return used_; }

  private:
    std::span<std::byte> buffer_;
    size_t used_ = 0;
};

}  // namespace rsl::tap
