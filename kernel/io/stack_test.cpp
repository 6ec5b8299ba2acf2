// SPDX-License-Identifier: GPL-2.0-only
// Device stacks, completion routines, IRPs that drivers make, StartIo, in the test kernel.
#include "kernel/io/remove_lock.hpp"
#include "kernel/io/test_device.hpp"

namespace rsl::io {
namespace {

using test::control_code;
using test::finish;
using test::kept;
using test::Opened;
using test::TestDevice;

constexpr ULONG kCode = control_code(METHOD_BUFFERED);
constexpr uint8_t kAlways = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;

/// Two devices, one on top of the other.
struct TwoDevices {
    TestDevice lower{0, u"\\Device\\RslIoTest"};
    TestDevice upper{0, u"\\Device\\RslIoTestUpper"};
    PDEVICE_OBJECT below = nullptr;
    TwoDevices() {
        if (lower.ok() && upper.ok()) below = IoAttachDeviceToDeviceStack(&upper.device(), &lower.device());
        upper.on(IRP_MJ_CREATE, &skip);
        upper.on(IRP_MJ_CLEANUP, &skip);
        upper.on(IRP_MJ_CLOSE, &skip);
    }
    ~TwoDevices() {
        if (below != nullptr) IoDetachDevice(below);
    }
    /// IoSkipCurrentIrpStackLocation and IoCallDriver.
    static NTSTATUS NTAPI skip(PDEVICE_OBJECT device, PIRP irp) {
        leave_location(*irp);
        return IofCallDriver(device_of(*device).extension.AttachedTo, irp);
    }
};

struct Seen {
    int runs;
    PDEVICE_OBJECT device;
    BOOLEAN pending_returned;
    NTSTATUS status;
    NTSTATUS answer;
};
constinit Seen seen = {};

NTSTATUS NTAPI note_completion(PDEVICE_OBJECT device, PIRP irp, PVOID) {
    ++seen.runs;
    seen.device = device;
    seen.pending_returned = irp->PendingReturned;
    seen.status = irp->IoStatus.Status;
    if (irp->PendingReturned) mark_pending(*irp);
    return seen.answer;
}
NTSTATUS NTAPI pass_down(PDEVICE_OBJECT device, PIRP irp) {
    copy_location_to_next(*irp);
    set_completion_routine(*irp, &note_completion, nullptr, kAlways);
    return IofCallDriver(device_of(*device).extension.AttachedTo, irp);
}
NTSTATUS NTAPI succeed(PDEVICE_OBJECT, PIRP irp) { return finish(irp, STATUS_SUCCESS, 0); }

RSL_TEST(IoStack, AttachingMakesTheStackDeeper) {
    TwoDevices stack;
    RSL_REQUIRE(stack.below != nullptr);
    RSL_EXPECT(stack.below == &stack.lower.device());
    RSL_EXPECT_EQ(stack.upper.device().StackSize, 2);
    RSL_EXPECT(IoGetAttachedDevice(&stack.lower.device()) == &stack.upper.device());
    PDEVICE_OBJECT below = IoGetLowerDeviceObject(&stack.upper.device());
    RSL_EXPECT(below == &stack.lower.device());
    device_of(*below).drop_reference();
}

RSL_TEST(IoStack, RequestsEnterAtTheTopAndComeBackThroughTheRoutine) {
    TwoDevices stack;
    RSL_REQUIRE(stack.below != nullptr);
    seen = {};
    stack.upper.on(IRP_MJ_DEVICE_CONTROL, &pass_down);
    stack.lower.on(IRP_MJ_DEVICE_CONTROL, &succeed);
    Opened file;
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, nullptr, 0), STATUS_SUCCESS);
    RSL_EXPECT_EQ(seen.runs, 1);
    RSL_EXPECT(seen.device == &stack.upper.device());
    RSL_EXPECT_EQ(seen.pending_returned, 0);
}

void complete_kept(void*) { finish(kept, STATUS_SUCCESS, 0); }

RSL_TEST(IoStack, PendingTravelsUp) {
    TwoDevices stack;
    RSL_REQUIRE(stack.below != nullptr);
    seen = {};
    stack.upper.on(IRP_MJ_DEVICE_CONTROL, &pass_down);
    stack.lower.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Opened file;
    test::run_elsewhere(&complete_kept, nullptr);
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, nullptr, 0), STATUS_SUCCESS);
    RSL_EXPECT(seen.pending_returned != 0);
    test::wait_for_elsewhere();
}

