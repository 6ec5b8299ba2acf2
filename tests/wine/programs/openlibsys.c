// SPDX-License-Identifier: GPL-2.0-only
// A program that uses OpenLibSys's library (WinRing0x64.dll) as its programs do: the library installs and starts its own
// driver, WinRing0x64.sys, from beside the program.
#include "check.h"

typedef BOOL(WINAPI* INITIALIZE)(void);
typedef VOID(WINAPI* DEINITIALIZE)(void);
typedef DWORD(WINAPI* STATUS)(void);
typedef BOOL(WINAPI* READ_MSR)(DWORD, PDWORD, PDWORD);
typedef BYTE(WINAPI* READ_PORT)(WORD);
typedef DWORD(WINAPI* READ_PCI)(DWORD, BYTE);

static HMODULE Library;

static FARPROC Function(const char* Name) {
    FARPROC found = GetProcAddress(Library, Name);
    CHECK(found != NULL);
    return found;
}

TEST(InstallsAndStartsItsDriver) {
    CHECK(((INITIALIZE)(void*)Function("InitializeOls"))());
    CHECK(((STATUS)(void*)Function("GetDllStatus"))() == 0);  // OLS_DLL_NO_ERROR
}
TEST(ReadsAnMsrOfTheVm) {
    DWORD low = 0, high = 0;
    CHECK(((READ_MSR)(void*)Function("Rdmsr"))(0x1B, &low, &high));
    CHECK((low & 0xFFFFF000) == 0xFEE00000 && (low & 0x800) != 0);  // the local APIC's base, enabled
}
TEST(ReadsAPortOfTheVm) {
    CHECK((((READ_PORT)(void*)Function("ReadIoPortByte"))(0x3FD) & 0x60) == 0x60);  // COM1's transmitter is empty
}
TEST(ReadsPciConfigurationOfTheVm) {
    CHECK(((READ_PCI)(void*)Function("ReadPciConfigDword"))(0, 0) == 0x00081B36);  // QEMU's host bridge
}

int main(void) {
    Library = LoadLibraryA("WinRing0x64.dll");
    if (Library == NULL) {
        printf("FAIL library: last error %lu\n", GetLastError());
        return 1;
    }
    RUN(InstallsAndStartsItsDriver);
    RUN(ReadsAnMsrOfTheVm);
    RUN(ReadsAPortOfTheVm);
    RUN(ReadsPciConfigurationOfTheVm);
    ((DEINITIALIZE)(void*)Function("DeinitializeOls"))();
    return Failures != 0;
}
