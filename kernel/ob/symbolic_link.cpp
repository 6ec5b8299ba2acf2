// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/symbolic_link.hpp"

#include <cstring>

#include "abi/functions/ke.h"

namespace rsl::ob {

constinit ObjectType SymbolicLink::kType{
    .name = u"SymbolicLink",
    .pool_tag = mm::pool_tag("ObSl"),
    .mapping = {STANDARD_RIGHTS_READ | SYMBOLIC_LINK_QUERY, STANDARD_RIGHTS_WRITE,
                STANDARD_RIGHTS_EXECUTE | SYMBOLIC_LINK_QUERY, SYMBOLIC_LINK_ALL_ACCESS},
    .valid_access = SYMBOLIC_LINK_ALL_ACCESS,
    .destroy = &destroy_object<SymbolicLink>,
};

Result<Ref<SymbolicLink>> SymbolicLink::create(std::u16string_view target) {
    if (target.size() > UNICODE_STRING_MAX_CHARS) return Status::kInvalidParameter;
    auto link = RSL_TRY(make_object<SymbolicLink>(target.size() * sizeof(char16_t)));
    std::memcpy(static_cast<void*>(link.get() + 1), target.data(),
                target.size() * sizeof(char16_t));
    link->length_ = static_cast<uint32_t>(target.size());
    LARGE_INTEGER now;
    KeQuerySystemTimePrecise(&now);
    link->creation_time_ = now.QuadPart;
    return link;
}

Result<void*> create_symbolic_link(std::u16string_view target) {
    auto link = RSL_TRY(SymbolicLink::create(target));
    return static_cast<void*>(link.release());
}

Result<void> insert_symbolic_link(std::u16string_view path, std::u16string_view target) {
    auto link = RSL_TRY(SymbolicLink::create(target));
    return insert_name(link.get(), path, OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
}

Result<void> remove_symbolic_link(std::u16string_view path) {
    void* body = RSL_TRY(
        open_path(path, &SymbolicLink::kType, OBJ_CASE_INSENSITIVE, 0, KernelMode, nullptr));
    const auto link = Ref<SymbolicLink>::adopt(static_cast<SymbolicLink*>(body));
    header_of(body).flags.fetch_and(~ObjectHeader::kPermanent, std::memory_order_relaxed);
    remove_name(body);
    return {};
}

}  // namespace rsl::ob
