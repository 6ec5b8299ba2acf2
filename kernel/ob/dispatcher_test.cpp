// SPDX-License-Identifier: GPL-2.0-only
// Events, mutants, semaphores and timers by handle, and waiting on handles.
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ob/test_names.hpp"
#include "kernel/ps/client_test.hpp"

namespace rsl::ob {
namespace {

using testing::Attributes;
using testing::Client;
using testing::Handle;

LARGE_INTEGER no_time = {};  // polls

NTSTATUS poll(HANDLE handle) { return ZwWaitForSingleObject(handle, FALSE, &no_time); }

}  // namespace

RSL_TEST(NtEvent, KeepsItsKind)
{
    Handle notification, synchronization;
    RSL_REQUIRE(ZwCreateEvent(notification.out(), EVENT_ALL_ACCESS, nullptr, NotificationEvent,
                              TRUE) == STATUS_SUCCESS);
    RSL_REQUIRE(ZwCreateEvent(synchronization.out(), EVENT_ALL_ACCESS, nullptr,
                              SynchronizationEvent, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(notification), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(notification), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(synchronization), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(synchronization), STATUS_TIMEOUT);
    EVENT_BASIC_INFORMATION basic = {};
    ULONG length = 0;
    RSL_EXPECT_EQ(
        ZwQueryEvent(synchronization, EventBasicInformation, &basic, sizeof(basic), &length),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(basic.EventType, static_cast<LONG>(SynchronizationEvent));
    RSL_EXPECT_EQ(basic.EventState, 0);
    RSL_EXPECT_EQ(ZwQueryEvent(synchronization, EventBasicInformation, &basic, 4, nullptr),
                  STATUS_INFO_LENGTH_MISMATCH);
    RSL_EXPECT_EQ(ZwCreateEvent(notification.out(), EVENT_ALL_ACCESS, nullptr,
                                static_cast<EVENT_TYPE>(7), FALSE),
                  STATUS_INVALID_PARAMETER);
}

RSL_TEST(NtEvent, TellsTheStateBefore)
{
    Handle event;
    RSL_REQUIRE(ZwCreateEvent(event.out(), EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE) ==
                STATUS_SUCCESS);
    LONG before = 9;
    RSL_EXPECT_EQ(ZwSetEvent(event, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(before, 0);
    RSL_EXPECT_EQ(ZwResetEvent(event, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(before, 1);
    RSL_EXPECT_EQ(ZwPulseEvent(event, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(event), STATUS_TIMEOUT);
    ZwSetEvent(event, nullptr);
    RSL_EXPECT_EQ(ZwClearEvent(event), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(event), STATUS_TIMEOUT);
}

RSL_TEST(NtMutant, NestsAndBelongsToAThread)
{
    Handle mutant;
    RSL_REQUIRE(ZwCreateMutant(mutant.out(), MUTANT_ALL_ACCESS, nullptr, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(mutant), STATUS_SUCCESS);  // once more by its owner
    LONG count = 9;
    RSL_EXPECT_EQ(ZwReleaseMutant(mutant, &count), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwReleaseMutant(mutant, &count), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwReleaseMutant(mutant, &count), STATUS_MUTANT_NOT_OWNED);
}

RSL_TEST(NtMutant, ClosedWhileOwnedLeavesItsOwnerWhole)
{
    Handle mutant, other;
    RSL_REQUIRE(ZwCreateMutant(mutant.out(), MUTANT_ALL_ACCESS, nullptr, TRUE) == STATUS_SUCCESS);
    RSL_REQUIRE(ZwCreateMutant(other.out(), MUTANT_ALL_ACCESS, nullptr, TRUE) == STATUS_SUCCESS);
    mutant.close();  // was in the thread's list
    RSL_EXPECT_EQ(ZwReleaseMutant(other, nullptr), STATUS_SUCCESS);
}

RSL_TEST(NtSemaphore, CountsUpToItsLimit)
{
    Handle semaphore;
    RSL_EXPECT_EQ(ZwCreateSemaphore(semaphore.out(), SEMAPHORE_ALL_ACCESS, nullptr, 3, 2),
                  STATUS_INVALID_PARAMETER);
    RSL_REQUIRE(ZwCreateSemaphore(semaphore.out(), SEMAPHORE_ALL_ACCESS, nullptr, 1, 2) ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(semaphore), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(semaphore), STATUS_TIMEOUT);
    LONG before = 9;
    RSL_EXPECT_EQ(ZwReleaseSemaphore(semaphore, 2, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(before, 0);
    RSL_EXPECT_EQ(ZwReleaseSemaphore(semaphore, 1, &before), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    RSL_EXPECT_EQ(ZwReleaseSemaphore(semaphore, 0, &before), STATUS_INVALID_PARAMETER);
}

RSL_TEST(NtTimer, FiresAndIsCancelled)
{
    Handle timer;
    RSL_REQUIRE(ZwCreateTimer(timer.out(), TIMER_ALL_ACCESS, nullptr, NotificationTimer) ==
                STATUS_SUCCESS);
    LARGE_INTEGER due = {.QuadPart = -10'000};  // 1 ms
    BOOLEAN before = TRUE;
    RSL_EXPECT_EQ(ZwSetTimer(timer, &due, nullptr, nullptr, FALSE, 0, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(before, FALSE);
    RSL_EXPECT_EQ(ZwWaitForSingleObject(timer, FALSE, nullptr), STATUS_SUCCESS);
    due.QuadPart = -600'000'000;  // a minute
    RSL_EXPECT_EQ(ZwSetTimer(timer, &due, nullptr, nullptr, FALSE, 0, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(before, TRUE);
    RSL_EXPECT_EQ(poll(timer), STATUS_TIMEOUT);
    RSL_EXPECT_EQ(ZwCancelTimer(timer, &before), STATUS_SUCCESS);
    RSL_EXPECT_EQ(before, FALSE);
    due.QuadPart = -600'000'000;
    ZwSetTimer(timer, &due, nullptr, nullptr, FALSE, 0, nullptr);  // closing must stop it
}

RSL_TEST(NtWait, AnyAndAll)
{
    Handle a, b;
    ZwCreateEvent(a.out(), EVENT_ALL_ACCESS, nullptr, SynchronizationEvent, FALSE);
    ZwCreateEvent(b.out(), EVENT_ALL_ACCESS, nullptr, SynchronizationEvent, TRUE);
    HANDLE both[] = {a, b};
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAll, FALSE, &no_time), STATUS_TIMEOUT);
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAny, FALSE, &no_time), STATUS_WAIT_0 + 1);
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAny, FALSE, &no_time), STATUS_TIMEOUT);
    ZwSetEvent(a, nullptr);
    ZwSetEvent(b, nullptr);
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAll, FALSE, nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(a), STATUS_TIMEOUT);
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(0, both, WaitAny, FALSE, &no_time),
                  STATUS_INVALID_PARAMETER_1);
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(65, both, WaitAny, FALSE, &no_time),
                  STATUS_INVALID_PARAMETER_1);
    HANDLE with_bad[] = {a, reinterpret_cast<HANDLE>(uint64_t{0x7770})};
    RSL_EXPECT_EQ(ZwWaitForMultipleObjects(2, with_bad, WaitAny, FALSE, &no_time),
                  STATUS_INVALID_HANDLE);
}

RSL_TEST(NtWait, RefusesWhatCannotBeSignalled)
{
    Handle directory;
    Attributes attributes(u"\\Device");
    RSL_REQUIRE(ZwOpenDirectoryObject(directory.out(), DIRECTORY_ALL_ACCESS, attributes) ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(directory), STATUS_OBJECT_TYPE_MISMATCH);
}

RSL_TEST(NtWait, UsersWaitWithUserMemory)
{
    testing::run_as_client([](Client& client) {
        auto* handle = client.user<HANDLE>(0);
        RSL_REQUIRE(NtCreateEvent(handle, EVENT_ALL_ACCESS, nullptr, SynchronizationEvent, TRUE) ==
                    STATUS_SUCCESS);
        auto* timeout = client.user<LARGE_INTEGER>(64);
        timeout->QuadPart = -10'000;
        RSL_EXPECT_EQ(NtWaitForSingleObject(*handle, FALSE, timeout), STATUS_SUCCESS);
        RSL_EXPECT_EQ(NtWaitForSingleObject(*handle, FALSE, timeout), STATUS_TIMEOUT);
        RSL_EXPECT_EQ(NtWaitForSingleObject(*handle, FALSE, &no_time), STATUS_ACCESS_VIOLATION);
        RSL_EXPECT_EQ(NtWaitForMultipleObjects(1, handle, WaitAny, FALSE, timeout), STATUS_TIMEOUT);
    });
}

}  // namespace rsl::ob
