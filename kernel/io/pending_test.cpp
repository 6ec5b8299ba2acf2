// SPDX-License-Identifier: GPL-2.0-only
// Requests that take their time: pending, events, completion ports, cancelling, in the test kernel.
#include "kernel/io/cancel.hpp"
#include "kernel/io/test_device.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

using test::control_code;
using test::finish;
using test::kept;
using test::Opened;
using test::TestDevice;

constexpr ULONG kCode = control_code(METHOD_BUFFERED);

void complete_kept(void* context) {
    const PIRP irp = kept;
    if (irp->AssociatedIrp.SystemBuffer != nullptr) std::memset(irp->AssociatedIrp.SystemBuffer, 0x77, 4);
    finish(irp, *static_cast<NTSTATUS*>(context), 4);
}

RSL_TEST(IoPending, ASynchronousFileWaits) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Opened file;
    NTSTATUS verdict = STATUS_SUCCESS;
    test::run_elsewhere(&complete_kept, &verdict);
    unsigned char output[4] = {};
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, output, 4), STATUS_SUCCESS);
    RSL_EXPECT_EQ(output[3], 0x77);
    RSL_EXPECT_EQ(file.outcome.Information, ULONG_PTR{4});
    test::wait_for_elsewhere();
}

RSL_TEST(IoPending, ASynchronousFileHearsOfALateError) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Opened file;
    NTSTATUS verdict = STATUS_DEVICE_DATA_ERROR;
    test::run_elsewhere(&complete_kept, &verdict);
    unsigned char output[4] = {};
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, output, 4), STATUS_DEVICE_DATA_ERROR);
    RSL_EXPECT_EQ(file.outcome.Status, STATUS_DEVICE_DATA_ERROR);
    RSL_EXPECT_EQ(output[3], 0);
    test::wait_for_elsewhere();
}

/// An event object with a kernel handle.
struct TestEvent {
    TestEvent() {
        OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr};
        status = ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    }
    ~TestEvent() {
        if (NT_SUCCESS(status)) ob::close_handle(handle, KernelMode).ignore("it was made here");
    }
    bool is_set() const {
        auto body = ob::reference_handle(handle, nullptr, 0, KernelMode);
        if (!body) return false;
        const bool set = KeReadStateEvent(static_cast<PKEVENT>(*body)) != 0;
        ob::dereference(*body);
        return set;
    }
    HANDLE handle = nullptr;
    NTSTATUS status;
};

RSL_TEST(IoPending, AnAsynchronousFileReportsThroughTheEvent) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Opened file(0);
    TestEvent event;
    RSL_REQUIRE(NT_SUCCESS(event.status));
    IO_STATUS_BLOCK outcome = {{.Status = STATUS_PENDING}, 0};
    unsigned char output[4] = {};
    RSL_EXPECT_EQ(ZwDeviceIoControlFile(file.handle(), event.handle, nullptr, nullptr, &outcome, kCode, nullptr, 0,
                                        output, 4),
                  STATUS_PENDING);
    RSL_EXPECT(!event.is_set());
    NTSTATUS verdict = STATUS_SUCCESS;
    complete_kept(&verdict);
    RSL_EXPECT(event.is_set());
    RSL_EXPECT_EQ(outcome.Status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(outcome.Information, ULONG_PTR{4});
    RSL_EXPECT_EQ(output[0], 0x77);
}

RSL_TEST(IoPending, AnAsynchronousFileIsSignalledItself) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Opened file(0);
    auto object = file_from_handle(file.handle(), 0, KernelMode);
    RSL_REQUIRE(object.ok());
    IO_STATUS_BLOCK outcome;
    ZwDeviceIoControlFile(file.handle(), nullptr, nullptr, nullptr, &outcome, kCode, nullptr, 0, nullptr, 0);
    RSL_EXPECT_EQ(KeReadStateEvent(&(*object)->Event), 0);
    NTSTATUS verdict = STATUS_SUCCESS;
    complete_kept(&verdict);
    RSL_EXPECT(KeReadStateEvent(&(*object)->Event) != 0);
}

constinit int apc_runs = 0;
constinit PVOID apc_context = nullptr;
void NTAPI note_apc(PVOID context, PIO_STATUS_BLOCK outcome, ULONG) {
    ++apc_runs;
    apc_context = outcome->Information == 4 ? context : nullptr;
}

