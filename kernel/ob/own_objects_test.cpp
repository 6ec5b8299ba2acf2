// SPDX-License-Identifier: GPL-2.0-only
// What a program has behind handles of its own, as drivers see it in the VM.
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/new_process.hpp"

namespace rsl::ob {
namespace {

constexpr uint64_t kEvent = 0x44, kPulse = 0x48, kItself = 0x4C, kLocked = 0x50;
constexpr uint64_t kProgram = 0x2468;

/// A program that has an event of each kind, a handle to itself, and an event that it may only wait for.
struct Program {
    Program() {
        process = *ps::create_process(ps::NewProcess{.image = u"own.exe", .command_line = {}, .id = kProgram});
        const RSL_OBJECT_LENDER lender{this, &Program::resolve, &Program::changed};
        RSL_EXPECT_EQ(RslBorrowClientObjects(nt(), &lender), STATUS_SUCCESS);
        RSL_EXPECT_EQ(RslBorrowClientObjects(nt(), &lender), STATUS_INVALID_PARAMETER);
        KeStackAttachProcess(reinterpret_cast<PKPROCESS>(process.get()), &attached);
    }
    ~Program() {
        KeUnstackDetachProcess(&attached);
        RslBorrowClientObjects(nt(), nullptr);
        ps::terminate_process(*process, 0);
    }
    PEPROCESS nt() { return reinterpret_cast<PEPROCESS>(process.get()); }

    static NTSTATUS NTAPI resolve(PVOID context, ULONG64 handle, ULONG id, PRSL_OWN_OBJECT object) {
        auto& self = *static_cast<Program*>(context);
        ++self.asked;
        self.last_id = id;
        switch (handle) {
            case kEvent: *object = {RslOwnNotificationEvent, EVENT_ALL_ACCESS, 0, self.signalled}; break;
            case kPulse: *object = {RslOwnSynchronizationEvent, EVENT_ALL_ACCESS, 0, TRUE}; break;
            case kItself: *object = {RslOwnProcess, PROCESS_QUERY_INFORMATION, kProgram, FALSE}; break;
            case kLocked: *object = {RslOwnNotificationEvent, SYNCHRONIZE, 0, FALSE}; break;
            default: return STATUS_INVALID_HANDLE;
        }
        return STATUS_SUCCESS;
    }
    static VOID NTAPI changed(PVOID context, ULONG id, RSL_OBJECT_CHANGE change) {
        auto& self = *static_cast<Program*>(context);
        if (self.count < std::size(self.changes)) self.changes[self.count++] = {id, change};
    }

    /// What ObReferenceObjectByHandle says; the object in `object`.
    NTSTATUS reference(uint64_t handle, const ObjectType* type, ACCESS_MASK access = EVENT_MODIFY_STATE, KPROCESSOR_MODE mode = UserMode) {
        return ObReferenceObjectByHandle(reinterpret_cast<HANDLE>(handle), access, ob::nt(type), mode, &object, nullptr);
    }
    PKEVENT event() { return static_cast<PKEVENT>(object); }
    bool has(uint32_t at, ULONG id, RSL_OBJECT_CHANGE change) {
        return at < count && changes[at].id == id && changes[at].change == change;
    }
    bool signal(RSL_OBJECT_SIGNAL what, NTSTATUS expected = STATUS_SUCCESS) {
        BOOLEAN taken = FALSE;
        RSL_EXPECT_EQ(RslSignalClientObject(nt(), last_id, what, &taken), expected);
        return taken != 0;
    }

