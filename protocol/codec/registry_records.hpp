// SPDX-License-Identifier: GPL-2.0-only
// Takes apart what kRegistryChanges answers. The buffer is the reader's own copy.
#pragma once

#include "protocol/message/registry.hpp"

namespace rsl::protocol {

class RegistryRecordReader {
  public:
    struct Record {
        uint32_t watch;
        RegistryChange change;
        std::span<const std::byte> key, name;  // UTF-16LE, not aligned
    };
    explicit RegistryRecordReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    Result<Record> next() {
        Reader reader{rest_};
        const auto head = RSL_TRY(reader.read<RegistryRecord>());
        if (!head.check() || head.total_bytes() > rest_.size()) return Status::kProtocolViolation;
        const Record record{head.watch, head.change, RSL_TRY(reader.take(head.key_bytes)),
                            RSL_TRY(reader.take(head.name_bytes))};
        rest_ = rest_.subspan(head.total_bytes());
        return record;
    }

  private:
    std::span<const std::byte> rest_;
};

}  // namespace rsl::protocol