RSL_TEST(IoPending, TheCallersApcRuns) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Opened file(0);
    apc_runs = 0;
    IO_STATUS_BLOCK outcome;
    int mark;
    RSL_EXPECT_EQ(ZwDeviceIoControlFile(file.handle(), nullptr, &note_apc, &mark, &outcome, kCode, nullptr, 0,
                                        nullptr, 0),
                  STATUS_PENDING);
    NTSTATUS verdict = STATUS_SUCCESS;
    complete_kept(&verdict);
    LARGE_INTEGER moment{.QuadPart = -10'000};
    for (int i = 0; i < 100 && apc_runs == 0; ++i) KeDelayExecutionThread(KernelMode, FALSE, &moment);
    RSL_EXPECT_EQ(apc_runs, 1);
    RSL_EXPECT(apc_context == &mark);
}

/// A completion port bound to a file.
struct TestPort {
    explicit TestPort(HANDLE file) {
        OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr};
        status = ZwCreateIoCompletion(&handle, IO_COMPLETION_ALL_ACCESS, &attributes, 0);
        if (!NT_SUCCESS(status)) return;
        FILE_COMPLETION_INFORMATION binding = {handle, this};
        IO_STATUS_BLOCK answer;
        status = ZwSetInformationFile(file, &answer, &binding, sizeof(binding), FileCompletionInformation);
    }
    ~TestPort() { ob::close_handle(handle, KernelMode).ignore("it was made here"); }
    NTSTATUS take() {
        LARGE_INTEGER now = {};
        return ZwRemoveIoCompletion(handle, &key, &context, &outcome, &now);
    }
    HANDLE handle = nullptr;
    NTSTATUS status;
    PVOID key = nullptr, context = nullptr;
    IO_STATUS_BLOCK outcome = {};
};

NTSTATUS NTAPI succeed_with_four(PDEVICE_OBJECT, PIRP irp) { return finish(irp, STATUS_SUCCESS, 4); }
NTSTATUS NTAPI fail(PDEVICE_OBJECT, PIRP irp) { return finish(irp, STATUS_UNSUCCESSFUL, 0); }

NTSTATUS send(Opened& file, PVOID context) {
    return ZwDeviceIoControlFile(file.handle(), nullptr, nullptr, context, &file.outcome, kCode, nullptr, 0, nullptr,
                                 0);
}

RSL_TEST(IoCompletionPort, GetsAPacketForEachRequest) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &succeed_with_four);
    Opened file(0);
    TestPort port(file.handle());
    RSL_REQUIRE(NT_SUCCESS(port.status));
    int mark;
    RSL_EXPECT_EQ(send(file, &mark), STATUS_SUCCESS);
    RSL_EXPECT_EQ(port.take(), STATUS_SUCCESS);
    RSL_EXPECT(port.key == &port);
    RSL_EXPECT(port.context == &mark);
    RSL_EXPECT_EQ(port.outcome.Information, ULONG_PTR{4});
    RSL_EXPECT_EQ(port.take(), STATUS_TIMEOUT);
}

RSL_TEST(IoCompletionPort, NoContextNoPacketAndNoneForAnErrorAtOnce) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &succeed_with_four);
    Opened file(0);
    TestPort port(file.handle());
    RSL_REQUIRE(NT_SUCCESS(port.status));
    send(file, nullptr);
    test.on(IRP_MJ_DEVICE_CONTROL, &fail);
    int mark;
    RSL_EXPECT_EQ(send(file, &mark), STATUS_UNSUCCESSFUL);
    RSL_EXPECT_EQ(port.take(), STATUS_TIMEOUT);
}

RSL_TEST(IoCompletionPort, SkipsSuccessAtOnceWhenAskedTo) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &succeed_with_four);
    Opened file(0);
    TestPort port(file.handle());
    RSL_REQUIRE(NT_SUCCESS(port.status));
    FILE_IO_COMPLETION_NOTIFICATION_INFORMATION modes = {FILE_SKIP_COMPLETION_PORT_ON_SUCCESS};
    RSL_EXPECT_EQ(ZwSetInformationFile(file.handle(), &file.outcome, &modes, sizeof(modes),
                                       FileIoCompletionNotificationInformation),
                  STATUS_SUCCESS);
    int mark;
    RSL_EXPECT_EQ(send(file, &mark), STATUS_SUCCESS);
    RSL_EXPECT_EQ(port.take(), STATUS_TIMEOUT);
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    RSL_EXPECT_EQ(send(file, &mark), STATUS_PENDING);
    NTSTATUS verdict = STATUS_UNSUCCESSFUL;
    complete_kept(&verdict);
    RSL_EXPECT_EQ(port.take(), STATUS_SUCCESS);  // a late outcome is told in any case
    RSL_EXPECT_EQ(port.outcome.Status, STATUS_UNSUCCESSFUL);
}

