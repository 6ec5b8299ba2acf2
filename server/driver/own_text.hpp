// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <cstring>

#include "server/driver/nt.hpp"

namespace rsl::server {

inline UNICODE_STRING text_of(std::byte* at, uint32_t bytes) {
    return {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes), reinterpret_cast<PWSTR>(at)};
}

/// A copy of text of the client's, which it could change while it is being looked at.
class OwnText {
  public:
    OwnText(const std::byte* from, uint32_t bytes)
        : memory_(ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes == 0 ? 1 : bytes, kPoolTag)),
          bytes_(bytes) {
        if (memory_ != nullptr) std::memcpy(memory_, from, bytes);
    }
    OwnText(const OwnText&) = delete;
    OwnText& operator=(const OwnText&) = delete;
    ~OwnText() {
        if (memory_ != nullptr) ExFreePoolWithTag(memory_, kPoolTag);
    }
    explicit operator bool() const { return memory_ != nullptr; }
    UNICODE_STRING nt() const { return text_of(static_cast<std::byte*>(memory_), bytes_); }

  private:
    void* memory_;
    uint32_t bytes_;
};

}  // namespace rsl::server
