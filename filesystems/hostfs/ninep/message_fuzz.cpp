// SPDX-License-Identifier: GPL-2.0-only
// Whatever a server sends: no crash, no read outside.
#include <cstdint>

#include "filesystems/hostfs/ninep/message.hpp"

using namespace rsl;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
    const auto type = size != 0 ? static_cast<ninep::Type>(data[size - 1]) : ninep::Type::kWalk;
    if (auto reply = ninep::read_reply(bytes, type, 1); reply && reply->error == 0) {
        ninep::Reader copy = reply->body;
        ninep::read_attributes(copy).ignore("any outcome is fine");
        copy = reply->body;
        ninep::read_volume_size(copy).ignore("any outcome is fine");
        copy = reply->body;
        copy.take_text().ignore("any outcome is fine");
    }
    ninep::Reader entries(bytes);
    while (!entries.empty()) {
        if (!ninep::read_entry(entries)) break;
    }
    return 0;
}
