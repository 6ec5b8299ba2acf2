// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

static HANDLE SecuredEvent(PSECURITY_DESCRIPTOR Descriptor) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, Descriptor);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    return event;
}
CONFORMANCE(ObGetObjectSecurity, GivesASelfRelativeDescriptorOrNull) {
    PSECURITY_DESCRIPTOR found = NULL;
    SECURITY_DESCRIPTOR descriptor;
    BOOLEAN allocated = FALSE, defaulted;
    HANDLE plain = NewEvent(), secured;
    PVOID object = ObjectOf(plain);
    PSID owner = NULL;
    CHECK_STATUS(ObGetObjectSecurity(object, &found, &allocated), STATUS_SUCCESS);
    CHECK_EQ(found, NULL);
    ObReleaseObjectSecurity(found, allocated);
    ObDereferenceObject(object);
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetOwnerSecurityDescriptor(&descriptor, SYSTEM_SID, FALSE);
    secured = SecuredEvent(&descriptor);
    object = ObjectOf(secured);
    CHECK_STATUS(ObGetObjectSecurity(object, &found, &allocated), STATUS_SUCCESS);
    REQUIRE(found != NULL);
    CHECK(((SECURITY_DESCRIPTOR*)found)->Control & SE_SELF_RELATIVE);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(found, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, SYSTEM_SID));
    ObReleaseObjectSecurity(found, allocated);
    ObDereferenceObject(object);
    ZwClose(secured);
    ZwClose(plain);
}
CONFORMANCE(ObReleaseObjectSecurity, TakesWhatObGetObjectSecurityGave) {
    PSECURITY_DESCRIPTOR first = NULL, second = NULL;
    BOOLEAN one = FALSE, two = FALSE;
    SECURITY_DESCRIPTOR descriptor;
    HANDLE event;
    PVOID object;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    event = SecuredEvent(&descriptor);
    object = ObjectOf(event);
    CHECK_SUCCESS(ObGetObjectSecurity(object, &first, &one));
    CHECK_SUCCESS(ObGetObjectSecurity(object, &second, &two));
    AT_IRQL(APC_LEVEL, ObReleaseObjectSecurity(first, one));
    CHECK(RtlValidSecurityDescriptor(second));
    ObReleaseObjectSecurity(second, two);
    ObDereferenceObject(object);
    ZwClose(event);
}
