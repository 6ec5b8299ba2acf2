// SPDX-License-Identifier: GPL-2.0-only
// Opening and closing, in the test kernel.
#include "kernel/io/file.hpp"

#include "kernel/io/test_device.hpp"

namespace rsl::io {
namespace {

using test::finish;
using test::Opened;
using test::TestDevice;

struct Calls {
    int creates, cleanups, closes;
    char order[8];
    int count;
};
constinit Calls calls = {};

NTSTATUS NTAPI note_create(PDEVICE_OBJECT, PIRP irp) {
    ++calls.creates;
    return finish(irp, STATUS_SUCCESS, FILE_OPENED);
}
NTSTATUS NTAPI note_cleanup(PDEVICE_OBJECT, PIRP irp) {
    ++calls.cleanups;
    calls.order[calls.count++] = 'u';
    return finish(irp, STATUS_SUCCESS);
}
NTSTATUS NTAPI note_close(PDEVICE_OBJECT, PIRP irp) {
    ++calls.closes;
    calls.order[calls.count++] = 'o';
    return finish(irp, STATUS_SUCCESS);
}
void watch(TestDevice& test) {
    calls = {};
    test.on(IRP_MJ_CREATE, &note_create);
    test.on(IRP_MJ_CLEANUP, &note_cleanup);
    test.on(IRP_MJ_CLOSE, &note_close);
}

RSL_TEST(IoFile, CleanupComesWithTheHandleAndCloseWithTheLastReference) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    watch(test);
    Opened file;
    RSL_EXPECT_EQ(file.status(), STATUS_SUCCESS);
    auto reference = file_from_handle(file.handle(), 0, KernelMode);
    RSL_REQUIRE(reference.ok());
    file.close();
    RSL_EXPECT_EQ(calls.cleanups, 1);
    RSL_EXPECT_EQ(calls.closes, 0);
    *reference = {};
    RSL_EXPECT_EQ(calls.creates, 1);
    RSL_EXPECT_EQ(calls.cleanups, 1);
    RSL_EXPECT_EQ(calls.closes, 1);
    RSL_EXPECT(calls.order[0] == 'u' && calls.order[1] == 'o');
}

RSL_TEST(IoFile, InformationOfCreateReachesTheOpener) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    watch(test);
    Opened file;
    RSL_EXPECT_EQ(file.outcome.Information, static_cast<ULONG_PTR>(FILE_OPENED));
}

struct SeenCreate {
    char16_t name[32];
    size_t length;
    ULONG options;
    USHORT share;
    ACCESS_MASK access;
    ULONG flags;
};
constinit SeenCreate seen = {};

NTSTATUS NTAPI record_create(PDEVICE_OBJECT, PIRP irp) {
    const IO_STACK_LOCATION& location = current_location(*irp);
    const UNICODE_STRING& name = location.FileObject->FileName;
    seen.length = name.Length / 2;
    std::memcpy(seen.name, name.Buffer, name.Length < sizeof(seen.name) ? name.Length : sizeof(seen.name));
    seen.options = location.Parameters.Create.Options;
    seen.share = location.Parameters.Create.ShareAccess;
    seen.access = location.Parameters.Create.SecurityContext->DesiredAccess;
    seen.flags = location.FileObject->Flags;
    return finish(irp, STATUS_SUCCESS);
}

RSL_TEST(IoFile, TheDriverSeesNameOptionsAndSharing) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    test.on(IRP_MJ_CREATE, &record_create);
    Opened file(FILE_SYNCHRONOUS_IO_NONALERT, u"\\Device\\RslIoTest\\Some\\File");
    RSL_EXPECT_EQ(file.status(), STATUS_SUCCESS);
    RSL_EXPECT(std::u16string_view(seen.name, seen.length) == u"\\Some\\File");
    RSL_EXPECT_EQ(seen.options, static_cast<ULONG>(FILE_OPEN) << 24 | FILE_SYNCHRONOUS_IO_NONALERT);
    RSL_EXPECT_EQ(seen.share, FILE_SHARE_VALID_FLAGS);
    RSL_EXPECT_EQ(seen.access, static_cast<ACCESS_MASK>(FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE));
    RSL_EXPECT((seen.flags & FO_SYNCHRONOUS_IO) != 0);
}

NTSTATUS NTAPI refuse(PDEVICE_OBJECT, PIRP irp) { return finish(irp, STATUS_ACCESS_DENIED); }

RSL_TEST(IoFile, ARefusedCreateGetsNeitherCleanupNorClose) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    watch(test);
    test.on(IRP_MJ_CREATE, &refuse);
    Opened file;
    RSL_EXPECT_EQ(file.status(), STATUS_ACCESS_DENIED);
    RSL_EXPECT_EQ(calls.cleanups + calls.closes, 0);
    RSL_EXPECT_EQ(test.device().ReferenceCount, 0);
}

