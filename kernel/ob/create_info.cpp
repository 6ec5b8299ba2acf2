// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/create_info.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/se/object_security.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("ObCi");

/// What a driver wants for an object that it has not inserted yet. The name follows.
struct CreateInfo {
    ListHook hook;
    void* body;
    void* security;  // captured, or nullptr
    HANDLE root;
    uint32_t attributes;
    USHORT name_bytes;
    char16_t* name() { return reinterpret_cast<char16_t*>(this + 1); }
};
constinit ke::SpinLock info_lock{ke::LockRank::kObject};
constinit IntrusiveList<CreateInfo, &CreateInfo::hook> infos RSL_GUARDED_BY(info_lock);

void destroy_info(CreateInfo* info) {
    if (info->security != nullptr) mm::free_tagged(info->security, se::kDescriptorTag);
    mm::free_tagged(info, kTag);
}

CreateInfo* take_info(void* body) {
    ObjectHeader& header = header_of(body);
    if ((header.flags.fetch_and(~ObjectHeader::kCreateInfo, std::memory_order_acq_rel) &
         ObjectHeader::kCreateInfo) == 0)
        return nullptr;
    ke::InterruptLockGuard guard{info_lock};
    for (CreateInfo& info : infos) {
        if (info.body != body) continue;
        infos.remove(info);
        return &info;
    }
    return nullptr;
}

Result<void> keep_info(void* body, const CapturedAttributes& captured) {
    const std::u16string_view name = captured.name();
    const size_t bytes = name.size() * sizeof(char16_t);
    auto* info = static_cast<CreateInfo*>(mm::allocate(sizeof(CreateInfo) + bytes, kTag));
    if (info == nullptr) return Status::kInsufficientResources;
    ::new (info) CreateInfo{.hook = {},
                            .body = body,
                            .security = nullptr,
                            .root = captured.root_handle(),
                            .attributes = captured.flags(),
                            .name_bytes = static_cast<USHORT>(bytes)};
    std::memcpy(info->name(), name.data(), bytes);
    auto security = se::capture_descriptor(captured.security_descriptor(), captured.mode());
    if (!security) {
        destroy_info(info);
        return security.failure();
    }
    info->security = *security;
    header_of(body).flags.fetch_or(ObjectHeader::kCreateInfo, std::memory_order_relaxed);
    ke::InterruptLockGuard guard{info_lock};
    infos.push_back(*info);
    return {};
}

}  // namespace

Result<void*> create_for_driver(const ObjectType& type, const OBJECT_ATTRIBUTES* attributes,
                                uint64_t body_bytes, KPROCESSOR_MODE probe_mode) {
    if (type.driver_body_bytes == 0) return Status(STATUS_NOT_SUPPORTED);
    const auto captured = RSL_TRY(CapturedAttributes::capture(attributes, probe_mode));
    const uint64_t bytes =
        body_bytes > type.driver_body_bytes ? body_bytes : type.driver_body_bytes;
    auto object = adopt(RSL_TRY(allocate_object(type, bytes)));
    if (type.construct_for_driver != nullptr) type.construct_for_driver(object.get());
    RSL_TRY(keep_info(object.get(), captured));
    return object.release();
}

Result<Created> insert_for_driver(void* body, const DriverInsertion& how) {
    auto owned = adopt(body);
    CreateInfo* info = take_info(body);
    if (info == nullptr) return Status::kInvalidParameter;  // inserted already, or not made so
    UNICODE_STRING name = {info->name_bytes, info->name_bytes, info->name()};
    OBJECT_ATTRIBUTES attributes = {
        sizeof(attributes), info->root,     info->name_bytes != 0 ? &name : nullptr,
        info->attributes,   info->security, nullptr};
    auto outcome = [&]() -> Result<Created> {
        const auto captured = RSL_TRY(CapturedAttributes::capture(&attributes, KernelMode));
        reference(body, int64_t{how.bias});
        if (!how.wants_handle && !captured.has_name()) {
            header_of(body).security = std::exchange(info->security, nullptr);
            return Created{nullptr, Outcome::kCreated};
        }
        reference(body);  // insert_object() takes one
        auto created = insert_object(body, captured, how.desired_access);
        if (!created) dereference(body, int64_t{how.bias});
        return created;
    }();
    destroy_info(info);
    if (outcome && !how.wants_handle) (void)owned.release();  // the caller keeps its reference
    return outcome;
}

void drop_create_info(void* body) {
    if (CreateInfo* info = take_info(body); info != nullptr) destroy_info(info);
}

}  // namespace rsl::ob
