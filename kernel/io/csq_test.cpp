// SPDX-License-Identifier: GPL-2.0-only
// Host only: the test plays the driver, and the cancel spin lock.
#include "kernel/io/csq.hpp"

#include "base/testing/test.hpp"
#include "kernel/io/irp.hpp"

namespace rsl::io {

void release_cancel_lock(KIRQL) {}  // the real one is in complete.cpp, which needs a kernel

namespace {

/// A driver's queue: at most eight IRPs in an array, a lock that counts, and a list of the cancelled.
struct TestQueue {
    IO_CSQ csq;
    IRP* waiting[8] = {};
    int held = 0;
    IRP* cancelled = nullptr;
    NTSTATUS refuse = STATUS_SUCCESS;

    explicit TestQueue(ULONG type = IO_TYPE_CSQ) {
        const auto insert = type == IO_TYPE_CSQ ? &insert_plain
                                                : __builtin_bit_cast(PIO_CSQ_INSERT_IRP, &insert_ex);
        initialize_queue(csq, type, insert, &remove, &peek, &acquire, &release, &complete);
    }
    static TestQueue& of(PIO_CSQ csq) { return *CONTAINING_RECORD(csq, TestQueue, csq); }
    static void NTAPI insert_plain(PIO_CSQ csq, PIRP irp) {
        for (auto& slot : of(csq).waiting) {
            if (slot != nullptr) continue;
            slot = irp;
            return;
        }
    }
    static NTSTATUS NTAPI insert_ex(PIO_CSQ csq, PIRP irp, PVOID) {
        if (NT_SUCCESS(of(csq).refuse)) insert_plain(csq, irp);
        return of(csq).refuse;
    }
    static void NTAPI remove(PIO_CSQ csq, PIRP irp) {
        for (auto& slot : of(csq).waiting) {
            if (slot == irp) slot = nullptr;
        }
    }
    static PIRP NTAPI peek(PIO_CSQ csq, PIRP after, PVOID) {
        bool passed = after == nullptr;
        for (IRP* irp : of(csq).waiting) {
            if (passed && irp != nullptr) return irp;
            passed |= irp == after;
        }
        return nullptr;
    }
    static void NTAPI acquire(PIO_CSQ csq, PKIRQL) { ++of(csq).held; }
    static void NTAPI release(PIO_CSQ csq, KIRQL) { --of(csq).held; }
    static void NTAPI complete(PIO_CSQ csq, PIRP irp) { of(csq).cancelled = irp; }
};

struct TestIrp {
    TestIrp() {
        initialize_irp(irp(), IO_SIZE_OF_IRP(1), 1);
        enter_next_location(irp());
    }
    IRP& irp() { return *reinterpret_cast<IRP*>(memory); }
    /// What IoCancelIrp does.
    void cancel() {
        irp().Cancel = TRUE;
        const PDRIVER_CANCEL routine = irp().CancelRoutine;
        irp().CancelRoutine = nullptr;
        if (routine != nullptr) routine(nullptr, &irp());
    }
    alignas(16) unsigned char memory[IO_SIZE_OF_IRP(1)];
};

RSL_TEST(CancelSafeQueue, GivesIrpsBackInOrder) {
    TestQueue queue;
    TestIrp first, second;
    insert_into_queue(queue.csq, first.irp(), nullptr, nullptr);
    insert_into_queue(queue.csq, second.irp(), nullptr, nullptr);
    RSL_EXPECT(remove_next_from_queue(queue.csq, nullptr) == &first.irp());
    RSL_EXPECT(remove_next_from_queue(queue.csq, nullptr) == &second.irp());
    RSL_EXPECT(remove_next_from_queue(queue.csq, nullptr) == nullptr);
    RSL_EXPECT_EQ(queue.held, 0);
}

RSL_TEST(CancelSafeQueue, InsertingMarksPending) {
    TestQueue queue;
    TestIrp test;
    insert_into_queue(queue.csq, test.irp(), nullptr, nullptr);
    RSL_EXPECT((current_location(test.irp()).Control & SL_PENDING_RETURNED) != 0);
    RSL_EXPECT(test.irp().CancelRoutine != nullptr);
}

RSL_TEST(CancelSafeQueue, ACancelledIrpLeavesAndIsCompleted) {
    TestQueue queue;
    TestIrp test;
    insert_into_queue(queue.csq, test.irp(), nullptr, nullptr);
    test.cancel();
    RSL_EXPECT(queue.cancelled == &test.irp());
    RSL_EXPECT(remove_next_from_queue(queue.csq, nullptr) == nullptr);
}

RSL_TEST(CancelSafeQueue, AnIrpCancelledBeforeIsCompletedAtOnce) {
    TestQueue queue;
    TestIrp test;
    test.irp().Cancel = TRUE;
    RSL_EXPECT_EQ(insert_into_queue(queue.csq, test.irp(), nullptr, nullptr), STATUS_SUCCESS);
    RSL_EXPECT(queue.cancelled == &test.irp());
    RSL_EXPECT(remove_next_from_queue(queue.csq, nullptr) == nullptr);
}

RSL_TEST(CancelSafeQueue, AnIrpWhoseCancelRoutineRunsIsSkipped) {
    TestQueue queue;
    TestIrp going, staying;
    insert_into_queue(queue.csq, going.irp(), nullptr, nullptr);
    insert_into_queue(queue.csq, staying.irp(), nullptr, nullptr);
    going.irp().CancelRoutine = nullptr;  // IoCancelIrp has taken it and is about to call it
    RSL_EXPECT(remove_next_from_queue(queue.csq, nullptr) == &staying.irp());
}

RSL_TEST(CancelSafeQueue, AContextFindsItsIrpOnce) {
    TestQueue queue;
    TestIrp test;
    IO_CSQ_IRP_CONTEXT context;
    insert_into_queue(queue.csq, test.irp(), &context, nullptr);
    RSL_EXPECT(remove_from_queue(queue.csq, context) == &test.irp());
    RSL_EXPECT(remove_from_queue(queue.csq, context) == nullptr);
}

RSL_TEST(CancelSafeQueue, AContextKnowsThatItsIrpWasCancelled) {
    TestQueue queue;
    TestIrp test;
    IO_CSQ_IRP_CONTEXT context;
    insert_into_queue(queue.csq, test.irp(), &context, nullptr);
    test.cancel();
    RSL_EXPECT(queue.cancelled == &test.irp());
    RSL_EXPECT(remove_from_queue(queue.csq, context) == nullptr);
}

RSL_TEST(CancelSafeQueue, ARefusedIrpStaysWithItsDriver) {
    TestQueue queue(IO_TYPE_CSQ_EX);
    queue.refuse = STATUS_DEVICE_BUSY;
    TestIrp test;
    RSL_EXPECT_EQ(insert_into_queue(queue.csq, test.irp(), nullptr, nullptr), STATUS_DEVICE_BUSY);
    RSL_EXPECT_EQ(current_location(test.irp()).Control, 0);
    RSL_EXPECT(test.irp().CancelRoutine == nullptr);
    RSL_EXPECT_EQ(queue.held, 0);
}

}  // namespace
}  // namespace rsl::io
