// SPDX-License-Identifier: GPL-2.0-only
// The registry as objects: keys that handles lead to, paths, and one lock around the tree.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "abi/types/cm.h"
#include "kernel/cm/information.hpp"
#include "kernel/cm/store.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::cm {

/// Guards the whole tree. PASSIVE_LEVEL and APC_LEVEL; nothing of drivers or users runs under it.
ke::Mutex& registry_lock();

/// What an open handle leads to. A deleted key stays until its objects are gone.
class KeyObject : public ob::Object<KeyObject> {
  public:
    static ob::ObjectType kType;
    explicit KeyObject(Key& key) : key_(key) { key_.add_reference(); }
    ~KeyObject();
    Key& key() const { return key_; }  // under the registry lock
    /// The full path, made once and kept as long as this object.
    Result<const UNICODE_STRING*> identity_name();

  private:
    Key& key_;
    UNICODE_STRING* identity_name_ = nullptr;
};

/// The parse context of opens and creations.
struct OpenRequest {
    bool create = false;
    uint32_t options = 0;  // REG_OPTION_*
    std::u16string_view key_class = {};
    uint32_t disposition = 0;  // REG_CREATED_NEW_KEY, REG_OPENED_EXISTING_KEY
};

// ---- Operations on an open key. They take the lock themselves. STATUS_KEY_DELETED where it is.

Result<Answer> query_key(KeyObject& object, KEY_INFORMATION_CLASS what, std::span<std::byte> out);
/// STATUS_NO_MORE_ENTRIES behind the last.
Result<Answer> enumerate_key(KeyObject& object, uint32_t index, KEY_INFORMATION_CLASS what,
                             std::span<std::byte> out);
Result<Answer> query_value(KeyObject& object, std::u16string_view name, KEY_VALUE_INFORMATION_CLASS what,
                           std::span<std::byte> out);
Result<Answer> enumerate_value(KeyObject& object, uint32_t index, KEY_VALUE_INFORMATION_CLASS what,
                               std::span<std::byte> out);
Result<void> set_value(KeyObject& object, std::u16string_view name, uint32_t type,
                       std::span<const std::byte> data);
Result<void> delete_value(KeyObject& object, std::u16string_view name);
Result<void> delete_key(KeyObject& object);
/// The full path, "\REGISTRY\MACHINE\...". Characters needed; writes what fits.
size_t key_path(const KeyObject& object, std::span<char16_t> out);

// ---- For the kernel's own use --------------------------------------------------------------------

/// Opens a key by its full path. PASSIVE_LEVEL.
Result<Ref<KeyObject>> open_key(std::u16string_view path);
/// The same, making the key, below one that is there.
Result<Ref<KeyObject>> make_last_key(std::u16string_view path);
/// The same, making every key on the way that is missing.
Result<Ref<KeyObject>> make_key(std::u16string_view path);

/// HKLM\System\CurrentControlSet\Services\<service>: Type, Start, ErrorControl, ImagePath and
/// DisplayName, as the service control manager writes them. Values that are there stay.
Result<void> write_service_key(std::u16string_view service, std::u16string_view image_path);

}  // namespace rsl::cm
