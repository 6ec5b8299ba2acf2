// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/wmi.hpp"

#include <atomic>
#include <cstring>

#include "abi/types/status.h"
#include "kernel/io/device.hpp"
#include "kernel/ke/inspect.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/text.hpp"
#include "kernel/pnp/worker.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpWm");
constexpr ULONG kFirstBytes = 4096;

struct Provider {
    ListHook hook;
    const void* key;     // the device, or a tracer's routine
    io::Device* device;  // one reference; nullptr: a tracer
    uint32_t id;
    uint32_t guids;      // that it has said
    NTSTATUS status;     // of the question
};
constinit ke::SpinLock lock{ke::LockRank::kIo};
constinit IntrusiveList<Provider, &Provider::hook> providers RSL_GUARDED_BY(lock);

struct Event {
    uint32_t provider;
    uint32_t bytes;
    GUID guid;
};
constexpr uint32_t kKeptEvents = 32;
constinit Event events[kKeptEvents] RSL_GUARDED_BY(lock) = {};
constinit uint64_t event_count RSL_GUARDED_BY(lock) = 0;

Provider* find_locked(const void* key) RSL_REQUIRES(lock) {
    for (Provider& provider : providers) {
        if (provider.key == key) return &provider;
    }
    return nullptr;
}

/// A provider whose names come from its PDO hands a reference on it over with each block.
void drop_devices(const WMIREGINFOW& info, ULONG bytes) {
    const ULONG most = (bytes - offsetof(WMIREGINFOW, WmiRegGuid)) / sizeof(WMIREGGUIDW);
    for (ULONG i = 0; i < info.GuidCount && i < most; ++i) {
        if ((info.WmiRegGuid[i].Flags & WMIREG_FLAG_INSTANCE_PDO) == 0 || info.WmiRegGuid[i].Pdo == 0) continue;
        ob::dereference(reinterpret_cast<void*>(info.WmiRegGuid[i].Pdo));
    }
}

/// Asks with a buffer of `bytes`; how many more it takes, or 0.
ULONG ask(DEVICE_OBJECT& device, ULONG again, ULONG bytes, NTSTATUS& status, uint32_t& guids) {
    const mm::UniqueBytes buffer(bytes, kTag);
    if (!buffer) {
        status = STATUS_INSUFFICIENT_RESOURCES;
        return 0;
    }
    std::memset(buffer.get(), 0, bytes);
    IO_STACK_LOCATION location = {};
    location.MajorFunction = IRP_MJ_SYSTEM_CONTROL;
    location.MinorFunction = IRP_MN_REGINFO_EX;
    location.Parameters.WMI.ProviderId = reinterpret_cast<ULONG_PTR>(&device);
    location.Parameters.WMI.DataPath = reinterpret_cast<PVOID>(ULONG_PTR{again});
    location.Parameters.WMI.BufferSize = bytes;
    location.Parameters.WMI.Buffer = buffer.get();
    const Answer answer = send(device, location);
    status = answer.status;
    const auto& info = *static_cast<const WMIREGINFOW*>(buffer.get());
    if (NT_SUCCESS(status) && answer.information > sizeof(ULONG)) {
        guids = info.GuidCount;
        drop_devices(info, bytes);
    }
    // A buffer that is too small gets the needed size as its only content.
    const bool too_small = status == STATUS_BUFFER_TOO_SMALL || (NT_SUCCESS(status) && answer.information == sizeof(ULONG));
    return too_small && info.BufferSize > bytes ? info.BufferSize : 0;
}

NTSTATUS query_provider(PDEVICE_OBJECT device, void* again) {
    {
        ke::SpinLockGuard guard{lock};
        if (find_locked(device) == nullptr) return STATUS_SUCCESS;
    }
    NTSTATUS status = STATUS_SUCCESS;
    uint32_t guids = 0;
    const auto mode = static_cast<ULONG>(reinterpret_cast<ULONG_PTR>(again));
    constexpr ULONG kMostBytes = 1 << 20;
    if (const ULONG more = ask(*device, mode, kFirstBytes, status, guids); more != 0 && more <= kMostBytes) {
        ask(*device, mode, more, status, guids);
    }
    ke::SpinLockGuard guard{lock};
    if (Provider* provider = find_locked(device)) {
        provider->guids = guids;
        provider->status = status;
    }
    return STATUS_SUCCESS;
}

