/* SPDX-License-Identifier: GPL-2.0-only */
/* LdrFindResource_U, LdrFindResourceDirectory_U, LdrAccessResource and RtlFindMessage: no page
 * describes them. The formats are documented: learn.microsoft.com/windows/win32/debug/pe-format
 * (.rsrc) and MESSAGE_RESOURCE_DATA of winnt.h. The image is made here: one page, type 11 (message
 * table), name 1, language 0x409, and the same under the name "TEXT". */
#include "conformance.h"

#include <ntimage.h>

NTSYSAPI NTSTATUS NTAPI LdrFindResource_U(PVOID BaseAddress, const ULONG_PTR* ResourceInfo,
                                          ULONG Level,
                                          PIMAGE_RESOURCE_DATA_ENTRY* ResourceDataEntry);
NTSYSAPI NTSTATUS NTAPI LdrFindResourceDirectory_U(PVOID BaseAddress, const ULONG_PTR* ResourceInfo,
                                                   ULONG Level,
                                                   PIMAGE_RESOURCE_DIRECTORY* ResourceDirectory);
NTSYSAPI NTSTATUS NTAPI LdrAccessResource(PVOID BaseAddress,
                                          PIMAGE_RESOURCE_DATA_ENTRY ResourceDataEntry,
                                          PVOID* Resource, PULONG Size);
NTSYSAPI NTSTATUS NTAPI RtlFindMessage(PVOID BaseAddress, ULONG Type, ULONG Language,
                                       ULONG MessageId, PVOID* MessageEntry);

#define TABLE 0x400 /* where the resource table lies */
#define DATA  0x600 /* and the message table */
static UCHAR __attribute__((aligned(4096))) Image[4096];

static VOID PutDirectory(ULONG Offset, USHORT Named, USHORT Ids) {
    PIMAGE_RESOURCE_DIRECTORY directory = (PIMAGE_RESOURCE_DIRECTORY)(Image + TABLE + Offset);
    directory->NumberOfNamedEntries = Named;
    directory->NumberOfIdEntries = Ids;
}
static VOID PutEntry(ULONG Offset, ULONG Name, ULONG Data) {
    ((ULONG*)(Image + TABLE + Offset))[0] = Name;
    ((ULONG*)(Image + TABLE + Offset))[1] = Data;
}
static PVOID Make(VOID) {
    PIMAGE_DOS_HEADER dos = (PIMAGE_DOS_HEADER)Image;
    PIMAGE_NT_HEADERS64 nt = (PIMAGE_NT_HEADERS64)(Image + 0x80);
    ULONG* messages = (ULONG*)(Image + DATA);
    RtlZeroMemory(Image, sizeof(Image));
    dos->e_magic = IMAGE_DOS_SIGNATURE;
    dos->e_lfanew = 0x80;
    nt->Signature = IMAGE_NT_SIGNATURE;
    nt->FileHeader.Machine = 0x8664;
    nt->FileHeader.SizeOfOptionalHeader = sizeof(nt->OptionalHeader);
    nt->OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    nt->OptionalHeader.SizeOfImage = sizeof(Image);
    nt->OptionalHeader.SizeOfHeaders = TABLE;
    nt->OptionalHeader.NumberOfRvaAndSizes = 16;
    nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE].VirtualAddress = TABLE;
    nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE].Size = 0x100;
    PutDirectory(0, 0, 1);
    PutEntry(0x10, 11, 0x80000018);
    PutDirectory(0x18, 1, 1);
    PutEntry(0x28, 0x80000070, 0x80000038);
    PutEntry(0x30, 1, 0x80000038);
    PutDirectory(0x38, 0, 1);
    PutEntry(0x48, 0x409, 0x50);
    PutEntry(0x50, DATA, 0x40); /* the data entry: place and size */
    RtlCopyMemory(Image + TABLE + 0x70, L"\x0004TEXT", 10);
    messages[0] = 1; /* one block: identifiers 5 and 6, each 16 bytes */
    messages[1] = 5;
    messages[2] = 6;
    messages[3] = 16;
    messages[4] = 16;
    messages[8] = 16;
    RtlCopyMemory(Image + DATA + 20, "five", 5);
    RtlCopyMemory(Image + DATA + 36, "six", 4);
    return Image;
}

