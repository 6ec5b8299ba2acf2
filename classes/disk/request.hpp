// SPDX-License-Identifier: GPL-2.0-only
// A request of virtio-blk (virtio 1.x, section 5.2.6): a header, the data straight from the pages
// of an MDL, a status byte. Memory work only, tested on the host.
#pragma once

#include <cstdint>
#include <span>

#include "base/core/result.hpp"
#include "buses/virtio/queue.hpp"

namespace rsl::disk {

/// The device counts in these, whatever its logical sectors are.
inline constexpr uint32_t kUnitBytes = 512;

enum class RequestType : uint32_t { kRead = 0, kWrite = 1, kFlush = 4, kGetId = 8 };

struct RequestHeader {
    uint32_t type;
    uint32_t reserved;
    uint64_t unit;
};
static_assert(sizeof(RequestHeader) == 16);

inline constexpr uint8_t kStatusOk = 0, kStatusIoError = 1, kStatusUnsupported = 2;
/// What stands in the status byte until the device has written it.
inline constexpr uint8_t kStatusNone = 0xFF;

/// The NT status for the device's.
Status status_of(uint8_t status);

/// Physical pages of a buffer that begins `first_byte` bytes into the first one.
struct Pages {
    static constexpr uint32_t kPageBytes = 4096;
    const uint64_t* frames;
    uint32_t first_byte;
    uint64_t physical_at(uint64_t byte) const {
        const uint64_t where = first_byte + byte;
        return frames[where / kPageBytes] * kPageBytes + where % kPageBytes;
    }
};

/// Adds as much of [from, from + bytes) as fits into `most_pieces` pieces (and the table), in whole
/// sectors; how much that is. Zero when not even one sector fits.
uint32_t add_data(virtio::IndirectTable& table, const Pages& pages, uint64_t from, uint32_t bytes,
                  bool device_writes, uint32_t most_pieces, uint32_t sector_bytes);

}  // namespace rsl::disk
