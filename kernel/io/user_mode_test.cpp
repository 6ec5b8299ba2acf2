// SPDX-License-Identifier: GPL-2.0-only
// Requests of client processes: user memory, user handles, completion in the client's context.
#include "abi/functions/mm.h"
#include "abi/types/se.h"
#include "kernel/io/test_device.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/object_security.hpp"

namespace rsl::io {
namespace {

using test::control_code;
using test::finish;
using test::kept;
using test::TestDevice;

constexpr uintptr_t kNowhere = 0x5000'0000'0000;  // user addresses that nobody maps

/// What a client has in its own memory.
struct UserPage {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    char16_t name_text[32];
    HANDLE file;
    IO_STATUS_BLOCK outcome;
    unsigned char input[16];
    unsigned char output[16];
};

/// A client process with one page, and the test's body as its thread's code.
struct Client {
    void (*body)(Client& client);
    UserPage* page = nullptr;
    ULONG options = FILE_SYNCHRONOUS_IO_NONALERT;
    NTSTATUS opened = STATUS_UNSUCCESSFUL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    unsigned char first_output = 0;
    IO_STATUS_BLOCK outcome = {};

    NTSTATUS control(ULONG method, void* input, ULONG input_bytes, void* output, ULONG output_bytes) {
        return NtDeviceIoControlFile(page->file, nullptr, nullptr, nullptr, &page->outcome, control_code(method),
                                     input, input_bytes, output, output_bytes);
    }
    NTSTATUS open() {
        static constexpr std::u16string_view kName = u"\\Device\\RslIoTest";
        kName.copy(page->name_text, kName.size());
        page->name = {kName.size() * 2, sizeof(page->name_text), page->name_text};
        page->attributes = {sizeof(OBJECT_ATTRIBUTES), nullptr, &page->name, OBJ_CASE_INSENSITIVE, nullptr, nullptr};
        return NtCreateFile(&page->file, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE, &page->attributes,
                            &page->outcome, nullptr, 0, 0, FILE_OPEN, options, nullptr, 0);
    }
    static void NTAPI start(PVOID context) {
        auto& self = *static_cast<Client*>(context);
        self.opened = self.open();
        if (NT_SUCCESS(self.opened)) self.body(self);
        self.first_output = self.page->output[0];
        self.outcome = self.page->outcome;
    }
    /// Runs the body to its end; the process, and with it the handle, is gone afterwards.
    bool run() {
        auto process = ps::create_process(u"io_test.exe", 1234);
        if (!process) return false;
        auto memory = (*process)->address_space->allocate(0, sizeof(UserPage), {.writable = true});
        if (!memory) return false;
        page = reinterpret_cast<UserPage*>(*memory);
        auto thread = ps::create_thread(**process, &start, this, UserMode);
        if (thread) ke::wait_one((*thread)->header, ke::Deadline::never());
        ps::terminate_process(**process, 0);
        return thread.ok();
    }
};

NTSTATUS NTAPI add_one(PDEVICE_OBJECT, PIRP irp) {
    auto* bytes = static_cast<unsigned char*>(irp->AssociatedIrp.SystemBuffer);
    ++bytes[0];
    return finish(irp, STATUS_SUCCESS, 1);
}

RSL_TEST(IoUserMode, BufferedControlThroughUserMemory) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &add_one);
    Client client{.body = [](Client& self) {
        self.page->input[0] = 41;
        self.status = self.control(METHOD_BUFFERED, self.page->input, 1, self.page->output, 1);
    }};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(client.opened, STATUS_SUCCESS);
    RSL_EXPECT_EQ(client.status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(client.first_output, 42);
    RSL_EXPECT_EQ(client.outcome.Information, ULONG_PTR{1});
}

RSL_TEST(IoUserMode, TheEndOfAProcessClosesItsFiles) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Client client{.body = [](Client& self) { self.status = STATUS_SUCCESS; }};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(client.status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(test.device().ReferenceCount, 0);
}

constinit KPROCESSOR_MODE seen_mode = KernelMode;
constinit ULONG seen_process = 0;
NTSTATUS NTAPI note_requestor(PDEVICE_OBJECT, PIRP irp) {
    seen_mode = irp->RequestorMode;
    seen_process = IoGetRequestorProcessId(irp);
    return finish(irp, STATUS_SUCCESS);
}

RSL_TEST(IoUserMode, TheDriverSeesWhoAsks) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &note_requestor);
    static constinit uint64_t own_id = 0;
    Client client{.body = [](Client& self) {
        own_id = ps::current_process().id;
        self.status = self.control(METHOD_BUFFERED, nullptr, 0, nullptr, 0);
    }};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(seen_mode, UserMode);
    RSL_EXPECT_EQ(seen_process, own_id);
}

