// SPDX-License-Identifier: GPL-2.0-only
// The kernel's log on its way out of the VM, through the control channel's byte ring.
#pragma once

#include <atomic>

#include "server/driver/nt.hpp"
#include "transport/ring/ends.hpp"

namespace rsl::server {

class LogPipe {
  public:
    LogPipe(RSL_DOORBELL& doorbell, const transport::ChannelView& channel)
        : doorbell_(doorbell), channel_(channel), writer_(channel.log_writer()) {}
    void open() { RslSetLogSink(&LogPipe::write, this); }
    void close() { RslSetLogSink(nullptr, nullptr); }

  private:
    static VOID NTAPI write(PVOID context, ULONG64 time_ns, ULONG level, PCSTR source, PCSTR line, ULONG bytes);

    RSL_DOORBELL& doorbell_;
    transport::ChannelView channel_;
    transport::ByteRingWriter writer_;   // guarded by busy_
    std::atomic<bool> busy_ = false;     // held at HIGH_LEVEL: nothing interrupts its owner
};

}  // namespace rsl::server
