// SPDX-License-Identifier: GPL-2.0-only
// The kernel as this driver sees it: documented exports, and abi/private/rsl_kernel.h.
#pragma once

#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ob.h"
#include "abi/functions/ps.h"
#include "abi/functions/ps_thread.h"
#include "abi/nt.h"
#include "abi/private/rsl_kernel.h"

extern "C" {
// Variables of the kernel: their addresses stand in our import table, under these symbols.
extern POBJECT_TYPE* const RslImportedFileType __asm__("__imp_IoFileObjectType");
extern POBJECT_TYPE* const RslImportedEventType __asm__("__imp_ExEventObjectType");
extern POBJECT_TYPE* const RslImportedSemaphoreType __asm__("__imp_ExSemaphoreObjectType");
extern POBJECT_TYPE* const RslImportedProcessType __asm__("__imp_PsProcessType");
extern POBJECT_TYPE* const RslImportedThreadType __asm__("__imp_PsThreadType");
extern POBJECT_TYPE* const RslImportedKeyType __asm__("__imp_CmKeyObjectType");
}

namespace rsl::server {

inline constexpr ULONG kPoolTag = 0x76725352;  // "RSrv"

/// Makes a T in the non-paged pool, or nullptr.
template <typename T, typename... Arguments>
T* make(Arguments&&... arguments) {
    void* memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(T), kPoolTag);
    return memory != nullptr ? ::new (memory) T(static_cast<Arguments&&>(arguments)...) : nullptr;
}
template <typename T>
void unmake(T* object) {
    if (object == nullptr) return;
    object->~T();
    ExFreePoolWithTag(object, kPoolTag);
}

inline uint64_t now_ns() {
    LARGE_INTEGER frequency;
    const auto ticks = static_cast<uint64_t>(KeQueryPerformanceCounter(&frequency).QuadPart);
    const auto hz = static_cast<uint64_t>(frequency.QuadPart);
    return ticks / hz * 1'000'000'000 + ticks % hz * 1'000'000'000 / hz;
}

inline LARGE_INTEGER relative_ms(int64_t milliseconds) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = -milliseconds * 10'000;
    return timeout;
}

}  // namespace rsl::server
