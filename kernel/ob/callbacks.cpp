// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/callbacks.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "abi/types/status.h"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("ObCb");
constexpr uint32_t kMaxRegistrations = 32;
constexpr uint32_t kMaxOperations = 8;

/// What one driver registered. Lives until unregister_callbacks() has seen it idle.
struct Registration {
    char16_t altitude[32];
    size_t altitude_length;
    void* context;
    OB_OPERATION_REGISTRATION operations[kMaxOperations];
    uint32_t operation_count;
    std::atomic<uint32_t> running = 0;

    std::u16string_view altitude_text() const { return {altitude, altitude_length}; }
    /// nullptr when this one does not watch such an operation.
    const OB_OPERATION_REGISTRATION* match(const HandleOperation& operation) const {
        for (uint32_t i = 0; i < operation_count; ++i) {
            if (from_nt(*operations[i].ObjectType) == header_of(operation.body).type &&
                (operations[i].Operations & operation.kind) != 0)
                return &operations[i];
        }
        return nullptr;
    }
};

constinit ke::SpinLock registrations_lock{ke::LockRank::kObject};
// Sorted by altitude, highest first: that is the order of the pre-operation calls.
constinit Registration* registrations[kMaxRegistrations] RSL_GUARDED_BY(registrations_lock) = {};
constinit std::atomic<uint32_t> registration_count = 0;

/// Altitudes are decimal numbers of any length, perhaps with a fraction.
bool is_higher(std::u16string_view a, std::u16string_view b) {
    const size_t whole_a = std::min(a.find(u'.'), a.size()),
                 whole_b = std::min(b.find(u'.'), b.size());
    if (whole_a != whole_b) return whole_a > whole_b;
    return a > b;
}

/// The registrations as they were, each marked as running.
struct Snapshot {
    Registration* entries[kMaxRegistrations];
    void* call_contexts[kMaxRegistrations] = {};
    uint32_t count = 0;

