// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInsertByKeyDeviceQueue, SortsByKeyBehindEqualOnes) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY busy = {0}, five = {0}, three = {0}, again = {0};
    KeInitializeDeviceQueue(&queue);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(!KeInsertByKeyDeviceQueue(&queue, &busy, 9));
        CHECK(KeInsertByKeyDeviceQueue(&queue, &five, 5));
        CHECK(KeInsertByKeyDeviceQueue(&queue, &three, 3));
        CHECK(KeInsertByKeyDeviceQueue(&queue, &again, 3));
        CHECK_EQ(KeRemoveDeviceQueue(&queue), &three);
        CHECK_EQ(KeRemoveDeviceQueue(&queue), &again);
        CHECK_EQ(KeRemoveDeviceQueue(&queue), &five);
        CHECK_EQ(KeRemoveDeviceQueue(&queue), NULL);
    });
}
