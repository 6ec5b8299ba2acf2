// SPDX-License-Identifier: GPL-2.0-only
// Callback objects: named places where drivers register routines and others have them called.
#pragma once

#include "abi/types/ex.h"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::ex {

struct CallbackRegistration;

class CallbackObject : public ob::Object<CallbackObject> {
  public:
    static ob::ObjectType kType;
    explicit CallbackObject(bool allow_multiple);

    /// nullptr when it takes one only and has it, or without memory. IRQL <= APC_LEVEL.
    CallbackRegistration* add(PCALLBACK_FUNCTION routine, void* context);
    /// Calls each routine in the order of registration. IRQL <= DISPATCH_LEVEL.
    void notify(void* argument1, void* argument2);
    /// Returns when the routine runs nowhere any more. IRQL <= APC_LEVEL.
    static void remove(CallbackRegistration& registration);

  private:
    ke::SpinLock lock_{ke::LockRank::kObject};
    LIST_ENTRY registrations_ RSL_GUARDED_BY(lock_);
    bool allow_multiple_;
};

}  // namespace rsl::ex
