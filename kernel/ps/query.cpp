// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ps/query.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ps/thread.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/se/sid.hpp"
#include "kernel/se/token.hpp"

namespace rsl::ps {
namespace {

NTSTATUS put(const void* data, uint32_t bytes, const Reply& reply) {
    auto told = copy_out(reply.buffer, data, bytes, reply.mode);
    if (told && reply.returned != nullptr) told = write_out(reply.returned, bytes, reply.mode);
    return told.status().nt();
}
/// Exactly this structure, as most classes want it.
template <typename T>
NTSTATUS exactly(const T& value, const Reply& reply) {
    if (reply.length != sizeof(T)) return STATUS_INFO_LENGTH_MISMATCH;
    return put(&value, sizeof(T), reply);
}

constexpr uint64_t kNsPerUnit = 100;

/// The run time of all threads that live; those that ended took theirs with them.
LARGE_INTEGER kernel_time(Process& process) {
    uint64_t total = 0;
    each_thread(process,
                [](void* context, Thread& thread) { *static_cast<uint64_t*>(context) += thread.run_ns; },
                &total);
    return LARGE_INTEGER{.QuadPart = static_cast<LONGLONG>(total / kNsPerUnit)};
}

ULONG is_last(Thread& thread) {
    ke::SpinLockGuard guard{thread_list_lock};
    const LIST_ENTRY& head = thread.process->threads;
    return head.Flink == head.Blink ? 1 : 0;
}

ULONG is_io_pending(Thread& thread) {
    return io::has_requests(thread.requests) ? 1 : 0;
}

NTSTATUS image_name(Process& process, const Reply& reply) {
    const std::u16string_view name = process.image_name;
    alignas(UNICODE_STRING) char block[sizeof(UNICODE_STRING) + sizeof(process.image_name)];
    const auto bytes = static_cast<USHORT>(name.size() * sizeof(char16_t));
    const auto all = static_cast<uint32_t>(sizeof(UNICODE_STRING) + bytes + sizeof(char16_t));
    const UNICODE_STRING head = {
        .Length = bytes,
        .MaximumLength = static_cast<USHORT>(bytes + sizeof(char16_t)),
        .Buffer = reinterpret_cast<PWSTR>(static_cast<char*>(reply.buffer) + sizeof(UNICODE_STRING))};
    std::memcpy(block, &head, sizeof(head));
    std::memcpy(block + sizeof(head), process.image_name, bytes + sizeof(char16_t));
    if (reply.length >= all) return put(block, all, reply);
    if (reply.returned != nullptr) {
        if (auto told = write_out(reply.returned, all, reply.mode); !told) return told.failure().nt();
    }
    return STATUS_INFO_LENGTH_MISMATCH;
}

/// With the user's SID and the image's name behind it.
NTSTATUS telemetry(Process& process, const Reply& reply) {
    struct Block {
        PROCESS_TELEMETRY_ID_INFORMATION head;
        char sid[SECURITY_MAX_SID_SIZE];
        char16_t image[sizeof(process.image_name) / sizeof(char16_t)];
    } block = {};
    const SID& user = *process.token->subject().user;
    const std::u16string_view image = process.image_name;
    block.head = {.HeaderSize = sizeof(block.head),
                  .ProcessId = static_cast<ULONG>(process.id),
                  .ProcessStartKey = static_cast<ULONG64>(process.create_time) ^ process.id << 48,
                  .CreateTime = static_cast<ULONG64>(process.create_time),
                  .ProcessSequenceNumber = process.id / 4,
                  .SessionId = process.session_id,
                  .BootId = 1,
                  .UserSidOffset = offsetof(Block, sid),
                  .ImagePathOffset = offsetof(Block, image)};
    std::memcpy(block.sid, &user, se::sid_length(user.SubAuthorityCount));
    std::memcpy(block.image, image.data(), image.size() * sizeof(char16_t));
    if (reply.length >= sizeof(block)) return put(&block, sizeof(block), reply);
    if (reply.returned != nullptr) {
        if (auto told = write_out(reply.returned, uint32_t{sizeof(block)}, reply.mode); !told) return told.failure().nt();
    }
    return STATUS_INFO_LENGTH_MISMATCH;
}

}  // namespace

NTSTATUS query_process(Process& process, PROCESSINFOCLASS what, const Reply& reply) {
    switch (what) {
        case ProcessAffinityMask: {
            const uint64_t own = process.settings.affinity.load(std::memory_order_relaxed);
            return exactly(KAFFINITY{own != 0 ? own : ke::active_processors()}, reply);
        }
        case ProcessPriorityBoost: return exactly(ULONG{process.settings.boost_disabled.load()}, reply);
        case ProcessIoPriority: return exactly(ULONG{process.settings.io_priority.load()}, reply);
        case ProcessPagePriority: return exactly(ULONG{process.settings.page_priority.load()}, reply);
        case ProcessLUIDDeviceMapsEnabled: return exactly(ULONG{1}, reply);
        case ProcessDebugObjectHandle: return STATUS_PORT_NOT_SET;
        case ProcessGroupInformation: return exactly(USHORT{0}, reply);
        case ProcessProtectionInformation: return exactly(UCHAR{0}, reply);  // none is protected
        case ProcessSubsystemInformation: return exactly(ULONG{0}, reply);   // Win32
        case ProcessTelemetryIdInformation: return telemetry(process, reply);
        case ProcessBasicInformation:
            return exactly(PROCESS_BASIC_INFORMATION{.ExitStatus = process.exit_status,
                                                     .AffinityMask = ke::active_processors(),
                                                     .BasePriority = 8,
                                                     .UniqueProcessId = process.id,
                                                     .InheritedFromUniqueProcessId = process.parent_id},
                           reply);
        case ProcessTimes:
            return exactly(KERNEL_USER_TIMES{.CreateTime = {.QuadPart = process.create_time},
                                             .ExitTime = {.QuadPart = process.exit_time},
                                             .KernelTime = kernel_time(process)},
                           reply);
        case ProcessHandleCount: return exactly(ULONG{process.handles->count()}, reply);
        case ProcessSessionInformation: return exactly(ULONG{process.session_id}, reply);
        case ProcessDefaultHardErrorMode: return exactly(ULONG{process.settings.hard_error_mode.load()}, reply);
        case ProcessPriorityClass: {
            const UCHAR normal[2] = {0, 2};  // not in the foreground; PROCESS_PRIORITY_CLASS_NORMAL
            return exactly(normal, reply);
        }
        case ProcessWow64Information: return exactly(ULONG_PTR{process.peb32.load(std::memory_order_relaxed)}, reply);
        case ProcessDebugPort: return exactly(ULONG_PTR{0}, reply);
        case ProcessDebugFlags: return exactly(ULONG{1}, reply);  // 1: not being debugged
        case ProcessBreakOnTermination:
            return exactly(ULONG{&process == &system_process() || process.settings.critical.load() != 0}, reply);
        case ProcessImageFileName:
        case ProcessImageFileNameWin32: return image_name(process, reply);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

NTSTATUS query_thread(Thread& thread, THREADINFOCLASS what, const Reply& reply) {
    switch (what) {
        case ThreadPriorityBoost: return exactly(ULONG{thread.boost_disabled}, reply);
        case ThreadHideFromDebugger: return exactly(BOOLEAN{thread.settings.hidden_from_debugger.load()}, reply);
        case ThreadBreakOnTermination: return exactly(ULONG{thread.settings.critical.load()}, reply);
        case ThreadIoPriority: return exactly(ULONG{thread.settings.io_priority.load()}, reply);
        case ThreadPagePriority: return exactly(ULONG{thread.settings.page_priority.load()}, reply);
        case ThreadActualBasePriority: return exactly(LONG{thread.base_priority}, reply);
        case ThreadPerformanceCount: return exactly(LARGE_INTEGER{}, reply);
        case ThreadSubsystemInformation: return exactly(ULONG{0}, reply);  // Win32
        case ThreadPowerThrottlingState: {
            const uint64_t both = thread.settings.power_throttling.load(std::memory_order_relaxed);
            return exactly(POWER_THROTTLING_THREAD_STATE{THREAD_POWER_THROTTLING_CURRENT_VERSION, static_cast<ULONG>(both >> 32),
                                                         static_cast<ULONG>(both)},
                           reply);
        }
        case ThreadSuspendCount: return exactly(ULONG{0}, reply);  // none can be suspended
        case ThreadGroupInformation:
            return exactly(GROUP_AFFINITY{thread.affinity & ke::active_processors(), 0, {}}, reply);
        case ThreadBasicInformation:
            return exactly(THREAD_BASIC_INFORMATION{.ExitStatus = thread.exit_status,
                                                    .ClientId = thread.client_id,
                                                    .AffinityMask = thread.affinity & ke::active_processors(),
                                                    .Priority = thread.priority,
                                                    .BasePriority = thread.base_priority},
                           reply);
        case ThreadTimes:
            return exactly(
                KERNEL_USER_TIMES{.CreateTime = {.QuadPart = thread.create_time},
                                  .KernelTime = {.QuadPart = static_cast<LONGLONG>(thread.run_ns / kNsPerUnit)}},
                reply);
        case ThreadQuerySetWin32StartAddress:
            return exactly(reinterpret_cast<ULONG_PTR>(thread.start_routine), reply);
        case ThreadAmILastThread: return exactly(is_last(thread), reply);
        case ThreadIsTerminated:
            return exactly(ULONG{thread.state == ke::ThreadState::kTerminated}, reply);
        case ThreadIsIoPending:
            return exactly(is_io_pending(thread), reply);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

}  // namespace rsl::ps
