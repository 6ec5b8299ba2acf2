// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInsertDeviceQueue, QueuesOnlyWhenBusy) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY first = {0}, second = {0}, third = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(!KeInsertDeviceQueue(&queue, &first));
        CHECK(KeInsertDeviceQueue(&queue, &second));
        CHECK(KeInsertDeviceQueue(&queue, &third));
        CHECK_EQ(KeRemoveDeviceQueue(&queue), &second);
        CHECK_EQ(KeRemoveDeviceQueue(&queue), &third);
        CHECK_EQ(KeRemoveDeviceQueue(&queue), NULL);
        CHECK(!KeInsertDeviceQueue(&queue, &first));
        KeRemoveDeviceQueue(&queue);
    });
}
