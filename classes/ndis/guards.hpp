// SPDX-License-Identifier: GPL-2.0-only
// What several parts of ndis.sys do around a few lines: raise the IRQL, link into a LIST_ENTRY list.
#pragma once

#include "abi/functions/ke.h"

namespace rsl::ndis {

/// At DISPATCH_LEVEL as long as it lives.
class AtDispatch {
  public:
    AtDispatch() : before_(KeRaiseIrqlToDpcLevel()) {}
    ~AtDispatch() { KeLowerIrql(before_); }
    AtDispatch(const AtDispatch&) = delete;
    AtDispatch& operator=(const AtDispatch&) = delete;

  private:
    KIRQL before_;
};

/// Both under the list's own lock.
inline void insert_last(LIST_ENTRY& all, LIST_ENTRY& entry) {
    entry = {.Flink = &all, .Blink = all.Blink};
    all.Blink->Flink = &entry;
    all.Blink = &entry;
}
inline void remove(LIST_ENTRY& entry) {
    entry.Blink->Flink = entry.Flink;
    entry.Flink->Blink = entry.Blink;
}

}  // namespace rsl::ndis
