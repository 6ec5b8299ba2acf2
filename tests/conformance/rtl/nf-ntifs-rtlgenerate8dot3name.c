/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntifs-rtlisnamelegaldos8dot3 and nf-ntifs-rtlisvalidoemcharacter. */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlIsValidOemCharacter(PWCHAR Char);

static BOOLEAN IsShort(const UNICODE_STRING* Name) {
    return RtlIsNameLegalDOS8Dot3(Name, NULL, NULL);
}

CONFORMANCE(RtlGenerate8dot3Name, MakesADifferentShortNameEachTime) {
    GENERATE_NAME_CONTEXT context = {0};
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Long file name.text"), made[8];
    WCHAR buffers[8][12];
    ULONG i, k;
    for (i = 0; i < 8; i++) {
        made[i].Buffer = buffers[i];
        made[i].Length = 0;
        made[i].MaximumLength = sizeof(buffers[i]);
        CHECK_STATUS(RtlGenerate8dot3Name(&name, FALSE, &context, &made[i]), STATUS_SUCCESS);
        CHECK(IsShort(&made[i]));
        for (k = 0; k < i; k++) CHECK(!RtlEqualUnicodeString(&made[i], &made[k], TRUE));
        CHECK_BYTES(buffers[i] + made[i].Length / 2 - 4, L".TEX", 8);
    }
}

CONFORMANCE(RtlGenerate8dot3Name, ReplacesAndSkipsCharacters) {
    GENERATE_NAME_CONTEXT context = {0};
    WCHAR buffer[12];
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"..a+b,c"), made = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlGenerate8dot3Name(&name, FALSE, &context, &made), STATUS_SUCCESS);
    CHECK_BYTES(buffer, L"A_B_C", 10);
}

CONFORMANCE(RtlIsNameLegalDOS8Dot3, KnowsTheForm) {
    UNICODE_STRING good = RTL_CONSTANT_STRING(L"readme.txt"), bare = RTL_CONSTANT_STRING(L"A"),
                   spaced = RTL_CONSTANT_STRING(L"a b.c");
    UNICODE_STRING longStem = RTL_CONSTANT_STRING(L"ninechars.txt"),
                   longTail = RTL_CONSTANT_STRING(L"a.html");
    UNICODE_STRING twoDots = RTL_CONSTANT_STRING(L"a.b.c"), plus = RTL_CONSTANT_STRING(L"a+b");
    BOOLEAN spaces = TRUE;
    CHECK(RtlIsNameLegalDOS8Dot3(&good, NULL, &spaces));
    CHECK(!spaces);
    CHECK(IsShort(&bare));
    CHECK(RtlIsNameLegalDOS8Dot3(&spaced, NULL, &spaces));
    CHECK(spaces);
    CHECK(!IsShort(&longStem));
    CHECK(!IsShort(&longTail));
    CHECK(!IsShort(&twoDots));
    CHECK(!IsShort(&plus));
}

CONFORMANCE(RtlIsNameLegalDOS8Dot3, GivesTheOemNameInUpperCase) {
    char buffer[13] = "############";
    OEM_STRING oem = {0, 12, buffer};
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"readme.txt");
    CHECK(RtlIsNameLegalDOS8Dot3(&name, &oem, NULL));
    CHECK_EQ(oem.Length, 10);
    CHECK_BYTES(buffer, "README.TXT##", 12);
}

CONFORMANCE(RtlIsValidOemCharacter, MapsToUpperCase) {
    WCHAR small = L'a', chinese = 0x4E2D;
    CHECK(RtlIsValidOemCharacter(&small));
    CHECK_EQ(small, L'A');
    CHECK(!RtlIsValidOemCharacter(&chinese));
}
