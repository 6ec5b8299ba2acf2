// SPDX-License-Identifier: GPL-2.0-only
// Completion, cancelling and sending at once, on every processor: whatever wins, each request has one
// outcome and nothing is left.
#include "abi/functions/ex.h"
#include "kernel/io/test_device.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

using test::control_code;
using test::Opened;
using test::string_of;
using test::TestDevice;

constexpr ULONG kCode = control_code(METHOD_BUFFERED);
constexpr int kRounds = 300;
constexpr int kSenders = 3;

/// A cancel-safe queue as drivers have it: a list and a spin lock.
struct Queue {
    IO_CSQ csq;
    KSPIN_LOCK lock;
    LIST_ENTRY waiting;
    void initialize() {
        lock = 0;
        waiting.Flink = waiting.Blink = &waiting;
        IoCsqInitialize(&csq, &insert, &remove, &peek, &acquire, &release, &complete_cancelled);
    }
    static Queue& of(PIO_CSQ csq) { return *CONTAINING_RECORD(csq, Queue, csq); }
    static void NTAPI insert(PIO_CSQ csq, PIRP irp) {
        LIST_ENTRY& links = irp->Tail.Overlay.ListEntry;
        LIST_ENTRY& head = of(csq).waiting;
        links.Flink = &head;
        links.Blink = head.Blink;
        head.Blink->Flink = &links;
        head.Blink = &links;
    }
    static void NTAPI remove(PIO_CSQ, PIRP irp) {
        LIST_ENTRY& links = irp->Tail.Overlay.ListEntry;
        links.Blink->Flink = links.Flink;
        links.Flink->Blink = links.Blink;
    }
    static PIRP NTAPI peek(PIO_CSQ csq, PIRP after, PVOID) {
        LIST_ENTRY& head = of(csq).waiting;
        LIST_ENTRY* at = after == nullptr ? head.Flink : after->Tail.Overlay.ListEntry.Flink;
        return at == &head ? nullptr : CONTAINING_RECORD(at, IRP, Tail.Overlay.ListEntry);
    }
    static void NTAPI acquire(PIO_CSQ csq, PKIRQL irql) { *irql = KeAcquireSpinLockRaiseToDpc(&of(csq).lock); }
    static void NTAPI release(PIO_CSQ csq, KIRQL irql) { KeReleaseSpinLock(&of(csq).lock, irql); }
    static void NTAPI complete_cancelled(PIO_CSQ, PIRP irp) { test::finish(irp, STATUS_CANCELLED); }
};
constinit Queue queue = {};

NTSTATUS NTAPI enqueue(PDEVICE_OBJECT, PIRP irp) {
    IoCsqInsertIrp(&queue.csq, irp, nullptr);
    return STATUS_PENDING;
}

constinit std::atomic<bool> stop = false;
constinit std::atomic<int> succeeded = 0, cancelled = 0, wrong = 0;

void count(NTSTATUS status, unsigned char output) {
    if (status == STATUS_SUCCESS) {
        (output == 0x66 ? succeeded : wrong).fetch_add(1);
    } else {
        (status == STATUS_CANCELLED ? cancelled : wrong).fetch_add(1);
    }
}

void NTAPI complete_all(PVOID) {
    while (!stop.load()) {
        const PIRP irp = IoCsqRemoveNextIrp(&queue.csq, nullptr);
        if (irp == nullptr) {
            ZwYieldExecution();
            continue;
        }
        *static_cast<unsigned char*>(irp->AssociatedIrp.SystemBuffer) = 0x66;
        test::finish(irp, STATUS_SUCCESS, 1);
    }
}

/// One request, given a moment or cancelled at once, and its outcome. `block` and `output` in the
/// sender's memory, user or kernel.
struct Slot {
    IO_STATUS_BLOCK block;
    unsigned char output;
};
void send_and_await(HANDLE file, volatile Slot& slot, bool cancel, bool user) {
    auto* block = const_cast<PIO_STATUS_BLOCK>(&slot.block);
    slot.block.Status = STATUS_PENDING;
    slot.output = 0;
    auto* output = const_cast<unsigned char*>(&slot.output);
    const NTSTATUS sent =
        user ? NtDeviceIoControlFile(file, nullptr, nullptr, nullptr, block, kCode, nullptr, 0, output, 1)
             : ZwDeviceIoControlFile(file, nullptr, nullptr, nullptr, block, kCode, nullptr, 0, output, 1);
    if (sent != STATUS_PENDING) {
        wrong.fetch_add(1);
        return;
    }
    IO_STATUS_BLOCK answer;
    if (cancel && !user) ZwCancelIoFileEx(file, block, &answer);
    while (slot.block.Status == STATUS_PENDING) ZwYieldExecution();
    count(slot.block.Status, slot.output);
}

void NTAPI send_from_kernel(PVOID context) {
    Slot slot;
    for (int i = 0; i < kRounds; ++i) send_and_await(static_cast<Opened*>(context)->handle(), slot, i % 3 == 0, false);
}

/// What a client thread works on, in its own memory.
struct ClientPage {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    char16_t text[32];
    HANDLE file;
    Slot slot;
};
void NTAPI send_from_client(PVOID context) {
    auto& page = *static_cast<ClientPage*>(context);
    static constexpr std::u16string_view kName = u"\\Device\\RslIoTest";
    kName.copy(page.text, kName.size());
    page.name = {kName.size() * 2, sizeof(page.text), page.text};
    page.attributes = {sizeof(OBJECT_ATTRIBUTES), nullptr, &page.name, OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    if (!NT_SUCCESS(NtCreateFile(&page.file, FILE_READ_DATA, &page.attributes, &page.slot.block, nullptr, 0,
                                 FILE_SHARE_VALID_FLAGS, FILE_OPEN, 0, nullptr, 0))) {
        wrong.fetch_add(1);
        return;
    }
    for (int i = 0; i < kRounds; ++i) send_and_await(page.file, page.slot, false, true);
}

void join(Result<Ref<ps::Thread>>& thread) {
    if (thread) ke::wait_one((*thread)->header, ke::Deadline::never());
}

RSL_TEST(IoRace, EveryRequestHasOneOutcome) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    queue.initialize();
    stop = false;
    succeeded = cancelled = wrong = 0;
    test.on(IRP_MJ_DEVICE_CONTROL, &enqueue);
    {
        Opened file(0);
        auto process = ps::create_process(u"race.exe", 1);
        RSL_REQUIRE(process.ok());
        auto page = (*process)->address_space->allocate(0, sizeof(ClientPage), {.writable = true});
        RSL_REQUIRE(page.ok());
        auto completer = ps::create_thread(ps::system_process(), &complete_all, nullptr, KernelMode);
        auto first = ps::create_thread(ps::system_process(), &send_from_kernel, &file, KernelMode);
        auto second = ps::create_thread(ps::system_process(), &send_from_kernel, &file, KernelMode);
        auto client =
            ps::create_thread(**process, &send_from_client, reinterpret_cast<void*>(*page), UserMode);
        join(first);
        join(second);
        join(client);
        stop = true;
        join(completer);
        ps::terminate_process(**process, 0);
    }
    RSL_EXPECT_EQ(wrong.load(), 0);
    RSL_EXPECT_EQ(succeeded.load() + cancelled.load(), kSenders * kRounds);
    RSL_EXPECT(succeeded.load() > 0);
    RSL_EXPECT_EQ(test.device().ReferenceCount, 0);
}

}  // namespace
}  // namespace rsl::io
