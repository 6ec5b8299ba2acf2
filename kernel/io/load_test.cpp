// SPDX-License-Identifier: GPL-2.0-only
// Loading and unloading images, in the test kernel. The images are made here; their entry point jumps
// to a function of the test.
#include <string_view>

#include "kernel/io/test_device.hpp"
#include "kernel/ldr/test_image.hpp"

namespace rsl::io {
namespace {

using test::Opened;

/// A driver file whose DriverEntry is `entry`.
class DriverFile {
  public:
    explicit DriverFile(PDRIVER_INITIALIZE entry) {
        const uint32_t text = image_.add_section(".text", ldr::TestImage::kCode);
        image_.optional().AddressOfEntryPoint = text;
        image_.write_code(text, {0x48, 0xB8});  // mov rax, entry
        image_.write(text + 2, reinterpret_cast<uint64_t>(entry));
        image_.write_code(text + 10, {0xFF, 0xE0});  // jmp rax
    }
    NTSTATUS load() { return load_driver(u"rsliotest", image_.file(), report); }
    NTSTATUS unload() { return unload_driver(u"rsliotest", report); }
    std::string_view text() const { return report.Text; }
    RSL_LOAD_REPORT report = {};

  private:
    ldr::TestImage image_;
};

NTSTATUS NTAPI complete(PDEVICE_OBJECT, PIRP irp) { return test::finish(irp, STATUS_SUCCESS); }
constinit int unloads = 0;
void NTAPI count_unload(PDRIVER_OBJECT driver) {
    ++unloads;
    if (driver->DeviceObject != nullptr) IoDeleteDevice(driver->DeviceObject);
}
void NTAPI forget_everything(PDRIVER_OBJECT) { ++unloads; }

struct SeenEntry {
    char16_t registry_path[128];
    size_t length;
    bool section_has_base;
};
constinit SeenEntry seen = {};

NTSTATUS NTAPI start(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    seen.length = path->Length / sizeof(char16_t);
    std::memcpy(seen.registry_path, path->Buffer, path->Length);
    seen.section_has_base = static_cast<LoaderEntry*>(driver->DriverSection)->base == driver->DriverStart;
    for (auto& routine : driver->MajorFunction) routine = nullptr;
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] = &complete;
    driver->DriverUnload = &count_unload;
    UNICODE_STRING name = test::string_of(u"\\Device\\RslIoTest");
    PDEVICE_OBJECT device;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}
NTSTATUS NTAPI start_without_unload(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    const NTSTATUS status = start(driver, path);
    driver->DriverUnload = nullptr;
    return status;
}
NTSTATUS NTAPI start_forgetful(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    const NTSTATUS status = start(driver, path);
    driver->DriverUnload = &forget_everything;
    return status;
}
NTSTATUS NTAPI start_and_fail(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    start(driver, path);
    return STATUS_DEVICE_CONFIGURATION_ERROR;
}

RSL_TEST(IoLoad, ADriverIsLoadedAndUnloaded) {
    static DriverFile file(&start);
    unloads = 0;
    RSL_REQUIRE(file.load() == STATUS_SUCCESS);
    RSL_EXPECT_EQ(file.report.EntryStatus, STATUS_SUCCESS);
    RSL_EXPECT(file.report.ImageBase != 0 && file.report.ImageBytes != 0);
    RSL_EXPECT(std::u16string_view(seen.registry_path, seen.length) ==
               u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\rsliotest");
    RSL_EXPECT(seen.section_has_base);
    {
        const Ref<Driver> driver = find_driver(u"RSLIOTEST");
        RSL_REQUIRE(bool(driver));
        RSL_EXPECT(driver->name() == u"\\Driver\\rsliotest");
        RSL_EXPECT(driver->MajorFunction[IRP_MJ_READ] == &fail_invalid_request);  // the null was replaced
    }
    Opened opened;  // without DO_DEVICE_INITIALIZING now
    RSL_EXPECT_EQ(opened.status(), STATUS_SUCCESS);
    opened.close();
    RSL_EXPECT_EQ(file.unload(), STATUS_SUCCESS);
    RSL_EXPECT_EQ(unloads, 1);
    RSL_EXPECT(file.text().empty());
    RSL_EXPECT(!find_driver(u"rsliotest"));
    RSL_EXPECT_EQ(file.unload(), STATUS_OBJECT_NAME_NOT_FOUND);
}

RSL_TEST(IoLoad, ANameIsLoadedOnce) {
    static DriverFile file(&start), second(&start);
    RSL_REQUIRE(file.load() == STATUS_SUCCESS);
    RSL_EXPECT_EQ(second.load(), STATUS_IMAGE_ALREADY_LOADED);
    RSL_EXPECT_EQ(file.unload(), STATUS_SUCCESS);
}

RSL_TEST(IoLoad, AFailedEntryLeavesNothing) {
    static DriverFile file(&start_and_fail);
    RSL_EXPECT_EQ(file.load(), STATUS_DEVICE_CONFIGURATION_ERROR);
    RSL_EXPECT(file.text().find("left the device \\Device\\RslIoTest") != std::string_view::npos);
    RSL_EXPECT(!find_driver(u"rsliotest"));
    Opened opened;
    RSL_EXPECT_EQ(opened.status(), STATUS_OBJECT_NAME_NOT_FOUND);
}

RSL_TEST(IoLoad, AnOpenFileKeepsTheDriver) {
    static DriverFile file(&start);
    RSL_REQUIRE(file.load() == STATUS_SUCCESS);
    Opened opened;
    RSL_EXPECT_EQ(file.unload(), STATUS_DEVICE_BUSY);
    RSL_EXPECT(file.text() == "is in use: open files on its devices: 1");
    opened.close();
    Opened again;  // the refused unload has closed no doors
    RSL_EXPECT_EQ(again.status(), STATUS_SUCCESS);
    again.close();
    RSL_EXPECT_EQ(file.unload(), STATUS_SUCCESS);
}

RSL_TEST(IoLoad, WhatAForgetfulDriverLeavesIsToldAndTaken) {
    static DriverFile file(&start_forgetful);
    RSL_REQUIRE(file.load() == STATUS_SUCCESS);
    RSL_EXPECT_EQ(file.unload(), STATUS_SUCCESS);
    RSL_EXPECT(file.text() == "left the device \\Device\\RslIoTest");
    Opened opened;
    RSL_EXPECT_EQ(opened.status(), STATUS_OBJECT_NAME_NOT_FOUND);
}

RSL_TEST(IoLoad, WithoutAnUnloadRoutineItStays) {
    static DriverFile file(&start_without_unload);
    RSL_REQUIRE(file.load() == STATUS_SUCCESS);
    RSL_EXPECT_EQ(file.unload(), STATUS_INVALID_DEVICE_REQUEST);
    const Ref<Driver> driver = find_driver(u"rsliotest");
    RSL_REQUIRE(bool(driver));
    driver->DriverUnload = &count_unload;
    RSL_EXPECT_EQ(file.unload(), STATUS_SUCCESS);
}

RSL_TEST(IoLoad, ADamagedImageIsRefusedWithAReason) {
    RSL_LOAD_REPORT report;
    const std::byte nonsense[64] = {};
    RSL_EXPECT(!NT_SUCCESS(load_driver(u"rsliotest", nonsense, report)));
    RSL_EXPECT(report.Text[0] != 0);
    RSL_EXPECT(!find_driver(u"rsliotest"));
    RSL_EXPECT_EQ(load_driver(u"a\\b", nonsense, report), STATUS_OBJECT_NAME_INVALID);
}

constinit int reinitialized = 0;
void NTAPI reinitialize(PDRIVER_OBJECT driver, PVOID context, ULONG count) {
    reinitialized = static_cast<int>(count);
    if (count == 1) IoRegisterDriverReinitialization(driver, &reinitialize, context);
}
NTSTATUS NTAPI start_twice(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    const NTSTATUS status = start(driver, path);
    IoRegisterDriverReinitialization(driver, &reinitialize, nullptr);
    return status;
}

RSL_TEST(IoLoad, ReinitializationRunsAsOftenAsItIsAskedFor) {
    static DriverFile file(&start_twice);
    reinitialized = 0;
    RSL_REQUIRE(file.load() == STATUS_SUCCESS);
    RSL_EXPECT_EQ(reinitialized, 2);
    run_reinitializations();
    RSL_EXPECT_EQ(reinitialized, 2);
    RSL_EXPECT_EQ(file.unload(), STATUS_SUCCESS);
}

}  // namespace
}  // namespace rsl::io
