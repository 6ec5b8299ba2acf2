// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/system_information.h"

#include <string_view>

#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ldr/module.hpp"

namespace {
alignas(16) char g_buffer[32768];
}

RSL_TEST(SystemInformation, ListsModulesWithTheKernelFirst) {
    ULONG needed = 0;
    RSL_EXPECT_EQ(ZwQuerySystemInformation(SystemModuleInformation, nullptr, 0, &needed), STATUS_INFO_LENGTH_MISMATCH);
    RSL_REQUIRE(needed >= 8 + sizeof(RTL_PROCESS_MODULE_INFORMATION) && needed <= sizeof(g_buffer));
    RSL_EXPECT_EQ(ZwQuerySystemInformation(SystemModuleInformation, g_buffer, needed, &needed), STATUS_SUCCESS);
    const auto& modules = *reinterpret_cast<RTL_PROCESS_MODULES*>(g_buffer);
    RSL_EXPECT_EQ(8 + modules.NumberOfModules * sizeof(RTL_PROCESS_MODULE_INFORMATION), needed);
    const RTL_PROCESS_MODULE_INFORMATION& kernel = modules.Modules[0];
    const auto* own = rsl::ldr::module_of(reinterpret_cast<uint64_t>(&ZwQuerySystemInformation));
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(kernel.ImageBase), own->base());
    const auto* path = reinterpret_cast<const char*>(kernel.FullPathName);
    RSL_EXPECT(std::string_view(path) == "\\SystemRoot\\system32\\ntoskrnl.exe");
    RSL_EXPECT(std::string_view(path + kernel.OffsetToFileName) == "ntoskrnl.exe");
}

RSL_TEST(SystemInformation, ListsProcessesWithTheirThreads) {
    ULONG needed = 0;
    RSL_EXPECT_EQ(ZwQuerySystemInformation(SystemProcessInformation, g_buffer, sizeof(g_buffer), &needed), STATUS_SUCCESS);
    const char* at = g_buffer;
    bool system = false;
    for (;;) {
        const auto& process = *reinterpret_cast<const SYSTEM_PROCESS_INFORMATION*>(at);
        if (reinterpret_cast<uint64_t>(process.UniqueProcessId) == 4) {
            system = true;
            RSL_EXPECT(process.NumberOfThreads > 0);
            const auto* threads = reinterpret_cast<const SYSTEM_THREAD_INFORMATION*>(&process + 1);
            RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(threads[0].ClientId.UniqueProcess), 4u);
            RSL_EXPECT(process.ImageName.Buffer[process.ImageName.Length / 2] == 0);
        }
        if (process.NextEntryOffset == 0) break;
        at += process.NextEntryOffset;
        RSL_REQUIRE(at < g_buffer + needed);
    }
    RSL_EXPECT(system);
}

RSL_TEST(SystemInformation, TellsOfTheMachine) {
    SYSTEM_BASIC_INFORMATION basic{};
    ULONG needed = 0;
    RSL_EXPECT_EQ(NtQuerySystemInformation(SystemBasicInformation, &basic, sizeof(basic), &needed), STATUS_SUCCESS);
    RSL_EXPECT(basic.PageSize == 4096 && basic.NumberOfProcessors >= 1 && basic.NumberOfPhysicalPages > 1000);
    RSL_EXPECT_EQ(NtQuerySystemInformation(SystemBasicInformation, &basic, 8, &needed), STATUS_INFO_LENGTH_MISMATCH);
    RSL_EXPECT_EQ(needed, sizeof(basic));
    SYSTEM_TIMEOFDAY_INFORMATION time{};
    RSL_EXPECT_EQ(NtQuerySystemInformation(SystemTimeOfDayInformation, &time, sizeof(time), nullptr), STATUS_SUCCESS);
    RSL_EXPECT(time.CurrentTime.QuadPart >= time.BootTime.QuadPart);
    SYSTEM_KERNEL_DEBUGGER_INFORMATION debugger{TRUE, FALSE};
    RSL_EXPECT_EQ(NtQuerySystemInformation(SystemKernelDebuggerInformation, &debugger, sizeof(debugger), nullptr), STATUS_SUCCESS);
    RSL_EXPECT(!debugger.KernelDebuggerEnabled && debugger.KernelDebuggerNotPresent);
    SYSTEM_PROCESSOR_INFORMATION processor{};
    RSL_EXPECT_EQ(NtQuerySystemInformation(SystemProcessorInformation, &processor, sizeof(processor), nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(processor.ProcessorArchitecture, 9);
    RSL_EXPECT_EQ(NtQuerySystemInformation(static_cast<SYSTEM_INFORMATION_CLASS>(250), g_buffer, 100, &needed), STATUS_INVALID_INFO_CLASS);
}
