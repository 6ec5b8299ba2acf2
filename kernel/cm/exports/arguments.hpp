// SPDX-License-Identifier: GPL-2.0-only
// From the arguments of registry exports to ours, and back.
#pragma once

#include <span>
#include <string_view>

#include "abi/types/status.h"
#include "kernel/cm/registry.hpp"

namespace rsl::cm {

inline std::u16string_view text_of(const UNICODE_STRING* string) {
    if (string == nullptr) return {};
    return {string->Buffer, string->Length / sizeof(char16_t)};
}
inline std::span<std::byte> buffer(void* memory, ULONG bytes) {
    return {static_cast<std::byte*>(memory), memory == nullptr ? 0 : bytes};
}
inline NTSTATUS answer(Result<Answer> described, ULONG room, PULONG result_length) {
    if (!described) return described.failure().nt();
    *result_length = described->bytes;
    return status_for(*described, room);
}

/// The key of a kernel caller's handle, referenced for a scope.
class ByHandle {
  public:
    explicit ByHandle(HANDLE handle) {
        auto body = ob::reference_handle(handle, &KeyObject::kType, 0, KernelMode);
        if (body) {
            key_ = Ref<KeyObject>::adopt(static_cast<KeyObject*>(*body));
        } else {
            status_ = body.failure().nt();
        }
    }
    explicit operator bool() const { return static_cast<bool>(key_); }
    NTSTATUS status() const { return status_; }
    KeyObject& operator*() const { return *key_; }
    KeyObject* operator->() const { return key_.get(); }

  private:
    Ref<KeyObject> key_;
    NTSTATUS status_ = 0;
};

}  // namespace rsl::cm
