// SPDX-License-Identifier: GPL-2.0-only
// System threads as drivers make them.
#include "abi/functions/ob.h"
#include "abi/functions/ps_thread.h"
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

struct Started {
    KEVENT go;
    std::atomic<HANDLE> id = nullptr;
    NTSTATUS end_with = STATUS_SUCCESS;
    Started() { KeInitializeEvent(&go, NotificationEvent, FALSE); }
    static void NTAPI run(PVOID context) {
        auto& self = *static_cast<Started*>(context);
        self.id = PsGetCurrentThreadId();
        testing::wait_for(&self.go, testing::in_ms(20'000));
        PsTerminateSystemThread(self.end_with);
    }
};

RSL_TEST(PsThread, IsCreatedFoundAwaitedAndEnds) {
    Started started;
    started.end_with = STATUS_UNSUCCESSFUL;
    HANDLE handle = nullptr;
    CLIENT_ID id{};
    RSL_REQUIRE(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, nullptr, &id, Started::run, &started) ==
                STATUS_SUCCESS);
    RSL_EXPECT(id.UniqueProcess == reinterpret_cast<HANDLE>(4));
    PVOID object = nullptr;
    RSL_REQUIRE(ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, nullptr, KernelMode, &object, nullptr) ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwClose(handle), STATUS_SUCCESS);
    auto* const thread = static_cast<PETHREAD>(object);
    RSL_EXPECT_EQ(PsGetThreadId(thread), id.UniqueThread);
    RSL_EXPECT_EQ(PsGetThreadProcessId(thread), id.UniqueProcess);
    RSL_EXPECT(PsGetThreadProcess(thread) == reinterpret_cast<PEPROCESS>(&ps::system_process()));
    RSL_EXPECT(IoThreadToProcess(thread) == PsGetThreadProcess(thread));
    RSL_EXPECT(PsIsSystemThread(thread));
    RSL_EXPECT(IoIsSystemThread(thread));
    RSL_EXPECT_EQ(PsGetThreadExitStatus(thread), STATUS_PENDING);
    PETHREAD found = nullptr;
    RSL_EXPECT_EQ(PsLookupThreadByThreadId(id.UniqueThread, &found), STATUS_SUCCESS);
    RSL_EXPECT_EQ(found, thread);
    if (found != nullptr) ObDereferenceObject(found);
    KeSetEvent(&started.go, IO_NO_INCREMENT, FALSE);
    RSL_EXPECT_EQ(testing::wait_for(thread, testing::in_ms(20'000)), STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsGetThreadExitStatus(thread), STATUS_UNSUCCESSFUL);
    RSL_EXPECT(PsIsThreadTerminating(thread));
    RSL_EXPECT_EQ(started.id.load(), id.UniqueThread);
    RSL_EXPECT_EQ(PsLookupThreadByThreadId(id.UniqueThread, &found), STATUS_INVALID_PARAMETER);
    ObDereferenceObject(thread);
}

RSL_TEST(PsThread, KnowsItself) {
    RSL_EXPECT(PsGetCurrentThread() == reinterpret_cast<PETHREAD>(KeGetCurrentThread()));
    RSL_EXPECT_EQ(PsGetCurrentThreadId(), PsGetThreadId(PsGetCurrentThread()));
    RSL_EXPECT(PsGetCurrentThreadProcess() == reinterpret_cast<PEPROCESS>(&ps::system_process()));
    RSL_EXPECT(PsGetCurrentThreadProcessId() == reinterpret_cast<HANDLE>(4));
    auto body = [] {  // the test run's own stack is not its thread's
        int local = 0;
        RSL_EXPECT(static_cast<void*>(&local) < PsGetCurrentThreadStackBase());
        RSL_EXPECT(static_cast<void*>(&local) > PsGetCurrentThreadStackLimit());
    };
    testing::TestThread thread(body);
    RSL_EXPECT(PsGetThreadCreateTime(PsGetCurrentThread()) > 0);
}

constinit std::atomic<int> created = 0;
constinit std::atomic<int> ended = 0;
void NTAPI count_threads(HANDLE, HANDLE, BOOLEAN create) { (create ? created : ended).fetch_add(1); }

RSL_TEST(PsThread, TellsOfThreadsThatBeginAndEnd) {
    RSL_REQUIRE(PsSetCreateThreadNotifyRoutine(count_threads) == STATUS_SUCCESS);
    created = ended = 0;
    auto body = [] {};
    {
        testing::TestThread thread(body);
    }
    RSL_EXPECT(created.load() >= 1);
    RSL_EXPECT(ended.load() >= 1);
    RSL_EXPECT_EQ(PsRemoveCreateThreadNotifyRoutine(count_threads), STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsRemoveCreateThreadNotifyRoutine(count_threads), static_cast<NTSTATUS>(0xC000007Au));
}

}  // namespace
}  // namespace rsl
