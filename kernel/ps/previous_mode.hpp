// SPDX-License-Identifier: GPL-2.0-only
// Who is asking: a user-mode caller (a client's thread) or the kernel. Nt* routines act on behalf of
// the running thread's previous mode; Zw* routines are the same with KernelMode for their duration.
#pragma once

#include "abi/types/basic.h"
#include "kernel/ke/thread.hpp"

namespace rsl::ps {

/// The mode of whoever called the running Nt routine (ExGetPreviousMode). Any IRQL.
inline KPROCESSOR_MODE previous_mode() { return ke::current_thread().previous_mode; }

/// Makes the running thread's calls kernel calls for a scope: what a Zw export opens with.
class KernelModeCall {
  public:
    KernelModeCall() : thread_(ke::current_thread()), old_(thread_.previous_mode) {
        thread_.previous_mode = KernelMode;
    }
    ~KernelModeCall() { thread_.previous_mode = old_; }
    KernelModeCall(const KernelModeCall&) = delete;
    KernelModeCall& operator=(const KernelModeCall&) = delete;

  private:
    ke::Thread& thread_;
    KPROCESSOR_MODE old_;
};

/// Runs an Nt routine as its Zw twin: RSL_EXPORT ... ZwClose(h) { return ps::as_kernel(NtClose, h); }
template <typename Result, typename... Parameters, typename... Arguments>
Result as_kernel(Result(NTAPI* routine)(Parameters...), Arguments... arguments) {
    KernelModeCall call;
    return routine(arguments...);
}

}  // namespace rsl::ps
