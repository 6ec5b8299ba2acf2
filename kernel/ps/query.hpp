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
/// What NtSetInformationProcess and NtSetInformationThread set, out of the caller's memory.
struct Request {
    const void* buffer;
    uint32_t length;
    KPROCESSOR_MODE mode;
};
NTSTATUS set_process(Process& process, PROCESSINFOCLASS what, const Request& request);
NTSTATUS set_thread(Thread& thread, THREADINFOCLASS what, const Request& request);
NTSTATUS query_thread(Thread& thread, THREADINFOCLASS what, const Reply& reply);

}  // namespace rsl::ps