constinit PIRP stopped = nullptr;
NTSTATUS NTAPI stop(PDEVICE_OBJECT, PIRP irp, PVOID) {
    stopped = irp;
    return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS NTAPI pass_down_and_resume(PDEVICE_OBJECT device, PIRP irp) {
    copy_location_to_next(*irp);
    set_completion_routine(*irp, &stop, nullptr, kAlways);
    IofCallDriver(device_of(*device).extension.AttachedTo, irp);
    // The IRP is ours again: the lower driver's verdict can still be changed.
    return finish(irp, STATUS_DEVICE_NOT_READY, 0);
}

RSL_TEST(IoStack, MoreProcessingGivesTheIrpBack) {
    TwoDevices stack;
    RSL_REQUIRE(stack.below != nullptr);
    stopped = nullptr;
    stack.upper.on(IRP_MJ_DEVICE_CONTROL, &pass_down_and_resume);
    stack.lower.on(IRP_MJ_DEVICE_CONTROL, &succeed);
    Opened file;
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, nullptr, 0), STATUS_DEVICE_NOT_READY);
    RSL_EXPECT(stopped != nullptr);
}

RSL_TEST(IoStack, ForwardingSynchronouslyWaits) {
    TwoDevices stack;
    RSL_REQUIRE(stack.below != nullptr);
    stack.lower.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    stack.upper.on(IRP_MJ_DEVICE_CONTROL, [](PDEVICE_OBJECT device, PIRP irp) -> NTSTATUS {
        if (!IoForwardIrpSynchronously(device_of(*device).extension.AttachedTo, irp)) {
            return finish(irp, STATUS_UNSUCCESSFUL);
        }
        const NTSTATUS status = irp->IoStatus.Status;
        return finish(irp, status == STATUS_SUCCESS ? STATUS_ALERTED : status);
    });
    Opened file;
    test::run_elsewhere(&complete_kept, nullptr);
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, nullptr, 0), STATUS_ALERTED);
    test::wait_for_elsewhere();
}

constinit PIRP master = nullptr;
constinit int parts_done = 0;
NTSTATUS NTAPI finish_part(PDEVICE_OBJECT, PIRP irp) {
    ++parts_done;
    return finish(irp, STATUS_SUCCESS, 0);
}
NTSTATUS NTAPI split(PDEVICE_OBJECT device, PIRP irp) {
    PDEVICE_OBJECT below = device_of(*device).extension.AttachedTo;
    master = irp;
    mark_pending(*irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->AssociatedIrp.IrpCount = 3;
    for (int i = 0; i < 3; ++i) {
        const PIRP part = IoMakeAssociatedIrp(irp, below->StackSize);
        next_location(*part).MajorFunction = IRP_MJ_READ;
        IofCallDriver(below, part);
    }
    return STATUS_PENDING;
}

RSL_TEST(IoStack, TheLastAssociatedIrpCompletesTheMaster) {
    TwoDevices stack;
    RSL_REQUIRE(stack.below != nullptr);
    parts_done = 0;
    stack.upper.on(IRP_MJ_FLUSH_BUFFERS, &split);
    stack.lower.on(IRP_MJ_READ, &finish_part);
    Opened file;
    RSL_EXPECT_EQ(ZwFlushBuffersFile(file.handle(), &file.outcome), STATUS_SUCCESS);
    RSL_EXPECT_EQ(parts_done, 3);
}

RSL_TEST(IoStack, ADriversControlRequestIsFinishedForIt) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    IO_STATUS_BLOCK outcome = {};
    char output[8] = {};
    const PIRP irp = IoBuildDeviceIoControlRequest(kCode, &test.device(), nullptr, 0, output, sizeof(output), FALSE,
                                                   &done, &outcome);
    RSL_REQUIRE(irp != nullptr);
    RSL_EXPECT_EQ(IofCallDriver(&test.device(), irp), STATUS_PENDING);
    std::memcpy(kept->AssociatedIrp.SystemBuffer, "reply", 6);
    finish(kept, STATUS_SUCCESS, 6);
    RSL_EXPECT(KeReadStateEvent(&done) != 0);
    RSL_EXPECT_EQ(outcome.Information, ULONG_PTR{6});
    RSL_EXPECT(std::memcmp(output, "reply", 6) == 0);
}

NTSTATUS NTAPI free_own(PDEVICE_OBJECT, PIRP irp, PVOID context) {
    *static_cast<NTSTATUS*>(context) = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

RSL_TEST(IoStack, ADriversOwnIrpEndsInItsCompletionRoutine) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_INTERNAL_DEVICE_CONTROL, &succeed);
    const PIRP irp = IoAllocateIrp(test.device().StackSize, FALSE);
    RSL_REQUIRE(irp != nullptr);
    next_location(*irp).MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    set_completion_routine(*irp, &free_own, &status, kAlways);
    IofCallDriver(&test.device(), irp);
    RSL_EXPECT_EQ(status, STATUS_SUCCESS);
}

