// SPDX-License-Identifier: GPL-2.0-only
// What the calls on other processes' memory share.
#pragma once

#include "kernel/mm/address_space.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::mm {

/// The process behind a handle; NtCurrentProcess() works.
inline Result<Ref<ps::Process>> process_of(HANDLE handle, uint32_t access, KPROCESSOR_MODE mode) {
    void* body = RSL_TRY(ob::reference_handle(handle, &ps::Process::kType, access, mode));
    return Ref<ps::Process>::adopt(static_cast<ps::Process*>(body));
}

inline AddressSpace& space_of(ps::Process& process) {
    return process.address_space != nullptr ? *process.address_space : AddressSpace::system();
}

/// Whether a value is one of PAGE_*, with or without the caching and guard bits.
inline bool is_page_protection(uint32_t protect) {
    const uint32_t access = protect & 0xFF, modifiers = protect & ~uint32_t{0xFF};
    if (access == 0 || (access & (access - 1)) != 0) return false;
    return (modifiers & ~uint32_t{PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE}) == 0;
}

}  // namespace rsl::mm
