// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/notify.hpp"

#include "abi/functions/ex.h"
#include "abi/types/status.h"
#include "kernel/cm/registry.hpp"
#include "kernel/ke/objects.hpp"

namespace rsl::cm {
namespace {

constinit NoticeList waiting;  // guarded by the registry lock

bool covers(const Notice& notice, const Key& changed) {
    const Key& watched = notice.object->key();
    if (&watched == &changed) return true;
    if (!notice.whole_tree) return false;
    for (const Key* at = changed.parent(); at != nullptr; at = at->parent()) {
        if (at == &watched) return true;
    }
    return false;
}

void move_to(Notice& notice, NoticeList& out, int32_t status) {
    notice.status = status;
    NoticeList::remove(notice);
    out.push_back(notice);
}

}  // namespace

void list_notice(Notice& notice) { waiting.push_back(notice); }

void collect_notices(const Key& key, uint32_t change, NoticeList& out) {
    for (Notice& notice : waiting) {
        if ((notice.filter & change) != 0 && covers(notice, key))
            move_to(notice, out, STATUS_NOTIFY_ENUM_DIR);
    }
}

void fire(NoticeList& notices) {
    while (Notice* notice = notices.pop_front()) {
        if (notice->status_block != nullptr) {
            notice->status_block->Status = notice->status;
            notice->status_block->Information = 0;
        }
        if (notice->event != nullptr) {
            ke::set_event(*notice->event, IO_NO_INCREMENT);
            ob::dereference(notice->event);
        }
        if (notice->work_item != nullptr) ExQueueWorkItem(notice->work_item, notice->work_queue);
        mm::destroy(notice);
    }
}

void cancel_notices(KeyObject& object) {
    NoticeList ended;
    {
        ke::MutexGuard guard{registry_lock()};
        for (Notice& notice : waiting) {
            if (notice.object == &object) move_to(notice, ended, STATUS_NOTIFY_CLEANUP);
        }
    }
    fire(ended);
}

}  // namespace rsl::cm
