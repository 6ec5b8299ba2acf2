// SPDX-License-Identifier: GPL-2.0-only
// Work items of drivers: a routine to run in a worker thread while its device or driver object is kept.
#pragma once

#include "abi/types/io_device.h"

/// Opaque to drivers, who may have it in memory of their own (IoSizeofWorkItem).
struct _IO_WORKITEM {
    WORK_QUEUE_ITEM item;
    PVOID object;  // device or driver; referenced while queued
    union {
        PIO_WORKITEM_ROUTINE routine;
        PIO_WORKITEM_ROUTINE_EX routine_ex;
    };
    PVOID context;
    bool extended;
    volatile bool queued;
};

namespace rsl::io {

void initialize_work_item(IO_WORKITEM& item, void* object);
void queue_work_item(IO_WORKITEM& item, PIO_WORKITEM_ROUTINE routine, WORK_QUEUE_TYPE queue, void* context);
void queue_work_item(IO_WORKITEM& item, PIO_WORKITEM_ROUTINE_EX routine, WORK_QUEUE_TYPE queue,
                     void* context);

}  // namespace rsl::io
