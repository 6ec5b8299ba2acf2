/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

static BOOLEAN Match(const WCHAR* expression, const WCHAR* name, BOOLEAN ignore) {
    UNICODE_STRING e, n;
    RtlInitUnicodeString(&e, expression);
    RtlInitUnicodeString(&n, name);
    return FsRtlIsNameInExpression(&e, &n, ignore, NULL);
}

CONFORMANCE(FsRtlIsNameInExpression, MatchesEachWildcardAsInTheTable) {
    static const struct {
        const WCHAR *expression, *name;
        BOOLEAN matches;
    } cases[] = {{L"*", L"anything.at.all", TRUE}, {L"A*Z", L"a-z", TRUE}, {L"A*Z", L"a-y", FALSE}, {L"A?C", L"abc", TRUE}, {L"A?C", L"ac", FALSE},
                 {L"ABC\"", L"abc", TRUE}, {L"ABC\"", L"abc.", TRUE}, {L"ABC\"", L"abcd", FALSE}, {L"A>>", L"ab", TRUE}, {L"A>>.T", L"a.t", TRUE},
                 {L"<.TXT", L"a.b.txt", TRUE}, {L"<", L"a.b", FALSE}, {L"PLAIN", L"plain", TRUE}};
    for (ULONG i = 0; i < RTL_NUMBER_OF(cases); ++i) CHECK_EQ(Match(cases[i].expression, cases[i].name, TRUE), cases[i].matches);
}

CONFORMANCE(FsRtlIsNameInExpression, NothingMatchesOnlyNothing) {
    CHECK(!Match(L"*", L"", TRUE));
    CHECK(!Match(L"", L"a", TRUE));
    CHECK(Match(L"", L"", TRUE));
}

CONFORMANCE(FsRtlIsNameInExpression, RespectsCaseWhenAsked) {
    CHECK(!Match(L"ABC", L"abc", FALSE));
    CHECK(Match(L"abc", L"abc", FALSE));
}

CONFORMANCE(FsRtlDoesNameContainWildCards, KnowsAllFive) {
    static const WCHAR* const wild[] = {L"a*", L"?b", L"<", L"x>", L"\""};
    UNICODE_STRING name;
    for (ULONG i = 0; i < RTL_NUMBER_OF(wild); ++i) {
        RtlInitUnicodeString(&name, wild[i]);
        CHECK(FsRtlDoesNameContainWildCards(&name));
    }
    RtlInitUnicodeString(&name, L"plain.txt");
    CHECK(!FsRtlDoesNameContainWildCards(&name));
    RtlInitUnicodeString(&name, L"");
    CHECK(!FsRtlDoesNameContainWildCards(&name));
}

CONFORMANCE(FsRtlAreNamesEqual, ComparesWithAndWithoutCase) {
    UNICODE_STRING a, b, c;
    RtlInitUnicodeString(&a, L"Name.txt");
    RtlInitUnicodeString(&b, L"nAME.TXT");
    RtlInitUnicodeString(&c, L"Name.tx");
    CHECK(FsRtlAreNamesEqual(&a, &b, TRUE, NULL));
    CHECK(!FsRtlAreNamesEqual(&a, &b, FALSE, NULL));
    CHECK(FsRtlAreNamesEqual(&a, &a, FALSE, NULL));
    CHECK(!FsRtlAreNamesEqual(&a, &c, TRUE, NULL));
}

CONFORMANCE(FsRtlDissectName, TakesTheFirstNameOff) {
    UNICODE_STRING path, first, rest;
    RtlInitUnicodeString(&path, L"\\a\\bc\\d");
    FsRtlDissectName(path, &first, &rest);
    CHECK_TEXT(&first, L"a");
    CHECK_TEXT(&rest, L"bc\\d");
    FsRtlDissectName(rest, &first, &rest);
    CHECK_TEXT(&first, L"bc");
    CHECK_TEXT(&rest, L"d");
    FsRtlDissectName(rest, &first, &rest);
    CHECK_TEXT(&first, L"d");
    CHECK_EQ(rest.Length, 0);
    RtlInitUnicodeString(&path, L"");
    FsRtlDissectName(path, &first, &rest);
    CHECK_EQ(first.Length, 0);
}

CONFORMANCE(FsRtlIsNtstatusExpected, RefusesWhatOnlyBugsCause) {
    CHECK(FsRtlIsNtstatusExpected(STATUS_DISK_FULL));
    CHECK(FsRtlIsNtstatusExpected(STATUS_IN_PAGE_ERROR));
    CHECK(!FsRtlIsNtstatusExpected(STATUS_ACCESS_VIOLATION));
    CHECK(!FsRtlIsNtstatusExpected(STATUS_DATATYPE_MISALIGNMENT));
    CHECK(!FsRtlIsNtstatusExpected(STATUS_ILLEGAL_INSTRUCTION));
    AT_IRQL(DISPATCH_LEVEL, CHECK(FsRtlIsNtstatusExpected(STATUS_DISK_FULL)));
}

CONFORMANCE(FsRtlNormalizeNtstatus, PutsTheGenericOneInPlaceOfBugs) {
    CHECK_STATUS(FsRtlNormalizeNtstatus(STATUS_DISK_FULL, STATUS_UNEXPECTED_IO_ERROR), STATUS_DISK_FULL);
    CHECK_STATUS(FsRtlNormalizeNtstatus(STATUS_ACCESS_VIOLATION, STATUS_UNEXPECTED_IO_ERROR), STATUS_UNEXPECTED_IO_ERROR);
}
