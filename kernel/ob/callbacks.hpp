// SPDX-License-Identifier: GPL-2.0-only
// Drivers that watch handles to processes and threads (ObRegisterCallbacks): they may take rights
// away before a handle is made, and are told after.
#pragma once

#include "abi/types/ob.h"
#include "kernel/ob/object.hpp"

namespace rsl::ob {

/// A handle about to be made.
struct HandleOperation {
    OB_OPERATION kind;
    void* body;
    bool kernel_handle;
    ps::Process* source = nullptr;  // of a duplication
    ps::Process* target = nullptr;
};

/// Runs the callbacks around `insert`, which makes the handle with the rights it is given. IRQL
/// PASSIVE. Costs one load when nobody watches.
Result<HANDLE> with_callbacks(const HandleOperation& operation, uint32_t granted,
                              Result<HANDLE> (*insert)(void* context, uint32_t granted),
                              void* context);

Result<void*> register_callbacks(const OB_CALLBACK_REGISTRATION& registration);
void unregister_callbacks(void* registration);

}  // namespace rsl::ob
