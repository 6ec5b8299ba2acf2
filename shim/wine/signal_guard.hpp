// SPDX-License-Identifier: GPL-2.0-only
// Keeps Wine's signals away from a thread while it holds locks of ours: TerminateThread and
// SuspendThread are signals that end or stop a thread where it stands. They arrive when the guard
// goes.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace rsl::wine {

class SignalGuard {
  public:
    SignalGuard() {
        sigset_t blocked;
        sigemptyset(&blocked);
        for (const int signal :
             {SIGALRM, SIGIO, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGQUIT})
            sigaddset(&blocked, signal);
        pthread_sigmask(SIG_BLOCK, &blocked, &before_);
    }
    ~SignalGuard() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

  private:
    sigset_t before_;
};

}  // namespace rsl::wine
