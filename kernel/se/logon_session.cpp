// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/logon_session.hpp"

#include "abi/types/status.h"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/se/token.hpp"
#include "kernel/se/token_lock.hpp"

namespace rsl::se {
namespace {

constexpr uint32_t kMaxRoutines = 64;

/// The user's session. Clients share it, as programs of one desktop do.
struct Session {
    LUID id = {};
    uint32_t tokens = 0;
    bool marked = false;
};
constinit ke::SpinLock session_lock{ke::LockRank::kObject};
constinit Session user_session RSL_GUARDED_BY(session_lock);
constinit bool system_marked RSL_GUARDED_BY(session_lock) = false;

// Guarded by the token lock, which is held while routines run: removing waits for them.
constinit LogonRoutine routines[kMaxRoutines] = {};

bool same(LUID a, LUID b) { return a.LowPart == b.LowPart && a.HighPart == b.HighPart; }

void tell_ended(LUID id) {
    TokenRead lock;
    for (const LogonRoutine& routine : routines) {
        if (routine.plain != nullptr) routine.plain(&id);
        if (routine.extended != nullptr) routine.extended(&id, routine.context);
    }
}

}  // namespace

LUID join_user_logon() {
    const LUID fresh = allocate_luid();
    ke::InterruptLockGuard guard{session_lock};
    if (user_session.tokens == 0) user_session = {.id = fresh};
    ++user_session.tokens;
    return user_session.id;
}

void hold_logon(LUID logon) {
    ke::InterruptLockGuard guard{session_lock};
    if (same(logon, user_session.id)) ++user_session.tokens;
}

void release_logon(LUID logon) {
    bool tell = false;
    {
        ke::InterruptLockGuard guard{session_lock};
        if (!same(logon, user_session.id) || user_session.tokens == 0) return;
        if (--user_session.tokens == 0) tell = user_session.marked;
    }
    if (tell) tell_ended(logon);
}

Result<void> mark_logon(LUID logon) {
    ke::InterruptLockGuard guard{session_lock};
    if (same(logon, kSystemLogon)) {
        system_marked = true;  // it never ends
    } else if (same(logon, user_session.id) && user_session.tokens != 0) {
        user_session.marked = true;
    } else {
        return Status(STATUS_NOT_FOUND);
    }
    return {};
}

Result<void> add_logon_routine(const LogonRoutine& routine) {
    TokenChange lock;
    for (LogonRoutine& slot : routines) {
        if (slot != LogonRoutine{}) continue;
        slot = routine;
        return {};
    }
    return Status::kInsufficientResources;
}

Result<void> remove_logon_routine(const LogonRoutine& routine) {
    TokenChange lock;
    for (LogonRoutine& slot : routines) {
        if (slot != routine) continue;
        slot = {};
        return {};
    }
    return Status::kInsufficientResources;
}

}  // namespace rsl::se
