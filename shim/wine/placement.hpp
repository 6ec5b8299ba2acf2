// SPDX-License-Identifier: GPL-2.0-only
// Where a driver host runs while it starts. It asks Wine's server some hundred times, each time
// sleeping until the answer comes. On one processor that is a switch from one to the other; on two,
// each has to be woken from idleness, which costs several times as much, above all in a VM. Linux
// sends a woken process to an idle processor, so both are held together until the host has started:
// a driver's start takes half the time then, and varies less.
#pragma once

#include <sched.h>

namespace rsl::wine {

/// While it lives, this thread and the processes that it starts stay on the server's processor, and
/// the server does until one of those has called run_anywhere().
class BesideServer {
  public:
    BesideServer();
    ~BesideServer();
    BesideServer(const BesideServer&) = delete;
    BesideServer& operator=(const BesideServer&) = delete;

  private:
    cpu_set_t before_;
    bool moved_ = false;
};

/// This process has started: its threads and the server may run wherever the session may, which is
/// what `rsl wine` has left in RSL_WINE_CPUS. Does nothing a second time. If the process ends before,
/// the server stays where it is until the next driver has started.
void run_anywhere();

}  // namespace rsl::wine
