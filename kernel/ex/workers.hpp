// SPDX-License-Identifier: GPL-2.0-only
// Work items: ExQueueWorkItem's queues and the threads behind them. Each queue is a KQUEUE, so a worker
// that blocks lets another run; when all workers of a queue are blocked and work waits, one more thread is
// started, up to a limit. docs/nt/scheduling.md.
#pragma once

#include "abi/types/ex.h"

namespace rsl::ex {

/// Queues a work item; its list entry is the queue's until the routine has been called. IRQL <= DISPATCH.
void queue_work_item(WORK_QUEUE_ITEM& item, WORK_QUEUE_TYPE type);

}  // namespace rsl::ex
