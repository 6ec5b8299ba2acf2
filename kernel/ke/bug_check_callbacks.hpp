// SPDX-License-Identifier: GPL-2.0-only
// KeRegisterBugCheckCallback and its kin.
#pragma once

#include "abi/types/ex.h"

namespace rsl::ke {

bool add_bug_check_callback(KBUGCHECK_CALLBACK_RECORD& record);
bool remove_bug_check_callback(KBUGCHECK_CALLBACK_RECORD& record);
bool add_bug_check_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record);
bool remove_bug_check_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record);
/// Calls each, at HIGH_LEVEL, the other processors stopped. The report is out already: a callback that faults
/// takes nothing of it away. What reason callbacks give is written behind it, a line each that starts with
/// "@bugcheck-data ".
void run_bug_check_callbacks(uint32_t code);

}  // namespace rsl::ke
