// SPDX-License-Identifier: GPL-2.0-only
// Data to drivers and back, by every method, in the test kernel.
#include "abi/functions/mm.h"
#include "kernel/io/test_device.hpp"

namespace rsl::io {
namespace {

using test::control_code;
using test::finish;
using test::Opened;
using test::TestDevice;

/// Answers with the input, each byte plus one, however it comes.
NTSTATUS NTAPI answer_control(PDEVICE_OBJECT, PIRP irp) {
    const auto& parameters = current_location(*irp).Parameters.DeviceIoControl;
    const ULONG bytes = parameters.InputBufferLength < parameters.OutputBufferLength
                            ? parameters.InputBufferLength
                            : parameters.OutputBufferLength;
    const auto* in = static_cast<const unsigned char*>(irp->AssociatedIrp.SystemBuffer);
    auto* out = static_cast<unsigned char*>(irp->AssociatedIrp.SystemBuffer);
    switch (METHOD_FROM_CTL_CODE(parameters.IoControlCode)) {
        case METHOD_BUFFERED: break;
        case METHOD_NEITHER:
            in = static_cast<const unsigned char*>(parameters.Type3InputBuffer);
            out = static_cast<unsigned char*>(irp->UserBuffer);
            break;
        default:
            out = static_cast<unsigned char*>(MmMapLockedPagesSpecifyCache(irp->MdlAddress, KernelMode, MmCached,
                                                                           nullptr, FALSE, NormalPagePriority));
    }
    if (out == nullptr) return finish(irp, STATUS_INSUFFICIENT_RESOURCES);
    for (ULONG i = 0; i < bytes; ++i) out[i] = static_cast<unsigned char>(in[i] + 1);
    return finish(irp, STATUS_SUCCESS, bytes);
}

void expect_answer(ULONG method) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &answer_control);
    Opened file;
    const unsigned char input[4] = {1, 2, 3, 4};
    unsigned char output[6] = {};
    RSL_EXPECT_EQ(file.control(control_code(method), input, 4, output, 6), STATUS_SUCCESS);
    RSL_EXPECT_EQ(file.outcome.Information, ULONG_PTR{4});
    RSL_EXPECT(output[0] == 2 && output[3] == 5 && output[4] == 0);
}

RSL_TEST(IoTransfer, BufferedControl) { expect_answer(METHOD_BUFFERED); }
RSL_TEST(IoTransfer, InDirectControl) { expect_answer(METHOD_IN_DIRECT); }
RSL_TEST(IoTransfer, OutDirectControl) { expect_answer(METHOD_OUT_DIRECT); }
RSL_TEST(IoTransfer, NeitherControl) { expect_answer(METHOD_NEITHER); }

RSL_TEST(IoTransfer, ABigBufferedControl) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &answer_control);
    Opened file;
    static unsigned char big[20'000];
    std::memset(big, 7, sizeof(big));
    RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), big, sizeof(big), big, sizeof(big)), STATUS_SUCCESS);
    RSL_EXPECT(big[0] == 8 && big[sizeof(big) - 1] == 8);
}

struct Verdict {
    NTSTATUS status;
    ULONG_PTR information;
};
constinit Verdict verdict = {};

NTSTATUS NTAPI write_and_judge(PDEVICE_OBJECT, PIRP irp) {
    std::memset(irp->AssociatedIrp.SystemBuffer, 0x55, 8);
    return finish(irp, verdict.status, verdict.information);
}

/// What of eight bytes reaches the caller.
void expect_copied(Verdict given, int copied) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_DEVICE_CONTROL, &write_and_judge);
    verdict = given;
    Opened file;
    file.outcome = {{.Status = 1}, 99};
    unsigned char output[8] = {};
    RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), nullptr, 0, output, 8), given.status);
    int found = 0;
    for (const unsigned char byte : output) found += byte == 0x55;
    RSL_EXPECT_EQ(found, copied);
    // An error that comes at once is told by the return value alone.
    RSL_EXPECT_EQ(file.outcome.Information, NT_ERROR(given.status) ? 99 : given.information);
}

