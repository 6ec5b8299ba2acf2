// SPDX-License-Identifier: GPL-2.0-only
// Drivers that watch the registry (CmRegisterCallbackEx): asked before each operation, which they may
// refuse or do themselves, and told after it.
#pragma once

#include <string_view>

#include "abi/types/cm_callbacks.h"
#include "abi/types/ex.h"
#include "abi/types/status.h"
#include "base/core/result.hpp"

namespace rsl::cm {

Result<LARGE_INTEGER> register_callback(PEX_CALLBACK_FUNCTION function, std::u16string_view altitude,
                                        void* context);
/// kInvalidParameter when there is no such cookie. No callback runs any more when it returns.
Result<void> unregister_callback(LARGE_INTEGER cookie);

/// Whether anybody watches: one load.
bool is_watched();

/// An operation between its two notices. `information` is one of the REG_*_INFORMATION structures; the
/// callbacks see it in both.
class Watch {
  public:
    Watch(REG_NOTIFY_CLASS before, REG_NOTIFY_CLASS after, void* information, PVOID& call_context);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Asks. STATUS_SUCCESS: go on. STATUS_CALLBACK_BYPASS: a callback did it, the caller gets success.
    /// Others: the operation fails with it.
    NTSTATUS ask();
    /// Tells what it came to; a callback may change what the caller gets.
    NTSTATUS tell(void* object, NTSTATUS status);

  private:
    static constexpr uint32_t kMaxCallbacks = 16;
    REG_NOTIFY_CLASS before_, after_;
    void* information_;
    PVOID& call_context_;  // the member of *information_: each callback has a value of its own there
    uint32_t count_ = 0;
    uint32_t asked_ = 0;  // how many saw the first notice: the same see the second
    struct Registration* callbacks_[kMaxCallbacks];
    void* call_contexts_[kMaxCallbacks] = {};
};

/// operate() -> NTSTATUS, between its notices.
template <typename Information, typename Operate>
NTSTATUS watched(REG_NOTIFY_CLASS before, REG_NOTIFY_CLASS after, Information& information, void* const& object,
                 Operate&& operate) {
    if (!is_watched()) [[likely]] return operate();
    Watch watch(before, after, &information, information.CallContext);
    const NTSTATUS asked = watch.ask();
    if (asked == STATUS_CALLBACK_BYPASS) return STATUS_SUCCESS;
    return watch.tell(object, asked < 0 ? asked : operate());
}

}  // namespace rsl::cm
