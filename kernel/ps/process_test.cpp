// SPDX-License-Identifier: GPL-2.0-only
// Processes: identity, lookup, life, notify routines, information.
#include <atomic>
#include <string_view>

#include "abi/functions/ke.h"
#include "abi/functions/ps.h"
#include "abi/functions/ps_thread.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ob/test_names.hpp"
#include "kernel/ps/client_test.hpp"
#include "kernel/ps/notify.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ps {
namespace {

using testing::Client;
using testing::Handle;

PEPROCESS make_process(const char16_t* image = u"C:\\tools\\a-rather-long-name.exe") {
    testing::Name name(image);
    PEPROCESS process = nullptr;
    RSL_EXPECT_EQ(RslCreateClientProcess(&name.string, 77, &process), STATUS_SUCCESS);
    return process;
}
void end_process(PEPROCESS process, NTSTATUS status = 0) {
    RslTerminateClientProcess(process, status);
    ObfDereferenceObject(process);
}
NTSTATUS open_by_id(Handle& handle, HANDLE id, ACCESS_MASK access) {
    CLIENT_ID client = {id, nullptr};
    testing::Attributes attributes;
    return ZwOpenProcess(handle.out(), access, attributes, &client);
}

}  // namespace

RSL_TEST(Process, TheSystemHasIdFour) {
    RSL_EXPECT_EQ(PsGetCurrentProcessId(), reinterpret_cast<HANDLE>(uint64_t{4}));
    RSL_EXPECT_EQ(PsGetCurrentProcess(), PsInitialSystemProcess);
    RSL_EXPECT_EQ(IoGetCurrentProcess(), PsInitialSystemProcess);
    RSL_EXPECT(PsIsSystemProcess(PsInitialSystemProcess));
    RSL_EXPECT(std::string_view(reinterpret_cast<char*>(PsGetProcessImageFileName(PsInitialSystemProcess))) == "System");
    RSL_EXPECT_EQ(PsGetCurrentProcessSessionId(), 0u);
}

RSL_TEST(Process, IsFoundByItsIdWhileItLives) {
    PEPROCESS process = make_process();
    RSL_REQUIRE(process != nullptr);
    const HANDLE id = PsGetProcessId(process);
    PEPROCESS found = nullptr;
    RSL_EXPECT_EQ(PsLookupProcessByProcessId(id, &found), STATUS_SUCCESS);
    RSL_EXPECT_EQ(found, process);
    ObfDereferenceObject(found);
    RslTerminateClientProcess(process, 5);
    RSL_EXPECT_EQ(PsLookupProcessByProcessId(id, &found), STATUS_INVALID_CID);
    RSL_EXPECT_EQ(PsGetProcessExitStatus(process), 5);
    RSL_EXPECT(PsGetProcessExitProcessCalled(process));
    RslTerminateClientProcess(process, 6);  // nothing more happens
    RSL_EXPECT_EQ(PsGetProcessExitStatus(process), 5);
    ObfDereferenceObject(process);
    RSL_EXPECT_EQ(PsLookupProcessByProcessId(nullptr, &found), STATUS_INVALID_CID);
}

RSL_TEST(Process, NameIsTheFilePartCutToFifteen) {
    PEPROCESS process = make_process();
    RSL_EXPECT(std::string_view(reinterpret_cast<char*>(PsGetProcessImageFileName(process))) == "a-rather-long-n");
    PUNICODE_STRING name = nullptr;
    RSL_REQUIRE(SeLocateProcessImageName(process, &name) == STATUS_SUCCESS);
    RSL_EXPECT(std::u16string_view(name->Buffer, name->Length / 2) == u"a-rather-long-name.exe");
    mm::free(name);
    RSL_EXPECT_EQ(PsGetProcessSessionId(process), 1u);
    end_process(process);
}

RSL_TEST(Process, IsSignalledWhenItHasEnded) {
    PEPROCESS process = make_process();
    Handle handle;
    RSL_REQUIRE(open_by_id(handle, PsGetProcessId(process), SYNCHRONIZE) == STATUS_SUCCESS);
    LARGE_INTEGER no_time = {};
    RSL_EXPECT_EQ(ZwWaitForSingleObject(handle, FALSE, &no_time), STATUS_TIMEOUT);
    RslTerminateClientProcess(process, 0);
    RSL_EXPECT_EQ(ZwWaitForSingleObject(handle, FALSE, &no_time), STATUS_SUCCESS);
    ObfDereferenceObject(process);
}

