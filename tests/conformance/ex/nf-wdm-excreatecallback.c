// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static NTSTATUS Make(PCALLBACK_OBJECT* Callback, PCWSTR Name, BOOLEAN Create, BOOLEAN Multiple) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    *Callback = NULL;
    RtlInitUnicodeString(&name, Name);
    InitializeObjectAttributes(&attributes, Name != NULL ? &name : NULL, OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    return ExCreateCallback(Callback, &attributes, Create, Multiple);
}

CONFORMANCE(ExCreateCallback, MakesOneAndOpensItAgain) {
    PCALLBACK_OBJECT made, opened;
    CHECK(!NT_SUCCESS(Make(&made, L"\\Callback\\ConformanceA", FALSE, TRUE)));
    REQUIRE(NT_SUCCESS(Make(&made, L"\\Callback\\ConformanceA", TRUE, TRUE)) && made != NULL);
    CHECK_STATUS(Make(&opened, L"\\Callback\\ConformanceA", FALSE, FALSE), STATUS_SUCCESS);
    CHECK_EQ(opened, made);
    ObDereferenceObject(opened);
    ObDereferenceObject(made);
}

CONFORMANCE(ExCreateCallback, RefusesAnObjectWithoutAName) {
    PCALLBACK_OBJECT made;
    CHECK_STATUS(Make(&made, NULL, TRUE, TRUE), STATUS_UNSUCCESSFUL);
}

static VOID OpensOneOfTheSystem(PCWSTR Name) {
    PCALLBACK_OBJECT callback;
    REQUIRE(NT_SUCCESS(Make(&callback, Name, FALSE, TRUE)) && callback != NULL);
    ObDereferenceObject(callback);
}
CONFORMANCE(ExCreateCallback, OpensThoseOfTheSystem) {
    OpensOneOfTheSystem(L"\\Callback\\PowerState");
    OpensOneOfTheSystem(L"\\Callback\\SetSystemTime");
    OpensOneOfTheSystem(L"\\Callback\\ProcessorAdd");
}
