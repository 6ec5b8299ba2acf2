// SPDX-License-Identifier: GPL-2.0-only
// Threads of the Windows program's that work for us: only they may use what is Wine's (events, ports, keys). Such a thread
// starts at NtDelayExecution, whose hook does not let it go. There is no code of ours on the Windows side.
#pragma once

#include "abi/types/basic.h"

namespace rsl::wine {

using OwnThreadBody = void (*)();  // does not return

/// Starts a thread that runs the body. In threads of Wine's only.
NTSTATUS start_own_thread(OwnThreadBody body);
/// For NtDelayExecution: runs the body that the calling thread was started for; returns when it is the program's own.
void serve_if_own_thread();

}  // namespace rsl::wine
