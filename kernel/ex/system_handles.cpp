// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/system_handles.hpp"

#include <atomic>
#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ex {
namespace {

constexpr uint32_t kFirstTypeIndex = 2;  // as in NT, where 0 and 1 are no types

/// A number for each type, in order of their first handle here; it stays the same.
uint32_t type_index(const ob::ObjectType* type) {
    static constinit std::atomic<const ob::ObjectType*> seen[64] = {};
    for (uint32_t i = 0; i < std::size(seen); ++i) {
        const ob::ObjectType* known = seen[i].load(std::memory_order_relaxed);
        if (known == nullptr && seen[i].compare_exchange_strong(known, type)) known = type;
        if (known == type) return kFirstTypeIndex + i;
    }
    return 0;
}

template <typename Entry, typename Head>
class HandleList {
  public:
    explicit HandleList(std::span<std::byte> out) : out_(out) {}

    void add_process(ps::Process& process) {
        if (process.handles == nullptr) return;
        process_ = &process;
        process.handles->for_each([](const ob::HandleTable::Entry& entry, void* context) {
            static_cast<HandleList*>(context)->add(entry);
        }, this);
    }
    int32_t finish(uint32_t& needed) {
        needed = static_cast<uint32_t>(sizeof(Head) + count_ * sizeof(Entry));
        if (out_.size() < needed) return STATUS_INFO_LENGTH_MISMATCH;
        Head head{};
        head.count = static_cast<decltype(head.count)>(count_);
        std::memcpy(out_.data(), &head, sizeof(head));
        return STATUS_SUCCESS;
    }

  private:
    void add(const ob::HandleTable::Entry& entry) {
        // Its own reference: the type is read out of the object.
        auto body = process_->handles->lookup(entry.handle, nullptr, 0, KernelMode);
        if (!body) return;
        Entry info{};
        info.UniqueProcessId = static_cast<decltype(info.UniqueProcessId)>(process_->id);
        info.ObjectTypeIndex = static_cast<decltype(info.ObjectTypeIndex)>(type_index(ob::header_of(*body).type));
        info.HandleAttributes = static_cast<decltype(info.HandleAttributes)>(entry.attributes);
        info.HandleValue = static_cast<decltype(info.HandleValue)>(reinterpret_cast<uint64_t>(entry.handle));
        info.Object = *body;
        info.GrantedAccess = entry.granted_access;
        const size_t at = sizeof(Head) + count_++ * sizeof(Entry);
        if (in_bounds(at, sizeof(Entry), out_.size())) std::memcpy(out_.data() + at, &info, sizeof(info));
        ob::dereference(*body);
    }

    std::span<std::byte> out_;
    size_t count_ = 0;
    ps::Process* process_ = nullptr;
};

struct ShortHead {
    ULONG count;
    ULONG padding;
};
struct LongHead {
    ULONG_PTR count;
    ULONG_PTR reserved;
};

template <typename List>
int32_t list_all(std::span<std::byte> out, uint32_t& needed) {
    List list{out};
    ps::each_process([](void* context, ps::Process& process) { static_cast<List*>(context)->add_process(process); },
                     &list);
    return list.finish(needed);
}

}  // namespace

int32_t query_handles(std::span<std::byte> out, uint32_t& needed) {
    return list_all<HandleList<SYSTEM_HANDLE_TABLE_ENTRY_INFO, ShortHead>>(out, needed);
}
int32_t query_extended_handles(std::span<std::byte> out, uint32_t& needed) {
    return list_all<HandleList<SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX, LongHead>>(out, needed);
}

}  // namespace rsl::ex
