// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRemoveEntryDeviceQueue, SaysWhetherTheEntryWasQueued) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY busy = {0}, entry = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertDeviceQueue(&queue, &busy);
        KeInsertDeviceQueue(&queue, &entry);
    });
    CHECK(KeRemoveEntryDeviceQueue(&queue, &entry));
    CHECK(!KeRemoveEntryDeviceQueue(&queue, &entry));
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeRemoveDeviceQueue(&queue), NULL));
}
