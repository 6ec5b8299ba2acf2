// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRemoveDeviceQueue, AnEmptyQueueBecomesNotBusy) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY entry = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertDeviceQueue(&queue, &entry);
        CHECK_EQ(KeRemoveDeviceQueue(&queue), NULL);
        CHECK(!KeInsertDeviceQueue(&queue, &entry));
        KeRemoveDeviceQueue(&queue);
    });
}
