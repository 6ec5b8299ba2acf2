// SPDX-License-Identifier: GPL-2.0-only
// What a SignalGuard does, without its two system calls, for the calls that programs make all the time: a handler of ours
// stands in front of each of Wine's and remembers the signal while the thread holds locks; it comes when the last
// deferral goes. Between system calls that a signal interrupts, though: under a deferral poll() ends with EINTR.
#pragma once

#include <optional>

#include "shim/wine/signal_guard.hpp"

namespace rsl::wine {

struct SignalSlot;

class SignalDeferral {
  public:
    SignalDeferral();
    ~SignalDeferral();
    SignalDeferral(const SignalDeferral&) = delete;
    SignalDeferral& operator=(const SignalDeferral&) = delete;

  private:
    SignalSlot* slot_;
    std::optional<SignalGuard> instead_;  // Wine's handlers are not as they should be, or there are too many threads
};

}  // namespace rsl::wine
