// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

/* The page does not say what it returns, nor that it fills CSDVersion. */
CONFORMANCE(PsGetVersion, AgreesWithRtlGetVersion) {
    ULONG major = 0, minor = 77, build = 0;
    WCHAR room[128];
    UNICODE_STRING pack = {0, sizeof(room), room};
    RTL_OSVERSIONINFOW version = {sizeof(version)};
    RtlGetVersion(&version);
    PsGetVersion(&major, &minor, &build, &pack);
    CHECK_EQ(major, version.dwMajorVersion);
    CHECK_EQ(minor, version.dwMinorVersion);
    CHECK_EQ(build, version.dwBuildNumber);
}

CONFORMANCE(PsGetVersion, AllIsOptional) {
    ULONG major = 0;
    PsGetVersion(NULL, NULL, NULL, NULL);
    PsGetVersion(&major, NULL, NULL, NULL);
    CHECK(major != 0);
}
