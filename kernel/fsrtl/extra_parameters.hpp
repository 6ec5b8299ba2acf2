// SPDX-License-Identifier: GPL-2.0-only
// Extra create parameters: what filters and their users hand along with an open, found by GUID. A list and
// its members are opaque to drivers, who hold pointers to the contexts inside.
#pragma once

#include <new>

#include "abi/types/fsrtl.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::fsrtl {

struct ExtraParameter {
    ListHook hook;
    GUID type;
    ULONG context_bytes;
    PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK cleanup;
    bool acknowledged = false;
    bool from_user_mode = false;
    ULONG tag;

    void* context() { return this + 1; }
    static ExtraParameter& of(void* context) { return static_cast<ExtraParameter*>(context)[-1]; }
};
static_assert(sizeof(ExtraParameter) % 8 == 0);

struct ExtraParameterList {
    IntrusiveList<ExtraParameter, &ExtraParameter::hook> members;
};

inline ExtraParameterList& list_of(PECP_LIST list) { return *reinterpret_cast<ExtraParameterList*>(list); }
inline bool is_same(const GUID& a, const GUID& b) { return __builtin_memcmp(&a, &b, sizeof(GUID)) == 0; }

ExtraParameter* find(ExtraParameterList& list, const GUID& type);
/// Tells its owner, and frees it.
void destroy(ExtraParameter& parameter);

}  // namespace rsl::fsrtl
