// SPDX-License-Identifier: GPL-2.0-only
// Windows programs, which bring an identity of their own.
#include <algorithm>
#include <string_view>

#include "abi/functions/ke.h"
#include "abi/functions/ps.h"
#include "abi/functions/ps_thread.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ob/test_names.hpp"
#include "kernel/ps/new_process.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ps {
namespace {

struct Told {
    char16_t image[40], command_line[40];
    HANDLE parent, thread_process, thread;
    CLIENT_ID creator;
    uint32_t threads, images, created;
    void* base;
} told;

VOID NTAPI on_program(PEPROCESS, HANDLE, PPS_CREATE_NOTIFY_INFO info) {
    if (info == nullptr) return;
    ++told.created;
    told.parent = info->ParentProcessId;
    told.creator = info->CreatingThreadId;
    std::copy_n(info->ImageFileName->Buffer, info->ImageFileName->Length / 2, told.image);
    if (info->CommandLine != nullptr)
        std::copy_n(info->CommandLine->Buffer, info->CommandLine->Length / 2, told.command_line);
}
VOID NTAPI on_thread(HANDLE process, HANDLE thread, BOOLEAN) {
    if (process != reinterpret_cast<HANDLE>(uint64_t{0x40})) return;
    ++told.threads;
    told.thread = thread;
}
VOID NTAPI on_program_image(PUNICODE_STRING, HANDLE process, PIMAGE_INFO info) {
    if (process != reinterpret_cast<HANDLE>(uint64_t{0x40})) return;
    RSL_EXPECT(info->SystemModeImage == 0 && info->ImageSize == 0x3000);
    ++told.images;
    told.base = info->ImageBase;
}

/// A Windows program with an identity of its own.
PEPROCESS make_program(uint64_t id, BOOLEAN is_told, NTSTATUS expected = STATUS_SUCCESS) {
    testing::Name image(u"\\??\\C:\\a.exe"), command_line(u"a b");
    const RSL_CLIENT_PROCESS wanted{.ProcessId = id,
                                    .ParentProcessId = 0x20,
                                    .Creator = {reinterpret_cast<HANDLE>(uint64_t{0x20}),
                                                reinterpret_cast<HANDLE>(uint64_t{0x24})},
                                    .ClientPid = 77,
                                    .Image = image.string,
                                    .CommandLine = command_line.string,
                                    .Told = is_told};
    PEPROCESS process = nullptr;
    RSL_EXPECT_EQ(RslCreateProcess(&wanted, &process), expected);
    return process;
}

void end_process(PEPROCESS process) {
    RslTerminateClientProcess(process, STATUS_SUCCESS);
    ObfDereferenceObject(process);
}

VOID NTAPI run_nothing(PVOID) { PsTerminateSystemThread(STATUS_SUCCESS); }

}  // namespace

