// SPDX-License-Identifier: GPL-2.0-only
// The parts of exception.hpp that both sides have.
#include "kernel/rtl/exception.hpp"

#include <cstring>

#include "abi/types/status.h"

namespace rsl::rtl {

Result<void> copy_much_guarded(void* destination, const void* source, size_t bytes) {
    return guarded([&] { std::memcpy(destination, source, bytes); });
}

void make_access_violation(EXCEPTION_RECORD& record, uint64_t pc, uint64_t address, bool write,
                           bool execute) {
    record = {};
    record.ExceptionCode = static_cast<int32_t>(STATUS_ACCESS_VIOLATION);
    record.ExceptionAddress = reinterpret_cast<void*>(pc);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = execute ? EXCEPTION_EXECUTE_FAULT
                                     : write ? EXCEPTION_WRITE_FAULT
                                             : EXCEPTION_READ_FAULT;
    record.ExceptionInformation[1] = address;
}

}  // namespace rsl::rtl
