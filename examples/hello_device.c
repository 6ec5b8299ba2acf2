/* SPDX-License-Identifier: GPL-2.0-only */
/* Opens a device of a Windows driver that runs in an RSL VM, and calls it once.
 *
 *     rsl start && rsl driver load build/samples/echo.sys
 *     build/examples/hello_device
 *     rsl stop
 */
#include <rsl.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
    const char* path = argc > 1 ? argv[1] : "\\\\.\\Echo";
    rsl_client* vm = rsl_connect(NULL); /* the VM named by $RSL_VM, or "default" */
    if (vm == NULL) {
        fprintf(stderr, "hello_device: %s\n", rsl_last_error());
        return 4;
    }

    rsl_handle device;
    rsl_status status = rsl_open(vm, path, RSL_READ | RSL_WRITE, &device);
    char answer[64] = "";
    size_t bytes = 0;
    if (RSL_SUCCEEDED(status)) {
        const char question[] = "hello, driver";
        status = rsl_ioctl(vm, device, 0x222000, question, sizeof question, answer, sizeof answer, &bytes);
        rsl_close(vm, device);
    }
    if (RSL_SUCCEEDED(status)) {
        printf("%s answered %zu bytes: %s\n", path, bytes, answer);
    } else {
        const char* name = rsl_status_name(status);
        fprintf(stderr, "hello_device: %s: %s 0x%08x\n", path, name != NULL ? name : "NTSTATUS", (unsigned)status);
    }
    rsl_disconnect(vm);
    return RSL_SUCCEEDED(status) ? 0 : 2;
}
