// SPDX-License-Identifier: GPL-2.0-only
// A verified driver that looks a function up gets what its import table would have got.
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf::thunk {

PVOID NTAPI MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName) {
    RSL_VF_CALLER();
    PVOID address = ::MmGetSystemRoutineAddress(SystemRoutineName);
    if (address == nullptr || caller.driver == nullptr) return address;
    char name[128];
    const size_t length = SystemRoutineName->Length / sizeof(WCHAR);
    if (length > sizeof(name)) return address;
    for (size_t i = 0; i < length; ++i) name[i] = static_cast<char>(SystemRoutineName->Buffer[i]);
    const uint64_t replacement = find_thunk({name, length});
    return replacement != 0 ? reinterpret_cast<PVOID>(replacement) : address;
}

}  // namespace rsl::vf::thunk