RSL_TEST(IoTransfer, OnlyInformationBytesAreCopiedBack) { expect_copied({STATUS_SUCCESS, 3}, 3); }
RSL_TEST(IoTransfer, AWarningCopiesToo) { expect_copied({STATUS_BUFFER_OVERFLOW, 8}, 8); }
RSL_TEST(IoTransfer, AnErrorCopiesNothing) { expect_copied({STATUS_UNSUCCESSFUL, 8}, 0); }
RSL_TEST(IoTransfer, MoreInformationThanRoomIsCut) { expect_copied({STATUS_SUCCESS, 1000}, 8); }

NTSTATUS NTAPI check_zeroed(PDEVICE_OBJECT, PIRP irp) {
    const auto* bytes = static_cast<const unsigned char*>(irp->AssociatedIrp.SystemBuffer);
    const ULONG room = current_location(*irp).Parameters.DeviceIoControl.OutputBufferLength;
    ULONG dirty = 0;
    for (ULONG i = 0; i < room; ++i) dirty += bytes[i] != 0;
    return finish(irp, dirty == 0 ? STATUS_SUCCESS : STATUS_DATA_ERROR, room);
}

/// Behind the IRP, from the pool, one that is kept for the next request, from the pool again.
RSL_TEST(IoTransfer, OutputThatTheDriverLeavesIsNotOldMemory) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Opened file;
    static unsigned char output[5000];
    for (const ULONG bytes : {200u, 1024u, 1025u, 4096u, 4097u}) {
        test.on(IRP_MJ_DEVICE_CONTROL, &write_and_judge);
        verdict = {STATUS_SUCCESS, 0};
        file.control(control_code(METHOD_BUFFERED), nullptr, 0, output, bytes);  // dirties a buffer
        test.on(IRP_MJ_DEVICE_CONTROL, &check_zeroed);
        RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), nullptr, 0, output, bytes), STATUS_SUCCESS);
    }
}

constexpr ULONG kSwapped = 64;

/// Drivers may: a bigger buffer, or one of their own making. The I/O manager frees what is there in the end.
NTSTATUS NTAPI swap_buffer(PDEVICE_OBJECT, PIRP irp) {
    void* mine = ExAllocatePool2(POOL_FLAG_NON_PAGED, kSwapped, 'wSTI');
    if (mine == nullptr) return finish(irp, STATUS_INSUFFICIENT_RESOURCES);
    std::memset(mine, 0x66, kSwapped);
    ExFreePool(irp->AssociatedIrp.SystemBuffer);
    irp->AssociatedIrp.SystemBuffer = mine;
    return finish(irp, STATUS_SUCCESS, kSwapped);
}

RSL_TEST(IoTransfer, ADriverMayPutAnotherBufferInThePlaceOfThePages) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Opened file;
    static unsigned char output[4096];
    for (int i = 0; i < 3; ++i) {
        test.on(IRP_MJ_DEVICE_CONTROL, &swap_buffer);
        RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), nullptr, 0, output, sizeof(output)), STATUS_SUCCESS);
        RSL_EXPECT_EQ(output[kSwapped - 1], 0x66);
        test.on(IRP_MJ_DEVICE_CONTROL, &check_zeroed);  // with all of a page to write to
        RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), nullptr, 0, output, sizeof(output)), STATUS_SUCCESS);
    }
}

/// One 64-byte "disk": reads and writes at the offset they ask for.
constinit unsigned char disk[64] = {};

