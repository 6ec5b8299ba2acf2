// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/batch.hpp"

#include <algorithm>
#include <cstring>

#include "abi/private/rsl_net.h"

namespace rsl::tap {

std::optional<std::span<const std::byte>> BatchReader::next() {
    if (rest_.empty() || broken_) return std::nullopt;
    RSL_NET_RECORD record;
    broken_ = true;
    if (rest_.size() < sizeof(record)) return std::nullopt;
    std::memcpy(&record, rest_.data(), sizeof(record));
    rest_ = rest_.subspan(sizeof(record));
    if (record.Bytes < least_ || record.Bytes > rest_.size()) return std::nullopt;
    broken_ = false;
    const auto frame = rest_.first(record.Bytes);
    rest_ = rest_.subspan(std::min<size_t>(rest_.size(), RSL_NET_PADDED(record.Bytes)));
    return frame;
}

std::span<std::byte> BatchWriter::room() const {
    const size_t place = used_ + sizeof(RSL_NET_RECORD);
    return place < buffer_.size() ? buffer_.subspan(place) : std::span<std::byte>();
}

void BatchWriter::commit(size_t frame_bytes) {
    const RSL_NET_RECORD record{static_cast<ULONG>(frame_bytes)};
    std::memcpy(buffer_.data() + used_, &record, sizeof(record));
    used_ = std::min(buffer_.size(), used_ + sizeof(record) + RSL_NET_PADDED(frame_bytes));
}

}  // namespace rsl::tap
