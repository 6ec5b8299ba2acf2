// SPDX-License-Identifier: GPL-2.0-only
// Which thread of this process waits for which request: what CancelSynchronousIo needs.
#pragma once

#include <cstdint>

#include "shim/api/rsl.h"

namespace rsl::wine {

/// The calling thread waits for a request as long as this lives. Costs a compare-and-swap.
class WaitingCall {
  public:
    WaitingCall(rsl_client* client, uint64_t request);
    WaitingCall(const WaitingCall&) = delete;
    WaitingCall& operator=(const WaitingCall&) = delete;
    ~WaitingCall();

  private:
    struct Place* place_;  // none: too many threads wait at once, and this one cannot be cancelled
};

/// Asks for the end of what the thread waits for; false: it waits for nothing of ours.
bool cancel_waiting_call(uint32_t thread);

}  // namespace rsl::wine
