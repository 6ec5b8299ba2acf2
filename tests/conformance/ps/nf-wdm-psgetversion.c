// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(PsGetVersion, AgreesWithRtlGetVersion) {
    ULONG major = 0, minor = 77, build = 0;
    UNICODE_STRING pack = {7, 7, NULL};
    RTL_OSVERSIONINFOW version = {sizeof(version)};
    RtlGetVersion(&version);
    CHECK_EQ(PsGetVersion(&major, &minor, &build, &pack), FALSE);
    CHECK_EQ(major, version.dwMajorVersion);
    CHECK_EQ(minor, version.dwMinorVersion);
    CHECK_EQ(build, version.dwBuildNumber);
    CHECK_EQ(pack.Length, 0);
    CHECK_EQ(PsGetVersion(NULL, NULL, NULL, NULL), FALSE);
}