/// Bad addresses: kernel memory, and user memory that is not there.
void expect_refused(ULONG method, bool as_input) {
    static constinit ULONG used_method = 0;
    static constinit bool input = false;
    used_method = method;
    input = as_input;
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &note_requestor);
    static unsigned char kernel_memory[16];
    seen_process = 0;
    for (void* bad : {static_cast<void*>(kernel_memory), reinterpret_cast<void*>(kNowhere)}) {
        static void* address;
        address = bad;
        Client client{.body = [](Client& self) {
            self.status = input ? self.control(used_method, address, 16, nullptr, 0)
                                : self.control(used_method, nullptr, 0, address, 16);
        }};
        RSL_REQUIRE(client.run());
        RSL_EXPECT_EQ(client.status, STATUS_ACCESS_VIOLATION);
    }
    RSL_EXPECT_EQ(seen_process, 0u);  // the driver was never called
}

RSL_TEST(IoUserMode, ABadInputIsRefused) { expect_refused(METHOD_BUFFERED, true); }
RSL_TEST(IoUserMode, ABadOutputIsRefused) { expect_refused(METHOD_BUFFERED, false); }
RSL_TEST(IoUserMode, ABadDirectBufferIsRefused) { expect_refused(METHOD_OUT_DIRECT, false); }

RSL_TEST(IoUserMode, ABadStatusBlockIsRefused) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &note_requestor);
    seen_process = 0;
    Client client{.body = [](Client& self) {
        self.status = NtDeviceIoControlFile(self.page->file, nullptr, nullptr, nullptr,
                                            reinterpret_cast<PIO_STATUS_BLOCK>(kNowhere), control_code(METHOD_BUFFERED),
                                            nullptr, 0, nullptr, 0);
    }};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(client.status, STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(seen_process, 0u);
}

void complete_kept(void*) {
    static_cast<unsigned char*>(kept->AssociatedIrp.SystemBuffer)[0] = 99;
    finish(kept, STATUS_SUCCESS, 1);
}

RSL_TEST(IoUserMode, ALateAnswerIsCopiedInTheClientsContext) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    Client client{.body = [](Client& self) {
        self.page->outcome.Status = STATUS_PENDING;
        self.status = self.control(METHOD_BUFFERED, nullptr, 0, self.page->output, 1);
        test::run_elsewhere(&complete_kept, nullptr);
        LARGE_INTEGER moment{.QuadPart = -20'000};
        auto* status = const_cast<volatile NTSTATUS*>(&self.page->outcome.Status);
        for (int i = 0; i < 500 && *status == STATUS_PENDING; ++i) KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }, .options = 0};
    RSL_REQUIRE(client.run());
    test::wait_for_elsewhere();
    RSL_EXPECT_EQ(client.status, STATUS_PENDING);
    RSL_EXPECT_EQ(client.outcome.Status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(client.first_output, 99);
}

NTSTATUS NTAPI write_page(PDEVICE_OBJECT, PIRP irp) {
    void* memory =
        MmMapLockedPagesSpecifyCache(irp->MdlAddress, KernelMode, MmCached, nullptr, FALSE, NormalPagePriority);
    if (memory == nullptr) return finish(irp, STATUS_INSUFFICIENT_RESOURCES);
    std::memset(memory, 0x33, 16);
    return finish(irp, STATUS_SUCCESS, 16);
}

RSL_TEST(IoUserMode, DirectControlLocksUserPages) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &write_page);
    Client client{.body = [](Client& self) {
        self.status = self.control(METHOD_OUT_DIRECT, nullptr, 0, self.page->output, 16);
    }};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(client.status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(client.first_output, 0x33);
}

RSL_TEST(IoUserMode, ADeviceWithAnEmptyDaclIsForTheKernelOnly) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    ACL nobody = {.AclRevision = ACL_REVISION, .AclSize = sizeof(ACL)};
    SECURITY_DESCRIPTOR security = {};
    security.Revision = SECURITY_DESCRIPTOR_REVISION;
    security.Control = SE_DACL_PRESENT;
    security.Dacl = &nobody;
    RSL_REQUIRE(se::set_object_security(&device_of(test.device()), DACL_SECURITY_INFORMATION, &security).ok());
    Client client{.body = [](Client&) {}};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(client.opened, STATUS_ACCESS_DENIED);
    test::Opened kernel;
    RSL_EXPECT_EQ(kernel.status(), STATUS_SUCCESS);
}

RSL_TEST(IoUserMode, AControlCodeThatNeedsWriteAccessChecksTheHandle) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &note_requestor);
    Client client{.body = [](Client& self) {
        HANDLE& handle = self.page->file;
        NtClose(handle);
        self.status = NtCreateFile(&handle, FILE_READ_DATA | SYNCHRONIZE, &self.page->attributes, &self.page->outcome,
                                   nullptr, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, nullptr, 0);
        if (!NT_SUCCESS(self.status)) return;
        self.status = NtDeviceIoControlFile(handle, nullptr, nullptr, nullptr, &self.page->outcome,
                                            CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_WRITE_ACCESS),
                                            nullptr, 0, nullptr, 0);
    }};
    RSL_REQUIRE(client.run());
    RSL_EXPECT_EQ(client.status, STATUS_ACCESS_DENIED);
}

}  // namespace
}  // namespace rsl::io