RSL_TEST(IoStack, AnIrpOfEverySizeCanBeHad) {
    for (CCHAR depth = 1; depth < 20; ++depth) {
        const PIRP irp = IoAllocateIrp(depth, FALSE);
        RSL_REQUIRE(irp != nullptr);
        RSL_EXPECT_EQ(irp->StackCount, depth);
        RSL_EXPECT(&next_location(*irp) == first_location(*irp) + depth - 1);
        IoFreeIrp(irp);
    }
}

// ---- StartIo --------------------------------------------------------------------------------------

constinit PIRP started[4] = {};
constinit int started_count = 0;
void NTAPI note_start(PDEVICE_OBJECT, PIRP irp) { started[started_count++] = irp; }
NTSTATUS NTAPI start_by_key(PDEVICE_OBJECT device, PIRP irp) {
    mark_pending(*irp);
    ULONG key = current_location(*irp).Parameters.DeviceIoControl.OutputBufferLength;
    IoStartPacket(device, irp, &key, nullptr);
    return STATUS_PENDING;
}
void finish_current(DEVICE_OBJECT& device) {
    const PIRP irp = device.CurrentIrp;
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    IoStartNextPacket(&device, FALSE);
    KeLowerIrql(old);
    finish(irp, STATUS_SUCCESS);
}

RSL_TEST(IoStartIo, OneAtATimeInOrderOfKeys) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &start_by_key);
    test.driver().DriverStartIo = &note_start;
    started_count = 0;
    Opened file(0);
    char buffer[16];
    IO_STATUS_BLOCK outcomes[3];
    const ULONG keys[3] = {5, 9, 2};
    for (int i = 0; i < 3; ++i) {
        ZwDeviceIoControlFile(file.handle(), nullptr, nullptr, nullptr, &outcomes[i], kCode, nullptr, 0, buffer, keys[i]);
    }
    RSL_EXPECT_EQ(started_count, 1);
    for (int i = 0; i < 3; ++i) finish_current(test.device());
    RSL_EXPECT_EQ(started_count, 3);
    RSL_EXPECT(test.device().CurrentIrp == nullptr);
}

// ---- Work items, remove locks, driver extensions --------------------------------------------------

struct Work {
    KEVENT done;
    PDEVICE_OBJECT device;
};
void NTAPI note_work(PDEVICE_OBJECT device, PVOID context) {
    auto& work = *static_cast<Work*>(context);
    work.device = device;
    KeSetEvent(&work.done, 0, FALSE);
}

RSL_TEST(IoWorkItem, RunsWithItsDevice) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    const PIO_WORKITEM item = IoAllocateWorkItem(&test.device());
    RSL_REQUIRE(item != nullptr);
    Work work = {};
    KeInitializeEvent(&work.done, NotificationEvent, FALSE);
    IoQueueWorkItem(item, &note_work, DelayedWorkQueue, &work);
    KeWaitForSingleObject(&work.done, Executive, KernelMode, FALSE, nullptr);
    RSL_EXPECT(work.device == &test.device());
    IoFreeWorkItem(item);
}

void release_lock(void* context) {
    IoReleaseRemoveLockEx(static_cast<PIO_REMOVE_LOCK>(context), nullptr, sizeof(IO_REMOVE_LOCK));
}

RSL_TEST(IoRemoveLock, TheRemoverWaitsForTheLastUser) {
    IO_REMOVE_LOCK lock;
    IoInitializeRemoveLockEx(&lock, 0, 0, 0, sizeof(lock));
    RSL_EXPECT_EQ(IoAcquireRemoveLockEx(&lock, nullptr, "", 0, sizeof(lock)), STATUS_SUCCESS);
    RSL_EXPECT_EQ(IoAcquireRemoveLockEx(&lock, nullptr, "", 0, sizeof(lock)), STATUS_SUCCESS);
    test::run_elsewhere(&release_lock, &lock);
    IoReleaseRemoveLockAndWaitEx(&lock, nullptr, sizeof(lock));
    RSL_EXPECT_EQ(IoAcquireRemoveLockEx(&lock, nullptr, "", 0, sizeof(lock)), STATUS_DELETE_PENDING);
    test::wait_for_elsewhere();
}

RSL_TEST(IoDriver, ExtensionsAreFoundByTheirId) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    int id, other;
    PVOID block = nullptr;
    RSL_EXPECT_EQ(IoAllocateDriverObjectExtension(&test.driver(), &id, 32, &block), STATUS_SUCCESS);
    RSL_EXPECT(IoGetDriverObjectExtension(&test.driver(), &id) == block);
    RSL_EXPECT(IoGetDriverObjectExtension(&test.driver(), &other) == nullptr);
    RSL_EXPECT_EQ(IoAllocateDriverObjectExtension(&test.driver(), &id, 32, &block), STATUS_OBJECT_NAME_COLLISION);
}

}  // namespace
}  // namespace rsl::io
