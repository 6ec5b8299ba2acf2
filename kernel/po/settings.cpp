// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/po/settings.hpp"

#include <atomic>

#include "kernel/io/device.hpp"
#include "kernel/ke/inspect.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::po {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PoSt");

struct Watch {
    ListHook hook;
    GUID setting;
    io::Device* device;  // one reference, or nullptr
    PPOWER_SETTING_CALLBACK callback;
    void* context;
};
constinit ke::SpinLock lock{ke::LockRank::kIo};
constinit IntrusiveList<Watch, &Watch::hook> watches RSL_GUARDED_BY(lock);

/// A setting with a value of four bytes (winnt.h names them).
struct Setting {
    GUID guid;
    ULONG value;
};
constexpr Setting kSettings[] = {
    // GUID_ACDC_POWER_SOURCE: PoAc
    {{0x5d3e9a59, 0xe9d5, 0x4b00, {0xa6, 0xbd, 0xff, 0x34, 0xff, 0x51, 0x65, 0x48}}, 0},
    // GUID_MONITOR_POWER_ON, GUID_CONSOLE_DISPLAY_STATE: there is no display to turn off
    {{0x02731015, 0x4510, 0x4526, {0x99, 0xe6, 0xe5, 0xa1, 0x7e, 0xbd, 0x1a, 0xea}}, 1},
    {{0x6fe69556, 0x704a, 0x47a0, {0x8f, 0x24, 0xc2, 0x8d, 0x93, 0x6f, 0xda, 0x47}}, 1},
    // GUID_SYSTEM_AWAYMODE: not away
    {{0x98a7f580, 0x01f7, 0x48aa, {0x9c, 0x0f, 0x44, 0x35, 0x2c, 0x29, 0xe5, 0xc0}}, 0},
    // GUID_BATTERY_PERCENTAGE_REMAINING
    {{0xa7ad8041, 0xb45a, 0x4cae, {0x87, 0xa3, 0xee, 0xcb, 0xb4, 0x68, 0xa9, 0xe1}}, 100},
    // GUID_POWER_SAVING_STATUS: off
    {{0xe00958c0, 0xc213, 0x4ace, {0xac, 0x77, 0xfe, 0xcc, 0xed, 0x2e, 0xee, 0xa5}}, 0},
};
/// GUID_POWERSCHEME_PERSONALITY has a GUID as its value: GUID_TYPICAL_POWER_SAVINGS.
constexpr GUID kPersonality = {0x245d8541, 0x3943, 0x4422, {0xb0, 0x25, 0x13, 0xa7, 0x84, 0xf6, 0x79, 0xb7}};
constexpr GUID kTypicalSavings = {0x381b4222, 0xf694, 0x41f0, {0x96, 0x85, 0xff, 0x5b, 0xb2, 0x60, 0xdf, 0x2e}};

bool same(const GUID& a, const GUID& b) { return __builtin_memcmp(&a, &b, sizeof(GUID)) == 0; }

void tell(const Watch& watch) {
    if (same(watch.setting, kPersonality)) {
        GUID value = kTypicalSavings;
        watch.callback(&watch.setting, &value, sizeof(value), watch.context);
        return;
    }
    for (const Setting& setting : kSettings) {
        if (!same(watch.setting, setting.guid)) continue;
        ULONG value = setting.value;
        watch.callback(&watch.setting, &value, sizeof(value), watch.context);
    }
}

// ---- The system's use

constexpr uint32_t kKinds = 3;  // ES_SYSTEM_REQUIRED 1, ES_DISPLAY_REQUIRED 2, ES_USER_PRESENT 4
constinit std::atomic<uint32_t> kept[kKinds] = {};
constinit std::atomic<uint32_t> noted = 0;

struct Kept {
    uint32_t flags;
};

void count(uint32_t flags, uint32_t by) {
    for (uint32_t kind = 0; kind < kKinds; ++kind) {
        if ((flags & 1u << kind) != 0) kept[kind].fetch_add(by, std::memory_order_relaxed);
    }
}

void write_system(ke::JsonWriter& out) {
    out.begin_object();
    out.field("source", std::string_view("mains"));
    out.field("system_required", uint64_t{kept[0].load(std::memory_order_relaxed)});
    out.field("display_required", uint64_t{kept[1].load(std::memory_order_relaxed)});
    out.field("user_present", uint64_t{kept[2].load(std::memory_order_relaxed)});
    out.field("use_noted", uint64_t{noted.load(std::memory_order_relaxed)});
    uint64_t watching = 0;
    {
        ke::SpinLockGuard guard{lock};
        for ([[maybe_unused]] Watch& watch : watches) ++watching;
    }
    out.field("setting_callbacks", watching);
    out.end_object();
}

}  // namespace

Result<void*> watch_setting(DEVICE_OBJECT* device, const GUID& setting, PPOWER_SETTING_CALLBACK callback, void* context) {
    auto* watch = RSL_TRY(mm::make<Watch>(kTag));
    watch->setting = setting;
    watch->callback = callback;
    watch->context = context;
    watch->device = device == nullptr ? nullptr : Ref<io::Device>(io::device_of(*device)).release();
    {
        ke::SpinLockGuard guard{lock};
        watches.push_back(*watch);
    }
    tell(*watch);
    return static_cast<void*>(watch);
}

Result<void> unwatch_setting(void* handle) {
    Watch* found = nullptr;
    {
        ke::SpinLockGuard guard{lock};
        for (Watch& watch : watches) {
            if (&watch == handle) found = &watch;
        }
        if (found == nullptr) return Status::kInvalidParameter;
        found->hook.unlink();
    }
    if (found->device != nullptr) found->device->drop_reference();
    mm::destroy(found);
    return {};
}

void* register_system_state(void* handle, uint32_t flags) {
    auto* entry = static_cast<Kept*>(handle);
    if (entry == nullptr) {
        auto made = mm::make<Kept>(kTag);
        if (!made) return nullptr;
        entry = *made;
    } else {
        count(entry->flags, ~0u);
    }
    entry->flags = flags;
    count(flags, 1);
    return entry;
}

void unregister_system_state(void* handle) {
    auto* entry = static_cast<Kept*>(handle);
    count(entry->flags, ~0u);
    mm::destroy(entry);
}

void note_system_use(uint32_t flags) {
    if (flags != 0) noted.fetch_add(1, std::memory_order_relaxed);
}

RSL_INSPECTOR(po_system, "kernel/po/system", write_system);

}  // namespace rsl::po
