// SPDX-License-Identifier: GPL-2.0-only
// What NtQueryInformationProcess and NtQueryInformationThread answer.
#pragma once

#include "abi/types/ps.h"
#include "kernel/ps/process.hpp"

namespace rsl::ps {

/// Where an answer goes.
struct Reply {
    void* buffer;
    uint32_t length;
    ULONG* returned;  // may be nullptr
    KPROCESSOR_MODE mode;
};
NTSTATUS query_process(Process& process, PROCESSINFOCLASS what, const Reply& reply);
NTSTATUS query_thread(Thread& thread, THREADINFOCLASS what, const Reply& reply);

}  // namespace rsl::ps
