// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/registry_watch.hpp"

#include <algorithm>
#include <utility>

#include "abi/functions/cm.h"
#include "server/driver/registry_walk.hpp"

namespace rsl::server {
namespace {

using protocol::RegistryChange;

constinit RegistryWatch* watches = nullptr;  // under lock
constinit KMUTEX lock = {};           // guards all watches; short, and nothing is called under it
constinit KMUTEX registering = {};    // taken before lock, never by the callback
constinit LARGE_INTEGER cookie = {};  // under registering
constinit uint32_t listeners = 0;     // under registering

class Guard {
  public:
    explicit Guard(KMUTEX& mutex) : mutex_(mutex) {
        KeWaitForSingleObject(&mutex_, Executive, KernelMode, FALSE, nullptr);
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard() { KeReleaseMutex(&mutex_, FALSE); }

  private:
    KMUTEX& mutex_;
};

std::u16string_view view_of(PCUNICODE_STRING text) {
    if (text == nullptr || text->Buffer == nullptr) return {};
    return {reinterpret_cast<const char16_t*>(text->Buffer), text->Length / sizeof(WCHAR)};
}

/// The full path of a key's object; freed by CmCallbackReleaseKeyObjectIDEx.
PCUNICODE_STRING path_of(PVOID key_object) {
    PCUNICODE_STRING path = nullptr;
    const NTSTATUS status = CmCallbackGetKeyObjectIDEx(&cookie, key_object, nullptr, &path, 0);
    return status >= 0 ? path : nullptr;
}

}  // namespace

void initialize_registry_watch() {
    KeInitializeMutex(&lock, 0);
    KeInitializeMutex(&registering, 0);
}

RegistryWatch::RegistryWatch()
    : journal_({[](size_t bytes) { return ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, kPoolTag); },
                [](void* memory) { ExFreePoolWithTag(memory, kPoolTag); }}) {
    KeInitializeEvent(&changed_, NotificationEvent, FALSE);
}

RegistryWatch::~RegistryWatch() {
    if (!listening_) return;
    {
        const Guard guard{lock};
        RegistryWatch** link = &watches;
        while (*link != this) link = &(*link)->next_;
        *link = next_;
    }
    for (PCUNICODE_STRING path : keys_) CmCallbackReleaseKeyObjectIDEx(path);
    const Guard guard{registering};
    if (--listeners == 0) CmUnRegisterCallback(cookie);
}

NTSTATUS RegistryWatch::begin() {
    const Guard guard{registering};
    if (listening_) return STATUS_SUCCESS;
    if (listeners == 0) {
        const NTSTATUS status = CmRegisterCallback(&hear, nullptr, &cookie);
        if (status < 0) return status;
    }
    ++listeners;
    listening_ = true;
    const Guard list{lock};
    next_ = std::exchange(watches, this);
    return STATUS_SUCCESS;
}

NTSTATUS RegistryWatch::add(HANDLE key, Existing existing, uint32_t& number) {
    if (const NTSTATUS status = begin(); status < 0) return status;
    PVOID object = nullptr;
    NTSTATUS status =
        ObReferenceObjectByHandle(key, 0, *RslImportedKeyType, KernelMode, &object, nullptr);
    if (status < 0) return status;
    PCUNICODE_STRING path = path_of(object);
    ObDereferenceObject(object);
    if (path == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    status = STATUS_INSUFFICIENT_RESOURCES;
    {
        const Guard guard{lock};
        for (number = 0; number < kMostKeys && keys_[number] != nullptr; ++number) {
        }
        if (number < kMostKeys) {
            keys_[number] = path;
            status = STATUS_SUCCESS;
        }
    }
    if (status < 0) {
        CmCallbackReleaseKeyObjectIDEx(path);
        return status;
    }
    return existing == Existing::kCountsAsChanged ? tell_existing(number, key) : STATUS_SUCCESS;
}

NTSTATUS RegistryWatch::forget(uint32_t number) {
    if (number >= kMostKeys) return STATUS_NOT_FOUND;
    PCUNICODE_STRING path;
    {
        const Guard guard{lock};
        path = std::exchange(keys_[number], nullptr);
        journal_.forget(number);
        if (journal_.empty()) KeClearEvent(&changed_);
    }
    if (path == nullptr) return STATUS_NOT_FOUND;
    CmCallbackReleaseKeyObjectIDEx(path);
    return STATUS_SUCCESS;
}

NTSTATUS RegistryWatch::wait(KEVENT& cancelled) {
    PVOID both[] = {&changed_, &cancelled};
    const NTSTATUS status = KeWaitForMultipleObjects(2, both, WaitAny, UserRequest, KernelMode,
                                                     FALSE, nullptr, nullptr);
    return status == STATUS_WAIT_1 ? STATUS_CANCELLED : status;
}

RegistryJournal::Taken RegistryWatch::take(std::span<std::byte> out, bool& more) {
    const Guard guard{lock};
    const auto taken = journal_.take(out);
    more = !journal_.empty();
    if (!more) KeClearEvent(&changed_);
    return taken;
}

/// Under the lock.
void RegistryWatch::append(uint32_t number, RegistryChange change, std::u16string_view key,
                           std::u16string_view name) {
    journal_.add(number, change, key, name);
    KeSetEvent(&changed_, IO_NO_INCREMENT, FALSE);
}

NTSTATUS RegistryWatch::tell_existing(uint32_t number, HANDLE key) {
    return walk_registry(key, [&](std::u16string_view path, const UNICODE_STRING* value) {
        const Guard guard{lock};
        append(number, value != nullptr ? RegistryChange::kValueSet : RegistryChange::kKeyMade,
               path, view_of(value));
    });
}

// ---- Hearing of changes: in the thread that makes them, IRQL <= APC_LEVEL

bool RegistryWatch::is_quiet() const {
    for (const Quiet* quiet = quiet_; quiet != nullptr; quiet = quiet->next_) {
        if (quiet->thread_ == KeGetCurrentThread()) return true;
    }
    return false;
}

void RegistryWatch::note_path(PCUNICODE_STRING path, RegistryChange change, PUNICODE_STRING value) {
    const auto full = view_of(path);
    const Guard guard{lock};
    for (RegistryWatch* watch = watches; watch != nullptr; watch = watch->next_) {
        if (watch->is_quiet()) continue;
        for (uint32_t i = 0; i < kMostKeys; ++i) {
            // Both are paths as the kernel keeps them: equal names are spelt alike.
            const auto top = view_of(watch->keys_[i]);
            if (top.empty() || !full.starts_with(top)) continue;
            if (full.size() != top.size() && full[top.size()] != u'\\') continue;
            auto below = full;
            below.remove_prefix(std::min(top.size() + 1, full.size()));
            watch->append(i, change, below, view_of(value));
        }
    }
}

void RegistryWatch::note(PVOID key_object, RegistryChange change, PUNICODE_STRING value) {
    PCUNICODE_STRING path = path_of(key_object);
    if (path == nullptr) return;
    note_path(path, change, value);
    CmCallbackReleaseKeyObjectIDEx(path);
}

NTSTATUS NTAPI RegistryWatch::hear(PVOID, PVOID what, PVOID information) {
    const auto* post = static_cast<const REG_POST_OPERATION_INFORMATION*>(information);
    switch (static_cast<REG_NOTIFY_CLASS>(reinterpret_cast<ULONG_PTR>(what))) {
        case RegNtPostSetValueKey:
            if (post->Status >= 0)
                note(post->Object, RegistryChange::kValueSet,
                     static_cast<PREG_SET_VALUE_KEY_INFORMATION>(post->PreInformation)->ValueName);
            break;
        case RegNtPostDeleteValueKey:
            if (post->Status >= 0)
                note(post->Object, RegistryChange::kValueDeleted,
                     static_cast<PREG_DELETE_VALUE_KEY_INFORMATION>(post->PreInformation)
                         ->ValueName);
            break;
        case RegNtPostCreateKeyEx: {
            const auto* made = static_cast<PREG_CREATE_KEY_INFORMATION>(post->PreInformation);
            if (post->Status >= 0 && made->Disposition != nullptr &&
                *made->Disposition == REG_CREATED_NEW_KEY)
                note(post->Object, RegistryChange::kKeyMade, nullptr);
            break;
        }
        case RegNtPreDeleteKey: {  // when it is gone it has no path any more
            auto* going = static_cast<PREG_DELETE_KEY_INFORMATION>(information);
            going->CallContext = const_cast<UNICODE_STRING*>(path_of(going->Object));
            break;
        }
        case RegNtPostDeleteKey: {
            const auto path = static_cast<PCUNICODE_STRING>(post->CallContext);
            if (path != nullptr && post->Status >= 0)
                note_path(path, RegistryChange::kKeyDeleted, nullptr);
            CmCallbackReleaseKeyObjectIDEx(path);
            break;
        }
        default:
            break;
    }
    return STATUS_SUCCESS;
}

RegistryWatch::Quiet::Quiet(RegistryWatch& watch)
    : thread_(KeGetCurrentThread()), watch_(watch), next_(nullptr) {
    const Guard guard{lock};
    next_ = std::exchange(watch_.quiet_, this);
}
RegistryWatch::Quiet::~Quiet() {
    const Guard guard{lock};
    Quiet** link = &watch_.quiet_;
    while (*link != this) link = &(*link)->next_;
    *link = next_;
}

}  // namespace rsl::server
