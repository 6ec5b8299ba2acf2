// SPDX-License-Identifier: GPL-2.0-only
// Who waits for changes of a key (ZwNotifyChangeKey). One change ends one request.
#pragma once

#include "abi/types/cm.h"
#include "abi/types/ex.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/cm/store.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::cm {

class KeyObject;

/// One request. Listed from its making until a change, or its key object's last handle, ends it.
struct Notice {
    KeyObject* object;  // not referenced: its close ends the request
    uint32_t filter;
    bool whole_tree;
    KEVENT* event = nullptr;              // referenced
    WORK_QUEUE_ITEM* work_item = nullptr; // the driver's
    WORK_QUEUE_TYPE work_queue = DelayedWorkQueue;
    IO_STATUS_BLOCK* status_block = nullptr;
    int32_t status = 0;
    ListHook hook;
};
using NoticeList = IntrusiveList<Notice, &Notice::hook>;

/// Lists a request; it is pool memory and owned by the list from here. Under the registry lock.
void list_notice(Notice& notice);
/// Moves the requests that a change of `key` ends to `out`. Under the registry lock.
void collect_notices(const Key& key, uint32_t change, NoticeList& out);
/// Tells them. Not under the lock.
void fire(NoticeList& notices);
/// Ends all requests made through this object with STATUS_NOTIFY_CLEANUP.
void cancel_notices(KeyObject& object);

}  // namespace rsl::cm