RSL_TEST(IoFile, AnExclusiveDeviceIsOpenedOnce) {
    TestDevice test(0, u"\\Device\\RslIoTest", true);
    RSL_REQUIRE(test.ok());
    Opened first;
    RSL_EXPECT_EQ(first.status(), STATUS_SUCCESS);
    Opened second;
    RSL_EXPECT_EQ(second.status(), STATUS_ACCESS_DENIED);
    first.close();
    Opened third;
    RSL_EXPECT_EQ(third.status(), STATUS_SUCCESS);
}

RSL_TEST(IoFile, ADeviceThatIsInitializingIsNotThereYet) {
    TestDevice test(DO_DEVICE_INITIALIZING);
    RSL_REQUIRE(test.ok());
    test.device().Flags |= DO_DEVICE_INITIALIZING;
    Opened file;
    RSL_EXPECT_EQ(file.status(), STATUS_NO_SUCH_DEVICE);
}

RSL_TEST(IoFile, ADeletedDeviceStaysUntilItsLastFileCloses) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    watch(test);
    Opened file;
    const Ref<Device> kept(device_of(test.device()));
    IoDeleteDevice(&test.device());
    test.disown();
    RSL_EXPECT(!kept->deleted.load());
    Opened late;
    RSL_EXPECT_EQ(late.status(), STATUS_OBJECT_NAME_NOT_FOUND);
    file.close();
    RSL_EXPECT_EQ(calls.closes, 1);
    RSL_EXPECT(kept->deleted.load());
    RSL_EXPECT(test.driver().DeviceObject == nullptr);
}

RSL_TEST(IoFile, GetDeviceObjectPointerLeavesOnlyAReference) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    watch(test);
    UNICODE_STRING name = test::string_of(u"\\Device\\RslIoTest");
    PFILE_OBJECT file;
    PDEVICE_OBJECT device;
    RSL_EXPECT_EQ(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device), STATUS_SUCCESS);
    RSL_EXPECT(device == &test.device());
    RSL_EXPECT_EQ(calls.cleanups, 1);
    RSL_EXPECT_EQ(calls.closes, 0);
    file_of(*file).drop_reference();
    RSL_EXPECT_EQ(calls.closes, 1);
}

RSL_TEST(IoFile, ASymbolicLinkLeadsToTheDevice) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    UNICODE_STRING link = test::string_of(u"\\??\\RslIoTestLink");
    UNICODE_STRING target = test::string_of(u"\\Device\\RslIoTest");
    RSL_EXPECT_EQ(IoCreateSymbolicLink(&link, &target), STATUS_SUCCESS);
    RSL_EXPECT_EQ(IoCreateSymbolicLink(&link, &target), STATUS_OBJECT_NAME_COLLISION);
    Opened file(FILE_SYNCHRONOUS_IO_NONALERT, u"\\??\\rsliotestLINK");
    RSL_EXPECT_EQ(file.status(), STATUS_SUCCESS);
    file.close();
    RSL_EXPECT_EQ(IoDeleteSymbolicLink(&link), STATUS_SUCCESS);
    RSL_EXPECT_EQ(IoDeleteSymbolicLink(&link), STATUS_OBJECT_NAME_NOT_FOUND);
}

RSL_TEST(IoFile, PositionAndModeNeedNoDriver) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Opened file;
    FILE_POSITION_INFORMATION position{.CurrentByteOffset = {.QuadPart = 4096}};
    RSL_EXPECT_EQ(ZwSetInformationFile(file.handle(), &file.outcome, &position, sizeof(position),
                                       FilePositionInformation),
                  STATUS_SUCCESS);
    position = {};
    RSL_EXPECT_EQ(ZwQueryInformationFile(file.handle(), &file.outcome, &position, sizeof(position),
                                         FilePositionInformation),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(position.CurrentByteOffset.QuadPart, 4096);
    FILE_MODE_INFORMATION mode = {};
    RSL_EXPECT_EQ(
        ZwQueryInformationFile(file.handle(), &file.outcome, &mode, sizeof(mode), FileModeInformation),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(mode.Mode, static_cast<ULONG>(FILE_SYNCHRONOUS_IO_NONALERT));
    RSL_EXPECT_EQ(ZwQueryInformationFile(file.handle(), &file.outcome, &mode, 2, FileModeInformation),
                  STATUS_INFO_LENGTH_MISMATCH);
}

RSL_TEST(IoFile, CreateChecksItsArguments) {
    TestDevice test;
    RSL_REQUIRE(test.ok());
    Opened both(FILE_SYNCHRONOUS_IO_NONALERT | FILE_SYNCHRONOUS_IO_ALERT);
    RSL_EXPECT_EQ(both.status(), STATUS_INVALID_PARAMETER);
    Opened deleting(FILE_DELETE_ON_CLOSE);  // without DELETE access
    RSL_EXPECT_EQ(deleting.status(), STATUS_INVALID_PARAMETER);
}

}  // namespace
}  // namespace rsl::io