RSL_TEST(Process, EndWaitsForWhoHoldsItOff) {
    PEPROCESS process = make_process();
    RSL_EXPECT_EQ(PsAcquireProcessExitSynchronization(process), STATUS_SUCCESS);
    PsReleaseProcessExitSynchronization(process);
    RslTerminateClientProcess(process, 0);
    RSL_EXPECT_EQ(PsAcquireProcessExitSynchronization(process), STATUS_PROCESS_IS_TERMINATING);
    ObfDereferenceObject(process);
}

RSL_TEST(Process, OpensByIdOnly) {
    Handle handle;
    RSL_EXPECT_EQ(open_by_id(handle, reinterpret_cast<HANDLE>(uint64_t{3}), 0), STATUS_INVALID_CID);
    RSL_EXPECT_EQ(open_by_id(handle, PsGetCurrentProcessId(), PROCESS_QUERY_INFORMATION), STATUS_SUCCESS);
    CLIENT_ID client = {PsGetCurrentProcessId(), nullptr};
    Handle named;
    testing::Attributes attributes(u"\\Name");
    RSL_EXPECT_EQ(ZwOpenProcess(named.out(), 0, attributes, &client), STATUS_INVALID_PARAMETER_MIX);
    Handle thread;
    testing::Attributes none;
    CLIENT_ID me = {PsGetCurrentProcessId(), PsGetCurrentThreadId()};
    RSL_EXPECT_EQ(ZwOpenThread(thread.out(), THREAD_QUERY_INFORMATION, none, &me), STATUS_SUCCESS);
    THREAD_BASIC_INFORMATION basic = {};
    RSL_EXPECT_EQ(ZwQueryInformationThread(thread, ThreadBasicInformation, &basic, sizeof(basic), nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(basic.ClientId.UniqueThread, me.UniqueThread);
    RSL_EXPECT_EQ(basic.ExitStatus, STATUS_PENDING);
}

RSL_TEST(Process, TellsAboutItself) {
    PEPROCESS process = make_process(u"asked.exe");
    Handle handle;
    RSL_REQUIRE(open_by_id(handle, PsGetProcessId(process), PROCESS_ALL_ACCESS) == STATUS_SUCCESS);
    PROCESS_BASIC_INFORMATION basic = {};
    ULONG length = 0;
    RSL_EXPECT_EQ(ZwQueryInformationProcess(handle, ProcessBasicInformation, &basic, sizeof(basic), &length),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(basic.UniqueProcessId, reinterpret_cast<ULONG_PTR>(PsGetProcessId(process)));
    RSL_EXPECT_EQ(basic.InheritedFromUniqueProcessId, ULONG_PTR{4});
    RSL_EXPECT_EQ(ZwQueryInformationProcess(handle, ProcessBasicInformation, &basic, 4, &length),
                  STATUS_INFO_LENGTH_MISMATCH);
    alignas(8) char buffer[128];
    RSL_EXPECT_EQ(ZwQueryInformationProcess(handle, ProcessImageFileName, buffer, 4, &length),
                  STATUS_INFO_LENGTH_MISMATCH);
    RSL_EXPECT_EQ(ZwQueryInformationProcess(handle, ProcessImageFileName, buffer, length, &length), STATUS_SUCCESS);
    const auto& name = *reinterpret_cast<UNICODE_STRING*>(buffer);
    RSL_EXPECT(std::u16string_view(name.Buffer, name.Length / 2) == u"asked.exe");
    RSL_EXPECT_EQ(ZwQueryInformationProcess(handle, ProcessCookie, buffer, 4, &length), STATUS_INVALID_INFO_CLASS);
    RSL_EXPECT_EQ(ZwTerminateProcess(NtCurrentProcess(), 0), STATUS_ACCESS_DENIED);  // the system's own
    end_process(process);
}

RSL_TEST(Process, ClientThreadsAreUsersInTheirProcess) {
    testing::run_as_client([](Client& client) {
        RSL_EXPECT_EQ(PsGetCurrentProcess(), client.process);
        RSL_EXPECT_EQ(PsGetCurrentProcessId(), PsGetProcessId(client.process));
        RSL_EXPECT(!PsIsSystemProcess(PsGetCurrentProcess()));
        RSL_EXPECT_EQ(PsGetCurrentProcessSessionId(), 1u);
        RSL_EXPECT_EQ(current_thread().previous_mode, UserMode);
    });
}

namespace {

struct Notices {
    uint32_t created, ended;
    HANDLE id, parent;
    bool refuse;
    bool had_name;
};
Notices notices, notices_ex;

VOID NTAPI on_process(HANDLE parent, HANDLE id, BOOLEAN created) {
    notices.parent = parent;
    notices.id = id;
    ++(created ? notices.created : notices.ended);
}
VOID NTAPI on_process_ex(PEPROCESS process, HANDLE id, PPS_CREATE_NOTIFY_INFO info) {
    RSL_EXPECT_EQ(PsGetProcessId(process), id);
    ++(info != nullptr ? notices_ex.created : notices_ex.ended);
    if (info == nullptr) return;
    notices_ex.had_name = info->ImageFileName != nullptr && info->ImageFileName->Length != 0;
    if (notices_ex.refuse) info->CreationStatus = STATUS_ACCESS_DENIED;
}

uint32_t images;
VOID NTAPI on_image(PUNICODE_STRING name, HANDLE id, PIMAGE_INFO info) {
    RSL_EXPECT_EQ(id, nullptr);
    RSL_EXPECT(info->SystemModeImage != 0 && name->Length != 0);
    ++images;
}

}  // namespace

RSL_TEST(ProcessNotify, HearsOfStartAndEnd) {
    notices = notices_ex = {};
    RSL_REQUIRE(PsSetCreateProcessNotifyRoutine(&on_process, FALSE) == STATUS_SUCCESS);
    RSL_REQUIRE(PsSetCreateProcessNotifyRoutineEx(&on_process_ex, FALSE) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsSetCreateProcessNotifyRoutine(&on_process, FALSE), STATUS_INVALID_PARAMETER);
    PEPROCESS process = make_process();
    RSL_EXPECT_EQ(notices.created, 1u);
    RSL_EXPECT_EQ(notices.id, PsGetProcessId(process));
    RSL_EXPECT_EQ(notices.parent, reinterpret_cast<HANDLE>(uint64_t{4}));
    RSL_EXPECT(notices_ex.had_name);
    end_process(process);
    RSL_EXPECT_EQ(notices.ended, 1u);
    RSL_EXPECT_EQ(notices_ex.ended, 1u);
    RSL_EXPECT_EQ(PsSetCreateProcessNotifyRoutine(&on_process, TRUE), STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsSetCreateProcessNotifyRoutineEx(&on_process_ex, TRUE), STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsSetCreateProcessNotifyRoutineEx(&on_process_ex, TRUE), STATUS_PROCEDURE_NOT_FOUND);
    end_process(make_process());
    RSL_EXPECT_EQ(notices.created, 1u);
}

RSL_TEST(ProcessNotify, MayRefuse) {
    notices_ex = {.refuse = true};
    RSL_REQUIRE(PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems,
                                                   reinterpret_cast<PVOID>(&on_process_ex), FALSE) == STATUS_SUCCESS);
    testing::Name name(u"refused.exe");
    PEPROCESS process = nullptr;
    RSL_EXPECT_EQ(RslCreateClientProcess(&name.string, 77, &process), STATUS_ACCESS_DENIED);
    RSL_EXPECT_EQ(notices_ex.ended, 1u);  // who heard of it hears of its end
    PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, reinterpret_cast<PVOID>(&on_process_ex),
                                       TRUE);
}

RSL_TEST(ImageNotify, HearsOfDriverImages) {
    images = 0;
    RSL_REQUIRE(PsSetLoadImageNotifyRoutine(&on_image) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(PsSetLoadImageNotifyRoutineEx(&on_image, 8), STATUS_INVALID_PARAMETER_2);
    tell_image_loaded(u"\\SystemRoot\\System32\\drivers\\x.sys", nullptr, 4096);
    RSL_EXPECT_EQ(images, 1u);
    RSL_EXPECT_EQ(PsRemoveLoadImageNotifyRoutine(&on_image), STATUS_SUCCESS);
    tell_image_loaded(u"\\SystemRoot\\System32\\drivers\\x.sys", nullptr, 4096);
    RSL_EXPECT_EQ(images, 1u);
    RSL_EXPECT_EQ(PsRemoveLoadImageNotifyRoutine(&on_image), STATUS_PROCEDURE_NOT_FOUND);
}

// ---- Tokens ----------------------------------------------------------------------------------------

RSL_TEST(Token, TheSystemIsTheSystem) {
    PACCESS_TOKEN token = PsReferencePrimaryToken(PsInitialSystemProcess);
    RSL_EXPECT(SeTokenIsAdmin(token));
    PVOID user = nullptr;
    RSL_REQUIRE(SeQueryInformationToken(token, ::TokenUser, &user) == STATUS_SUCCESS);
    RSL_EXPECT(RtlEqualSid(static_cast<TOKEN_USER*>(user)->User.Sid, SeExports->SeLocalSystemSid));
    mm::free(user);
    PsDereferencePrimaryToken(token);
}

RSL_TEST(Token, ClientsAreAdministratorsNotTheSystem) {
    testing::run_as_client([](Client& client) {
        SECURITY_SUBJECT_CONTEXT subject = {};
        SeCaptureSubjectContext(&subject);
        RSL_EXPECT(SeTokenIsAdmin(subject.PrimaryToken));
        SeReleaseSubjectContext(&subject);
        RSL_EXPECT(SeSinglePrivilegeCheck(SeExports->SeLoadDriverPrivilege, UserMode));
        RSL_EXPECT(!SeSinglePrivilegeCheck(SeExports->SeTcbPrivilege, UserMode));
        RSL_EXPECT(SeSinglePrivilegeCheck(SeExports->SeTcbPrivilege, KernelMode));
        auto* token = client.user<HANDLE>(0);
        RSL_REQUIRE(NtOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, 0, token) == STATUS_SUCCESS);
        auto* length = client.user<ULONG>(8);
        RSL_EXPECT_EQ(NtQueryInformationToken(*token, ::TokenUser, nullptr, 0, length), STATUS_BUFFER_TOO_SMALL);
        auto* user = client.user<TOKEN_USER>(64);
        RSL_EXPECT_EQ(NtQueryInformationToken(*token, ::TokenUser, user, *length, length), STATUS_SUCCESS);
        RSL_EXPECT_EQ(static_cast<char*>(user->User.Sid), reinterpret_cast<char*>(user + 1));
        RSL_EXPECT(RtlValidSid(user->User.Sid));
        RSL_EXPECT(!RtlEqualSid(user->User.Sid, SeExports->SeLocalSystemSid));
        NtClose(*token);
        RSL_EXPECT_EQ(NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, FALSE, token), STATUS_NO_TOKEN);
    });
}

