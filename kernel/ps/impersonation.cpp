// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ps/impersonation.hpp"

#include <utility>

#include "abi/types/status.h"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::ps {
namespace {

/// Guards Thread::impersonation of every thread: held for a few moves.
constinit ke::SpinLock impersonation_lock{ke::LockRank::kProcess};

/// The documented rule: whoever lacks the privilege may act only for itself, or look at others.
bool may_impersonate(const Process& process, const Impersonation& next) {
    if (next.level < SecurityImpersonation) return true;
    if (process.token->has_privilege({SE_IMPERSONATE_PRIVILEGE, 0})) return true;
    return se::equal(*process.token->subject().user, *next.token->subject().user) &&
           (!process.token->is_restricted() || next.token->is_restricted());
}

}  // namespace

Impersonation impersonation_of(Thread& thread) {
    if (!thread.impersonating.load(std::memory_order_acquire)) return {};  // pairs with exchange
    ke::InterruptLockGuard guard{impersonation_lock};
    const ThreadImpersonation& now = thread.impersonation;
    if (now.token == nullptr) return {};
    return {Ref<se::Token>(*now.token), now.level, now.copy_on_open, now.effective_only};
}

Impersonation exchange_impersonation(Thread& thread, Impersonation next) {
    ThreadImpersonation now = {next.token ? next.token.release() : nullptr, next.level,
                               next.copy_on_open, next.effective_only};
    {
        ke::InterruptLockGuard guard{impersonation_lock};
        thread.impersonating.store(now.token != nullptr, std::memory_order_release);
        std::swap(now, thread.impersonation);
    }
    if (now.token == nullptr) return {};
    return {Ref<se::Token>::adopt(now.token), now.level, now.copy_on_open, now.effective_only};
}

Result<void> impersonate(Thread& thread, Impersonation next) {
    if (next.token) {
        if (next.token->type() == TokenImpersonation && next.level > next.token->level())
            return Status(STATUS_BAD_IMPERSONATION_LEVEL);
        if (!may_impersonate(*thread.process, next)) {
            next.token = RSL_TRY(next.token->duplicate(TokenImpersonation, SecurityIdentification,
                                                       se::Token::Copy::kWhole));
            next.level = SecurityIdentification;
        }
    }
    exchange_impersonation(thread, std::move(next));
    return {};
}

void drop_impersonation(Thread& thread) { exchange_impersonation(thread, {}); }

}  // namespace rsl::ps
