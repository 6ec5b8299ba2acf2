// SPDX-License-Identifier: GPL-2.0-only
// A driver and a device inside the test kernel, and a handle to it. For GUEST_TESTS only.
#pragma once

#include <cstring>
#include <string_view>

#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "base/testing/test.hpp"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"

namespace rsl::io::test {

inline UNICODE_STRING string_of(const char16_t* text) {
    const auto bytes = static_cast<USHORT>(std::u16string_view(text).size() * sizeof(char16_t));
    return {bytes, bytes, const_cast<PWSTR>(text)};
}

/// A driver object with one device, \Device\RslIoTest unless named otherwise. Create, cleanup and close
/// succeed; the test sets the rest. Both go with it.
class TestDevice {
  public:
    explicit TestDevice(ULONG flags = 0, const char16_t* name = u"\\Device\\RslIoTest", bool exclusive = false);
    ~TestDevice();
    TestDevice(const TestDevice&) = delete;
    TestDevice& operator=(const TestDevice&) = delete;

    bool ok() const { return device_ != nullptr; }
    DEVICE_OBJECT& device() { return *device_; }
    DRIVER_OBJECT& driver() { return *driver_; }
    void on(UCHAR major, PDRIVER_DISPATCH routine) { driver_->MajorFunction[major] = routine; }
    /// The test deletes the device itself.
    void disown() { device_ = nullptr; }

  private:
    Ref<Driver> driver_;
    PDEVICE_OBJECT device_ = nullptr;
};

/// A kernel handle to it.
class Opened {
  public:
    explicit Opened(ULONG options = FILE_SYNCHRONOUS_IO_NONALERT, const char16_t* name = u"\\Device\\RslIoTest");
    ~Opened() { close(); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    void close();
    HANDLE handle() const { return handle_; }
    NTSTATUS status() const { return status_; }
    NTSTATUS control(ULONG code, const void* input, ULONG input_bytes, void* output, ULONG output_bytes);
    IO_STATUS_BLOCK outcome = {};

  private:
    HANDLE handle_ = nullptr;
    NTSTATUS status_;
};

/// Completes an IRP: what a dispatch routine ends with.
inline NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR information = 0) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/// Keeps an IRP until the test completes it: marks it pending and notes it in `kept`.
NTSTATUS NTAPI keep(PDEVICE_OBJECT device, PIRP irp);
extern PIRP kept;
/// Runs `routine(context)` in a system thread, after this thread has had time to block.
void run_elsewhere(void (*routine)(void* context), void* context);
void wait_for_elsewhere();

constexpr ULONG control_code(ULONG method) { return CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS); }

}  // namespace rsl::io::test
