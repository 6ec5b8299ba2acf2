// SPDX-License-Identifier: GPL-2.0-only
#include "boot/shim/console.hpp"

#include "base/core/check.hpp"
#include "boot/boot_info.h"

namespace rsl::boot {
namespace {

constexpr uint16_t kSerialData = 0x3F8;
constexpr uint16_t kSerialLineStatus = 0x3FD;
constexpr uint8_t kSerialCanTake = 0x20;
constexpr uint32_t kSerialPatience = 100000;  // reads; a port that is not there never gets ready

void port_write(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }
uint8_t port_read(uint16_t port) {
    uint8_t value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

void write(std::string_view text) {
    for (const char c : text) {
        for (uint32_t i = 0; i < kSerialPatience; ++i) {
            if ((port_read(kSerialLineStatus) & kSerialCanTake) != 0) break;
        }
        port_write(kSerialData, static_cast<uint8_t>(c));
    }
}

}  // namespace

void fail(std::string_view cause, std::string_view detail) {
    write("@fail ");
    write(cause);
    if (!detail.empty()) {
        write(": ");
        write(detail);
    }
    write("\n");
    port_write(RSL_EXIT_PORT, RSL_EXIT_BOOT_FAILED);
    for (;;) asm volatile("cli; hlt");
}

}  // namespace rsl::boot

namespace rsl {

void check_failed(const char* condition, const char*, int) {
    boot::fail("the boot shim has a bug, this does not hold", condition);
}

}  // namespace rsl
