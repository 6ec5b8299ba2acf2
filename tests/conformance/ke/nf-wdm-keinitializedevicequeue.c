// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInitializeDeviceQueue, StartsNotBusy) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY entry = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(!KeInsertDeviceQueue(&queue, &entry));
        CHECK_EQ(KeRemoveDeviceQueue(&queue), NULL);
    });
}
