/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads a driver into the running VM, lists what devices there are, and unloads it again.
 *
 *     rsl start
 *     build/examples/load_driver build/samples/echo.sys
 */
#include <rsl.h>
#include <stdio.h>

static int print_entry(void* context, const char* name, const char* type) {
    (void)context;
    printf("  %-20s %s\n", name, type);
    return 0;
}

int main(int argc, char** argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: load_driver FILE.sys\n");
        return 1;
    }
    rsl_client* vm = rsl_connect(NULL);
    if (vm == NULL) {
        fprintf(stderr, "load_driver: %s\n", rsl_last_error());
        return 4;
    }
    rsl_driver_report report;
    const rsl_status status = rsl_load_driver_file(vm, "example", argv[1], &report);
    if (RSL_SUCCEEDED(status)) {
        printf("DriverEntry took %.1f us. Devices now:\n", (double)report.entry_ns / 1000);
        rsl_list_directory(vm, "\\Device", print_entry, NULL);
        rsl_unload_driver(vm, "example", &report);
        if (report.text[0] != '\0') printf("it left behind: %s\n", report.text);
    } else {
        const char* name = rsl_status_name(status);
        fprintf(stderr, "load_driver: %s: %s\n", name != NULL ? name : "failed", report.text);
    }
    rsl_disconnect(vm);
    return RSL_SUCCEEDED(status) ? 0 : 2;
}
