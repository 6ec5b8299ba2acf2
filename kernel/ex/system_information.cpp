// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/system_information.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ex/system_counters.hpp"
#include "kernel/ex/system_handles.hpp"
#include "kernel/ex/system_processors.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/format.hpp"

namespace rsl::ex {
namespace {

int32_t query_basic(std::span<std::byte> out, uint32_t& needed) {
    constexpr ULONG kTimerResolution = 156250;  // 100 ns
    constexpr ULONG kGranularity = 0x10000;
    const uint32_t processors = ke::processor_count.load(std::memory_order_relaxed);  // never shrinks
    SYSTEM_BASIC_INFORMATION info{};
    info.TimerResolution = kTimerResolution;
    info.PageSize = arch::kPageBytes;
    info.NumberOfPhysicalPages = static_cast<ULONG>(mm::memory_usage().total_pages);
    info.LowestPhysicalPageNumber = 1;
    info.HighestPhysicalPageNumber = info.NumberOfPhysicalPages;
    info.AllocationGranularity = kGranularity;
    info.MinimumUserModeAddress = arch::kUserBase;
    info.MaximumUserModeAddress = arch::kUserEnd - 1;
    info.ActiveProcessorsAffinityMask = (uint64_t{1} << processors) - 1;
    info.NumberOfProcessors = static_cast<CCHAR>(processors);
    return give(info, out, needed);
}

int32_t query_processor(std::span<std::byte> out, uint32_t& needed) {
    constexpr USHORT kAmd64 = 9;
    SYSTEM_PROCESSOR_INFORMATION info{};
    info.ProcessorArchitecture = kAmd64;
    info.ProcessorLevel = 6;
    info.MaximumProcessors = ke::kMaxProcessors;
    return give(info, out, needed);
}

int32_t query_time(std::span<std::byte> out, uint32_t& needed) {
    SYSTEM_TIMEOFDAY_INFORMATION info{};
    info.BootTime.QuadPart = static_cast<int64_t>(ke::boot_system_time());
    info.CurrentTime.QuadPart = static_cast<int64_t>(ke::system_time_now());
    return give(info, out, needed);
}

// ---- Modules --------------------------------------------------------------------------------------

struct ModuleList {
    RTL_PROCESS_MODULE_INFORMATION* out;
    uint32_t capacity;
    uint32_t count = 0;
};

RTL_PROCESS_MODULE_INFORMATION describe(ldr::Module& module, uint32_t index);

void add_module(void* context, ldr::Module& module) {
    auto& list = *static_cast<ModuleList*>(context);
    const uint32_t index = list.count++;
    if (index >= list.capacity) return;
    const RTL_PROCESS_MODULE_INFORMATION info = describe(module, index);
    std::memcpy(list.out + index, &info, sizeof(info));
}

RTL_PROCESS_MODULE_INFORMATION describe(ldr::Module& module, uint32_t index) {
    const bool system = module.is_kernel() || module.name() == u"hal.dll";
    const char* folder = system ? "\\SystemRoot\\system32\\" : "\\SystemRoot\\System32\\drivers\\";
    RTL_PROCESS_MODULE_INFORMATION info{};
    info.ImageBase = reinterpret_cast<PVOID>(module.base());
    info.ImageSize = static_cast<ULONG>(module.bytes());
    info.LoadOrderIndex = static_cast<USHORT>(index);
    info.LoadCount = static_cast<USHORT>(module.references());
    info.OffsetToFileName = static_cast<USHORT>(std::strlen(folder));
    auto* path = reinterpret_cast<char*>(info.FullPathName);
    const std::string_view name = module.narrow_name();  // of a slot that may have had a longer one before
    rtl::print_text(path, sizeof(info.FullPathName), "%s%.*s", folder, static_cast<int>(name.size()), name.data());
    return info;
}


/// What the image's own headers say.
void add_module_ex(void* context, ldr::Module& module) {
    struct List {
        RTL_PROCESS_MODULE_INFORMATION_EX* out;
        uint32_t capacity;
        uint32_t count;
    };
    auto& list = *static_cast<List*>(context);
    const uint32_t index = list.count++;
    if (index >= list.capacity) return;
    constexpr uint32_t kHeadersAt = 0x3C, kTimeDateStamp = 8, kDefaultBase = 48, kChecksum = 88;
    const auto* base = reinterpret_cast<const std::byte*>(module.base());
    uint32_t headers = 0;
    std::memcpy(&headers, base + kHeadersAt, sizeof(headers));
    RTL_PROCESS_MODULE_INFORMATION_EX info{};
    info.NextOffset = sizeof(info);
    info.BaseInfo = describe(module, index);
    std::memcpy(&info.TimeDateStamp, base + headers + kTimeDateStamp, sizeof(info.TimeDateStamp));
    std::memcpy(&info.DefaultBase, base + headers + kDefaultBase, sizeof(info.DefaultBase));
    std::memcpy(&info.ImageChecksum, base + headers + kChecksum, sizeof(info.ImageChecksum));
    std::memcpy(list.out + index, &info, sizeof(info));
}

int32_t query_modules_ex(std::span<std::byte> out, uint32_t& needed) {
    struct {
        RTL_PROCESS_MODULE_INFORMATION_EX* out;
        uint32_t capacity;
        uint32_t count;
    } list{reinterpret_cast<RTL_PROCESS_MODULE_INFORMATION_EX*>(out.data()),
           static_cast<uint32_t>(out.size() / sizeof(RTL_PROCESS_MODULE_INFORMATION_EX)), 0};
    ldr::each_module(add_module_ex, &list);
    constexpr USHORT kEnd = 0;
    const size_t entries = list.count * sizeof(RTL_PROCESS_MODULE_INFORMATION_EX);
    needed = static_cast<uint32_t>(entries + sizeof(kEnd));
    if (out.size() < needed) return STATUS_INFO_LENGTH_MISMATCH;
    std::memcpy(out.data() + entries, &kEnd, sizeof(kEnd));
    return STATUS_SUCCESS;
}

int32_t query_pool_tags(std::span<std::byte> out, uint32_t& needed) {
    const size_t most = mm::pool_usage(nullptr, 0) + 32;  // some may come meanwhile
    auto* const usage = static_cast<mm::TagUsage*>(mm::allocate(most * sizeof(mm::TagUsage), mm::pool_tag("ExSi")));
    if (usage == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const size_t found = mm::pool_usage(usage, most);
    const size_t count = found < most ? found : most;
    constexpr size_t kHead = 8;
    needed = static_cast<uint32_t>(kHead + count * sizeof(SYSTEM_POOLTAG));
    const bool fits = out.size() >= needed;
    if (fits) {
        const auto number = static_cast<ULONG>(count);
        std::memset(out.data(), 0, kHead);
        std::memcpy(out.data(), &number, sizeof(number));
        for (size_t i = 0; i < count; ++i) {
            // There is one pool, which is never paged; how many were freed is not counted.
            SYSTEM_POOLTAG entry{};
            entry.TagUlong = static_cast<ULONG>(usage[i].tag);
            entry.NonPagedAllocs = static_cast<ULONG>(usage[i].allocations);
            entry.NonPagedUsed = usage[i].bytes;
            std::memcpy(out.data() + kHead + i * sizeof(entry), &entry, sizeof(entry));
        }
    }
    mm::free(usage);
    return fits ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
}

int32_t query_modules(std::span<std::byte> out, uint32_t& needed) {
    constexpr size_t kHead = offsetof(RTL_PROCESS_MODULES, Modules);
    const size_t room = out.size() < kHead ? 0 : (out.size() - kHead) / sizeof(RTL_PROCESS_MODULE_INFORMATION);
    ModuleList list{reinterpret_cast<RTL_PROCESS_MODULE_INFORMATION*>(out.data() + kHead), static_cast<uint32_t>(room)};
    ldr::each_module(add_module, &list);
    needed = static_cast<uint32_t>(kHead + list.count * sizeof(RTL_PROCESS_MODULE_INFORMATION));
    if (out.size() < needed) return STATUS_INFO_LENGTH_MISMATCH;
    std::memcpy(out.data(), &list.count, sizeof(list.count));
    return STATUS_SUCCESS;
}

// ---- Processes ------------------------------------------------------------------------------------

/// Entries one after the other; counts on when they do not fit.
class ProcessList {
  public:
    ProcessList(std::span<std::byte> out, uint64_t address) : out_(out), address_(address) {}

    void add(ps::Process& process) {
        const size_t start = used_;
        link_previous(start);
        previous_ = start;
        used_ += sizeof(SYSTEM_PROCESS_INFORMATION);
        threads_ = 0;
        ps::each_thread(process, [](void* context, ps::Thread& thread) {
            static_cast<ProcessList*>(context)->add_thread(thread);
        }, this);
        const char16_t* name = process.image_name;
        size_t length = 0;
        while (length < std::size(process.image_name) && name[length] != 0) ++length;
        SYSTEM_PROCESS_INFORMATION info{};
        info.NumberOfThreads = info.NumberOfThreadsHighWatermark = threads_;
        info.CreateTime.QuadPart = process.create_time;
        info.ImageName = {static_cast<USHORT>(length * 2), static_cast<USHORT>(length * 2 + 2),
                          reinterpret_cast<PWSTR>(address_ + used_)};
        constexpr KPRIORITY kNormal = 8;
        info.BasePriority = kNormal;
        info.UniqueProcessId = reinterpret_cast<HANDLE>(process.id);
        info.InheritedFromUniqueProcessId = reinterpret_cast<HANDLE>(process.parent_id);
        info.HandleCount = process.handles != nullptr ? process.handles->count() : 0;
        info.SessionId = process.session_id;
        put(start, &info, sizeof(info));
        put(used_, name, length * 2);
        constexpr char16_t kTerminator = 0;
        put(used_ + length * 2, &kTerminator, sizeof(kTerminator));
        used_ = align_up(used_ + length * 2 + 2, size_t{8});
    }
    size_t needed() const { return used_; }

  private:
    void add_thread(ps::Thread& thread) {
        SYSTEM_THREAD_INFORMATION info{};
        info.KernelTime.QuadPart = static_cast<int64_t>(thread.run_ns / 100);
        info.CreateTime.QuadPart = thread.create_time;
        info.StartAddress = reinterpret_cast<PVOID>(thread.start_routine);
        info.ClientId = thread.client_id;
        info.Priority = thread.priority;
        info.BasePriority = thread.base_priority;
        info.ContextSwitches = static_cast<ULONG>(thread.switches);
        info.ThreadState = nt_state(thread.state);
        info.WaitReason = static_cast<ULONG>(thread.wait_reason);
        put(used_, &info, sizeof(info));
        used_ += sizeof(info);
        ++threads_;
    }
    /// KTHREAD_STATE: 0 initialized, 1 ready, 2 running, 3 standby, 4 terminated, 5 waiting.
    static ULONG nt_state(ke::ThreadState state) {
        switch (state) {
            case ke::ThreadState::kInitialized: return 0;
            case ke::ThreadState::kReady: return 1;
            case ke::ThreadState::kRunning: return 2;
            case ke::ThreadState::kStandby: return 3;
            case ke::ThreadState::kTerminated: return 4;
            default: return 5;
        }
    }
    void link_previous(size_t start) {
        if (used_ == 0) return;
        const auto distance = static_cast<ULONG>(start - previous_);
        put(previous_ + offsetof(SYSTEM_PROCESS_INFORMATION, NextEntryOffset), &distance, sizeof(distance));
    }
    void put(size_t at, const void* data, size_t bytes) {
        if (in_bounds(at, bytes, out_.size()) && bytes != 0) std::memcpy(out_.data() + at, data, bytes);
    }

    std::span<std::byte> out_;
    uint64_t address_;
    size_t used_ = 0, previous_ = 0;
    uint32_t threads_ = 0;
};

int32_t query_processes(std::span<std::byte> out, uint64_t address, uint32_t& needed) {
    ProcessList list{out, address};
    ps::each_process([](void* context, ps::Process& process) { static_cast<ProcessList*>(context)->add(process); },
                     &list);
    needed = static_cast<uint32_t>(list.needed());
    return out.size() < needed ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

}  // namespace

int32_t query_system_information(SYSTEM_INFORMATION_CLASS which, std::span<std::byte> out, uint64_t address,
                                 uint32_t& needed) {
    needed = 0;
    switch (which) {
        case SystemBasicInformation:
        case SystemEmulationBasicInformation: return query_basic(out, needed);
        case SystemProcessorInformation: return query_processor(out, needed);
        case SystemTimeOfDayInformation: return query_time(out, needed);
        case SystemProcessInformation: return query_processes(out, address, needed);
        case SystemModuleInformation: return query_modules(out, needed);
        case SystemModuleInformationEx: return query_modules_ex(out, needed);
        case SystemProcessorPerformanceInformation: return query_processor_performance(out, needed);
        case SystemProcessorIdleInformation: return query_processor_idle(out, needed);
        case SystemInterruptInformation: return query_interrupts(out, needed);
        case SystemLogicalProcessorAndGroupInformation:
            return query_relations(RSL_RELATION_ALL, ~uint64_t{0}, out, needed);
        case SystemHandleInformation: return query_handles(out, needed);
        case SystemExtendedHandleInformation: return query_extended_handles(out, needed);
        case SystemPoolTagInformation: return query_pool_tags(out, needed);
        case SystemFlagsInformation: return give(ULONG{0}, out, needed);  // NtGlobalFlag
        case SystemTimeAdjustmentInformation: {
            constexpr ULONG kIncrement = 156250;  // as query_basic(): 15.625 ms
            return give(SYSTEM_TIME_ADJUSTMENT_INFORMATION{kIncrement, kIncrement, TRUE}, out, needed);
        }
        case SystemCurrentTimeZoneInformation: {
            struct TimeZone {
                ULONG words[43];
            };  // RTL_TIME_ZONE_INFORMATION of UTC: no bias, no names, no summer time
            return give(TimeZone{}, out, needed);
        }
        case SystemBootEnvironmentInformation:
            return give(SYSTEM_BOOT_ENVIRONMENT_INFORMATION{{}, 1, 0}, out, needed);
        case SystemSecureBootInformation: {
            constexpr BOOLEAN kEnabledAndCapable[2] = {FALSE, FALSE};
            return give(kEnabledAndCapable, out, needed);
        }
        case SystemKernelDebuggerInformationEx: {
            constexpr BOOLEAN kAllowedEnabledPresent[3] = {FALSE, FALSE, FALSE};
            return give(kAllowedEnabledPresent, out, needed);
        }
        case SystemKernelDebuggerInformation: return give(SYSTEM_KERNEL_DEBUGGER_INFORMATION{FALSE, TRUE}, out, needed);
        // Nothing is signed or checked here: option bits are all zero.
        case SystemCodeIntegrityInformation: return give(SYSTEM_CODEINTEGRITY_INFORMATION{8, 0}, out, needed);
        default: return query_counters(which, out, needed);
    }
}

}  // namespace rsl::ex
