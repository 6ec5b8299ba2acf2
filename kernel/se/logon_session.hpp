// SPDX-License-Identifier: GPL-2.0-only
// Logon sessions: how long somebody is logged on. The system's never ends; the user's begins with
// the first token of a client and ends with the last. Drivers may ask to be told.
#pragma once

#include "abi/types/se.h"
#include "base/core/result.hpp"

namespace rsl::se {

inline constexpr LUID kSystemLogon = {0x3E7, 0};
inline constexpr LUID kAnonymousLogon = {0x3E6, 0};

/// The session of the VM's user: the one that lasts, or a fresh one. Counts as hold_logon().
LUID join_user_logon();
/// Tokens of a session are counted; the last one ends it and runs drivers' routines. PASSIVE_LEVEL.
void hold_logon(LUID logon);
void release_logon(LUID logon);
/// STATUS_NOT_FOUND when there is no such session.
Result<void> mark_logon(LUID logon);

/// A driver's routine, with or without a context.
struct LogonRoutine {
    PSE_LOGON_SESSION_TERMINATED_ROUTINE plain = nullptr;
    PSE_LOGON_SESSION_TERMINATED_ROUTINE_EX extended = nullptr;
    void* context = nullptr;
    bool operator==(const LogonRoutine&) const = default;
};
/// kInsufficientResources: no room.
Result<void> add_logon_routine(const LogonRoutine& routine);
/// kInsufficientResources, as documented, when it is not registered. No call runs when it returns.
Result<void> remove_logon_routine(const LogonRoutine& routine);

}  // namespace rsl::se
