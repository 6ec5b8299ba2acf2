/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

NTKERNELAPI NTSTATUS NTAPI CmCallbackGetKeyObjectID(PLARGE_INTEGER, PVOID, PULONG_PTR, PCUNICODE_STRING*);
NTKERNELAPI NTSTATUS NTAPI CmCallbackGetKeyObjectIDEx(PLARGE_INTEGER, PVOID, PULONG_PTR, PCUNICODE_STRING*, ULONG);
NTKERNELAPI VOID NTAPI CmCallbackReleaseKeyObjectIDEx(PCUNICODE_STRING);
NTKERNELAPI VOID NTAPI CmGetCallbackVersion(PULONG, PULONG);

static LARGE_INTEGER Cookie;
static ULONG Pre[64], Post[64];
static NTSTATUS Answer;
static NTSTATUS NameStatus, NameExStatus;
static BOOLEAN SameName, SameId;
static HANDLE Watching; /* thread that the tests' own operations run in */

static void LookAtNames(PVOID object) {
    PCUNICODE_STRING name = NULL, name_ex = NULL;
    ULONG_PTR id = 0, id_ex = 1;
    UNICODE_STRING expected;
    RtlInitUnicodeString(&expected, L"\\REGISTRY\\MACHINE\\SOFTWARE\\Conformance");
    NameStatus = CmCallbackGetKeyObjectID(&Cookie, object, &id, &name);
    NameExStatus = CmCallbackGetKeyObjectIDEx(&Cookie, object, &id_ex, &name_ex, 0);
    SameId = id == id_ex && id != 0;
    SameName = name && name_ex && RtlEqualUnicodeString(name, name_ex, FALSE) && RtlEqualUnicodeString(name, &expected, TRUE);
    if (name_ex) CmCallbackReleaseKeyObjectIDEx(name_ex);
}

static NTSTATUS NTAPI OnOperation(PVOID context, PVOID what, PVOID information) {
    ULONG notice = (ULONG)(ULONG_PTR)what;
    if (context != &Cookie || PsGetCurrentThreadId() != Watching || notice >= 64) return STATUS_SUCCESS;
    if (notice == RegNtPostSetValueKey || notice == RegNtPostDeleteKey || notice == RegNtPostOpenKeyEx || notice == RegNtPostKeyHandleClose) ++Post[notice];
    else ++Pre[notice];
    if (notice == RegNtPreSetValueKey) {
        LookAtNames(((PREG_SET_VALUE_KEY_INFORMATION)information)->Object);
        return Answer;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS Watch(const WCHAR* altitude_text) {
    UNICODE_STRING altitude;
    RtlZeroMemory(Pre, sizeof(Pre));
    RtlZeroMemory(Post, sizeof(Post));
    Answer = STATUS_SUCCESS;
    Watching = PsGetCurrentThreadId();
    if (!altitude_text) return CmRegisterCallback(&OnOperation, &Cookie, &Cookie);
    RtlInitUnicodeString(&altitude, altitude_text);
    return CmRegisterCallbackEx(&OnOperation, &altitude, ConformanceDriver, &Cookie, &Cookie, NULL);
}

CONFORMANCE(CmRegisterCallbackEx, SeesOperationsBeforeAndAfter) {
    ULONG number = 1;
    HANDLE top = KeysNew(), second;
    REQUIRE(top != NULL);
    REQUIRE(NT_SUCCESS(Watch(L"370020")));
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(KeysOpen(&second, NULL, KEYS_TOP));
    CHECK_SUCCESS(ZwClose(second));
    CHECK_SUCCESS(CmUnRegisterCallback(Cookie));
    CHECK_EQ(Pre[RegNtPreSetValueKey], 1);
    CHECK_EQ(Post[RegNtPostSetValueKey], 1);
    CHECK_EQ(Pre[RegNtPreOpenKeyEx], 1);
    CHECK_EQ(Post[RegNtPostOpenKeyEx], 1);
    CHECK_EQ(Pre[RegNtPreKeyHandleClose], 1);
    CHECK_EQ(Post[RegNtPostKeyHandleClose], 1);
    KeysDone(top);
}

CONFORMANCE(CmRegisterCallbackEx, RefusesOperationsAndAnAltitudeThatIsTaken) {
    ULONG number = 1;
    UNICODE_STRING altitude;
    LARGE_INTEGER other;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    REQUIRE(NT_SUCCESS(Watch(L"370021")));
    RtlInitUnicodeString(&altitude, L"370021");
    CHECK_STATUS(CmRegisterCallbackEx(&OnOperation, &altitude, ConformanceDriver, NULL, &other, NULL), STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    Answer = STATUS_ACCESS_DENIED;
    CHECK_STATUS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)), STATUS_ACCESS_DENIED);
    Answer = STATUS_CALLBACK_BYPASS; /* the callback says that it has done it */
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(CmUnRegisterCallback(Cookie));
    CHECK_EQ(KeysGet(top, L"Value"), 0xDEAD);
    KeysDone(top);
}

CONFORMANCE(CmRegisterCallback, SeesOperationsWithoutAnAltitude) {
    ULONG number = 1;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    REQUIRE(NT_SUCCESS(Watch(NULL)));
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(CmUnRegisterCallback(Cookie));
    CHECK_EQ(Pre[RegNtPreSetValueKey], 1);
    KeysDone(top);
}

CONFORMANCE(CmUnRegisterCallback, EndsTheNotices) {
    ULONG number = 1;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    REQUIRE(NT_SUCCESS(Watch(L"370022")));
    CHECK_SUCCESS(CmUnRegisterCallback(Cookie));
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_EQ(Pre[RegNtPreSetValueKey], 0);
    CHECK_STATUS(CmUnRegisterCallback(Cookie), STATUS_INVALID_PARAMETER);
    KeysDone(top);
}

CONFORMANCE(CmGetCallbackVersion, IsOneDotZero) {
    ULONG major = 0, minor = 99;
    CmGetCallbackVersion(&major, &minor);
    CHECK_EQ(major, 1);
    CHECK_EQ(minor, 0);
    CmGetCallbackVersion(NULL, NULL);
}

static void LookUp(void) {
    ULONG number = 1;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    NameStatus = NameExStatus = STATUS_UNSUCCESSFUL;
    SameName = SameId = FALSE;
    REQUIRE(NT_SUCCESS(Watch(L"370023")));
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(CmUnRegisterCallback(Cookie));
    KeysDone(top);
}

CONFORMANCE(CmCallbackGetKeyObjectID, NamesTheKey) {
    LookUp();
    CHECK_STATUS(NameStatus, STATUS_SUCCESS);
    CHECK(SameName);
    CHECK_STATUS(CmCallbackGetKeyObjectID(&Cookie, NULL, NULL, NULL), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(CmCallbackGetKeyObjectIDEx, NamesTheKeyForTheCaller) {
    LookUp();
    CHECK_STATUS(NameExStatus, STATUS_SUCCESS);
    CHECK(SameName && SameId);
    CHECK_STATUS(CmCallbackGetKeyObjectIDEx(&Cookie, NULL, NULL, NULL, 0), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(CmCallbackReleaseKeyObjectIDEx, FreesTheName) {
    LookUp(); /* releases one */
    CHECK(SameName);
}
