// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/work_item.hpp"

#include "abi/types/ex.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ob/object.hpp"

extern "C" VOID NTAPI ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType);

namespace rsl::io {
namespace {

/// The routine may free or queue the item again: nothing of it is touched after the call begins.
void NTAPI run(PVOID parameter) {
    auto& item = *static_cast<IO_WORKITEM*>(parameter);
    void* object = item.object;
    void* context = item.context;
    const bool extended = item.extended;
    const auto routine = item.routine;
    const auto routine_ex = item.routine_ex;
    item.queued = false;
    if (extended) {
        routine_ex(object, context, &item);
    } else {
        routine(static_cast<PDEVICE_OBJECT>(object), context);
    }
    ob::dereference(object);
}

void queue_prepared(IO_WORKITEM& item, WORK_QUEUE_TYPE queue, void* context) {
    if (item.queued) {
        ke::bug_check(WORKER_INVALID, 0x1, reinterpret_cast<uintptr_t>(&item), 0, 0,
                      {.explanation = "a driver queued a work item that is queued already"});
    }
    item.context = context;
    item.queued = true;
    ob::reference(item.object);
    ExQueueWorkItem(&item.item, queue);
}

}  // namespace

void initialize_work_item(IO_WORKITEM& item, void* object) {
    item = {};
    item.item.WorkerRoutine = &run;
    item.item.Parameter = &item;
    item.object = object;
}

void queue_work_item(IO_WORKITEM& item, PIO_WORKITEM_ROUTINE routine, WORK_QUEUE_TYPE queue, void* context) {
    item.routine = routine;
    item.extended = false;
    queue_prepared(item, queue, context);
}

void queue_work_item(IO_WORKITEM& item, PIO_WORKITEM_ROUTINE_EX routine, WORK_QUEUE_TYPE queue,
                     void* context) {
    item.routine_ex = routine;
    item.extended = true;
    queue_prepared(item, queue, context);
}

}  // namespace rsl::io