    struct Change {
        ULONG id;
        RSL_OBJECT_CHANGE change;
    } changes[8] = {};
    uint32_t count = 0, asked = 0;
    ULONG last_id = ~0u;
    BOOLEAN signalled = FALSE;
    void* object = nullptr;
    Ref<ps::Process> process;
    KAPC_STATE attached;
};

NTSTATUS wait(PKEVENT event, int64_t milliseconds) {
    LARGE_INTEGER timeout{.QuadPart = -milliseconds * 10'000};
    return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &timeout);
}

/// A thread of ours that waits for the event, as a driver's would.
struct Waiter {
    explicit Waiter(PKEVENT awaited) : event(awaited) {
        thread = *ps::create_thread(ps::system_process(), &Waiter::run, this, KernelMode);
        while (IsListEmpty(&event->Header.WaitListHead)) wait_a_little();
    }
    static void NTAPI run(void* context) {
        auto& self = *static_cast<Waiter*>(context);
        self.status = wait(self.event, 10'000);
    }
    static bool IsListEmpty(const LIST_ENTRY* head) { return __atomic_load_n(&head->Flink, __ATOMIC_ACQUIRE) == head; }
    static void wait_a_little() {
        LARGE_INTEGER time{.QuadPart = -10'000};
        KeDelayExecutionThread(KernelMode, FALSE, &time);
    }
    NTSTATUS end() {
        KeWaitForSingleObject(reinterpret_cast<PVOID>(ke::nt(*thread)), Executive, KernelMode, FALSE, nullptr);
        return status;
    }
    PKEVENT event;
    Ref<ps::Thread> thread;
    NTSTATUS status = STATUS_PENDING;
};

RSL_TEST(OwnObjects, ADriverSetsTheProgramsEvent) {
    Program program;
    RSL_REQUIRE(program.reference(kEvent, &kEventType) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeSetEvent(program.event(), 0, FALSE), 0);
    RSL_EXPECT_EQ(KeReadStateEvent(program.event()), 1);
    KeClearEvent(program.event());
    RSL_EXPECT_EQ(KeResetEvent(program.event()), 0);
    RSL_EXPECT(program.count == 3 && program.has(0, program.last_id, RslObjectSet) && program.has(1, program.last_id, RslObjectReset));
    ObDereferenceObject(program.object);
    RSL_EXPECT(program.count == 4 && program.has(3, program.last_id, RslObjectDropped));
}

RSL_TEST(OwnObjects, StateIsTheProgramsWhenTheDriverGetsIt) {
    Program program;
    program.signalled = TRUE;
    RSL_REQUIRE(program.reference(kEvent, &kEventType) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(wait(program.event(), 0), STATUS_SUCCESS);
    program.signal(RslSignalReset);
    RSL_EXPECT_EQ(wait(program.event(), 0), STATUS_TIMEOUT);
    program.signal(RslSignalSet);
    RSL_EXPECT_EQ(wait(program.event(), 0), STATUS_SUCCESS);
    RSL_EXPECT_EQ(program.count, 0u);  // it knows what it did
    ObDereferenceObject(program.object);
}

RSL_TEST(OwnObjects, ChecksTypeAndAccessAsEverForHandles) {
    Program program;
    RSL_EXPECT_EQ(program.reference(kEvent, &kSemaphoreType), STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT(program.has(0, program.last_id, RslObjectDropped));
    RSL_EXPECT_EQ(program.reference(kLocked, &kEventType), STATUS_ACCESS_DENIED);
    RSL_EXPECT(program.has(1, program.last_id, RslObjectDropped));
    RSL_EXPECT_EQ(program.reference(kLocked, &kEventType, EVENT_MODIFY_STATE, KernelMode), STATUS_SUCCESS);
    ObDereferenceObject(program.object);
    RSL_EXPECT_EQ(program.reference(0x1234, &kEventType), STATUS_INVALID_HANDLE);
    RSL_EXPECT_EQ(program.reference(kItself, &kEventType, 0), STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(program.reference(kItself, &ps::Process::kType, PROCESS_TERMINATE), STATUS_ACCESS_DENIED);
    RSL_EXPECT_EQ(program.reference(kItself, &ps::Process::kType, PROCESS_QUERY_INFORMATION), STATUS_SUCCESS);
    RSL_EXPECT(program.object == program.process.get());
    ObDereferenceObject(program.object);
}

RSL_TEST(OwnObjects, HandlesOfTheVmAndOfTheKernelAreNotAskedFor) {
    Program program;
    RSL_EXPECT_EQ(program.reference(ps::kForeignHandles + 0x1000, nullptr), STATUS_INVALID_HANDLE);
    RSL_EXPECT_EQ(program.reference(0xFFFFFFFF80004444, nullptr, 0, KernelMode), STATUS_INVALID_HANDLE);
    RSL_EXPECT_EQ(program.reference(0, nullptr), STATUS_INVALID_HANDLE);
    RSL_EXPECT_EQ(program.asked, 0u);
}

RSL_TEST(OwnObjects, OneWaiterGetsWhatIsSet) {
    Program program;
    RSL_REQUIRE(program.reference(kPulse, &kEventType) == STATUS_SUCCESS);
    {
        Waiter waiter{program.event()};
        RSL_EXPECT(program.signal(RslSignalSet));  // the driver's, and nobody else's
        RSL_EXPECT_EQ(waiter.end(), STATUS_SUCCESS);
    }
    RSL_EXPECT(!program.signal(RslSignalSet));  // nobody waits here: the program's
    RSL_EXPECT_EQ(wait(program.event(), 0), STATUS_TIMEOUT);
    {
        Waiter waiter{program.event()};
        KeSetEvent(program.event(), 0, FALSE);
        RSL_EXPECT_EQ(waiter.end(), STATUS_SUCCESS);
        RSL_EXPECT_EQ(program.count, 0u);
    }
    KeSetEvent(program.event(), 0, FALSE);
    RSL_EXPECT(program.count == 1 && program.has(0, program.last_id, RslObjectSet));
    RSL_EXPECT_EQ(wait(program.event(), 0), STATUS_TIMEOUT);
    ObDereferenceObject(program.object);
}

RSL_TEST(OwnObjects, APulseWakesWhoWaits) {
    Program program;
    RSL_REQUIRE(program.reference(kEvent, &kEventType) == STATUS_SUCCESS);
    {
        Waiter waiter{program.event()};
        program.signal(RslSignalPulse);
        RSL_EXPECT_EQ(waiter.end(), STATUS_SUCCESS);
    }
    RSL_EXPECT_EQ(wait(program.event(), 0), STATUS_TIMEOUT);
    KePulseEvent(program.event(), 0, FALSE);
    RSL_EXPECT(program.count == 2 && program.has(0, program.last_id, RslObjectSet) && program.has(1, program.last_id, RslObjectReset));
    ObDereferenceObject(program.object);
}

RSL_TEST(OwnObjects, SetsAtDispatchLevel) {
    Program program;
    RSL_REQUIRE(program.reference(kEvent, &kEventType) == STATUS_SUCCESS);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeSetEvent(program.event(), 0, FALSE);
    void* other = nullptr;
    RSL_EXPECT_EQ(ObReferenceObjectByHandle(reinterpret_cast<HANDLE>(kEvent), 0, nullptr, KernelMode, &other, nullptr), STATUS_INVALID_HANDLE);
    KeLowerIrql(old);
    RSL_EXPECT(program.has(0, program.last_id, RslObjectSet));
    ObDereferenceObject(program.object);
}

RSL_TEST(OwnObjects, AnEventOutlivesItsProgram) {
    void* event;
    {
        Program program;
        RSL_REQUIRE(program.reference(kEvent, &kEventType) == STATUS_SUCCESS);
        event = program.object;
        RslBorrowClientObjects(program.nt(), nullptr);
        RSL_EXPECT_EQ(program.reference(kEvent, &kEventType), STATUS_INVALID_HANDLE);
        KeSetEvent(static_cast<PKEVENT>(event), 0, FALSE);
        RSL_EXPECT_EQ(program.count, 0u);
    }
    KeSetEvent(static_cast<PKEVENT>(event), 0, FALSE);
    RSL_EXPECT_EQ(KeReadStateEvent(static_cast<PKEVENT>(event)), 1);
    ObDereferenceObject(event);
}

RSL_TEST(OwnObjects, ThereAreOnlySoMany) {
    Program program;
    static void* held[RSL_MAX_OWN_OBJECTS];
    for (auto& each : held) {
        RSL_REQUIRE(program.reference(kPulse, &kEventType) == STATUS_SUCCESS);
        each = program.object;
    }
    RSL_EXPECT_EQ(program.reference(kPulse, &kEventType), STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(program.asked, uint32_t{RSL_MAX_OWN_OBJECTS});
    ObDereferenceObject(held[100]);
    RSL_EXPECT_EQ(program.reference(kPulse, &kEventType), STATUS_SUCCESS);
    RSL_EXPECT_EQ(program.last_id, 100u);
    held[100] = program.object;
    for (auto* each : held) ObDereferenceObject(each);
}

RSL_TEST(OwnObjects, ServicesTakeSuchAHandle) {
    Program program;
    RSL_EXPECT_EQ(ZwSetEvent(reinterpret_cast<HANDLE>(kEvent), nullptr), STATUS_SUCCESS);
    RSL_EXPECT(program.count == 2 && program.has(0, program.last_id, RslObjectSet) && program.has(1, program.last_id, RslObjectDropped));
}

}  // namespace
}  // namespace rsl::ob
