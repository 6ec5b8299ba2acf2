// SPDX-License-Identifier: GPL-2.0-only
// The registry, for clients: values written and read, and what drivers change.
#include <algorithm>

#include "abi/functions/cm.h"
#include "server/driver/own_text.hpp"
#include "server/driver/real_nt.hpp"
#include "server/driver/registry_walk.hpp"

namespace rsl::server {
namespace {

OBJECT_ATTRIBUTES attributes_of_key(UNICODE_STRING& path) {
    return {sizeof(OBJECT_ATTRIBUTES),
            nullptr,
            &path,
            OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
            nullptr,
            nullptr};
}

/// Opens a key and makes every one on the way. `path` begins with "\Registry\".
NTSTATUS make_key(UNICODE_STRING path, HANDLE& key) {
    OBJECT_ATTRIBUTES attributes = attributes_of_key(path);
    const size_t units = path.Length / sizeof(WCHAR);
    NTSTATUS status = ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, nullptr, 0, nullptr);
    if (status != STATUS_OBJECT_NAME_NOT_FOUND) return status;
    // From the front: the components of "\Registry\Machine" are there.
    constexpr int kFixedComponents = 2;
    int components = 0;
    for (size_t at = 1; at < units; ++at) {
        if (path.Buffer[at] != u'\\' || ++components < kFixedComponents) continue;
        UNICODE_STRING front = {static_cast<USHORT>(at * sizeof(WCHAR)),
                                static_cast<USHORT>(at * sizeof(WCHAR)), path.Buffer};
        attributes.ObjectName = &front;
        HANDLE above;
        status = ZwCreateKey(&above, KEY_ALL_ACCESS, &attributes, 0, nullptr, 0, nullptr);
        if (status < 0) return status;
        ZwClose(above);
    }
    attributes.ObjectName = &path;
    return ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, nullptr, 0, nullptr);
}

NTSTATUS open_key(UNICODE_STRING path, HANDLE& key) {
    OBJECT_ATTRIBUTES attributes = attributes_of_key(path);
    return ZwOpenKey(&key, KEY_ALL_ACCESS, &attributes);
}

bool has_value(HANDLE key, UNICODE_STRING& name) {
    ULONG length;
    return ZwQueryValueKey(key, &name, KeyValueBasicInformation, nullptr, 0, &length) !=
           STATUS_OBJECT_NAME_NOT_FOUND;
}

/// A value's KEY_VALUE_PARTIAL_INFORMATION, in pool memory.
class PartialInformation {
  public:
    PartialInformation(HANDLE key, UNICODE_STRING& name) {
        ULONG bytes = 512;
        do {
            release();
            memory_ = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, kPoolTag);
            status_ = memory_ == nullptr ? STATUS_INSUFFICIENT_RESOURCES
                                         : ZwQueryValueKey(key, &name, KeyValuePartialInformation,
                                                           memory_, bytes, &bytes);
        } while (status_ == STATUS_BUFFER_OVERFLOW ||
                 status_ == STATUS_BUFFER_TOO_SMALL);  // it can grow meanwhile
    }
    PartialInformation(const PartialInformation&) = delete;
    PartialInformation& operator=(const PartialInformation&) = delete;
    ~PartialInformation() { release(); }
    NTSTATUS status() const { return status_; }
    const KEY_VALUE_PARTIAL_INFORMATION* operator->() const {
        return static_cast<const KEY_VALUE_PARTIAL_INFORMATION*>(memory_);
    }

  private:
    void release() {
        if (memory_ != nullptr) ExFreePoolWithTag(memory_, kPoolTag);
        memory_ = nullptr;
    }
    PVOID memory_ = nullptr;
    NTSTATUS status_ = STATUS_SUCCESS;
};

}  // namespace

