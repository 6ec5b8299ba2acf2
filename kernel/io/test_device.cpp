// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/test_device.hpp"

#include "kernel/ob/object.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io::test {
namespace {

NTSTATUS NTAPI succeed(PDEVICE_OBJECT, PIRP irp) { return finish(irp, STATUS_SUCCESS); }

NTSTATUS NTAPI start(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    driver->MajorFunction[IRP_MJ_CREATE] = &succeed;
    driver->MajorFunction[IRP_MJ_CLEANUP] = &succeed;
    driver->MajorFunction[IRP_MJ_CLOSE] = &succeed;
    return STATUS_SUCCESS;
}

constinit std::atomic<uint32_t> next_number = 0;
constinit ps::Thread* elsewhere = nullptr;  // one reference

struct Errand {
    void (*routine)(void*);
    void* context;
};
constinit Errand errand = {};

void NTAPI run_errand(PVOID) {
    LARGE_INTEGER while_they_block{.QuadPart = -100'000};  // 10 ms
    KeDelayExecutionThread(KernelMode, FALSE, &while_they_block);
    errand.routine(errand.context);
}

}  // namespace

PIRP kept = nullptr;

TestDevice::TestDevice(ULONG flags, const char16_t* name, bool exclusive) {
    char16_t driver_name[] = u"\\Driver\\RslIoTest00";
    const uint32_t number = next_number.fetch_add(1, std::memory_order_relaxed) % 100;
    driver_name[17] = static_cast<char16_t>(u'0' + number / 10);
    driver_name[18] = static_cast<char16_t>(u'0' + number % 10);
    if (!NT_SUCCESS(start_internal_driver(driver_name, &start, &driver_))) return;
    UNICODE_STRING text = string_of(name);
    if (!NT_SUCCESS(IoCreateDevice(driver_.get(), 64, &text, FILE_DEVICE_UNKNOWN, 0, exclusive, &device_))) return;
    device_->Flags |= flags;
    device_->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
}

TestDevice::~TestDevice() {
    if (device_ != nullptr) IoDeleteDevice(device_);
    if (driver_) dismantle(*driver_, nullptr, 0);
}

Opened::Opened(ULONG options, const char16_t* name) {
    UNICODE_STRING text = string_of(name);
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, &text,
                                    OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    status_ = ZwCreateFile(&handle_, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE, &attributes, &outcome, nullptr,
                           0, FILE_SHARE_VALID_FLAGS, FILE_OPEN, options, nullptr, 0);
    if (!NT_SUCCESS(status_)) handle_ = nullptr;
}

void Opened::close() {
    if (handle_ != nullptr) ob::close_handle(handle_, KernelMode).ignore("it was made here");
    handle_ = nullptr;
}

NTSTATUS Opened::control(ULONG code, const void* input, ULONG input_bytes, void* output, ULONG output_bytes) {
    return ZwDeviceIoControlFile(handle_, nullptr, nullptr, nullptr, &outcome, code, const_cast<void*>(input),
                                 input_bytes, output, output_bytes);
}

NTSTATUS NTAPI keep(PDEVICE_OBJECT, PIRP irp) {
    mark_pending(*irp);
    kept = irp;
    return STATUS_PENDING;
}

void run_elsewhere(void (*routine)(void*), void* context) {
    errand = {routine, context};
    auto thread = ps::create_thread(ps::system_process(), &run_errand, nullptr, KernelMode);
    RSL_REQUIRE(thread.ok());
    elsewhere = thread->release();
}

void wait_for_elsewhere() {
    if (elsewhere == nullptr) return;
    ke::wait_one(elsewhere->header, ke::Deadline::never());
    std::exchange(elsewhere, nullptr)->drop_reference();
}

}  // namespace rsl::io::test
