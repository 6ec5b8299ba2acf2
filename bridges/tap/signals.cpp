// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace rsl::tap {

UniqueFd stop_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

bool take_signal(int signals) {
    signalfd_siginfo info;
    return ::read(signals, &info, sizeof(info)) == sizeof(info);
}

}  // namespace rsl::tap