    Snapshot() {
        ke::InterruptLockGuard guard{registrations_lock};
        for (Registration* registration : registrations) {
            if (registration == nullptr) break;
            registration->running.fetch_add(1, std::memory_order_relaxed);
            entries[count++] = registration;
        }
    }
    ~Snapshot() {  // pairs with unregister_callbacks()
        for (uint32_t i = 0; i < count; ++i)
            entries[i]->running.fetch_sub(1, std::memory_order_release);
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
};

uint32_t before(Snapshot& snapshot, const HandleOperation& operation, uint32_t granted) {
    OB_PRE_OPERATION_PARAMETERS parameters = {};
    auto& desired = operation.kind == OB_OPERATION_HANDLE_CREATE
                        ? parameters.CreateHandleInformation.DesiredAccess
                        : parameters.DuplicateHandleInformation.DesiredAccess;
    desired = granted;
    if (operation.kind == OB_OPERATION_HANDLE_CREATE) {
        parameters.CreateHandleInformation.OriginalDesiredAccess = granted;
    } else {
        parameters.DuplicateHandleInformation.OriginalDesiredAccess = granted;
        parameters.DuplicateHandleInformation.SourceProcess = operation.source;
        parameters.DuplicateHandleInformation.TargetProcess = operation.target;
    }
    for (uint32_t i = 0; i < snapshot.count; ++i) {
        const auto* match = snapshot.entries[i]->match(operation);
        if (match == nullptr || match->PreOperation == nullptr) continue;
        OB_PRE_OPERATION_INFORMATION information = {};
        information.Operation = operation.kind;
        information.KernelHandle = operation.kernel_handle ? 1 : 0;
        information.Object = operation.body;
        information.ObjectType = *match->ObjectType;
        information.Parameters = &parameters;
        match->PreOperation(snapshot.entries[i]->context, &information);
        snapshot.call_contexts[i] = information.CallContext;
        desired &= granted;  // documented: rights can be taken away only
    }
    return desired;
}

void after(Snapshot& snapshot, const HandleOperation& operation, NTSTATUS status,
           uint32_t granted) {
    OB_POST_OPERATION_PARAMETERS parameters = {};
    parameters.CreateHandleInformation.GrantedAccess = granted;  // the same place for duplicates
    for (uint32_t i = snapshot.count; i-- != 0;) {
        const auto* match = snapshot.entries[i]->match(operation);
        if (match == nullptr || match->PostOperation == nullptr) continue;
        OB_POST_OPERATION_INFORMATION information = {};
        information.Operation = operation.kind;
        information.KernelHandle = operation.kernel_handle ? 1 : 0;
        information.Object = operation.body;
        information.ObjectType = *match->ObjectType;
        information.CallContext = snapshot.call_contexts[i];
        information.ReturnStatus = status;
        information.Parameters = status < 0 ? nullptr : &parameters;
        match->PostOperation(snapshot.entries[i]->context, &information);
    }
}

bool is_watchable(const ObjectType* type) {
    return type == &ps::Process::kType || type == &ps::Thread::kType;
}

Result<void> check(const OB_CALLBACK_REGISTRATION& registration) {
    const auto& altitude = registration.Altitude;
    if (registration.Version != OB_FLT_REGISTRATION_VERSION ||
        registration.OperationRegistrationCount == 0 ||
        registration.OperationRegistrationCount > kMaxOperations || altitude.Length == 0 ||
        altitude.Length > sizeof(Registration::altitude))
        return Status::kInvalidParameter;
    for (uint32_t i = 0; i < registration.OperationRegistrationCount; ++i) {
        const auto& operation = registration.OperationRegistration[i];
        if (operation.ObjectType == nullptr || !is_watchable(from_nt(*operation.ObjectType)) ||
            (operation.PreOperation == nullptr && operation.PostOperation == nullptr) ||
            (operation.Operations & (OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE)) ==
                0)
            return Status::kInvalidParameter;
    }
    return {};
}

/// Puts it in its place. The altitude must be free.
Result<void> enlist(Registration& fresh) {
    ke::InterruptLockGuard guard{registrations_lock};
    uint32_t place = 0;
    for (; place < kMaxRegistrations && registrations[place] != nullptr; ++place) {
        if (registrations[place]->altitude_text() == fresh.altitude_text())
            return Status(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
        if (is_higher(fresh.altitude_text(), registrations[place]->altitude_text())) break;
    }
    if (registrations[kMaxRegistrations - 1] != nullptr) return Status::kInsufficientResources;
    std::copy_backward(registrations + place, registrations + kMaxRegistrations - 1,
                       registrations + kMaxRegistrations);
    registrations[place] = &fresh;
    registration_count.fetch_add(1, std::memory_order_relaxed);
    return {};
}

}  // namespace

Result<HANDLE> with_callbacks(const HandleOperation& operation, uint32_t granted,
                              Result<HANDLE> (*insert)(void* context, uint32_t granted),
                              void* context) {
    if (registration_count.load(std::memory_order_relaxed) == 0 ||
        !is_watchable(header_of(operation.body).type))
        return insert(context, granted);
    Snapshot snapshot;
    const uint32_t left = before(snapshot, operation, granted);
    auto handle = insert(context, left);
    after(snapshot, operation, handle.status().nt(), left);
    return handle;
}

Result<void*> register_callbacks(const OB_CALLBACK_REGISTRATION& registration) {
    RSL_TRY(check(registration));
    mm::UniquePool<Registration> fresh(RSL_TRY(mm::make<Registration>(kTag)));
    fresh->altitude_length = registration.Altitude.Length / sizeof(WCHAR);
    std::memcpy(fresh->altitude, registration.Altitude.Buffer, registration.Altitude.Length);
    fresh->context = registration.RegistrationContext;
    fresh->operation_count = registration.OperationRegistrationCount;
    std::copy_n(registration.OperationRegistration, fresh->operation_count, fresh->operations);
    RSL_TRY(enlist(*fresh));
    return static_cast<void*>(fresh.release());
}

void unregister_callbacks(void* handle) {
    auto* registration = static_cast<Registration*>(handle);
    {
        ke::InterruptLockGuard guard{registrations_lock};
        Registration** end = registrations + kMaxRegistrations;
        Registration** at = std::find(registrations, end, registration);
        RSL_CHECK(at != end);
        std::copy(at + 1, end, at);
        registrations[kMaxRegistrations - 1] = nullptr;
        registration_count.fetch_sub(1, std::memory_order_relaxed);
    }
    ke::Event never(ke::Event::Kind::kNotification);
    constexpr uint64_t kPauseNs = 1'000'000;
    while (registration->running.load(std::memory_order_acquire) != 0)  // pairs with ~Snapshot
        never.wait(ke::Deadline::after_ns(kPauseNs));
    mm::destroy(registration);
}

}  // namespace rsl::ob
