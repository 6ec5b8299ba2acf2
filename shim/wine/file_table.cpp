// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/file_table.hpp"

#include <array>
#include <new>

#include "protocol/message/wine.hpp"
#include "shim/wine/handover.hpp"
#include "shim/wine/page.hpp"

namespace rsl::wine {

namespace {

constexpr size_t kHandles = protocol::supervisor::kMostTableHandles;  // Wine hands handles out from 4 on, lowest first

constinit std::array<std::atomic<File*>, kHandles> table{};
constinit std::atomic<size_t> used = 0;  // no index from here on was ever taken
constinit std::atomic<std::atomic<uint32_t>*> shared_table = nullptr;
constinit std::atomic_flag free_list_lock{};
constinit File* free_list = nullptr;

std::atomic<File*>* slot_of(uint64_t handle) {
    const uint64_t index = handle >> 2;
    return (handle & 3) == 0 && index < kHandles ? &table[index] : nullptr;
}

/// A few instructions under a SignalGuard: spinning is short.
class FreeListGuard {
  public:
    FreeListGuard() {
        while (free_list_lock.test_and_set(std::memory_order_acquire)) __builtin_ia32_pause();
    }
    ~FreeListGuard() { free_list_lock.clear(std::memory_order_release); }
    FreeListGuard(const FreeListGuard&) = delete;
    FreeListGuard& operator=(const FreeListGuard&) = delete;
};

void drop(File& file) {
    if (file.references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    FreeListGuard guard;
    file.next_free = free_list;
    free_list = &file;
}

/// Fails once the count has reached zero.
bool take(File& file) {
    uint32_t count = file.references.load(std::memory_order_relaxed);
    while (count != 0) {
        if (file.references.compare_exchange_weak(count, count + 1, std::memory_order_acquire,
                                                  std::memory_order_relaxed))
            return true;
    }
    return false;
}

}  // namespace

FileReference::~FileReference() {
    if (file_ != nullptr) drop(*file_);
}

FileReference FileReference::share() const {
    file_->references.fetch_add(1, std::memory_order_relaxed);
    return FileReference{file_};
}

bool is_ours(uint64_t handle) {
    if (handles_wait()) receive_handles();
    const auto* slot = slot_of(handle);
    return slot != nullptr && slot->load(std::memory_order_relaxed) != nullptr;
}

FileReference find_file(uint64_t handle) {
    if (handles_wait()) receive_handles();
    FileReference file = look_up(handle);
    // Pairs with unpark().
    if (file && file->client.load(std::memory_order_acquire) == nullptr && !unpark(*file)) return {};
    return file;
}

FileReference look_up(uint64_t handle) {
    auto* slot = slot_of(handle);
    if (slot == nullptr) return {};
    for (;;) {
        File* file = slot->load(std::memory_order_acquire);  // pairs with add_handle()
        if (file == nullptr) return {};
        if (!take(*file)) continue;  // closed just now: look again
        FileReference reference{file};
        if (slot->load(std::memory_order_acquire) == file)
            return reference;  // not reused meanwhile
    }
}

File* make_file(rsl_client* client, rsl_handle nt_handle, uint32_t options) {
    File* file = nullptr;
    {
        FreeListGuard guard;
        file = free_list;
        if (file != nullptr) free_list = file->next_free;
    }
    if (file == nullptr) file = new (std::nothrow) File;
    if (file == nullptr) return nullptr;
    file->client = client;
    file->nt_handle = nt_handle;
    file->options = options;
    file->handles.store(0, std::memory_order_relaxed);
    file->port.store(0, std::memory_order_relaxed);
    file->port_key.store(0, std::memory_order_relaxed);
    file->notification_modes.store(0, std::memory_order_relaxed);
    file->references.store(1, std::memory_order_release);  // last: from now on take() succeeds
    return file;
}

bool add_handle(uint64_t handle, File& file) {
    auto* slot = slot_of(handle);
    if (slot == nullptr) return false;
    file.references.fetch_add(1, std::memory_order_relaxed);
    file.handles.fetch_add(1, std::memory_order_relaxed);
    const size_t index = handle >> 2;
    for (size_t most = used.load(std::memory_order_relaxed); most <= index;) {
        if (used.compare_exchange_weak(most, index + 1, std::memory_order_relaxed)) break;
    }
    show_handle(handle, file);
    File* stale = slot->exchange(
        &file, std::memory_order_acq_rel);  // closed behind our back by another process
    if (stale != nullptr) drop(*stale);
    return true;
}

void show_handle(uint64_t handle, const File& file) {
    auto* shown = shared_table.load(std::memory_order_acquire);  // pairs with share_table()
    if (shown != nullptr) shown[handle >> 2].store(file.nt_handle, std::memory_order_release);
}

void share_table(std::atomic<uint32_t>* memory) { shared_table.store(memory, std::memory_order_release); }

uint64_t next_handle(uint64_t handle) {
    const size_t end = used.load(std::memory_order_relaxed);
    for (size_t i = handle >> 2; i < end; ++i) {
        if (table[i].load(std::memory_order_relaxed) != nullptr) return i << 2;
    }
    return 0;
}

FileReference remove_handle(uint64_t handle, bool& last) {
    auto* slot = slot_of(handle);
    auto* shown = shared_table.load(std::memory_order_acquire);
    if (slot != nullptr && shown != nullptr) shown[handle >> 2].store(0, std::memory_order_relaxed);
    File* file = slot != nullptr ? slot->exchange(nullptr, std::memory_order_acq_rel) : nullptr;
    last = file != nullptr && file->handles.fetch_sub(1, std::memory_order_acq_rel) == 1;
    return FileReference{file};
}

}  // namespace rsl::wine
