// SPDX-License-Identifier: GPL-2.0-only
// The activity that a thread works for: what events carry that name none.
#pragma once

#include "abi/types/etw.h"
#include "kernel/ps/process.hpp"

namespace rsl::etw {

/// The running thread's activity id; the null GUID when it has none. Any IRQL.
inline const GUID& thread_activity() {
    const auto& requests = ps::current_thread().requests;
    return requests.lent_activity != nullptr ? *requests.lent_activity : requests.activity;
}

}  // namespace rsl::etw
