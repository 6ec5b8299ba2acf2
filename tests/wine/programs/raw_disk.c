// SPDX-License-Identifier: GPL-2.0-only
// raw_disk DEVICE BYTES: asks a disk for its size, writes the last 64 KB of it and reads them back.
#include "check.h"

int main(int count, char** words) {
    static char out[65536], in[65536];
    DISK_GEOMETRY geometry;
    LARGE_INTEGER at;
    DWORD bytes = 0;
    HANDLE disk = count == 3 ? CreateFileA(words[1], GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                           OPEN_EXISTING, 0, NULL)
                             : INVALID_HANDLE_VALUE;
    CHECK(IsHandle(disk));
    for (DWORD i = 0; i < sizeof(out); i++) out[i] = (char)(i * 7 + 3);
    CHECK(DeviceIoControl(disk, IOCTL_DISK_GET_DRIVE_GEOMETRY, NULL, 0, &geometry, sizeof(geometry), &bytes, NULL));
    CHECK(geometry.BytesPerSector == 512);
    at.QuadPart = strtoll(words[2], NULL, 0) - (LONGLONG)sizeof(out);
    CHECK(SetFilePointerEx(disk, at, NULL, FILE_BEGIN) && WriteFile(disk, out, sizeof(out), &bytes, NULL) && bytes == sizeof(out));
    CHECK(SetFilePointerEx(disk, at, NULL, FILE_BEGIN) && ReadFile(disk, in, sizeof(in), &bytes, NULL) && bytes == sizeof(in));
    CHECK(memcmp(in, out, sizeof(in)) == 0);
    CHECK(!ReadFile(disk, in, sizeof(in), &bytes, NULL) || bytes == 0);  // behind its end
    CloseHandle(disk);
    if (Failures == 0) printf("ok raw_disk\n");
    return Failures != 0;
}