void write_wmi(ke::JsonWriter& out) {
    out.begin_object();
    out.key("providers");
    out.begin_array();
    {
        ke::SpinLockGuard guard{lock};
        for (Provider& provider : providers) {
            out.begin_object();
            if (provider.device != nullptr) out.field("driver", provider.device->driver.name());
            else out.field("driver", std::u16string_view(u"(traces)"));
            out.field("guids", uint64_t{provider.guids});
            out.key("status");
            out.value_hex(static_cast<uint32_t>(provider.status));
            out.end_object();
        }
        out.end_array();
        out.field("events", event_count);
        out.key("latest");
        out.begin_array();
        const uint64_t shown = event_count < kKeptEvents ? event_count : kKeptEvents;
        for (uint64_t i = event_count - shown; i < event_count; ++i) {
            const Event& event = events[i % kKeptEvents];
            FixedText<40> guid;
            guid.add_guid(event.guid);
            out.begin_object();
            out.field("guid", guid.view());
            out.field("bytes", uint64_t{event.bytes});
            out.end_object();
        }
    }
    out.end_array();
    out.end_object();
}

}  // namespace

uint32_t provider_id(const DEVICE_OBJECT* device) {
    // A number that tells devices apart: pool memory, so the low bits of an address do within 64 GB.
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(device) >> 4);
}

size_t collect_providers(Ref<io::Device>* out, size_t most) {
    ke::SpinLockGuard guard{lock};
    size_t count = 0;
    for (Provider& provider : providers) {
        if (count == most) break;
        if (provider.device == nullptr) continue;  // a tracer is asked nothing
        out[count++] = Ref<io::Device>(*provider.device);
    }
    return count;
}

Result<void> register_provider(DEVICE_OBJECT& device, WmiAction action) {
    if (action == WmiAction::kRegister) {
        auto* made = RSL_TRY(mm::make<Provider>(kTag));
        made->key = static_cast<const void*>(&device);
        made->id = provider_id(&device);
        made->guids = 0;
        made->status = STATUS_PENDING;
        bool known = false;
        {
            ke::SpinLockGuard guard{lock};
            known = find_locked(&device) != nullptr;
            if (!known) {
                made->device = Ref<io::Device>(io::device_of(device)).release();
                providers.push_back(*made);
            }
        }
        if (known) {
            mm::destroy(made);
            return Status::kObjectNameCollision;
        }
    }
    // Later: the caller may be in the middle of its start.
    const ULONG_PTR mode = action == WmiAction::kRegister ? WMIREGISTER : WMIUPDATE;
    return queue_action(&query_provider, &device, reinterpret_cast<void*>(mode));
}

Result<void> register_tracer(const void* routine) {
    auto* made = RSL_TRY(mm::make<Provider>(kTag));
    made->key = routine;
    made->device = nullptr;
    made->id = 0;
    made->guids = 0;
    made->status = STATUS_SUCCESS;
    ke::SpinLockGuard guard{lock};
    providers.push_back(*made);
    return {};
}

Result<void> deregister_provider(const void* key) {
    Provider* found;
    {
        ke::SpinLockGuard guard{lock};
        found = find_locked(key);
        if (found == nullptr) return Status::kInvalidParameter;
        found->hook.unlink();
    }
    if (found->device != nullptr) found->device->drop_reference();
    mm::destroy(found);
    return {};
}

void take_event(WNODE_HEADER& event) {
    {
        ke::SpinLockGuard guard{lock};
        events[event_count++ % kKeptEvents] = {event.ProviderId, event.BufferSize, event.Guid};
    }
    mm::free(&event);
}

RSL_INSPECTOR(pnp_wmi, "kernel/pnp/wmi", write_wmi);

}  // namespace rsl::pnp
