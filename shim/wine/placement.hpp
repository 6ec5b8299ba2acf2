// SPDX-License-Identifier: GPL-2.0-only
// Where programs run while they start. A program asks Wine's server a thousand times until its own
// code runs, a driver host some hundred times, each time sleeping until the answer comes. On one
// processor that is a switch from one to the other; on two, each has to be woken from idleness,
// which costs several times as much, above all in a VM. Linux sends a woken process to an idle
// processor, so both are held together until the program has started: that takes a third to half of
// the time then, and varies less (docs/adr/0026-placement.md).
#pragma once

#include <sched.h>

#include <string>

namespace rsl::wine {

/// While it lives, this thread and the driver host that it starts stay on the server's processor,
/// and the server does until the driver host has called run_anywhere().
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
/// the server stays where it is until the next program or driver has started.
void run_anywhere();

/// For `rsl wine`, whose process becomes a Windows program: it stays on the server's processor until
/// that has started. Not while another one does, so that many that start at once spread over the
/// processors. Nothing where no server runs yet.
void start_beside_server(const std::string& prefix);
/// In a process of Wine, before its first thread: whether it, or the one that made it, was placed.
void note_placement();
bool is_placed();
/// This process starts the program that is meant, and only waits for it: that takes its place.
void pass_placement_on();
/// Its first thread is about to run its code. Undoes the placement, if there is one.
void program_has_started();

}  // namespace rsl::wine
