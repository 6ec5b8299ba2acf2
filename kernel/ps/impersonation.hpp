// SPDX-License-Identifier: GPL-2.0-only
// Threads that act for somebody else: the token that replaces their process' while it is set. Any
// thread may be given one by a driver, also while it runs.
#pragma once

#include "abi/types/se.h"
#include "base/core/ref.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/token.hpp"

namespace rsl::ps {

struct Impersonation {
    Ref<se::Token> token;  // null: the thread acts for its process
    SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
    bool copy_on_open = false;
    bool effective_only = false;
};

/// What a thread impersonates now. Costs one load when it does not. IRQL <= DISPATCH_LEVEL.
Impersonation impersonation_of(Thread& thread);
/// Sets it as it is; returns what was there. A null token ends it. IRQL <= APC_LEVEL.
Impersonation exchange_impersonation(Thread& thread, Impersonation next);
/// The same for a driver that impersonates: a process that may not act for others gets a token that
/// identifies only. STATUS_BAD_IMPERSONATION_LEVEL, kInsufficientResources. PASSIVE_LEVEL.
Result<void> impersonate(Thread& thread, Impersonation next);
/// When a thread object goes.
void drop_impersonation(Thread& thread);

}  // namespace rsl::ps
