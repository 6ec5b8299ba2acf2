// SPDX-License-Identifier: GPL-2.0-only
// A driver reads what its installer has put into the prefix' registry.
#include "check.h"

static SC_HANDLE Service;

static void SetAnswer(DWORD Answer) {
    HKEY key;
    CHECK(RegCreateKeyExA(HKEY_LOCAL_MACHINE, "System\\CurrentControlSet\\Services\\reads_parameters\\Parameters", 0, NULL, 0, KEY_WRITE, NULL, &key,
                          NULL) == 0);
    CHECK(RegSetValueExA(key, "Answer", 0, REG_DWORD, (const BYTE*)&Answer, sizeof(Answer)) == 0);
    RegCloseKey(key);
}

static DWORD AskDriver(void) {
    DWORD answer = 0, bytes = 0;
    HANDLE device = CreateFileA("\\\\.\\ReadsParameters", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(device));
    CHECK(DeviceIoControl(device, 0x222000, NULL, 0, &answer, sizeof(answer), &bytes, NULL));
    CloseHandle(device);
    return answer;
}

static DWORD AnswerAfterStart(void) {
    SERVICE_STATUS status;
    CHECK(StartServiceA(Service, 0, NULL));
    DWORD answer = AskDriver();
    CHECK(ControlService(Service, SERVICE_CONTROL_STOP, &status));
    return answer;
}

TEST(DriverReadsItsParameters) {
    SetAnswer(42);
    CHECK(AnswerAfterStart() == 42);
}

TEST(DriverReadsThemAnewAtEachStart) {
    SetAnswer(43);
    CHECK(AnswerAfterStart() == 43);
}

int main(void) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    Service = CreateServiceA(manager, "reads_parameters", "reads_parameters", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                             SERVICE_ERROR_NORMAL, "C:\\drivers\\reads_parameters.sys", NULL, NULL, NULL, NULL, NULL);
    CHECK(Service != NULL);
    RUN(DriverReadsItsParameters);
    RUN(DriverReadsThemAnewAtEachStart);
    DeleteService(Service);
    CloseServiceHandle(Service);
    CloseServiceHandle(manager);
    return Failures != 0;
}