RSL_TEST(Program, BringsItsIdentity)
{
    told = {};
    RSL_REQUIRE(PsSetCreateProcessNotifyRoutineEx(&on_program, FALSE) == STATUS_SUCCESS);
    PEPROCESS process = make_program(0x40, TRUE);
    RSL_REQUIRE(process != nullptr);
    RSL_EXPECT_EQ(PsGetProcessId(process), reinterpret_cast<HANDLE>(uint64_t{0x40}));
    RSL_EXPECT(std::u16string_view(told.image) == u"\\??\\C:\\a.exe" &&
               std::u16string_view(told.command_line) == u"a b");
    RSL_EXPECT_EQ(told.parent, reinterpret_cast<HANDLE>(uint64_t{0x20}));
    RSL_EXPECT_EQ(told.creator.UniqueThread, reinterpret_cast<HANDLE>(uint64_t{0x24}));
    PEPROCESS found = nullptr;
    RSL_REQUIRE(PsLookupProcessByProcessId(reinterpret_cast<HANDLE>(uint64_t{0x40}), &found) ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(found, process);
    ObfDereferenceObject(found);
    (void)make_program(0x40, TRUE, STATUS_INVALID_CID);  // one of an id at a time
    (void)make_program(0x100000, TRUE, STATUS_INVALID_PARAMETER);
    (void)make_program(0x42, TRUE, STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(told.created, 1u);
    end_process(process);
    end_process(make_program(0x40, FALSE));  // the id is free again; and nobody hears of this one
    RSL_EXPECT_EQ(told.created, 1u);
    RSL_EXPECT_EQ(PsSetCreateProcessNotifyRoutineEx(&on_program, TRUE), STATUS_SUCCESS);
}

RSL_TEST(Program, ThreadsAndImagesAreItsOwn)
{
    told = {};
    RSL_REQUIRE(PsSetCreateThreadNotifyRoutine(&on_thread) == STATUS_SUCCESS);
    RSL_REQUIRE(PsSetLoadImageNotifyRoutine(&on_program_image) == STATUS_SUCCESS);
    PEPROCESS process = make_program(0x40, TRUE);
    PETHREAD server = nullptr;
    RSL_REQUIRE(RslCreateClientThread(process, &run_nothing, nullptr, &server) == STATUS_SUCCESS);
    KeWaitForSingleObject(server, Executive, KernelMode, FALSE, nullptr);
    ObfDereferenceObject(server);
    RSL_EXPECT_EQ(told.threads, 0u);  // that one serves it
    const auto id = [](uint64_t number) { return reinterpret_cast<HANDLE>(number); };
    RslNotifyThread(id(0x40), id(0x44), TRUE);
    RSL_EXPECT(told.threads == 1 && told.thread == id(0x44));
    testing::Name path(u"\\??\\C:\\a.dll");
    RslNotifyImage(id(0x40), &path.string, id(0x10000), 0x3000);
    RSL_EXPECT(told.images == 1 && told.base == id(0x10000));
    RSL_EXPECT_EQ(PsRemoveCreateThreadNotifyRoutine(&on_thread), STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsRemoveLoadImageNotifyRoutine(&on_program_image), STATUS_SUCCESS);
    end_process(process);
}

RSL_TEST(Program, ItsHandlesAreNoneOfWines)
{
    PEPROCESS process = make_program(0x40, FALSE);
    auto& program = *reinterpret_cast<Process*>(process);
    HANDLE handles[40] = {};
    for (HANDLE& handle : handles) {
        auto made = program.handles->insert(&system_process(), 1, 0);
        RSL_REQUIRE(made.ok());
        handle = *made;
        RSL_EXPECT(reinterpret_cast<uint64_t>(handle) > kForeignHandles && reinterpret_cast<uint64_t>(handle) % 4 == 0);
        auto found = program.handles->lookup(handle, nullptr, 0, UserMode);
        RSL_REQUIRE(found.ok());
        RSL_EXPECT(*found == &system_process());
        ob::dereference(*found);
    }
    for (uint64_t wines = 0; wines < 0x400; wines += 4) {
        RSL_EXPECT_EQ(program.handles->lookup(reinterpret_cast<HANDLE>(wines), nullptr, 0, UserMode).failure(), Status::kInvalidHandle);
    }
    RSL_EXPECT_EQ(program.handles->lookup(reinterpret_cast<HANDLE>(kForeignHandles), nullptr, 0, UserMode).failure(), Status::kInvalidHandle);
    for (const HANDLE handle : handles) RSL_EXPECT(program.handles->close(handle, UserMode).ok());
    end_process(process);
}

RSL_TEST(Program, ListsAreInOrderOfIds)
{
    testing::Name name(u"native");
    PEPROCESS own = nullptr;
    RSL_REQUIRE(RslCreateClientProcess(&name.string, 77, &own) == STATUS_SUCCESS);
    PEPROCESS program = make_program(0x40, FALSE);
    struct {
        uint64_t last = 0;
        int seen = 0;
        bool rising = true;
    } list;
    each_process(
        [](void* context, Process& process) {
            auto& found = *static_cast<decltype(list)*>(context);
            found.rising &= process.id > found.last;
            found.last = process.id;
            ++found.seen;
        },
        &list);
    RSL_EXPECT(list.rising && list.seen >= 3);
    end_process(own);
    end_process(program);
}

}  // namespace rsl::ps