NTSTATUS NTAPI move(PDEVICE_OBJECT device, PIRP irp) {
    const IO_STACK_LOCATION& location = current_location(*irp);
    const auto& parameters = location.Parameters.Read;
    void* memory = irp->UserBuffer;
    if ((device->Flags & DO_BUFFERED_IO) != 0) {
        memory = irp->AssociatedIrp.SystemBuffer;
    } else if ((device->Flags & DO_DIRECT_IO) != 0) {
        memory = MmMapLockedPagesSpecifyCache(irp->MdlAddress, KernelMode, MmCached, nullptr, FALSE,
                                              NormalPagePriority);
    }
    const auto offset = static_cast<ULONG>(parameters.ByteOffset.QuadPart);
    if (memory == nullptr || offset + parameters.Length > sizeof(disk)) return finish(irp, STATUS_END_OF_FILE);
    if (location.MajorFunction == IRP_MJ_READ) {
        std::memcpy(memory, disk + offset, parameters.Length);
    } else {
        std::memcpy(disk + offset, memory, parameters.Length);
    }
    location.FileObject->CurrentByteOffset.QuadPart = offset + parameters.Length;
    return finish(irp, STATUS_SUCCESS, parameters.Length);
}

void expect_round_trip(ULONG flags) {
    TestDevice test(flags);
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_READ, &move);
    test.on(IRP_MJ_WRITE, &move);
    Opened file;
    std::memset(disk, 0, sizeof(disk));
    char out[] = "written";
    LARGE_INTEGER at{.QuadPart = 16};
    RSL_EXPECT_EQ(ZwWriteFile(file.handle(), nullptr, nullptr, nullptr, &file.outcome, out, 8, &at, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT(std::memcmp(disk + 16, "written", 8) == 0);
    char in[8] = {};
    RSL_EXPECT_EQ(ZwReadFile(file.handle(), nullptr, nullptr, nullptr, &file.outcome, in, 8, &at, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(file.outcome.Information, ULONG_PTR{8});
    RSL_EXPECT(std::memcmp(in, "written", 8) == 0);
    // Without an offset a synchronous file goes on where it was.
    RSL_EXPECT_EQ(ZwWriteFile(file.handle(), nullptr, nullptr, nullptr, &file.outcome, out, 8, nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT(std::memcmp(disk + 24, "written", 8) == 0);
}

RSL_TEST(IoTransfer, BufferedReadAndWrite) { expect_round_trip(DO_BUFFERED_IO); }
RSL_TEST(IoTransfer, DirectReadAndWrite) { expect_round_trip(DO_DIRECT_IO); }
RSL_TEST(IoTransfer, NeitherReadAndWrite) { expect_round_trip(0); }

RSL_TEST(IoTransfer, AnAsynchronousFileNeedsAnOffset) {
    TestDevice test(DO_BUFFERED_IO);
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_READ, &move);
    Opened file(0);
    char in[4];
    RSL_EXPECT_EQ(ZwReadFile(file.handle(), nullptr, nullptr, nullptr, &file.outcome, in, 4, nullptr, nullptr),
                  STATUS_INVALID_PARAMETER);
}

RSL_TEST(IoTransfer, AnUnsetFunctionIsAnInvalidRequest) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Opened file;
    RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), nullptr, 0, nullptr, 0),
                  STATUS_INVALID_DEVICE_REQUEST);
}

BOOLEAN NTAPI short_cut(PFILE_OBJECT, BOOLEAN, PVOID, ULONG, PVOID output, ULONG, ULONG, PIO_STATUS_BLOCK outcome,
                        PDEVICE_OBJECT) {
    *static_cast<ULONG*>(output) = 42;
    outcome->Status = STATUS_SUCCESS;
    outcome->Information = 4;
    return TRUE;
}

RSL_TEST(IoTransfer, AFastControlRoutineSparesTheIrp) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    FAST_IO_DISPATCH fast = {};
    fast.SizeOfFastIoDispatch = sizeof(fast);
    fast.FastIoDeviceControl = &short_cut;
    test.driver().FastIoDispatch = &fast;
    Opened file;
    ULONG answer = 0;
    RSL_EXPECT_EQ(file.control(control_code(METHOD_BUFFERED), nullptr, 0, &answer, 4), STATUS_SUCCESS);
    RSL_EXPECT_EQ(answer, 42u);
    RSL_EXPECT_EQ(file.outcome.Information, ULONG_PTR{4});
    test.driver().FastIoDispatch = nullptr;
}

}  // namespace
}  // namespace rsl::io
