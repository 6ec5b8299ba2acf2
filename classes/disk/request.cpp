// SPDX-License-Identifier: GPL-2.0-only
#include "classes/disk/request.hpp"

#include <algorithm>

#include "abi/types/status.h"

namespace rsl::disk {

Status status_of(uint8_t status) {
    switch (status) {
        case kStatusOk:
            return Status::kSuccess;
        case kStatusUnsupported:
            return Status::kInvalidDeviceRequest;
        default:
            return Status(STATUS_IO_DEVICE_ERROR);
    }
}

uint32_t add_data(virtio::IndirectTable& table, const Pages& pages, uint64_t from, uint32_t bytes,
                  bool device_writes, uint32_t most_pieces, uint32_t sector_bytes) {
    // First how much there is room for: a sector that does not lie in one page, or in pages side by
    // side, needs more pieces.
    uint32_t pieces = 0, whole = 0;
    uint64_t end = ~uint64_t{0};
    for (uint32_t at = 0; at < bytes;) {
        const uint64_t physical = pages.physical_at(from + at);
        const auto in_page =
            static_cast<uint32_t>(Pages::kPageBytes - physical % Pages::kPageBytes);
        if (physical != end && ++pieces > most_pieces) break;
        at += std::min(in_page, bytes - at);
        end = physical + in_page;
        whole = at / sector_bytes * sector_bytes;
    }
    for (uint32_t at = 0; at < whole;) {
        const uint64_t physical = pages.physical_at(from + at);
        const auto in_page =
            static_cast<uint32_t>(Pages::kPageBytes - physical % Pages::kPageBytes);
        const uint32_t piece = std::min(in_page, whole - at);
        if (!table.add(physical, piece, device_writes)) return 0;
        at += piece;
    }
    return whole;
}

}  // namespace rsl::disk