RSL_TEST(IoCompletionPort, PostedPacketsQueueUp) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Opened file(0);
    TestPort port(file.handle());
    RSL_REQUIRE(NT_SUCCESS(port.status));
    int first, second;
    ZwSetIoCompletion(port.handle, &first, nullptr, STATUS_SUCCESS, 1);
    ZwSetIoCompletion(port.handle, &second, nullptr, STATUS_SUCCESS, 2);
    FILE_IO_COMPLETION_INFORMATION packets[4];
    ULONG removed = 0;
    LARGE_INTEGER now = {};
    RSL_EXPECT_EQ(ZwRemoveIoCompletionEx(port.handle, packets, 4, &removed, &now, FALSE), STATUS_SUCCESS);
    RSL_EXPECT_EQ(removed, 2u);
    RSL_EXPECT(packets[0].KeyContext == &first && packets[1].KeyContext == &second);
}

RSL_TEST(IoCompletionPort, PacketsLeftGoWithThePort) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &succeed_with_four);
    Opened file(0);
    TestPort port(file.handle());
    RSL_REQUIRE(NT_SUCCESS(port.status));
    int mark;
    RSL_EXPECT_EQ(send(file, &mark), STATUS_SUCCESS);  // nobody takes it; file and port are closed now
}

void NTAPI cancel_kept(PDEVICE_OBJECT, PIRP irp) {
    IoReleaseCancelSpinLock(irp->CancelIrql);
    finish(irp, STATUS_CANCELLED);
}
NTSTATUS NTAPI keep_cancelable(PDEVICE_OBJECT device, PIRP irp) {
    __atomic_store_n(const_cast<PDRIVER_CANCEL*>(&irp->CancelRoutine), &cancel_kept, __ATOMIC_SEQ_CST);
    return test::keep(device, irp);
}

RSL_TEST(IoCancel, OneRequestByItsStatusBlock) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &keep_cancelable);
    Opened file(0);
    IO_STATUS_BLOCK first = {}, second = {}, answer;
    const auto begin = [&](IO_STATUS_BLOCK& outcome) {
        return ZwDeviceIoControlFile(file.handle(), nullptr, nullptr, nullptr, &outcome, kCode, nullptr, 0, nullptr, 0);
    };
    RSL_EXPECT_EQ(begin(first), STATUS_PENDING);
    RSL_EXPECT_EQ(begin(second), STATUS_PENDING);
    RSL_EXPECT_EQ(ZwCancelIoFileEx(file.handle(), &second, &answer), STATUS_SUCCESS);
    RSL_EXPECT_EQ(second.Status, STATUS_CANCELLED);
    RSL_EXPECT_EQ(first.Status, STATUS_SUCCESS);  // as it was set above: untouched
    RSL_EXPECT_EQ(ZwCancelIoFileEx(file.handle(), &second, &answer), STATUS_NOT_FOUND);
    RSL_EXPECT_EQ(ZwCancelIoFile(file.handle(), &answer), STATUS_SUCCESS);
    RSL_EXPECT_EQ(first.Status, STATUS_CANCELLED);
}

void cancel_waiting_thread(void* context) {
    cancel_requests(*static_cast<ps::Thread*>(context), {.only_waited = true});
}

RSL_TEST(IoCancel, ARequestThatAThreadWaitsFor) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &keep_cancelable);
    Opened file;
    test::run_elsewhere(&cancel_waiting_thread, &ps::current_thread());
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, nullptr, 0), STATUS_CANCELLED);
    test::wait_for_elsewhere();
}

KEVENT in_driver, let_go;

/// A driver that waits in its dispatch routine, and looks at Cancel itself.
NTSTATUS NTAPI wait_in_dispatch(PDEVICE_OBJECT, PIRP irp) {
    KeSetEvent(&in_driver, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&let_go, Executive, KernelMode, FALSE, nullptr);
    return finish(irp, irp->Cancel ? STATUS_CANCELLED : STATUS_SUCCESS);
}

