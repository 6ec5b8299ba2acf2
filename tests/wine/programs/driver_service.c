// SPDX-License-Identifier: GPL-2.0-only
// The life of a driver service: create, start, query, stop, delete; and what a start says when the driver cannot.
#include "check.h"

static SC_HANDLE Manager;

static SC_HANDLE Create(const char* Name, const char* Path) {
    return CreateServiceA(Manager, Name, Name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, Path,
                          NULL, NULL, NULL, NULL, NULL);
}

static DWORD StateOf(SC_HANDLE Service) {
    SERVICE_STATUS status = {0};
    QueryServiceStatus(Service, &status);
    return status.dwCurrentState;
}

TEST(DriverLivesFromStartToStop) {
    SERVICE_STATUS status;
    SC_HANDLE service = Create("echo", "C:\\drivers\\echo.sys");
    CHECK(service != NULL);
    CHECK(StateOf(service) == SERVICE_STOPPED);
    CHECK(StartServiceA(service, 0, NULL));
    CHECK(StateOf(service) == SERVICE_RUNNING);
    HANDLE device = CreateFileA("\\\\.\\Echo", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(device));
    CloseHandle(device);
    CHECK_ERROR(StartServiceA(service, 0, NULL), ERROR_SERVICE_ALREADY_RUNNING);
    CHECK(ControlService(service, SERVICE_CONTROL_STOP, &status));
    CHECK(StateOf(service) == SERVICE_STOPPED);
    CHECK_ERROR(IsHandle(CreateFileA("\\\\.\\Echo", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL)), ERROR_FILE_NOT_FOUND);
    CHECK(DeleteService(service));
    CloseServiceHandle(service);
}

TEST(DriverCanBeStartedAgain) {
    SC_HANDLE service = Create("echo", "\\??\\C:\\drivers\\echo.sys"); /* the spelling that drivers are installed with */
    for (int i = 0; i < 3; i++) {
        SERVICE_STATUS status;
        CHECK(StartServiceA(service, 0, NULL));
        CHECK(ControlService(service, SERVICE_CONTROL_STOP, &status));
    }
    CHECK(DeleteService(service));
    CloseServiceHandle(service);
}

TEST(StartWithoutAFileFails) {
    SC_HANDLE service = Create("absent", "C:\\drivers\\absent.sys");
    CHECK_ERROR(StartServiceA(service, 0, NULL), ERROR_FILE_NOT_FOUND);
    CHECK(StateOf(service) == SERVICE_STOPPED);
    CHECK(DeleteService(service));
    CloseServiceHandle(service);
}

TEST(StartSaysWhatDriverEntrySaid) {
    SC_HANDLE service = Create("entry_fails", "C:\\drivers\\entry_fails.sys"); /* STATUS_DEVICE_CONFIGURATION_ERROR */
    SetLastError(0);
    CHECK(!StartServiceA(service, 0, NULL));
    CHECK(GetLastError() != 0);
    CHECK(StateOf(service) == SERVICE_STOPPED);
    CHECK(DeleteService(service));
    CloseServiceHandle(service);
}

/* It imports from library.sys, which nobody has: it is not loaded, and the other drivers live on. */
TEST(StartWithoutALibraryFails) {
    SC_HANDLE service = Create("uses_library", "C:\\drivers\\uses_library.sys");
    CHECK_ERROR(StartServiceA(service, 0, NULL), ERROR_MOD_NOT_FOUND);
    CHECK(DeleteService(service));
    CloseServiceHandle(service);
}

int main(void) {
    Manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    RUN(DriverLivesFromStartToStop);
    RUN(DriverCanBeStartedAgain);
    RUN(StartWithoutAFileFails);
    RUN(StartSaysWhatDriverEntrySaid);
    RUN(StartWithoutALibraryFails);
    return Failures != 0;
}
