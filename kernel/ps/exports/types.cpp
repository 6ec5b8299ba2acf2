// SPDX-License-Identifier: GPL-2.0-only
// Variables that drivers read: the types of processes and threads, the system process.
// Their public declarations (abi/functions/ps.h) have NT's opaque types, so it is not included here.
#include "abi/functions/export.h"
#include "kernel/ps/process.hpp"

RSL_EXPORT {
constinit rsl::ob::ObjectType* PsProcessType = &rsl::ps::Process::kType;
constinit rsl::ob::ObjectType* PsThreadType = &rsl::ps::Thread::kType;
constinit rsl::ps::Process* PsInitialSystemProcess = nullptr;
}