void cancel_in_driver(void* context) {
    auto& thread = *static_cast<ps::Thread*>(context);
    KeWaitForSingleObject(&in_driver, Executive, KernelMode, FALSE, nullptr);
    RSL_EXPECT(has_requests(thread.requests));
    RSL_EXPECT_EQ(cancel_requests(thread, {.only_waited = true}), size_t{1});
    RSL_EXPECT_EQ(cancel_requests(thread, {.only_waited = true}), size_t{0});  // asked once
    KeSetEvent(&let_go, IO_NO_INCREMENT, FALSE);
}

/// The device with that routine, and the events of drivers that wait in it.
struct WaitingDevice : TestDevice {
    explicit WaitingDevice(PDRIVER_DISPATCH routine) {
        KeInitializeEvent(&in_driver, SynchronizationEvent, FALSE);
        KeInitializeEvent(&let_go, SynchronizationEvent, FALSE);
        if (ok()) on(IRP_MJ_DEVICE_CONTROL, routine);
    }
};

/// Its request is cancelled by `canceller`, in another thread.
void expect_cancelled(Opened& file, void (*canceller)(void* thread)) {
    test::run_elsewhere(canceller, &ps::current_thread());
    RSL_EXPECT_EQ(file.control(kCode, nullptr, 0, nullptr, 0), STATUS_CANCELLED);
    test::wait_for_elsewhere();
    RSL_EXPECT(!has_requests(ps::current_thread().requests));
}

RSL_TEST(IoCancel, ARequestWhoseDriverIsStillInItsRoutine) {
    WaitingDevice test(&wait_in_dispatch);
    RSL_REQUIRE(test.ok());
    Opened file;
    expect_cancelled(file, &cancel_in_driver);
}

/// A driver that sends a request of its own before it waits: both are the thread's.
constinit HANDLE inner = nullptr;
NTSTATUS NTAPI send_inner(PDEVICE_OBJECT, PIRP irp) {
    if (current_location(*irp).Parameters.DeviceIoControl.InputBufferLength != 0) return wait_in_dispatch(nullptr, irp);
    IO_STATUS_BLOCK outcome;
    ULONG input = 1;
    const NTSTATUS status = ZwDeviceIoControlFile(inner, nullptr, nullptr, nullptr, &outcome, kCode, &input, sizeof(input), nullptr, 0);
    return finish(irp, irp->Cancel && status == STATUS_CANCELLED ? STATUS_CANCELLED : STATUS_SUCCESS);
}

void cancel_both(void* context) {
    auto& thread = *static_cast<ps::Thread*>(context);
    KeWaitForSingleObject(&in_driver, Executive, KernelMode, FALSE, nullptr);
    RSL_EXPECT_EQ(cancel_requests(thread, {.only_waited = true}), size_t{2});
    KeSetEvent(&let_go, IO_NO_INCREMENT, FALSE);
}

RSL_TEST(IoCancel, ARequestWithinARequest) {
    WaitingDevice test(&send_inner);
    RSL_REQUIRE(test.ok());
    Opened outer_file, inner_file;
    inner = inner_file.handle();
    expect_cancelled(outer_file, &cancel_both);
}

constinit IO_STATUS_BLOCK orphan = {};
void leave_request_behind(void* context) {
    orphan = {{.Status = STATUS_PENDING}, 0};
    ZwDeviceIoControlFile(static_cast<Opened*>(context)->handle(), nullptr, nullptr, nullptr, &orphan, kCode, nullptr,
                          0, nullptr, 0);
}

RSL_TEST(IoCancel, AThreadEndsWithoutWhatADriverKeeps) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);  // without a cancel routine
    {
        Opened file(0);
        test::run_elsewhere(&leave_request_behind, &file);
        test::wait_for_elsewhere();
        RSL_EXPECT_EQ(orphan.Status, STATUS_PENDING);
    }
    RSL_EXPECT_EQ(test.device().ReferenceCount, 1);  // the request still holds its file
    finish(kept, STATUS_SUCCESS);
    RSL_EXPECT_EQ(orphan.Status, STATUS_PENDING);  // nobody is told
    RSL_EXPECT_EQ(test.device().ReferenceCount, 0);
}

RSL_TEST(IoCancel, AThreadThatEndsTakesItsRequestsWithIt) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &keep_cancelable);
    Opened file(0);
    test::run_elsewhere(&leave_request_behind, &file);
    test::wait_for_elsewhere();
    RSL_EXPECT_EQ(orphan.Status, STATUS_CANCELLED);
}

}  // namespace
}  // namespace rsl::io