Outcome RealNt::set_registry_value(Target, const protocol::SetRegistryValue& body) {
    const OwnText path(kernel(body.key), body.key.bytes), name(kernel(body.name), body.name.bytes);
    if (!path || !name) return {STATUS_INSUFFICIENT_RESOURCES};
    const RegistryWatch::Quiet quiet(registry_watch_);
    const bool deletes = (body.flags & (protocol::kDeleteValue | protocol::kDeleteTree)) != 0;
    HANDLE key;
    NTSTATUS status = deletes ? open_key(path.nt(), key) : make_key(path.nt(), key);
    if (status < 0) return {status};
    UNICODE_STRING value = name.nt();
    if ((body.flags & protocol::kDeleteTree) != 0) {
        status = delete_registry_tree(key);
    } else if ((body.flags & protocol::kDeleteValue) != 0) {
        status = ZwDeleteValueKey(key, &value);
    } else if ((body.flags & protocol::kKeyOnly) == 0 &&
               ((body.flags & protocol::kKeepExisting) == 0 || !has_value(key, value))) {
        status = ZwSetValueKey(key, &value, 0, body.type, kernel(body.data), body.data.bytes);
    }
    if (status >= 0 && !deletes && (body.flags & protocol::RegistryFlags::kFlush) != 0) status = ZwFlushKey(key);
    ZwClose(key);
    return {status};
}

Outcome RealNt::query_registry_value(Target, const protocol::QueryRegistryValue& body) {
    const OwnText path(kernel(body.key), body.key.bytes), name(kernel(body.name), body.name.bytes);
    if (!path || !name) return {STATUS_INSUFFICIENT_RESOURCES};
    HANDLE key;
    if (const NTSTATUS status = open_key(path.nt(), key); status < 0) return {status};
    UNICODE_STRING value_name = name.nt();
    const PartialInformation value(key, value_name);
    ZwClose(key);
    if (value.status() < 0) return {value.status()};
    const uint32_t rest = value->DataLength - std::min<uint32_t>(body.offset, value->DataLength);
    const uint32_t bytes = std::min(rest, body.buffer.bytes);
    if (bytes != 0) std::memcpy(kernel(body.buffer), value->Data + body.offset, bytes);
    return {STATUS_SUCCESS, bytes, (uint64_t{value->Type} << 32) | value->DataLength};
}

Outcome RealNt::watch_registry(Target, const protocol::WatchRegistry& body) {
    if ((body.flags & protocol::kForget) != 0) return {registry_watch_.forget(body.watch)};
    const OwnText path(kernel(body.key), body.key.bytes);
    if (!path) return {STATUS_INSUFFICIENT_RESOURCES};
    HANDLE key;
    NTSTATUS status = make_key(path.nt(), key);
    if (status < 0) return {status};
    using Existing = RegistryWatch::Existing;
    uint32_t number = 0;
    status =
        registry_watch_.add(key,
                            (body.flags & protocol::kTellExisting) != 0 ? Existing::kCountsAsChanged
                                                                        : Existing::kIsKnown,
                            number);
    ZwClose(key);
    return {status, 0, number};
}

Outcome RealNt::registry_changes(Target target, const protocol::RegistryChanges& body) {
    if ((body.flags & protocol::kWaitForChange) != 0) {
        KeClearEvent(&wait_cancelled_[target.slot]);
        return {registry_watch_.wait(wait_cancelled_[target.slot])};
    }
    bool more = false;
    const auto taken = registry_watch_.take({kernel(body.buffer), body.buffer.bytes}, more);
    if (taken.lost != 0)
        DbgPrint(
            "rslserver: %u registry changes of drivers do not reach the client: they came faster "
            "than it took them\n",
            static_cast<unsigned>(taken.lost));
    if (taken.bytes != 0) return {STATUS_SUCCESS, taken.bytes, taken.lost};
    return {more ? STATUS_BUFFER_TOO_SMALL : STATUS_NO_MORE_ENTRIES, 0, taken.lost};
}

}  // namespace rsl::server
