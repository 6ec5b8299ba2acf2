// SPDX-License-Identifier: GPL-2.0-only
// Takes apart what kGiveBack leaves in the client's part of the arena. The bytes are the reader's own copy.
#pragma once

#include "protocol/message/memory.hpp"

namespace rsl::protocol {

class ChangedRunReader {
  public:
    static constexpr uint64_t kUserEnd = 0x00007FFFFFFFF000;  // Linux' own; NT's lies below
    struct Run {
        uint64_t address;  // in user memory, as is its end
        std::span<const std::byte> bytes;
    };
    explicit ChangedRunReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    Result<Run> next() {
        Reader reader{rest_};
        const auto head = RSL_TRY(reader.read<ChangedRun>());
        const uint64_t total = ChangedRun::total_bytes(head.bytes);
        if (total > rest_.size() || !in_bounds(head.address, head.bytes, kUserEnd)) return Status::kProtocolViolation;
        const Run run{head.address, RSL_TRY(reader.take(head.bytes))};
        rest_ = rest_.subspan(total);
        return run;
    }

  private:
    std::span<const std::byte> rest_;
};

}  // namespace rsl::protocol