CONFORMANCE(LdrFindResource_U, FindsByTypeNameAndLanguage) {
    ULONG_PTR path[3] = {11, 1, 0x409}, named[3] = {11, (ULONG_PTR)L"TEXT", 0};
    PIMAGE_RESOURCE_DATA_ENTRY entry = NULL;
    CHECK_STATUS(LdrFindResource_U(Make(), path, 3, &entry), STATUS_SUCCESS);
    CHECK_EQ((PUCHAR)entry, Image + TABLE + 0x50);
    entry = NULL;
    CHECK_STATUS(LdrFindResource_U(Make(), named, 3, &entry), STATUS_SUCCESS);
    CHECK_EQ((PUCHAR)entry, Image + TABLE + 0x50);
}

CONFORMANCE(LdrFindResource_U, SaysWhatIsMissing) {
    ULONG_PTR type[3] = {10, 1, 0x409}, name[3] = {11, 2, 0x409}, language[3] = {11, 1, 0x407};
    PIMAGE_RESOURCE_DATA_ENTRY entry;
    CHECK_STATUS(LdrFindResource_U(Make(), type, 3, &entry), STATUS_RESOURCE_TYPE_NOT_FOUND);
    CHECK_STATUS(LdrFindResource_U(Make(), name, 3, &entry), STATUS_RESOURCE_NAME_NOT_FOUND);
    CHECK_STATUS(LdrFindResource_U(Make(), language, 3, &entry), STATUS_RESOURCE_LANG_NOT_FOUND);
    CHECK_STATUS(LdrFindResource_U(ConformanceDriver->DriverStart, type, 3, &entry),
                 STATUS_RESOURCE_DATA_NOT_FOUND);
}

CONFORMANCE(LdrFindResourceDirectory_U, FindsEachLevel) {
    ULONG_PTR path[2] = {11, 1}, none[1] = {99};
    PIMAGE_RESOURCE_DIRECTORY directory = NULL;
    CHECK_STATUS(LdrFindResourceDirectory_U(Make(), path, 1, &directory), STATUS_SUCCESS);
    CHECK_EQ((PUCHAR)directory, Image + TABLE + 0x18);
    CHECK_STATUS(LdrFindResourceDirectory_U(Make(), path, 2, &directory), STATUS_SUCCESS);
    CHECK_EQ((PUCHAR)directory, Image + TABLE + 0x38);
    CHECK_STATUS(LdrFindResourceDirectory_U(Make(), none, 1, &directory),
                 STATUS_RESOURCE_TYPE_NOT_FOUND);
}

CONFORMANCE(LdrAccessResource, GivesThePlaceAndSize) {
    ULONG_PTR path[3] = {11, 1, 0x409};
    PIMAGE_RESOURCE_DATA_ENTRY entry = NULL;
    PVOID data = NULL;
    ULONG bytes = 0;
    REQUIRE(LdrFindResource_U(Make(), path, 3, &entry) == STATUS_SUCCESS);
    CHECK_STATUS(LdrAccessResource(Image, entry, &data, &bytes), STATUS_SUCCESS);
    CHECK_EQ((PUCHAR)data, Image + DATA);
    CHECK_EQ(bytes, 0x40);
}

CONFORMANCE(RtlFindMessage, FindsAMessageOfTheTable) {
    PVOID entry = NULL;
    CHECK_STATUS(RtlFindMessage(Make(), 11, 0x409, 6, &entry), STATUS_SUCCESS);
    CHECK_EQ((PUCHAR)entry, Image + DATA + 32);
    CHECK_STATUS(RtlFindMessage(Make(), 11, 0x409, 5, &entry), STATUS_SUCCESS);
    CHECK_BYTES((PUCHAR)entry + 4, "five", 5);
    CHECK_STATUS(RtlFindMessage(Make(), 11, 0x409, 7, &entry), STATUS_MESSAGE_NOT_FOUND);
    CHECK(!NT_SUCCESS(RtlFindMessage(Make(), 12, 0x409, 5, &entry)));
}
