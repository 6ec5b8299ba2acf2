// SPDX-License-Identifier: GPL-2.0-only
// As KeRemoveByKeyDeviceQueue, which has a page, but allowed when the queue is not busy.
#include "conformance.h"

NTKERNELAPI PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveByKeyDeviceQueueIfBusy(PKDEVICE_QUEUE Queue,
                                                                      ULONG SortKey);

CONFORMANCE(KeRemoveByKeyDeviceQueueIfBusy, IsNullWhenNotBusy) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY busy = {0}, four = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK_EQ(KeRemoveByKeyDeviceQueueIfBusy(&queue, 1), NULL);
        KeInsertByKeyDeviceQueue(&queue, &busy, 0);
        KeInsertByKeyDeviceQueue(&queue, &four, 4);
        CHECK_EQ(KeRemoveByKeyDeviceQueueIfBusy(&queue, 1), &four);
        CHECK_EQ(KeRemoveByKeyDeviceQueueIfBusy(&queue, 1), NULL);
        CHECK(!KeInsertDeviceQueue(&queue, &busy));
        KeRemoveDeviceQueue(&queue);
    });
}
