// SPDX-License-Identifier: GPL-2.0-only
// A bridge that outlives its VM. The process that `rsl net up` started holds the TAP interface and
// the bridge's socket, keeps its rights and touches no byte of the guest's; one worker after the
// other, this program again, is the bridge to one VM:
//
//     keep() --starts--> worker: waits for VM and adapter, binds, drops its rights, serves
//       ^  |                |-- VM or adapter went: kWorkerGone --> carrier off, the next worker
//       |  |                |-- "down":             kWorkerDown --> the end
//       |  |                '-- killed, or failed               --> the end
//       '--'-- visitors' sockets: from each worker to the next, or hung up once the interface has
//       gone
#pragma once

#include <string>
#include <vector>

#include "bridges/tap/bridge.hpp"

namespace rsl::tap {

inline constexpr int kWorkerGone = 10,
                     kWorkerDown = 11;  // exit codes beyond those of rsl::ExitCode

/// Until somebody says "down", a signal says so, or a worker fails: the exit code. The first worker
/// says on `report_fd` how it began.
HostResult<int> keep(const BridgeOptions& options, int report_fd);

/// What a worker has of the process that started it.
struct WorkerArguments {
    bool first = false;  // does not wait for the VM, and says how it began
    int tap = -1, listener = -1, link = -1;
    std::vector<int> visitors, watchers;
};
/// The worker: its exit code.
HostResult<int> work(BridgeOptions options, WorkerArguments arguments, int report_fd);

}  // namespace rsl::tap
