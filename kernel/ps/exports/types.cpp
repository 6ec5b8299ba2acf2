// SPDX-License-Identifier: GPL-2.0-only
// Variables that drivers read: the types of processes and threads, the system process.
// Their public declarations (abi/functions/ps.h) have NT's opaque types, so it is not included here.
#include "abi/functions/export.h"
#include "kernel/ps/process.hpp"

namespace {
// Types that nothing makes objects of: a handle is never one of them, which is what drivers ask.
constinit rsl::ob::ObjectType job_type{.name = u"Job", .pool_tag = rsl::mm::pool_tag("Job "), .valid_access = 0x001F003F};
constinit rsl::ob::ObjectType desktop_type{
    .name = u"Desktop", .pool_tag = rsl::mm::pool_tag("Desk"), .valid_access = 0x000F01FF};
}  // namespace

RSL_EXPORT {
constinit rsl::ob::ObjectType* PsJobType = &job_type;
constinit rsl::ob::ObjectType* ExDesktopObjectType = &desktop_type;
constinit rsl::ob::ObjectType* PsProcessType = &rsl::ps::Process::kType;
constinit rsl::ob::ObjectType* PsThreadType = &rsl::ps::Thread::kType;
constinit rsl::ps::Process* PsInitialSystemProcess = nullptr;
}
