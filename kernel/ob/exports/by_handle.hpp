// SPDX-License-Identifier: GPL-2.0-only
// Referencing what a caller's handle means, for a scope: what Nt routines on dispatcher objects begin with.
#pragma once

#include "kernel/ob/access.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

namespace rsl::ob {

/// The object of a caller's handle as a T, with its reference.
template <typename T>
class ByHandle {
  public:
    ByHandle(HANDLE handle, const ObjectType& type, uint32_t access) : mode_(ps::previous_mode()) {
        OBJECT_HANDLE_INFORMATION information = {};
        auto found = reference_handle(handle, &type, access, mode_, &information);
        granted_ = information.GrantedAccess;
        if (found) {
            body_ = adopt(*found);
        } else {
            status_ = found.failure().nt();
        }
    }
    explicit operator bool() const { return static_cast<bool>(body_); }
    NTSTATUS status() const { return status_; }
    T& operator*() const { return *reinterpret_cast<T*>(body_.get()); }
    T* operator->() const { return &**this; }
    KPROCESSOR_MODE mode() const { return mode_; }
    /// What the handle was granted.
    ACCESS_MASK granted_access() const { return granted_; }

    /// Gives an optional result to the caller.
    template <typename V>
    NTSTATUS tell(V* out, std::type_identity_t<V> value) const {
        if (out == nullptr) return 0;
        return ps::write_out(out, value, mode_).status().nt();
    }

  private:
    AnyRef body_;
    NTSTATUS status_ = 0;
    ACCESS_MASK granted_ = 0;
    KPROCESSOR_MODE mode_;
};

/// What a query routine answers: one structure of fixed size.
template <typename V>
NTSTATUS answer_fixed(const V& value, void* out, ULONG length, ULONG* returned, KPROCESSOR_MODE mode) {
    if (length != sizeof(V)) return static_cast<NTSTATUS>(0xC0000004);  // STATUS_INFO_LENGTH_MISMATCH
    auto told = ps::copy_out(out, &value, sizeof(V), mode);
    if (told && returned != nullptr) told = ps::write_out(returned, static_cast<ULONG>(sizeof(V)), mode);
    return told.status().nt();
}

}  // namespace rsl::ob
