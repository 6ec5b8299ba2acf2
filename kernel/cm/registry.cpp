// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/registry.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "abi/types/status.h"
#include "kernel/cm/callbacks.hpp"
#include "kernel/cm/notify.hpp"
#include "kernel/cm/startup.hpp"
#include "kernel/cm/tree.hpp"
#include "kernel/ke/clock.hpp"

namespace rsl::cm {
namespace {

alignas(ke::Mutex) constinit std::byte lock_memory[sizeof(ke::Mutex)] = {};  // made by initialize()
constinit Key* the_root = nullptr;

int64_t now() { return static_cast<int64_t>(ke::system_time_now()); }

size_t path_length(const Key& key) {
    size_t length = 0;
    for (const Key* at = &key; at != nullptr; at = at->parent()) length += at->name().size() + 1;
    return length;
}

/// From the end to the front; what does not fit at the end is left out.
size_t write_path(const Key& key, std::span<char16_t> out) {
    const size_t length = path_length(key);
    size_t end = length;
    for (const Key* at = &key; at != nullptr; at = at->parent()) {
        const auto name = at->name();
        end -= name.size() + 1;
        if (end < out.size()) out[end] = u'\\';
        for (size_t i = 0; i < name.size() && end + 1 + i < out.size(); ++i) out[end + 1 + i] = name[i];
    }
    return length;
}

/// Where a link key leads: its SymbolicLinkValue.
std::optional<std::u16string_view> link_target(const Key& key) {
    const Value* value = key.find_value(u"SymbolicLinkValue");
    if (value == nullptr || value->type() != REG_LINK) return std::nullopt;
    return std::u16string_view{reinterpret_cast<const char16_t*>(value->data().data()),
                               value->data().size() / sizeof(char16_t)};
}

int32_t follow_link(const Key& link, std::u16string_view rest, ob::ParseRequest& request) {
    const auto target = link_target(link);
    if (!target) return STATUS_OBJECT_NAME_NOT_FOUND;
    const size_t length = target->size() + rest.size();
    auto* text = static_cast<char16_t*>(mm::allocate((length + 1) * sizeof(char16_t), mm::pool_tag("CmRp")));
    if (text == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::copy(target->begin(), target->end(), text);
    std::copy(rest.begin(), rest.end(), text + target->size());
    request.reparse = text;
    request.reparse_length = length;
    return STATUS_REPARSE;
}

Result<Key*> create_subkey(Key& parent, std::u16string_view name, OpenRequest& request) {
    const bool is_volatile = (request.options & REG_OPTION_VOLATILE) != 0;
    Key* key = RSL_TRY(parent.create(name, request.key_class,
                                     is_volatile ? Lifetime::kVolatile : Lifetime::kStored, now()));
    if ((request.options & REG_OPTION_CREATE_LINK) != 0) key->make_link();
    request.disposition = REG_CREATED_NEW_KEY;
    return key;
}

/// Walks down from an open key. STATUS_REPARSE for a link on the way.
int32_t parse(void* body, ob::ParseRequest& request) {
    OpenRequest plain;
    auto& open = request.context != nullptr ? *static_cast<OpenRequest*>(request.context) : plain;
    auto rest = request.remaining;
    const bool open_link = (open.options & REG_OPTION_OPEN_LINK) != 0 || (request.attributes & OBJ_OPENLINK) != 0;
    Ref<KeyObject> made;
    NoticeList notices;
    {
        ke::MutexGuard guard{registry_lock()};
        Key* key = &static_cast<KeyObject*>(body)->key();
        if (key->is_deleted()) return STATUS_KEY_DELETED;
        open.disposition = REG_OPENED_EXISTING_KEY;
        for (;;) {
            while (!rest.empty() && rest.front() == u'\\') rest.remove_prefix(1);
            if (key->is_link() && !(rest.empty() && open_link) && key != &static_cast<KeyObject*>(body)->key()) {
                const auto tail = rest.empty() ? rest : std::u16string_view(rest.data() - 1, rest.size() + 1);
                return follow_link(*key, tail, request);
            }
            if (rest.empty()) break;
            const size_t end = std::min(rest.find(u'\\'), rest.size());
            const auto name = rest.substr(0, end);
            rest.remove_prefix(end);
            Key* next = key->find(name);
            if (next == nullptr) {
                if (!open.create || !rest.empty()) return STATUS_OBJECT_NAME_NOT_FOUND;
                auto created = create_subkey(*key, name, open);
                if (!created) return created.failure().nt();
                collect_notices(*key, REG_NOTIFY_CHANGE_NAME, notices);
                key = *created;
                break;  // a new link has nowhere to lead yet
            }
            key = next;
        }
        auto object = ob::make_object<KeyObject>(0, *key);
        if (!object) return object.failure().nt();
        made = std::move(*object);
    }
    fire(notices);
    request.opened = made.release();
    return STATUS_SUCCESS;
}

size_t query_name(const void* body, std::span<char16_t> out) {
    return key_path(*static_cast<const KeyObject*>(body), out);
}

/// Callbacks hear of each handle that closes; with the last one, those who wait for the key do too.
void close(ps::Process&, void* body, uint32_t, uint32_t all_handles) {
    REG_KEY_HANDLE_CLOSE_INFORMATION information = {.Object = body};
    watched(RegNtPreKeyHandleClose, RegNtPostKeyHandleClose, information, body, [&]() -> NTSTATUS {
        if (all_handles == 1) cancel_notices(*static_cast<KeyObject*>(body));
        return STATUS_SUCCESS;
    });
}

Result<Key*> live(KeyObject& object) {
    if (object.key().is_deleted()) return Status(STATUS_KEY_DELETED);
    return &object.key();
}

}  // namespace

constinit ob::ObjectType KeyObject::kType{
    .name = u"Key",
    .pool_tag = mm::pool_tag("Key "),
    .mapping = {KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS},
    .valid_access = KEY_ALL_ACCESS,
    .destroy = &ob::destroy_object<KeyObject>,
    .close = &close,
    .parse = &parse,
    .query_name = &query_name,
};

ke::Mutex& registry_lock() { return *std::launder(reinterpret_cast<ke::Mutex*>(lock_memory)); }

Result<const UNICODE_STRING*> KeyObject::identity_name() {
    if (const UNICODE_STRING* there = __atomic_load_n(&identity_name_, __ATOMIC_ACQUIRE)) return there;  // pairs below
    const size_t length = key_path(*this, {});
    const auto bytes = static_cast<USHORT>(length * sizeof(WCHAR));
    auto* fresh = static_cast<UNICODE_STRING*>(mm::allocate(sizeof(UNICODE_STRING) + bytes, mm::pool_tag("CmId")));
    if (fresh == nullptr) return Status::kInsufficientResources;
    *fresh = {.Length = bytes, .MaximumLength = bytes, .Buffer = reinterpret_cast<PWSTR>(fresh + 1)};
    key_path(*this, {fresh->Buffer, length});
    UNICODE_STRING* none = nullptr;
    if (__atomic_compare_exchange_n(&identity_name_, &none, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        return static_cast<const UNICODE_STRING*>(fresh);
    }
    mm::free(fresh);  // another thread was faster
    return static_cast<const UNICODE_STRING*>(none);
}

KeyObject::~KeyObject() {
    if (identity_name_ != nullptr) mm::free(identity_name_);
    ke::MutexGuard guard{registry_lock()};
    key_.drop_reference();
}

Result<void> initialize() {
    ::new (static_cast<void*>(lock_memory)) ke::Mutex;
    the_root = RSL_TRY(Key::create_root(u"REGISTRY"));
    RSL_TRY(plant_tree(*the_root, now()));
    auto object = RSL_TRY(ob::make_object<KeyObject>(0, *the_root));
    return ob::insert_name(object.get(), u"\\REGISTRY", OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
}

size_t key_path(const KeyObject& object, std::span<char16_t> out) {
    ke::MutexGuard guard{registry_lock()};
    return write_path(object.key(), out);
}

Result<Answer> query_key(KeyObject& object, KEY_INFORMATION_CLASS what, std::span<std::byte> out) {
    char16_t path[512];  // of KeyNameInformation: longer ones are cut, and so told as too long
    ke::MutexGuard guard{registry_lock()};
    Key* key = RSL_TRY(live(object));
    std::u16string_view text;
    if (what == KeyNameInformation) {
        const size_t length = write_path(*key, path);
        if (length > std::size(path)) return Status::kInsufficientResources;
        text = {path, length};
    }
    return describe_key(*key, what, text, out);
}

Result<Answer> enumerate_key(KeyObject& object, uint32_t index, KEY_INFORMATION_CLASS what,
                             std::span<std::byte> out) {
    if (what == KeyNameInformation) return Status::kInvalidParameter;
    ke::MutexGuard guard{registry_lock()};
    Key* key = RSL_TRY(live(object));
    const Key* subkey = key->subkey(index);
    if (subkey == nullptr) return Status(STATUS_NO_MORE_ENTRIES);
    return describe_key(*subkey, what, {}, out);
}

Result<Answer> query_value(KeyObject& object, std::u16string_view name, KEY_VALUE_INFORMATION_CLASS what,
                           std::span<std::byte> out) {
    ke::MutexGuard guard{registry_lock()};
    Key* key = RSL_TRY(live(object));
    const Value* value = key->find_value(name);
    if (value == nullptr) return Status::kObjectNameNotFound;
    return describe_value(*value, what, out);
}

Result<Answer> enumerate_value(KeyObject& object, uint32_t index, KEY_VALUE_INFORMATION_CLASS what,
                               std::span<std::byte> out) {
    ke::MutexGuard guard{registry_lock()};
    Key* key = RSL_TRY(live(object));
    const Value* value = key->value(index);
    if (value == nullptr) return Status(STATUS_NO_MORE_ENTRIES);
    return describe_value(*value, what, out);
}

namespace {

/// A change under the lock, then the notices of it without. `make` may clear the filter: nothing to tell.
template <typename Change>
Result<void> change(KeyObject& object, const uint32_t& filter, Change&& make) {
    NoticeList notices;
    {
        ke::MutexGuard guard{registry_lock()};
        Key* key = RSL_TRY(live(object));
        Key* parent = key->parent();
        RSL_TRY(make(*key));
        collect_notices(key->is_deleted() && parent != nullptr ? *parent : *key, filter, notices);
    }
    fire(notices);
    return {};
}

}  // namespace

Result<void> set_value(KeyObject& object, std::u16string_view name, uint32_t type,
                       std::span<const std::byte> data) {
    uint32_t filter = REG_NOTIFY_CHANGE_LAST_SET;
    return change(object, filter, [&](Key& key) {
        const Value* before = key.find_value(name);
        if (before != nullptr && before->type() == type && std::ranges::equal(before->data(), data)) filter = 0;
        return key.set_value(name, type, data, now());
    });
}
Result<void> delete_value(KeyObject& object, std::u16string_view name) {
    return change(object, REG_NOTIFY_CHANGE_LAST_SET,
                  [&](Key& key) { return key.remove_value(name, now()); });
}
Result<void> delete_key(KeyObject& object) {
    return change(object, REG_NOTIFY_CHANGE_NAME, [&](Key& key) { return key.remove(now()); });
}

Result<Ref<KeyObject>> open_key(std::u16string_view path) {
    OpenRequest request;
    void* body = RSL_TRY(ob::open_path(path, &KeyObject::kType, OBJ_CASE_INSENSITIVE, 0, KernelMode, &request));
    return Ref<KeyObject>::adopt(static_cast<KeyObject*>(body));
}

Result<Ref<KeyObject>> make_last_key(std::u16string_view path) {
    OpenRequest request{.create = true};
    void* body = RSL_TRY(ob::open_path(path, &KeyObject::kType, OBJ_CASE_INSENSITIVE, 0, KernelMode, &request));
    return Ref<KeyObject>::adopt(static_cast<KeyObject*>(body));
}

Result<Ref<KeyObject>> make_key(std::u16string_view path) {
    OpenRequest request{.create = true};
    size_t end = path.find(u'\\', 1);
    for (;;) {
        // Behind each component in turn: every key on the way exists when the last is made.
        end = std::min(path.find(u'\\', end + 1), path.size());
        auto body = ob::open_path(path.substr(0, end), &KeyObject::kType, OBJ_CASE_INSENSITIVE, 0, KernelMode,
                                  &request);
        if (!body) return body.failure();
        auto key = Ref<KeyObject>::adopt(static_cast<KeyObject*>(*body));
        if (end == path.size()) return key;
    }
}

}  // namespace rsl::cm
