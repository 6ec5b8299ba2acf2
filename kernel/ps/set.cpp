// SPDX-License-Identifier: GPL-2.0-only
// NtSetInformationProcess and NtSetInformationThread. What only a part of which would hold (priority classes
// of processes, debug ports, other primary tokens) is refused as an unknown class.
#include "abi/types/status.h"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/threads.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ps/impersonation.hpp"
#include "kernel/ps/query.hpp"
#include "kernel/ps/thread.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/se/access_check.hpp"

namespace rsl::ps {
namespace {

constexpr ULONG kHighestIoPriority = 4;    // IoPriorityCritical
constexpr ULONG kHighestPagePriority = 5;  // MEMORY_PRIORITY_NORMAL

/// Reads exactly a T, or says why not.
template <typename T>
Result<T> read_exactly(const Request& request) {
    if (request.length != sizeof(T)) return Status(STATUS_INFO_LENGTH_MISMATCH);
    return read_in(static_cast<const T*>(request.buffer), request.mode);
}

/// Stores a number of a range.
NTSTATUS store(std::atomic<uint32_t>& setting, const Request& request, ULONG lowest, ULONG highest) {
    const auto value = read_exactly<ULONG>(request);
    if (!value) return value.failure().nt();
    if (*value < lowest || *value > highest) return STATUS_INVALID_PARAMETER;
    setting.store(*value, std::memory_order_relaxed);
    return STATUS_SUCCESS;
}

/// To mark what may not end takes the right to debug, as in NT.
NTSTATUS store_critical(std::atomic<uint32_t>& setting, const Request& request) {
    constexpr LUID kDebugPrivilege = {20, 0};
    const auto value = read_exactly<ULONG>(request);
    if (!value) return value.failure().nt();
    if (request.mode != KernelMode && !current_process().token->has_privilege(kDebugPrivilege))
        return STATUS_PRIVILEGE_NOT_HELD;
    setting.store(*value != 0 ? 1 : 0, std::memory_order_relaxed);
    return STATUS_SUCCESS;
}

NTSTATUS set_priority(Thread& thread, const Request& request) {
    const auto priority = read_exactly<KPRIORITY>(request);
    if (!priority) return priority.failure().nt();
    constexpr KPRIORITY kLow = 0, kHigh = 31;  // LOW_PRIORITY, HIGH_PRIORITY
    if (*priority <= kLow || *priority > kHigh) return STATUS_INVALID_PARAMETER;
    ke::set_priority(thread, *priority);
    return STATUS_SUCCESS;
}

NTSTATUS set_base_priority(Thread& thread, const Request& request) {
    const auto increment = read_exactly<LONG>(request);
    if (!increment) return increment.failure().nt();
    constexpr LONG kMost = 2, kToRealtime = 15;  // THREAD_BASE_PRIORITY_MAX, _LOWRT; and their negatives
    const bool valid = (*increment >= -kMost && *increment <= kMost) || *increment == kToRealtime ||
                       *increment == -kToRealtime;
    if (!valid) return STATUS_INVALID_PARAMETER;
    ke::set_base_priority(thread, *increment);
    return STATUS_SUCCESS;
}

NTSTATUS set_affinity(Thread& thread, const Request& request) {
    const auto mask = read_exactly<KAFFINITY>(request);
    if (!mask) return mask.failure().nt();
    return ke::set_user_affinity(thread, *mask) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS set_affinity(Process& process, const Request& request) {
    const auto mask = read_exactly<KAFFINITY>(request);
    if (!mask) return mask.failure().nt();
    if (*mask == 0 || (*mask & ~ke::active_processors()) != 0) return STATUS_INVALID_PARAMETER;
    process.settings.affinity.store(*mask, std::memory_order_relaxed);
    uint64_t affinity = *mask;
    each_thread(process, [](void* context, Thread& thread) {
        ke::set_user_affinity(thread, *static_cast<uint64_t*>(context));
    }, &affinity);
    return STATUS_SUCCESS;
}

NTSTATUS set_impersonation(Thread& thread, const Request& request) {
    const auto handle = read_exactly<HANDLE>(request);
    if (!handle) return handle.failure().nt();
    if (*handle == nullptr) {
        exchange_impersonation(thread, {});
        return STATUS_SUCCESS;
    }
    auto found = ob::reference_handle(*handle, &se::Token::kType, TOKEN_IMPERSONATE, request.mode);
    if (!found) return found.failure().nt();
    auto token = Ref<se::Token>::adopt(static_cast<se::Token*>(*found));
    if (token->type() != TokenImpersonation) return STATUS_BAD_TOKEN_TYPE;
    const SECURITY_IMPERSONATION_LEVEL level = token->level();
    return impersonate(thread, {.token = std::move(token), .level = level}).status().nt();
}

}  // namespace

NTSTATUS set_process(Process& process, PROCESSINFOCLASS what, const Request& request) {
    ProcessSettings& settings = process.settings;
    switch (what) {
        case ProcessDefaultHardErrorMode: return store(settings.hard_error_mode, request, 0, ~ULONG{0});
        case ProcessPriorityBoost: {
            const NTSTATUS status = store(settings.boost_disabled, request, 0, 1);
            if (status != STATUS_SUCCESS) return status;
            uint32_t disabled = settings.boost_disabled.load(std::memory_order_relaxed);
            each_thread(process, [](void* context, Thread& thread) {
                ke::set_boost_disabled(thread, *static_cast<uint32_t*>(context) != 0);
            }, &disabled);
            return STATUS_SUCCESS;
        }
        case ProcessAffinityMask: return set_affinity(process, request);
        case ProcessBreakOnTermination: return store_critical(settings.critical, request);
        case ProcessIoPriority: return store(settings.io_priority, request, 0, kHighestIoPriority);
        case ProcessPagePriority: return store(settings.page_priority, request, 1, kHighestPagePriority);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

NTSTATUS set_thread(Thread& thread, THREADINFOCLASS what, const Request& request) {
    ThreadSettings& settings = thread.settings;
    switch (what) {
        case ThreadPriority: return set_priority(thread, request);
        case ThreadBasePriority: return set_base_priority(thread, request);
        case ThreadAffinityMask: return set_affinity(thread, request);
        case ThreadImpersonationToken: return set_impersonation(thread, request);
        case ThreadIdealProcessor: {
            const auto number = read_exactly<ULONG>(request);
            if (!number) return number.failure().nt();
            constexpr ULONG kMostProcessors = 64;  // MAXIMUM_PROCESSORS: only asks for the present one
            if (*number > kMostProcessors) return STATUS_INVALID_PARAMETER;
            return static_cast<NTSTATUS>(ke::set_ideal_processor(thread, *number));
        }
        case ThreadPriorityBoost: {
            const auto disabled = read_exactly<ULONG>(request);
            if (!disabled) return disabled.failure().nt();
            ke::set_boost_disabled(thread, *disabled != 0);
            return STATUS_SUCCESS;
        }
        case ThreadHideFromDebugger:
            if (request.length != 0) return STATUS_INFO_LENGTH_MISMATCH;
            settings.hidden_from_debugger.store(true, std::memory_order_relaxed);
            return STATUS_SUCCESS;
        case ThreadBreakOnTermination: return store_critical(settings.critical, request);
        case ThreadIoPriority: return store(settings.io_priority, request, 0, kHighestIoPriority);
        case ThreadPagePriority: return store(settings.page_priority, request, 1, kHighestPagePriority);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

}  // namespace rsl::ps
