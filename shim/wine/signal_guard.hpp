// SPDX-License-Identifier: GPL-2.0-only
// Keeps Wine's signals away from a thread while it holds locks of ours: TerminateThread and
// SuspendThread are signals that end or stop a thread where it stands. They arrive when the guard
// goes.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace rsl::wine {

/// Those that Wine uses, or that end a process.
inline constexpr int kWinesSignals[] = {SIGALRM, SIGIO, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGQUIT};

class SignalGuard {
  public:
    SignalGuard() {
        pthread_sigmask(SIG_BLOCK, &kBlocked, &before_);
    }
    ~SignalGuard() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

  private:
    static sigset_t wines_signals() {
        sigset_t all;
        sigemptyset(&all);
        for (const int signal : kWinesSignals) sigaddset(&all, signal);
        return all;
    }
    static inline const sigset_t kBlocked = wines_signals();  // made when the library is loaded
    sigset_t before_;
};

}  // namespace rsl::wine
