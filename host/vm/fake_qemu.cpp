// SPDX-License-Identifier: GPL-2.0-only
// Stands for QEMU in tests of Machine: takes the same command line and descriptors, and behaves as
// the kernel argument fake=MODE says.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <unistd.h>

#include "host/vm/command_line.hpp"

/// Confined, it has no /proc, without which the leak checker ends the program with an error.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace {

std::string mode_of(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const char* found = std::strstr(argv[i], "fake=");
        if (found != nullptr) return found + 5;
    }
    return "";
}
void say(int fd, const std::string& text) { (void)!::write(fd, text.data(), text.size()); }

/// Answers QMP. Devices go when they are asked to for the `asks`-th time.
void serve_qmp(int asks) {
    say(rsl::vm::kQmpFd, "{\"QMP\":{}}\n");
    std::string pending;
    char c;
    while (::read(rsl::vm::kQmpFd, &c, 1) == 1) {
        if (c != '\n') {
            pending += c;
            continue;
        }
        if (pending.find("port9") != std::string::npos) {
            say(rsl::vm::kQmpFd,
                "{\"error\":{\"class\":\"GenericError\",\"desc\":\"Bus 'port9' not found\"}}\n");
        } else {
            say(rsl::vm::kQmpFd, "{\"return\":{}}\n");
        }
        const size_t id = pending.find("\"id\":\"");
        if (pending.find("device_del") != std::string::npos && --asks <= 0) {
            say(rsl::vm::kQmpFd, "{\"event\":\"DEVICE_DELETED\",\"data\":{\"device\":\"" +
                                     pending.substr(id + 6, pending.find('"', id + 6) - id - 6) +
                                     "\"}}\n");
        }
        pending.clear();
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = mode_of(argc, argv);
    if (mode == "boot-failure") {
        say(1, "starting\n@fail no memory below 4 GB\n");
        return 7;
    }
    if (mode == "bug-check") {
        say(1,
            "@bugcheck "
            "{\"code\":30,\"name\":\"KMODE_EXCEPTION_NOT_HANDLED\",\"driver\":\"crash.sys\"}\n");
        return 3;
    }
    if (mode == "power-off") return 33;
    if (mode == "reset") return 0;
    if (mode == "refused") {
        say(2, "warning\nqemu: could not do it\n");
        return 1;
    }
    if (mode == "signal") __builtin_trap();
    if (mode == "noise") {
        const std::string line(1000, 'x');
        for (int i = 0; i < 1000; ++i) say(1, line + "\n");
        return 1;
    }
    serve_qmp(mode == "deaf-once" ? 2 : mode == "deaf" ? 1000 : 1);
    ::pause();
    return 0;
}
