// SPDX-License-Identifier: GPL-2.0-only
// The IO_STATUS_BLOCK of a request that may end later than its call.
//
// A 32-bit program's call comes from Wine's wow64.dll with a block on that library's stack, which is gone when the call is
// back. Its Pointer leads to the program's own block, of 32-bit fields.
#pragma once

#include <cstdint>

#include "abi/types/basic.h"
#include "shim/wine/user_memory.hpp"
#include "shim/wine/windows_image.hpp"

namespace rsl::wine {

class StatusBlock {
  public:
    /// As an argument of a call names it; probed.
    static StatusBlock of_argument(uint64_t argument) {
        StatusBlock block;
        block.passed_ = reinterpret_cast<IO_STATUS_BLOCK*>(argument);
        probe_writable(block.passed_, sizeof(IO_STATUS_BLOCK));
        if (!is_wow64()) return block;
        block.narrow_ = static_cast<Narrow*>(block.passed_->Pointer);
        if (block.narrow_ != nullptr) probe_writable(block.narrow_, sizeof(Narrow));
        return block;
    }
    /// Where the program has it: this is what its APCs are given and what it cancels by.
    uint64_t address() const {
        return narrow_ != nullptr ? reinterpret_cast<uint64_t>(narrow_) : reinterpret_cast<uint64_t>(passed_);
    }
    /// While the call is not back yet.
    void write_within_call(NTSTATUS status, uint64_t information) const {
        passed_->Information = information;
        passed_->Status = status;
        write_narrow(status, information);
    }
    void write_later(NTSTATUS status, uint64_t information) const {
        if (narrow_ == nullptr) return write_within_call(status, information);
        write_narrow(status, information);
    }

  private:
    struct Narrow {
        int32_t status;
        uint32_t information;
    };
    void write_narrow(NTSTATUS status, uint64_t information) const {
        if (narrow_ != nullptr) *narrow_ = {status, static_cast<uint32_t>(information)};
    }

    IO_STATUS_BLOCK* passed_ = nullptr;
    Narrow* narrow_ = nullptr;  // none: a 64-bit program
};

}  // namespace rsl::wine