namespace {

/// What the routine of LogonSession's test was told.
struct Ended {
    LUID marked = {};
    std::atomic<uint32_t> calls = 0;
    std::atomic<uint32_t> last = 0;
};
constinit Ended ended = {};

NTSTATUS NTAPI on_session_end(PLUID logon) {
    ended.last = logon->LowPart;
    ended.calls.fetch_add(1);
    return STATUS_SUCCESS;
}

}  // namespace

RSL_TEST(LogonSession, EndsWithTheLastTokenOfTheUser) {
    RSL_REQUIRE(SeRegisterLogonSessionTerminatedRoutine(&on_session_end) == STATUS_SUCCESS);
    testing::run_as_client([](Client&) {
        PACCESS_TOKEN token = PsReferencePrimaryToken(PsGetCurrentProcess());
        SeQueryAuthenticationIdToken(token, &ended.marked);
        PsDereferencePrimaryToken(token);
        RSL_EXPECT_EQ(SeMarkLogonSessionForTerminationNotification(&ended.marked), STATUS_SUCCESS);
    });
    LARGE_INTEGER pause = {.QuadPart = -10'000};  // the process object may go in a worker
    for (int i = 0; i < 1000 && ended.calls == 0; ++i) KeDelayExecutionThread(KernelMode, FALSE, &pause);
    RSL_EXPECT_EQ(ended.calls.load(), 1u);
    RSL_EXPECT_EQ(ended.last.load(), ended.marked.LowPart);
    RSL_EXPECT_EQ(SeMarkLogonSessionForTerminationNotification(&ended.marked), STATUS_NOT_FOUND);
    RSL_EXPECT_EQ(SeUnregisterLogonSessionTerminatedRoutine(&on_session_end), STATUS_SUCCESS);
}

}  // namespace rsl::ps
