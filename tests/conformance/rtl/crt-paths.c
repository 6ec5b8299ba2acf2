/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/splitpath-s-wsplitpath-s and so on. */
#include "conformance.h"
#include "crt.h"

CRT(int, _splitpath_s, const char*, char*, size_t, char*, size_t, char*, size_t, char*, size_t);
CRT(int, _makepath_s, char*, size_t, const char*, const char*, const char*, const char*);

CONFORMANCE(_splitpath_s, SplitsAPath) {
    char drive[3], directory[16], name[8], extension[8];
    CHECK_EQ(
        crt__splitpath_s("C:\\dir\\sub\\a.b.txt", drive, 3, directory, 16, name, 8, extension, 8),
        0);
    CHECK_BYTES(drive, "C:", 3 * sizeof(char));
    CHECK_BYTES(directory, "\\dir\\sub\\", 10 * sizeof(char));
    CHECK_BYTES(name, "a.b", 4 * sizeof(char));
    CHECK_BYTES(extension, ".txt", 5 * sizeof(char));
    CHECK_EQ(crt__splitpath_s("file", NULL, 0, directory, 16, name, 8, NULL, 0), 0);
    CHECK_EQ(directory[0], 0);
    CHECK_BYTES(name, "file", 5 * sizeof(char));
}

CONFORMANCE(_splitpath_s, RefusesSmallBuffersAndBadParameters) {
    char name[4] = "###";
    CHECK_EQ(crt__splitpath_s("file", NULL, 0, NULL, 0, name, 4, NULL, 0), ERANGE_);
    CHECK_EQ(name[0], 0);
    CHECK_EQ(crt__splitpath_s(NULL, NULL, 0, NULL, 0, name, 4, NULL, 0), EINVAL_);
    CHECK_EQ(crt__splitpath_s("f", NULL, 5, NULL, 0, name, 4, NULL, 0), EINVAL_);
}

CONFORMANCE(_makepath_s, JoinsThePartsOfAPath) {
    char path[20];
    CHECK_EQ(crt__makepath_s(path, 20, "C", "\\dir", "name", "txt"), 0);
    CHECK_BYTES(path, "C:\\dir\\name.txt", 16 * sizeof(char));
    CHECK_EQ(crt__makepath_s(path, 20, NULL, "dir\\", "name", ".txt"), 0);
    CHECK_BYTES(path, "dir\\name.txt", 13 * sizeof(char));
    CHECK_EQ(crt__makepath_s(path, 5, NULL, NULL, "name", "t"), ERANGE_);
    CHECK_EQ(path[0], 0);
    CHECK_EQ(crt__makepath_s(NULL, 5, NULL, NULL, "n", NULL), EINVAL_);
}

CRT(int, _wsplitpath_s, const wchar_t*, wchar_t*, size_t, wchar_t*, size_t, wchar_t*, size_t,
    wchar_t*, size_t);
CRT(int, _wmakepath_s, wchar_t*, size_t, const wchar_t*, const wchar_t*, const wchar_t*,
    const wchar_t*);

CONFORMANCE(_wsplitpath_s, SplitsAPath) {
    wchar_t drive[3], directory[16], name[8], extension[8];
    CHECK_EQ(
        crt__wsplitpath_s(L"C:\\dir\\sub\\a.b.txt", drive, 3, directory, 16, name, 8, extension, 8),
        0);
    CHECK_BYTES(drive, L"C:", 3 * sizeof(wchar_t));
    CHECK_BYTES(directory, L"\\dir\\sub\\", 10 * sizeof(wchar_t));
    CHECK_BYTES(name, L"a.b", 4 * sizeof(wchar_t));
    CHECK_BYTES(extension, L".txt", 5 * sizeof(wchar_t));
    CHECK_EQ(crt__wsplitpath_s(L"file", NULL, 0, directory, 16, name, 8, NULL, 0), 0);
    CHECK_EQ(directory[0], 0);
    CHECK_BYTES(name, L"file", 5 * sizeof(wchar_t));
}

CONFORMANCE(_wsplitpath_s, RefusesSmallBuffersAndBadParameters) {
    wchar_t name[4] = L"###";
    CHECK_EQ(crt__wsplitpath_s(L"file", NULL, 0, NULL, 0, name, 4, NULL, 0), ERANGE_);
    CHECK_EQ(name[0], 0);
    CHECK_EQ(crt__wsplitpath_s(NULL, NULL, 0, NULL, 0, name, 4, NULL, 0), EINVAL_);
    CHECK_EQ(crt__wsplitpath_s(L"f", NULL, 5, NULL, 0, name, 4, NULL, 0), EINVAL_);
}

CONFORMANCE(_wmakepath_s, JoinsThePartsOfAPath) {
    wchar_t path[20];
    CHECK_EQ(crt__wmakepath_s(path, 20, L"C", L"\\dir", L"name", L"txt"), 0);
    CHECK_BYTES(path, L"C:\\dir\\name.txt", 16 * sizeof(wchar_t));
    CHECK_EQ(crt__wmakepath_s(path, 20, NULL, L"dir\\", L"name", L".txt"), 0);
    CHECK_BYTES(path, L"dir\\name.txt", 13 * sizeof(wchar_t));
    CHECK_EQ(crt__wmakepath_s(path, 5, NULL, NULL, L"name", L"t"), ERANGE_);
    CHECK_EQ(path[0], 0);
    CHECK_EQ(crt__wmakepath_s(NULL, 5, NULL, NULL, L"n", NULL), EINVAL_);
}
