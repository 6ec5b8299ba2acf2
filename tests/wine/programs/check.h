/* SPDX-License-Identifier: GPL-2.0-only */
/* A Windows program that tests: a line "ok NAME" or "FAIL NAME: why" each, exit code 1 if any failed. Plain Win32, so that the
 * same program runs on Windows and under any Wine. */
#ifndef RSL_WINE_CHECK_H
#define RSL_WINE_CHECK_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winioctl.h>

static int Failures;

/* GetLastError() is the call's own: read it before anything else happens. */
static void Check(const char* Name, int Line, BOOL Passed, const char* Condition) {
    DWORD error = GetLastError();
    if (Passed) return;
    Failures++;
    printf("FAIL %s: line %d: %s (last error %lu)\n", Name, Line, Condition, error);
}

#define TEST(name) static void name(void)
#define CHECK(condition) Check(__func__, __LINE__, (condition), #condition)
#define CHECK_ERROR(call, code)                                         \
    do {                                                                \
        SetLastError(0);                                                \
        BOOL ok_ = (BOOL)(call);                                        \
        Check(__func__, __LINE__, !ok_ && GetLastError() == (code), #call " has to fail with " #code); \
    } while (0)
#define RUN(name)                                      \
    do {                                               \
        int before_ = Failures;                        \
        name();                                        \
        if (Failures == before_) printf("ok %s\n", #name); \
        fflush(stdout);                                \
    } while (0)

/* A handle that CHECK can read as a condition. */
static inline BOOL IsHandle(HANDLE Handle) { return Handle != NULL && Handle != INVALID_HANDLE_VALUE; }

/* Installs and starts a driver, the way every installer does; the handle stays open for ControlService. */
static SC_HANDLE StartDriver(const char* Name, const char* Path) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = CreateServiceA(manager, Name, Name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                                       SERVICE_ERROR_NORMAL, Path, NULL, NULL, NULL, NULL, NULL);
    if (service == NULL && GetLastError() == ERROR_SERVICE_EXISTS) service = OpenServiceA(manager, Name, SERVICE_ALL_ACCESS);
    CloseServiceHandle(manager);
    if (service != NULL && !StartServiceA(service, 0, NULL) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING) {
        printf("FAIL start of %s: last error %lu\n", Name, GetLastError());
        Failures++;
    }
    return service;
}

static void RemoveDriver(SC_HANDLE Service) {
    SERVICE_STATUS status;
    ControlService(Service, SERVICE_CONTROL_STOP, &status);
    DeleteService(Service);
    CloseServiceHandle(Service);
}

#endif
