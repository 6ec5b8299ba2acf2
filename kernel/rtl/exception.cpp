// SPDX-License-Identifier: GPL-2.0-only
// The parts of exception.hpp that both sides have. On the host seh_invoke catches nothing: a fault
// there is the test's own, and the sanitizer's to report.
#include "kernel/rtl/exception.hpp"

#include <cstring>

#include "abi/types/status.h"

namespace rsl::rtl {

Result<void> copy_guarded(void* destination, const void* source, size_t bytes) {
    return guarded([&] { std::memcpy(destination, source, bytes); });
}

Result<void> copy_from_user(void* destination, const void* user_source, size_t bytes) {
    if (!is_user_range(user_source, bytes)) return Status::kAccessViolation;
    return copy_guarded(destination, user_source, bytes);
}

Result<void> copy_to_user(void* user_destination, const void* source, size_t bytes) {
    if (!is_user_range(user_destination, bytes)) return Status::kAccessViolation;
    return copy_guarded(user_destination, source, bytes);
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
