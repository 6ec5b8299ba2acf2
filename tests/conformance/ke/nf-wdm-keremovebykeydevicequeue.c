// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRemoveByKeyDeviceQueue, TakesTheFirstAtOrAboveTheKeyElseTheFirst) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY busy = {0}, one = {0}, four = {0}, eight = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertByKeyDeviceQueue(&queue, &busy, 0);
        KeInsertByKeyDeviceQueue(&queue, &one, 1);
        KeInsertByKeyDeviceQueue(&queue, &four, 4);
        KeInsertByKeyDeviceQueue(&queue, &eight, 8);
        CHECK_EQ(KeRemoveByKeyDeviceQueue(&queue, 3), &four);
        CHECK_EQ(KeRemoveByKeyDeviceQueue(&queue, 9), &one);
        CHECK_EQ(KeRemoveByKeyDeviceQueue(&queue, 8), &eight);
        CHECK_EQ(KeRemoveByKeyDeviceQueue(&queue, 0), NULL);
    });
}
